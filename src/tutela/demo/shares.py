"""Who the invented people are: drawn so that their shares follow what UNODC published about three states."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import yaml

from tutela.people.models import AgeGroup, Sex
from tutela.protection.models import Exploitation

Key = TypeVar("Key", bound=Hashable)

STATES: Mapping[str, int] = {"GB": 50, "FR": 30, "ES": 20}
"""How the cases are spread over the three states, in percent: our choice, so that each has enough to show."""

FINER: Mapping[str, Mapping[str, int]] = {
    "sexual": {Exploitation.SEXUAL: 1},
    "labour": {Exploitation.LABOUR: 4, Exploitation.DOMESTIC: 1},
    "other": {
        Exploitation.CRIMINALITY: 12,
        Exploitation.BEGGING: 4,
        Exploitation.MARRIAGE: 2,
        Exploitation.OTHER: 2,
    },
}
"""UNODC's three forms in our codes. Its table says no more than three: the weights within each are ours."""

_FILE = Path(__file__).with_name("shares.yaml")


@dataclass(frozen=True, slots=True)
class Profile:
    """One invented person in codes: where the case is, what happened to them, who they are."""

    country: str
    form: str
    exploitation: str
    sex: str
    age_group: str
    citizenship: str


_profile = lru_cache(maxsize=None)(Profile)  # a million people share some thousand profiles


@lru_cache(maxsize=1)
def published() -> Mapping[str, Any]:
    """The counts, by state."""
    states: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["states"]
    return states


def victims(country: str) -> dict[tuple[str, str, str], int]:
    """Counts by form, sex and age group in one state."""
    forms = published()[country]["victims"]
    return {
        (form, sex, age): count
        for form, sexes in forms.items()
        for sex, ages in sexes.items()
        for age, count in ages.items()
    }


def citizens(country: str) -> dict[str, int]:
    """Counts by citizenship in one state."""
    regions = published()[country]["citizenship"]
    return {code: count for codes in regions.values() for code, count in codes.items()}


def region_of(citizenship: str) -> str:
    """UNODC's region of a citizenship."""
    region: str = next(
        region
        for state in published().values()
        for region, codes in state["citizenship"].items()
        if citizenship in codes
    )
    return region


def allocate(weights: Mapping[Key, int], places: int) -> dict[Key, int]:
    """Shares `places` out by weight, each within one of its exact share: the largest remainder method."""
    total = sum(weights.values())
    given = {key: weight * places // total for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: (-(weights[key] * places % total), str(key)))
    for key in by_remainder[: places - sum(given.values())]:
        given[key] += 1
    return given


def profiles(cases: int, *, chance: Random) -> list[Profile]:
    """As many people as `cases`, in mixed order; always the same ones for the same `chance`."""
    found = [
        profile
        for country, places in allocate(STATES, cases).items()
        for profile in _in_state(country, places, chance)
    ]
    chance.shuffle(found)
    return found


def _in_state(country: str, places: int, chance: Random) -> Iterator[Profile]:
    people = _spread(victims(country), places)
    homes = _spread(_by_region(country, places), places)
    chance.shuffle(homes)
    forms = [form for form, _sex, _age in people]
    finer = {form: iter(_spread(FINER[form], forms.count(form))) for form in FINER}
    for (form, sex, age), citizenship in zip(people, homes, strict=True):
        yield _profile(country, form, next(finer[form]), Sex(sex), AgeGroup(age), citizenship)


def _by_region(country: str, places: int) -> dict[str, int]:
    """Places for each citizenship: first each region gets its share, then the countries in it."""
    regions = published()[country]["citizenship"]
    given = allocate({region: sum(codes.values()) for region, codes in regions.items()}, places)
    return {
        code: count for region in regions for code, count in allocate(regions[region], given[region]).items()
    }


def _spread(weights: Mapping[Key, int], places: int) -> list[Key]:
    return [key for key, count in allocate(weights, places).items() for _ in range(count)]
