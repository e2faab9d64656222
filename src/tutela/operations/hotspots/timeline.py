"""When each cluster was, as bars along time: no counts, so that none can be worked out from it."""

from __future__ import annotations

from collections.abc import Sequence

from tutela.engines import pictures
from tutela.engines.hotspots import Cluster
from tutela.operations.hotspots.reading import Study
from tutela.operations.language import gettext as _
from tutela.operations.language import ngettext, number

WIDTH, LEFT, RIGHT, TOP, ROW, BAR, BELOW = 720.0, 40.0, 16.0, 8.0, 26.0, 12.0, 26.0
NARROWEST = 4.0
STYLE = """
.bar-of-time { fill: var(--ground); stroke: var(--flow); stroke-width: 2; stroke-dasharray: 5 4; }
.bar-of-time.rare { fill: var(--mark); stroke: var(--mark); stroke-dasharray: none; }
.track { stroke: var(--line); } .when figure { max-inline-size: 46rem; margin-block: 1.5rem; }
.when .picture { min-inline-size: 34rem; }
"""


def timeline(study: Study, clusters: Sequence[Cluster], rare: Sequence[bool]) -> str:
    """A row for each cluster with its number: full where chance hardly explains it, hollow and broken where
    it may."""
    periods = study.periods.number
    height = TOP + ROW * len(clusters) + BELOW
    end = WIDTH - RIGHT
    parts = []
    for place, (cluster, is_rare) in enumerate(zip(clusters, rare, strict=True)):
        middle = TOP + ROW * (place + 0.5)
        start = LEFT + (end - LEFT) * cluster.start / periods
        wide = max((end - LEFT) * (cluster.stop - cluster.start) / periods, NARROWEST)
        start = min(start, end - wide)
        parts += [
            pictures.text(LEFT - 12, middle + 4.5, str(place + 1), kind="number", anchor="end"),
            pictures.tag("line", {"class": "track", "x1": LEFT, "y1": middle, "x2": end, "y2": middle}),
            pictures.tag(
                "rect",
                {
                    "class": "bar-of-time rare" if is_rare else "bar-of-time",
                    "x": start,
                    "y": middle - BAR / 2,
                    "width": wide,
                    "height": BAR,
                },
                pictures.told(f"{place + 1}: {study.periods.label(cluster.start, cluster.stop)}"),
            ),
        ]
    first, last = study.periods.begins(0), study.periods.ends(periods - 1)
    parts.append(pictures.text(LEFT, height - 8, first, kind="small"))
    parts.append(pictures.text(end, height - 8, last, kind="small", anchor="end"))
    says = ngettext(
        "{count} bar along time; the table above has the same.",
        "{count} bars along time; the table above has the same.",
        len(clusters),
    )
    return pictures.picture(
        name="when",
        title=_("When the clusters were"),
        description=says.format(count=number(len(clusters))),
        width=WIDTH,
        height=height,
        parts=parts,
    )
