"""Which places stand out with their neighbours: worked out, kept from giving small counts away, and told."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.engines.hotspots import (
    Among,
    GreatCircle,
    Local,
    Plane,
    linked,
    local_statistics,
    nearest,
    rates,
    runs_for,
)
from tutela.engines.hotspots.local import LEVEL
from tutela.operations.hotspots.asked import Asked
from tutela.operations.hotspots.local_drawing import local_map
from tutela.operations.hotspots.reading import Study
from tutela.operations.hotspots.shown import chance, few, or_dash
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, in_a_row, ngettext, pgettext
from tutela.operations.language import number as written
from tutela.operations.refusals import Refused
from tutela.operations.reports import pages

HEADS = ("place", "cases", "stands_out", "among", "gi_star", "moran", "p", "q", "q_any_dependence")
MOST_LISTED = 20
WORDS = {
    Among.HIGH_HIGH: gettext_noop("many among many"),
    Among.LOW_LOW: gettext_noop("few among few"),
    Among.HIGH_LOW: gettext_noop("many among few"),
    Among.LOW_HIGH: gettext_noop("few among many"),
}
_NO_PYSAL = gettext_noop("--local needs PySAL, which is not installed: ./run add places.")
_Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as the report tells it. None: too few cases around, or no neighbours."""

    place: str
    cases: int | None
    among: Among | None
    stands_out: bool
    z: float | None
    moran: float | None
    p: float | None
    q: float | None
    q_any: float | None


@dataclass(frozen=True, slots=True)
class Around:
    """What was found about every place. `rated`: held against people, not counts alone; `alone`: places
    without neighbours or people; `number`: neighbours of each, None where links make them."""

    spots: tuple[Spot, ...]
    rated: bool
    alone: int
    number: int | None
    runs: int

    @property
    def told(self) -> list[Spot]:
        """Places that stand out, the least likely by chance first; those whose chance is hidden last."""
        standing = [spot for spot in self.spots if spot.stands_out]
        return sorted(standing, key=lambda spot: (spot.q is None, spot.q or 0, -abs(spot.z or 0), spot.place))


def refuse_without_pysal() -> None:
    """Raises Refused, before anything is worked out, where what it needs is not there."""
    if any(importlib.util.find_spec(name) is None for name in ("esda", "libpysal")):
        raise Refused(_(_NO_PYSAL))


def look_around(asked: Asked, study: Study) -> Around:
    """Every place and its neighbours over the whole time. Raises BadCounts or BadPlaces of the engine."""
    cases = study.cases.sum(axis=1)
    people = _people(study)
    usable = np.arange(len(cases)) if people is None else np.flatnonzero(people > 0)
    values = cases[usable].astype(np.float64)
    if people is not None:
        values = rates(values, people[usable])
    neighbours = _neighbours(asked, study, usable)
    found = local_statistics(
        values, neighbours, chance=np.random.default_rng([asked.seed, 1]), runs=runs_for(len(usable))
    )
    spots = [
        _spot(study.places.names[place], row, found, cases[usable], neighbours[row], asked.least_shown)
        for row, place in enumerate(usable.tolist())
    ]
    return Around(
        spots=tuple(spots),
        rated=people is not None,
        alone=len(cases) - sum(len(each) > 0 for each in neighbours),
        number=None if study.links is not None else asked.neighbours,
        runs=found.runs,
    )


def cells(around: Around) -> list[list[object]]:
    """Rows of local.csv, under HEADS."""
    return [
        [s.place, s.cases, int(s.stands_out), _words(s), s.z, s.moran, s.p, s.q, s.q_any]
        for s in around.spots
    ]


def result(around: Around) -> dict[str, Any]:
    """The same for other programs."""
    return {
        "level": LEVEL,
        "runs": around.runs,
        "neighbours": around.number,
        "rates": around.rated,
        "places_left_out": around.alone,
        "places": [dict(zip(HEADS, row, strict=True)) for row in cells(around)],
    }


def section(asked: Asked, study: Study, around: Around) -> str:
    """The part of the page that speaks of single places."""
    kinds = {spot.place: WORDS[spot.among] for spot in around.told if spot.among is not None}
    picture = pages.figure(
        local_map(study, kinds),
        _(
            "Filled: many among many. Ring with a cross: few among few. Square: unlike its neighbours. "
            "Pale dots do not stand out. North is up."
        ),
    )
    return pages.section(
        _("Places that stand out with their neighbours"),
        pages.paragraph(_lead(around)),
        f'<div class="pictures">{picture}</div>',
        _table(asked, around),
        pages.bullets(_limits(around)),
    )


# ---------------------------------------------------------------- working it out
def _people(study: Study) -> NDArray[np.float64] | None:
    """What cases are held against in each place: an expectation, or cases and controls."""
    if study.expected is not None:
        return np.asarray(study.expected.sum(axis=1))
    if study.controls is not None:
        return np.asarray((study.cases + study.controls).sum(axis=1), dtype=np.float64)
    return None


