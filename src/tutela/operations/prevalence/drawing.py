"""Two pictures as plain SVG: what each method says, and how far models that fit as well lie apart."""

from __future__ import annotations

from html import escape

import numpy as np

from tutela.engines.prevalence import NEAR, Spread, Study
from tutela.operations.prevalence import shown, words

WIDTH, LEFT, RIGHT = 720, 190, 24
ROW = 38
STYLE = """
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
svg .name { text-anchor: end; } svg .tick { fill: var(--soft); text-anchor: middle; }
svg .grid { stroke: var(--line); } svg .known { stroke: var(--ink); stroke-dasharray: 2 4; }
svg .wide { stroke: var(--other); stroke-width: 2; } svg .narrow { stroke: var(--other); stroke-width: 7; }
svg .at { fill: var(--mark); stroke: var(--ground); stroke-width: 2; }
svg .model { fill: var(--other); fill-opacity: .7; }
td.number { white-space: nowrap; }
figure { max-inline-size: 48rem; overflow-x: auto; } figure svg { min-inline-size: 34rem; }
"""


class _Scale:
    """From nobody to a round number of people beyond the largest that is shown."""

    def __init__(self, largest: float) -> None:
        self.step = _round_step(largest)
        self.end = self.step * (int(largest // self.step) + 1)

    def __call__(self, people: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * min(people, self.end) / self.end

    def grid(self, height: float) -> list[str]:
        parts = []
        for tick in range(0, int(self.end) + 1, int(self.step)):
            at = f"{self(tick):.1f}"
            parts.append(f'<line class="grid" x1="{at}" x2="{at}" y1="8" y2="{height - 26:.0f}"/>')
            parts.append(f'<text class="tick" x="{at}" y="{height - 8:.0f}">{tick:,}</text>')
        return parts


def methods(study: Study) -> str:
    """A dot for each method, a thick line for 80 %, a thin one for 95 %, and a dotted line at those known."""
    answers = [one for one in study.answers if one.total is not None]
    ends = [each.high for one in answers for each in one.intervals if np.isfinite(each.high)]
    scale = _Scale(max([one.total or 0 for one in answers] + ends))
    height = ROW * len(answers) + 44
    parts = scale.grid(height)
    known = f"{scale(study.table.observed):.1f}"
    parts.append(f'<line class="known" x1="{known}" x2="{known}" y1="8" y2="{height - 26}"/>')
    for place, one in enumerate(answers):
        y = 8 + ROW * (place + 0.5)
        parts.append(
            f'<text class="name" x="{LEFT - 12}" y="{y + 4:.1f}">{escape(words.METHODS[one.method])}</text>'
        )
        for level, kind in ((0.95, "wide"), (0.8, "narrow")):
            if (span := shown.interval(one, level)) is not None:
                a, b = scale(span.low), scale(span.high)
                parts.append(f'<line class="{kind}" x1="{a:.1f}" x2="{b:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<circle class="at" cx="{scale(one.total or 0):.1f}" cy="{y:.1f}" r="7"/>')
    return _drawing(height, "What each method estimates; the same numbers are in the table.", parts)


def spread(found: Spread) -> str:
    """Models near the best: across how many people, down how much worse the BIC is."""
    totals, worse = found.totals[: found.near], found.bic[: found.near] - found.bic[0]
    scale = _Scale(float(totals.max()))
    height = 260
    parts = scale.grid(height)
    for tick in range(0, int(NEAR) + 1, 2):
        y = _down(tick, height)
        parts.append(f'<text class="name" x="{LEFT - 12}" y="{y + 4:.1f}">{tick}</text>')
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
    parts.append(f'<text x="8" y="{_down(NEAR / 2, height):.0f}">BIC above lowest</text>')
    for total, more in zip(totals, worse, strict=True):
        y = _down(float(more), height)
        parts.append(f'<circle class="model" cx="{scale(float(total)):.1f}" cy="{y:.1f}" r="5"/>')
    return _drawing(height, f"{found.near} models near the lowest BIC; the best ten are in the table.", parts)


def _down(worse: float, height: float) -> float:
    return 18 + (height - 62) * worse / NEAR


def _round_step(largest: float) -> int:
    rough = max(largest, 10) / 6
    size = 10 ** int(np.floor(np.log10(rough)))
    return int(next(step * size for step in (1, 2, 5, 10) if step * size >= rough)) or 1


def _drawing(height: float, says: str, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
        f' aria-label="{escape(says)}">' + "".join(parts) + "</svg>"
    )
