"""Works out what a report of routes shows, from routes that are told often enough to be shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.engines import routes as engine
from tutela.engines.routes import UNKNOWN, Changes, Cut, Guess, Network, Routes
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, in_a_row, isolated, ngettext
from tutela.operations.language import number as written
from tutela.operations.refusals import Refused
from tutela.operations.routes.asked import Asked
from tutela.operations.routes.reading import Study

ON_BOTH_SIDES = gettext_noop("A place stands on both sides of the cut.")
"""What the engine says of two sets that share a place: the only fault that those who ask can make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Origins and destinations (n,) of pairs, records `before` and `after`, and whether they changed.

    `whole`: p of the test over all pairs; `years`: first and last of each time.
    """

    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    changes: Changes
    whole: float
    years: tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Outreach points between two sets: records by place on the way (places,), those that lead straight from
    the one to the other, the cut of the backbone, and how many places cut all links."""

    origins: tuple[int, ...]
    destinations: tuple[int, ...]
    on_the_way: NDArray[np.int64]
    direct: int
    cut: Cut
    of_all_links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """`told`: routes of `least_shown` records and more, on which all rests; `set_aside`: routes, records."""

    told: Routes
    set_aside: tuple[int, int]
    legs: Network
    alpha: NDArray[np.float64]
    betweenness: NDArray[np.float64]
    guesses: list[Guess]
    compared: Compared | None
    between: Between | None


def work_out(asked: Asked, study: Study) -> Findings:
    """Everything that the report shows. Raises Refused where too little is left or a place is not there."""
    table = np.array([row for row, _number in study.rows])
    records = np.array([number for _row, number in study.rows])
    every = engine.routes(len(study.places), table[:, 0], table[:, 1], table[:, 2], records)
    often = every.records >= asked.least_shown
    told = every.only(often)
    if not len(told):
        raise Refused(
            ngettext(
                "No route is told by {count} record or more: nothing can be shown.",
                "No route is told by {count} records or more: nothing can be shown.",
                asked.least_shown,
            ).format(count=written(asked.least_shown))
        )
    legs = engine.legs(told)
    alpha = engine.disparity(legs)
    return Findings(
        told=told,
        set_aside=(int((~often).sum()), int(every.records[~often].sum())),
        legs=legs,
        alpha=alpha,
        betweenness=_betweenness(legs),
        guesses=engine.guesses(told),
        compared=_compared(asked, study, told, table, records),
        between=_between(asked, study, told, legs, alpha < asked.level),
    )


def _betweenness(legs: Network) -> NDArray[np.float64]:
    """Among places that have a link alone: those of rare routes must not move a number."""
    linked, number = np.unique(np.concatenate([legs.source, legs.target]), return_inverse=True)
    among = engine.network(len(linked), number[: len(legs)], number[len(legs) :], legs.weight)
    found = np.zeros(legs.places)
    found[linked] = engine.betweenness(among)
    return found


def halves(asked: Asked, years: tuple[int, ...]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The times to compare: as asked, else the earlier and the later half of the years; None of one year."""
    if asked.before and asked.after:
        return asked.before, asked.after
    if len(years) < 2:
        return None
    middle = len(years) // 2
    return (years[0], years[middle - 1]), (years[middle], years[-1])


def _compared(
    asked: Asked, study: Study, told: Routes, table: NDArray[np.int64], records: NDArray[np.int64]
) -> Compared | None:
    """Pairs of origin and destination whose records before, after, and in other years are none or enough."""
    shown = set(zip(told.origin.tolist(), told.transit.tolist(), told.destination.tolist(), strict=True))
    rows = [row for row in zip(table.tolist(), records.tolist(), strict=True) if tuple(row[0][:3]) in shown]
    times = halves(asked, tuple(sorted({year for (*_way, year), _number in rows} - {0})))
    if times is None:
        return None
    counts: dict[tuple[int, int], list[int]] = {}
    for (origin, _transit, destination, year), number in rows:
        if UNKNOWN not in (origin, destination):
            time = next((at for at, (first, last) in enumerate(times) if first <= year <= last), 2)
            counts.setdefault((origin, destination), [0, 0, 0])[time] += number
    kept = {
        pair: three
        for pair, three in sorted(counts.items())
        if all(number == 0 or number >= asked.least_shown for number in three) and three[0] + three[1]
    }
    before, after, _other = (
        np.array(column, dtype=np.int64) for column in np.array([*kept.values()]).reshape(-1, 3).T
    )
    if not before.any() or not after.any():
        return None
    ends = np.array(list(kept), dtype=np.int64)
    chance = np.random.default_rng(asked.seed)
    return Compared(
        origin=ends[:, 0],
        destination=ends[:, 1],
        before=before,
        after=after,
        changes=engine.changed(before, after),
        whole=engine.composition(before, after, chance=chance, runs=asked.runs),
        years=times,
    )


def _between(
    asked: Asked, study: Study, told: Routes, legs: Network, backbone: NDArray[np.bool_]
) -> Between | None:
    if not asked.origins:
        return None
    sets = [_numbers(study, names) for names in (asked.origins, asked.destinations)]
    try:
        found = engine.cut(legs.only(backbone), *sets)
        every = engine.cut(legs, *sets)
    except engine.BadNetwork as problem:
        raise Refused(
            _("--origins and --destinations: {problem}").format(problem=_(str(problem)))
        ) from problem
    straight = np.isin(legs.source, sets[0]) & np.isin(legs.target, sets[1])
    return Between(
        origins=sets[0],
        destinations=sets[1],
        on_the_way=engine.on_the_way(told, *sets),
        direct=int(legs.weight[straight].sum()),
        cut=found,
        of_all_links=every.cost,
    )


def _numbers(study: Study, names: tuple[str, ...]) -> tuple[int, ...]:
    known = {place.code: at for at, place in enumerate(study.places)}
    absent = [name for name in names if name not in known]
    if absent:
        says = _("No route tells {places}. Name countries by two letters, regions in full.")
        raise Refused(says.format(places=in_a_row([isolated(name) for name in absent])))
    return tuple(sorted(known[name] for name in names))
