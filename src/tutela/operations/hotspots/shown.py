"""What of each cluster may leave: small counts, and all from which they could be worked out, stay behind."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tutela.engines.hotspots import Cluster, Findings, Network, recurrence
from tutela.operations.hotspots.reading import Study
from tutela.operations.language import gettext as _
from tutela.operations.language import number, short_number

RARE = 0.05
"""A cluster that chance alone brings in fewer than one of twenty analyses."""
EVERY_OTHER, ALWAYS_TOLD = 0.5, 3
HARDLY = 0.0001


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A cluster as the report tells it. None: too few cases to be shown, or not to be had."""

    number: int
    centre: str
    places: tuple[str, ...]
    radius: float | None
    when: str
    cases: int | None
    expected: float | None
    ratio: float | None
    risk: float | None
    statistic: float | None
    p: float
    gumbel_p: float | None
    recurs_after: float
    """In analyses: by the runs, or by the tail where no run did as well."""

    @property
    def is_rare(self) -> bool:
        return self.p <= RARE


def worth_telling(found: Findings) -> list[Cluster]:
    """The strongest three, and those after them that chance does not bring every second time."""
    return [one for place, one in enumerate(found.clusters) if place < ALWAYS_TOLD or one.p <= EVERY_OTHER]


def lines(study: Study, found: Findings, *, least: int) -> list[Line]:
    """The clusters in order. With fewer than `least` cases the count, what it is compared with, the statistic
    and the tail go together: from any of them the count can be had back."""
    told = enumerate(worth_telling(found), start=1)
    return [_line(place, study, cluster, found, least) for place, cluster in told]


def few(count: int | None, least: int) -> str:
    """A count as it may be shown."""
    return _("fewer than {count}").format(count=number(least)) if count is None else number(count)


def or_dash(value: float | None) -> str:
    """A number as it may be shown; a dash for one that is not."""
    return "–" if value is None else short_number(value)


def chance(value: float | None) -> str:
    """A chance as far as a reader needs it: what is rarer than 1 in 10,000 is not told in digits."""
    if value is not None and value < HARDLY:
        return _("below {number}").format(number=short_number(HARDLY))
    return or_dash(value)


def _line(place_in_row: int, study: Study, cluster: Cluster, found: Findings, least: int) -> Line:
    hidden = cluster.cases < least
    names = study.places.names
    along_links = isinstance(study.geometries[cluster.geometry], Network)
    tail = None if hidden else cluster.gumbel_p
    reached = bool((found.chance.maxima >= cluster.statistic).any())
    return Line(
        number=place_in_row,
        centre=names[cluster.centre],
        places=tuple(names[place] for place in cluster.places),
        radius=None if along_links else round(cluster.radius, 3),
        when=study.periods.label(cluster.start, cluster.stop),
        cases=None if hidden else cluster.cases,
        expected=None if hidden else round(cluster.expected, 2),
        ratio=None if hidden else round(cluster.cases / cluster.expected, 2),
        risk=None if hidden or math.isinf(cluster.relative_risk) else round(cluster.relative_risk, 2),
        statistic=None if hidden else round(cluster.statistic, 6),
        p=math.ceil(cluster.p * 100) / 100 if hidden else round(cluster.p, 4),
        gumbel_p=None if tail is None else _digits(tail),
        recurs_after=_digits(recurrence(cluster.p if reached or not tail else tail)),
    )


def _digits(value: float) -> float:
    return float(f"{value:.2g}")
