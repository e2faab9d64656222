"""A map of the places that stand out with their neighbours: told apart by form, and by colour besides."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np

from tutela.engines.hotspots import GreatCircle, flattened
from tutela.operations.hotspots.reading import Study
from tutela.operations.language import gettext as _
from tutela.operations.language import number

_SIZE, _EDGE = 480, 20
STYLE = """
.quiet { fill: var(--line); } .many { fill: var(--mark); }
.fewer { fill: none; stroke: var(--other); stroke-width: 2; } .unlike { fill: var(--ink); }
"""


def local_map(study: Study, kinds: Mapping[str, str]) -> str:
    """Every place as a dot, those of `kinds` (place to what it is one of) as a mark of their kind, on top."""
    x, y, height = _laid_flat(study)
    spots = list(zip(study.places.names, x.tolist(), y.tolist(), strict=True))
    quiet = [
        f'<circle class="quiet" cx="{a:.1f}" cy="{b:.1f}" r="2.4"/>' for n, a, b in spots if n not in kinds
    ]
    marks = [_mark(kinds[name], across, down) for name, across, down in spots if name in kinds]
    title = _("Places that stand out")
    told = _(
        "Map of places. All of them: {places}. Those that stand out with their neighbours: {marks}."
    ).format(places=number(len(spots)), marks=number(len(marks)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_SIZE} {height:.0f}">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>{''.join(quiet)}{''.join(marks)}</svg>"
    )


def _mark(kind: str, x: float, y: float) -> str:
    match kind:
        case "many among many":
            return f'<circle class="many" cx="{x:.1f}" cy="{y:.1f}" r="5.5"/>'
        case "few among few":
            cross = f"M{x - 4:.1f} {y:.1f}h8M{x:.1f} {y - 4:.1f}v8"
            return (
                f'<circle class="fewer" cx="{x:.1f}" cy="{y:.1f}" r="5.5"/><path class="fewer" d="{cross}"/>'
            )
        case _:
            return f'<rect class="unlike" x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9"/>'


def _laid_flat(study: Study) -> tuple[np.ndarray, np.ndarray, float]:
    """Places in units of the drawing, and how high it is; both sides of the date line lie side by side."""
    ground = study.places.ground
    if isinstance(ground, GreatCircle):
        if np.ptp(ground.longitude) > 180:
            ground = GreatCircle(ground.latitude, (ground.longitude % 360) - 180)
        ground = flattened(ground)
    wide, high = float(np.ptp(ground.x)), float(np.ptp(ground.y))
    room = _SIZE - 2 * _EDGE
    scale = room / (max(wide, high) or 1.0)
    x = _EDGE + (ground.x - ground.x.min()) * scale + (room - wide * scale) / 2
    return x, _EDGE + (ground.y.max() - ground.y) * scale, high * scale + 2 * _EDGE