def _neighbours(asked: Asked, study: Study, usable: _Whole) -> Sequence[_Whole]:
    if study.links is None:
        ground = study.places.ground
        chosen = (
            GreatCircle(ground.latitude[usable], ground.longitude[usable])
            if isinstance(ground, GreatCircle)
            else Plane(ground.x[usable], ground.y[usable])
        )
        return nearest(chosen, asked.neighbours)
    position = np.full(len(study.places.names), -1)
    position[usable] = np.arange(len(usable))
    links = position[study.links]
    return linked(len(usable), links[(links >= 0).all(axis=1)])


def _spot(name: str, row: int, found: Local, cases: _Whole, near: _Whole, least: int) -> Spot:
    """With a count under `least` at the place or beside it no number is told: each is made of such counts."""
    hidden = cases[row] < least or bool((cases[near] < least).any())

    def number(value: float, digits: int) -> float | None:
        return None if hidden or np.isnan(value) else round(float(value), digits)

    return Spot(
        place=name,
        cases=None if cases[row] < least else int(cases[row]),
        among=found.among[row],
        stands_out=bool(found.q[row] <= LEVEL),
        z=number(found.z[row], 2),
        moran=number(found.moran[row], 3),
        p=number(found.p[row], 5),
        q=number(found.q[row], 4),
        q_any=number(found.q_any[row], 4),
    )


# ---------------------------------------------------------------- telling it
def _words(spot: Spot) -> str:
    return WORDS[spot.among] if spot.among is not None else ""


def _lead(around: Around) -> str:
    number, told = len(around.spots), around.told
    if around.number is None:
        asks = _(
            "A scan asks where the strongest window is. This asks of every place alone whether it and the "
            "places that it is linked to have more, or fewer, than the land has on average."
        )
    else:
        asks = ngettext(
            "A scan asks where the strongest window is. This asks of every place alone whether it and its "
            "{count} nearest neighbour have more, or fewer, than the land has on average.",
            "A scan asks where the strongest window is. This asks of every place alone whether it and its "
            "{count} nearest neighbours have more, or fewer, than the land has on average.",
            around.number,
        ).format(count=written(around.number))
    if not told:
        none = ngettext(
            "None of {count} place stands out.", "None of {count} places stands out.", number
        ).format(count=written(number))
        return f"{asks} {none}"
    kinds = Counter(_words(spot) for spot in told)
    counted = in_a_row([f"{_(kind)}: {written(kinds[kind])}" for kind in WORDS.values() if kinds[kind]])
    says = ngettext(
        "{count} of {places} places stands out: {kinds}. About 1 in 20 of those that stand out is expected "
        "to be there by chance.",
        "{count} of {places} places stand out: {kinds}. About 1 in 20 of those that stand out is expected "
        "to be there by chance.",
        len(told),
    ).format(count=written(len(told)), places=written(number), kinds=counted)
    return f"{asks} {says}"


def _table(asked: Asked, around: Around) -> str:
    told = around.told
    if not told:
        return ""
    least = asked.least_shown
    rows = [
        [
            spot.place,
            few(spot.cases, least),
            _(WORDS[spot.among]) if spot.among is not None else "",
            or_dash(spot.z),
            chance(spot.p),
            chance(spot.q),
        ]
        for spot in told[:MOST_LISTED]
    ]
    caption = _(
        "Gi*: how many standard deviations the place and its neighbours together lie above or below the "
        "mean. Chance: how often neighbours dealt out anew lie as far out. Corrected: the same after looking "
        "at every place; up to 0.05 is listed."
    )
    if any(spot.z is None for spot in told[:MOST_LISTED]):
        caption += " " + _("A dash: a count under {least} is part of the number.").format(
            least=written(least)
        )
    if len(told) > MOST_LISTED:
        left = len(told) - MOST_LISTED
        more = ngettext("{count} more is in local.csv.", "{count} more are in local.csv.", left)
        caption += " " + more.format(count=written(left))
    heads = [_("Place"), pgettext("report", "Cases"), _("It is one of"), "Gi*"]
    heads += [_("Chance (p)"), _("Corrected (q)")]
    return pages.table(heads, rows, caption=caption, numbers=(1, 3, 4, 5))


def _limits(around: Around) -> list[str]:
    held = (
        _(
            "Rates, not counts, are compared, each as uncertain as its place is small (empirical Bayes): few "
            "people make no extreme."
        )
        if around.rated
        else _(
            "Counts are compared, not rates: nobody gave a population. A town with many people, or many "
            "officers, stands out by that alone."
        )
    )
    limits = [
        held,
        _("All of the time is added up: when something happened is not asked here."),
        _(
            "The correction is that of Benjamini and Hochberg, for {runs} deals. It holds where places that "
            "are close to each other go up and down together; local.csv has the stricter one of Benjamini "
            "and Yekutieli, which holds always."
        ).format(runs=written(around.runs)),
        _(
            "How many neighbours there are was chosen, not found: try another number before you believe an "
            "edge."
        ),
    ]
    if 2 / (around.runs + 1) > LEVEL / len(around.spots):
        limits.append(
            _(
                "There are so many places that one alone cannot stand out after so many deals: only several "
                "can."
            )
        )
    if around.alone:
        alone = _("Left out, without neighbours or without people: {count} of the places.")
        limits.append(alone.format(count=written(around.alone)))
    return limits
