"""Invents people with the columns and code lists of CTDC's Global Synthetic Dataset (its codebook of 2024).

People come along routes. Each route has its countries, its years, its kind of exploitation and its way of
being recorded; columns depend on each other through it, and beyond it: what was done to a person through how
badly they were treated, sectors through forced labour, recruiters exclude each other. A part of the people
has any citizenship, so that the tables of countries are long and thin, as real ones are. Nobody in it is
real.
"""

from __future__ import annotations

import numpy as np
import pycountry

from tutela.engines.synthesis import Column, Domain, Records

Ints = np.ndarray
ISO3 = ("", *sorted(country.alpha_3 for country in pycountry.countries))
AGES = ("", "0--8", "09--17", "18--20", "21--23", "24--26", "27--29", "30--38", "39--47", "48+")
MEANS = (
    "DebtBondageEarnings", "Threats", "AbusePsyPhySex", "FalsePromises",
    "DrugsAlcohol", "DenyBasicNeeds", "ExcessiveWorkHours", "WithholdDocs",
)  # fmt: skip
FLAGS = (
    *(f"means{one}" for one in MEANS),
    *("isForcedLabour", "isSexualExploit", "isOtherExploit"),
    *(f"typeOfLabour{one}" for one in ("Agriculture", "Construction", "DomesticWork", "Hospitality")),
    *("typeOfSexProstitution", "typeOfSexPornography"),
    *(f"recruiterRelation{one}" for one in ("IntimatePartner", "Friend", "Family", "Other")),
)
DOMAIN = Domain(
    (
        Column("yearOfRegistration", ("", *map(str, range(2002, 2023)))),
        Column("gender", ("", "Man", "Woman", "Trans/Transgender/NonConforming")),
        Column("ageBroad", AGES),
        Column("citizenship", ISO3),
        Column("CountryOfExploitation", ISO3),
        Column("traffickMonths", ("", "0--12", "13--24", "25+")),
        *(Column(name, ("", "1")) for name in FLAGS),
    )
)
ROUTES = 60
COUNTRIES = len(ISO3) - 1


def population(count: int, chance: np.random.Generator) -> Records:
    """`count` invented people of DOMAIN, in random order."""
    popular = chance.permutation(COUNTRIES) + 1
    route_of = chance.choice(ROUTES, size=count, p=_falling(ROUTES, 1.1))
    records = np.zeros((count, len(DOMAIN.columns)), dtype=np.int32)
    for route in range(ROUTES):
        records[route_of == route] = _along(int(np.sum(route_of == route)), popular, chance)
    return records[chance.permutation(count)]


def _along(count: int, popular: Ints, chance: np.random.Generator) -> Records:
    """People of one route, whose habits are drawn here too."""
    people = np.zeros((count, len(DOMAIN.columns)), dtype=np.int32)
    sexual_route = chance.random() < 0.5
    people[:, 3], people[:, 4] = _countries(count, popular, chance)
    people[:, 0] = np.clip(np.round(chance.normal(chance.uniform(4, 20), 3, count)), 1, 21)
    woman = chance.random(count) < (chance.beta(8, 2) if sexual_route else chance.beta(2, 2))
    people[:, 1] = np.where(chance.random(count) < 0.01, 3, 1 + woman)
    people[:, 2] = np.clip(np.round(chance.normal(chance.uniform(2, 6), 1.6, count)), 1, 9)
    people[:, 5] = np.clip(1 + chance.poisson(0.6, count), 1, 3)
    for column, unknown in ((1, 0.03), (2, chance.beta(1, 4)), (5, chance.beta(3, 2))):
        people[chance.random(count) < unknown, column] = 0
    people[:, 6:14] = _means(count, chance)
    labour = chance.random(count) < (0.05 if sexual_route else 0.9)
    sexual = chance.random(count) < np.where(labour, 0.05, 0.93)
    other = (~labour & ~sexual & (chance.random(count) < 0.8)) | (chance.random(count) < 0.01)
    people[:, 14:17] = np.stack([labour, sexual, other], axis=1)
    people[:, 17:21] = labour[:, None] & _one_of(count, 6, chance)[:, :4]
    people[:, 21] = sexual & (chance.random(count) < chance.beta(4, 2))
    people[:, 22] = sexual & (chance.random(count) < 0.08)
    people[:, 23:27] = _one_of(count, 5, chance)[:, :4]
    return people


def _countries(count: int, popular: Ints, chance: np.random.Generator) -> tuple[Ints, Ints]:
    """Citizenships, of which one in seven can be any, and where people were exploited."""
    common = _falling(COUNTRIES, 1.3)
    homes = popular[chance.choice(COUNTRIES, size=2, p=common, replace=False)]
    places = popular[chance.choice(COUNTRIES, size=3, p=common, replace=False)]
    anywhere = popular[chance.choice(COUNTRIES, size=count, p=common)]
    usual = homes[(chance.random(count) > 0.8).astype(int)]
    citizen = np.where(chance.random(count) < 0.85, usual, anywhere)
    place = places[chance.choice(3, size=count, p=(0.7, 0.2, 0.1))]
    place = np.where(chance.random(count) < 0.25, citizen, place)
    unknown = chance.random(count) < chance.uniform(0.1, 0.4)
    return np.where(unknown, 0, citizen), np.where(chance.random(count) < 0.05, 0, place)


def _means(count: int, chance: np.random.Generator) -> Ints:
    """What was done to people: more to those who were treated badly, where it was asked at all."""
    asked, badly = chance.random(count) < chance.beta(4, 2), chance.normal(0, 1, count)
    above = chance.normal(0.6, 0.6, len(MEANS))
    return asked[:, None] & (badly[:, None] + chance.normal(0, 1, (count, len(MEANS))) > above)


def _one_of(count: int, kinds: int, chance: np.random.Generator) -> Ints:
    """One kind for each person, as flags: shape (count, kinds)."""
    drawn = chance.choice(kinds, size=count, p=chance.dirichlet([0.5] * kinds))
    return np.equal.outer(drawn, np.arange(kinds))


def _falling(count: int, power: float) -> Ints:
    """Chances that fall as one over the rank to a power."""
    weights = 1 / np.arange(1, count + 1) ** power
    return weights / weights.sum()
