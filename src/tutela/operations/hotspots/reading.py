"""Turns tables of cases, places, population and links into what the scan works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutela.engines.hotspots import (
    BadPlaces,
    Geometry,
    GreatCircle,
    Network,
    Plane,
    between_censuses,
    ellipses,
    flattened,
    standardised,
)
from tutela.operations.hotspots.asked import Asked, Kind, Shape, Unit
from tutela.operations.hotspots.periods import Periods, periods_of
from tutela.operations.hotspots.words import names_of
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, short_number
from tutela.operations.reading import opened
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import Table, Unusable, amount, count, number, partial_date, text

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Places in the order in which they were first named; `effort` and `people` None where not given."""

    names: tuple[str, ...]
    ground: GreatCircle | Plane
    people: Floats | None
    effort: Floats | None

    def position(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """All that was read: cases, controls and expectation are by place and period."""

    kind: Kind
    places: Places
    geometries: tuple[Geometry, ...]
    periods: Periods
    cases: Whole
    controls: Whole | None
    expected: Floats | None
    links: Whole | None
    files: Mapping[str, str]
    """Name and SHA-256 of each file."""
    left_out: int
    """Lines whose date lies outside the time to look at."""


def read(asked: Asked) -> Study:
    """Raises Refused with one line for each thing that cannot be used."""
    table = opened([asked.file, *asked.more], asked.columns, wanted=_wanted(asked), engine=asked.engine)
    where = opened([asked.places], asked.columns) if asked.places else table
    files = {**table.digests, **where.digests}
    places = _places(where, flat=asked.flat)
    kind = kind_for(asked, people=places.people is not None or asked.population is not None)
    _refuse_odd(asked, kind)
    periods, when = _periods(table, asked)
    counted = _counted(table, places, periods, when, asked)
    cases = counted.of("cases")
    expected = None
    if kind is Kind.POISSON:
        expected, more = _expected(asked, places, periods, counted)
        files |= more
        _refuse_unpeopled(places, cases, expected)
    links, lengths = None, None
    if asked.links:
        linked = opened([asked.links], asked.columns)
        files |= linked.digests
        links, lengths = _links(linked, places)
    return Study(
        kind=kind,
        places=places,
        geometries=_geometries(places, asked, links, lengths),
        periods=periods,
        cases=cases,
        controls=counted.of("controls") if kind is Kind.BERNOULLI else None,
        expected=expected,
        links=links,
        files=files,
        left_out=sum(times for one, times in zip(when, table.times, strict=True) if one is None),
    )


def _wanted(asked: Asked) -> tuple[str, ...]:
    """Columns of the cases that are read: lines that agree in them count as one."""
    spots = () if asked.places else ("lat", "lon", "x", "y", "population", "effort")
    return ("place", "date", "cases", "controls", *asked.strata, *spots)


def kind_for(asked: Asked, *, people: bool) -> Kind:
    """What was asked for; else Poisson where a population is given, and the permutation for cases alone."""
    return asked.model or (Kind.POISSON if people else Kind.PERMUTATION)


def _refuse_odd(asked: Asked, kind: Kind) -> None:
    if kind is Kind.PERMUTATION and asked.unit is Unit.NONE:
        raise Refused(
            _("With cases alone a scan needs time: give --time day, week, month or year, or a population.")
        )
    if asked.prospective and asked.unit is Unit.NONE:
        raise Refused(_("--prospective asks about now: give --time day, week, month or year."))
    if asked.strata and not asked.population:
        raise Refused(_("--strata needs a --population file with the same columns."))
    if (asked.shape is Shape.NETWORK) != (asked.links is not None):
        raise Refused(_("--shape network and --links FILE belong together."))


# ---------------------------------------------------------------- places
def _places(table: Table, *, flat: bool) -> Places:
    east, north = ("x", "y") if flat else ("lon", "lat")
    table.need(["place", north, east])
    names, ups, rights = (
        table.values("place", text),
        table.values(north, number),
        table.values(east, number),
    )
    seen: dict[str, tuple[float, float]] = {}
    extra = {name: table.values(name, amount) for name in ("population", "effort") if table.has(name)}
    kept: dict[str, list[float]] = {name: [] for name in extra}
    for row, (name, up, right) in enumerate(zip(names, ups, rights, strict=True)):
        if name is None or up is None or right is None:
            continue
        if not flat:
            _check_degrees(table, row, up, right)
        if name not in seen:
            seen[name] = (up, right)
            for column, values in extra.items():
                kept[column].append(values[row] or 0.0)
        elif seen[name] != (up, right):
            elsewhere = _("“{name}” stands at other coordinates in an earlier line.")
            table.wrong_at(row, elsewhere.format(name=name))
    table.refuse_wrong()
    if not seen:
        raise Refused(_("{file} has no lines under its heading.").format(file=isolated(str(table.path))))
    ups_kept, rights_kept = np.array(list(seen.values())).T
    return Places(
        names=tuple(seen),
        ground=Plane(rights_kept, ups_kept) if flat else GreatCircle(ups_kept, rights_kept),
        people=np.array(kept["population"]) if "population" in kept else None,
        effort=np.array(kept["effort"]) if "effort" in kept else None,
    )


def _check_degrees(table: Table, row: int, latitude: float, longitude: float) -> None:
    if abs(latitude) > 90 and abs(latitude) <= 180 and abs(longitude) <= 90:
        wrong = _("latitude {latitude} and longitude {longitude} look swapped.")
    elif abs(latitude) > 90 or abs(longitude) > 180:
        wrong = _("latitude {latitude}, longitude {longitude} is no place on earth.")
    elif latitude == 0 and longitude == 0:
        wrong = _("latitude 0, longitude 0 lies in the sea: the coordinates are missing.")
    else:
        return
    told = wrong.format(latitude=short_number(latitude), longitude=short_number(longitude))
    table.wrong_at(row, told)


def _links(table: Table, places: Places) -> tuple[Whole, Floats]:
    table.need(["place", "other"])
    position = places.position()

    def known(value: str) -> int:
        if value not in position:
            raise Unusable(_("“{value}” is no place with coordinates.").format(value=value))
        return position[value]

    ends = [table.values(column, known) for column in ("place", "other")]
    lengths = table.values("length", number) if table.has("length") else None
    table.refuse_wrong()
    pairs = np.array(ends, dtype=np.int64).T.reshape(-1, 2)
    if lengths is not None:
        return pairs, np.array(lengths, dtype=np.float64)
    straight = [float(places.ground.distances(np.array([one]))[0, other]) for one, other in pairs]
    return pairs, np.maximum(np.array(straight), 1e-9)


def _geometries(
    places: Places, asked: Asked, links: Whole | None, lengths: Floats | None
) -> tuple[Geometry, ...]:
    if links is not None and lengths is not None:
        try:
            return (Network(len(places.names), links, lengths),)
        except BadPlaces as error:
            raise Refused(f"{isolated(str(asked.links))}: {error}") from error
    if asked.shape is Shape.ELLIPSE:
        plane = flattened(places.ground) if isinstance(places.ground, GreatCircle) else places.ground
        return (plane, *ellipses(plane))
    return (places.ground,)


# ---------------------------------------------------------------- cases
@dataclass(frozen=True, slots=True)
class Counted:
    """Where, when and of which stratum each line of the file is, and its numbers."""

    place: Whole
    period: Whole
    stratum: Whole
    strata: tuple[tuple[str, ...], ...]
    numbers: Mapping[str, Whole]
    shape: tuple[int, int]

    def of(self, column: str) -> Whole:
        """One of the numbers by place and period."""
        return np.asarray(self.by_stratum(column).sum(axis=2))

    def by_stratum(self, column: str) -> Whole:
        """One of the numbers by place, period and stratum."""
        cells = np.zeros((*self.shape, max(1, len(self.strata))), dtype=np.int64)
        np.add.at(cells, (self.place, self.period, self.stratum), self.numbers[column])
        return cells


def _periods(table: Table, asked: Asked) -> tuple[Periods, list[int | None]]:
    if asked.unit is Unit.NONE:
        return periods_of(Unit.NONE, [], first="", last=""), [0] * len(table)
    table.need(["date"])
    dates = table.values("date", partial_date)
    table.refuse_wrong()
    periods = periods_of(asked.unit, [day for day in dates if day], first=asked.first, last=asked.last)
    when: list[int | None] = []
    for row, day in enumerate(dates):
        try:
            when.append(periods.position(day) if day else None)
        except Unusable as problem:
            when.append(None)
            table.wrong_at(row, str(problem))
    table.refuse_wrong()
    return periods, when


def _counted(table: Table, places: Places, periods: Periods, when: list[int | None], asked: Asked) -> Counted:
    both = asked.model is Kind.BERNOULLI
    wanted = ["cases", "controls"] if both else ["cases"]
    table.need(["place", *asked.strata, *(wanted if both else [])])
    position = places.position()

    def known(value: str) -> int:
        if value not in position:
            raise Unusable(_("“{value}” is no place with coordinates.").format(value=value))
        return position[value]

    where = table.values("place", known)
    columns = [table.values(one, text) for one in asked.strata]
    strata = [tuple(map(str, one)) for one in zip(*columns, strict=True)]
    numbers = {one: table.values(one, count) if table.has(one) else [1] * len(table) for one in wanted}
    table.refuse_wrong()
    kinds = tuple(sorted(set(strata)))
    number_of = {one: place for place, one in enumerate(kinds)}
    inside = np.array([one is not None for one in when], dtype=bool)
    times = np.array(table.times, dtype=np.int64)
    return Counted(
        place=np.array(where, dtype=np.int64)[inside],
        period=np.array([one or 0 for one in when], dtype=np.int64)[inside],
        stratum=np.array([number_of[one] for one in strata] or [0] * len(table), dtype=np.int64)[inside],
        strata=kinds,
        numbers={name: (np.array(each, dtype=np.int64) * times)[inside] for name, each in numbers.items()},
        shape=(len(places.names), periods.number),
    )


# ---------------------------------------------------------------- population
def _expected(
    asked: Asked, places: Places, periods: Periods, counted: Counted
) -> tuple[Floats, dict[str, str]]:
    """What the population lets expect, by place and period, and the file it came from."""
    if asked.population is None:
        if places.people is None:
            raise Refused(
                _("--model poisson needs a population: a column of the places, or --population FILE.")
            )
        return np.repeat(places.people[:, None], periods.number, axis=1), {}
    table = opened([asked.population], asked.columns)
    people, censuses, strata = _people(table, asked, places)
    if asked.unit is Unit.NONE and len(censuses) > 1:
        raise Refused(
            _("{file} has several years: keep one of them, or give --time year.").format(
                file=isolated(str(table.path))
            )
        )
    missing = sorted(set(counted.strata) - set(strata))
    if missing:
        raise _nobody(table.path, missing[0])
    each = between_censuses(people, np.array(censuses), np.array(periods.years()))
    if not asked.strata:
        return each[..., 0], table.digests
    cases = np.zeros(each.shape, dtype=np.int64)
    for place, stratum in enumerate(counted.strata):
        cases[..., strata.index(stratum)] = counted.by_stratum("cases")[..., place]
    _refuse_empty_strata(table.path, cases, each, strata)
    return standardised(cases, each), table.digests


def _people(table: Table, asked: Asked, places: Places) -> tuple[Floats, list[float], list[tuple[str, ...]]]:
    """Population by place, census and stratum, the years of the censuses, and the strata."""
    table.need(["place", "population", *asked.strata])
    position = places.position()
    names, people = table.values("place", text), table.values("population", amount)
    years = table.values("year", _year) if table.has("year") else [0.0] * len(table)
    columns = [table.values(one, text) for one in asked.strata]
    strata = [tuple(map(str, one)) for one in zip(*columns, strict=True)]
    table.refuse_wrong()
    if not len(table):
        raise Refused(_("{file} has no lines under its heading.").format(file=isolated(str(table.path))))
    kinds = sorted(set(strata)) or [()]
    censuses = sorted({float(year or 0) for year in years})
    found = np.zeros((len(places.names), len(censuses), len(kinds)))
    for row, name in enumerate(names):
        if name in position:
            kind = kinds.index(strata[row]) if strata else 0
            found[position[str(name)], censuses.index(float(years[row] or 0)), kind] += (
                people[row] or 0.0
            ) * table.times[row]
    return found, censuses, kinds


def _year(value: str) -> float:
    """A year with four digits; decimals for a census that was not in the middle of one."""
    found = number(value)
    if not 1000 <= found < 10_000:
        raise Unusable(_("“{value}” is no year of four digits.").format(value=value))
    return found


def _refuse_empty_strata(path: Path, cases: Whole, people: Floats, strata: list[tuple[str, ...]]) -> None:
    for place, stratum in enumerate(strata):
        if cases[..., place].any() and not people[..., place].any():
            raise _nobody(path, stratum)


def _refuse_unpeopled(places: Places, cases: Whole, expected: Floats) -> None:
    wrong = np.flatnonzero(((cases > 0) & (expected <= 0)).any(axis=1))
    if len(wrong):
        named = names_of([places.names[place] for place in wrong], most=5)
        raise Refused(_("There are cases and no people at: {places}.").format(places=named))


def _nobody(path: Path, stratum: tuple[str, ...]) -> Refused:
    return Refused(
        _("{file} has no people of stratum {stratum}, and there are such cases.").format(
            file=isolated(str(path)), stratum=in_a_row(stratum)
        )
    )
