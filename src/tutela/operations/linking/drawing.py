"""How many pairs have which score, as plain SVG, with the two lines between the bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from tutela.operations.language import number as written
from tutela.operations.language import pgettext

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 260, 60, 12, 34, 44
STYLE = """
svg text { font: 13px system-ui, sans-serif; fill: var(--soft); }
svg .tick { text-anchor: end; } svg .middle { text-anchor: middle; } svg .grid { stroke: var(--line); }
svg .different { fill: var(--line); } svg .ask { fill: var(--mark); fill-opacity: .75; }
svg .same { fill: var(--other); } figure { max-inline-size: 48rem; flex-basis: 30rem; overflow-x: auto; }
figure svg { min-inline-size: 30rem; } td.number { white-space: nowrap; }
td:not(.number) { min-inline-size: 7rem; } td:last-child:not(.number) { min-inline-size: 13rem; }
figure { direction: ltr; }
[dir="rtl"] figcaption { direction: rtl; }
"""
_STEPS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Pairs by score and band: `counts` (bands, bins), the edges of the bins in bits."""

    counts: NDArray[np.int64]
    edges: NDArray[np.float64]
    bands: Sequence[str]
    """What each band is called."""


def spread(bits: NDArray[np.float64], bands: NDArray[np.str_], names: Mapping[str, str]) -> Spread:
    """Bins of two bits, from the lowest to the highest. `names`: what each band is called."""
    low, high = 2 * np.floor(bits.min() / 2), 2 * (np.floor(bits.max() / 2) + 1)
    edges = np.arange(low, high + 1, 2.0)
    counts = np.stack([np.histogram(bits[bands == name], edges)[0] for name in names])
    return Spread(counts=counts, edges=edges, bands=tuple(names.values()))


def histogram(shown: Spread, *, kinds: Sequence[str], says: str, least: int) -> str:
    """A bar a bin, its height by powers of ten, its colours in the proportion of the bands.

    A bar of fewer pairs than `least` is drawn as high as that.
    """
    scale = _Scale(shown)
    parts = [
        f'<path class="grid" d="M{LEFT} {scale.y(step):.1f}H{WIDTH - RIGHT}"/>'
        f'<text class="tick" x="{LEFT - 6}" y="{scale.y(step) + 4:.1f}">{written(step)}</text>'
        for step in scale.steps
    ]
    for place in range(shown.counts.shape[1]):
        parts += _bar(shown, place, kinds, scale, least)
    every = max(1, round(len(shown.edges) / 12)) * 2
    for edge in shown.edges:
        if edge % every == 0:
            parts.append(
                f'<text class="middle" x="{scale.x(edge):.1f}" y="{HEIGHT - 24}">{_signed(edge)}</text>'
            )
    score, pairs = pgettext("axis", "score in bits"), pgettext("axis", "pairs")
    parts.append(f'<text class="middle" x="{(LEFT + WIDTH) / 2:.0f}" y="{HEIGHT - 6}">{escape(score)}</text>')
    parts.append(f'<text x="{LEFT - 50}" y="16">{escape(pairs)}</text>')
    parts += _key(shown.bands, kinds)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(says)}"><title>{escape(says)}</title>' + "".join(parts) + "</svg>"
    )


class _Scale:
    """From bits and pairs to the drawing."""

    def __init__(self, shown: Spread) -> None:
        top = max(int(shown.counts.sum(axis=0).max()), 10)
        self.steps = [step for step in _STEPS if step <= top * 3]
        self._tall = np.log10(self.steps[-1] + 1)
        self._low, self._high = float(shown.edges[0]), float(shown.edges[-1])

    def x(self, bits: float) -> float:
        return LEFT + (bits - self._low) / (self._high - self._low) * (WIDTH - LEFT - RIGHT)

    def y(self, pairs: float) -> float:
        return float(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(np.log10(pairs + 1) / self._tall, 1))


def _bar(shown: Spread, place: int, kinds: Sequence[str], scale: _Scale, least: int) -> list[str]:
    column = shown.counts[:, place]
    total = int(column.sum())
    if not total:
        return []
    left, right = scale.x(float(shown.edges[place])) + 1, scale.x(float(shown.edges[place + 1])) - 1
    bottom, parts = scale.y(0), []
    tall = bottom - scale.y(max(total, least))
    for kind, number in zip(kinds, column, strict=True):
        height = tall * int(number) / total
        if height:
            parts.append(
                f'<rect class="{kind}" x="{left:.1f}" width="{right - left:.1f}" y="{bottom - height:.1f}"'
                f' height="{height:.1f}"/>'
            )
            bottom -= height
    return parts


def _signed(bits: float) -> str:
    return f"{bits:+.0f}".replace("-", "−") if bits else "0"


def _key(bands: Sequence[str], kinds: Sequence[str]) -> list[str]:
    at, parts = LEFT + 20, []
    for band, kind in zip(bands, kinds, strict=True):
        parts.append(f'<rect class="{kind}" x="{at}" y="6" width="12" height="12"/>')
        parts.append(f'<text x="{at + 18}" y="16">{escape(band)}</text>')
        at += 40 + 8 * len(band)
    return parts
