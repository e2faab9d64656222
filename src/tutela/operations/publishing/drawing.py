"""The pictures of a release as plain SVG: guesses in a hundred, how far numbers are off, and the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tutela.engines.pictures import text
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, rtl
from tutela.operations.language import number as written

STYLE = """
svg text { font: 14px system-ui, sans-serif; fill: var(--ink); }
svg .soft { fill: var(--soft); }
svg .head { font-weight: 600; }
svg .plain { fill: var(--line); } svg .blind { fill: var(--other); } svg .more { fill: var(--mark); }
svg .bar { fill: var(--other); fill-opacity: .35; } svg .whisker { stroke: var(--ink); stroke-width: 1.5; }
figure { overflow-x: auto; } figure svg { max-inline-size: 25rem; }
figure.wide { flex-basis: 100%; max-inline-size: 46rem; }
figure.wide svg { min-inline-size: 36rem; max-inline-size: none; }
.warning { border: 2px solid var(--mark); padding: .6rem 1rem; font-weight: 600; }
"""
_WIDE = 360
"""What fits a telephone without making letters too small to read."""
_DOT, _GAP = 12, 4


def svg(height: float, says: str, parts: Sequence[str], *, wide: int = _WIDE) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {height:.0f}" role="img"'
        f' aria-label="{escape(says)}">{"".join(parts)}</svg>'
    )


def guesses(share: int, *, says: str) -> str:
    """A hundred guesses twice: blindly, and with the release at hand."""
    parts = [
        *_hundred(10, 50, _("Without this release"), _("{count} right").format(count=written(50))),
        *_hundred(195, share, _("With it"), _("at most {count} right").format(count=written(share))),
    ]
    y = 56 + 10 * (_DOT + _GAP) + 26
    parts += [
        f'<circle class="blind" cx="16" cy="{y - 5}" r="6"/>',
        _text(30, y, _("right by chance")),
        f'<circle class="more" cx="16" cy="{y + 19}" r="6"/>',
        _text(30, y + 24, _("right because of the release, at most")),
    ]
    return svg(y + 36, says, parts)


def _hundred(left: float, share: int, head: str, under: str) -> list[str]:
    parts = [
        _text(left, 20, head, kind="head"),
        _text(left, 42, under),
    ]
    for place in range(100):
        x = left + (place % 10) * (_DOT + _GAP) + _DOT / 2
        y = 56 + (place // 10) * (_DOT + _GAP) + _DOT / 2
        kind = "blind" if place < min(share, 50) else "more" if place < share else "plain"
        parts.append(f'<circle class="{kind}" cx="{x:.0f}" cy="{y:.0f}" r="{_DOT / 2:.0f}"/>')
    return parts


def distances(far: Sequence[tuple[str, float]], *, says: str) -> str:
    """How far numbers are off: for each kind of table a line to both sides of what was counted."""
    widest = max(distance for _name, distance in far)
    middle, most = 240, 110
    parts = [_text(middle, 18, _("what was counted"), kind="soft", anchor="middle")]
    y = 28
    for name, distance in far:
        half = max(3.0, most * distance / widest)
        parts += [
            _text(10, y + 22, name),
            f'<rect class="bar" x="{middle - half:.1f}" y="{y + 4}" width="{2 * half:.1f}" height="26"/>',
            text(middle, y + 22, f"± {written(distance)}", anchor="middle"),
        ]
        y += 42
    parts.append(f'<path class="whisker" d="M{middle} 24V{28}"/>')
    return svg(y + 4, says, parts)


@dataclass(frozen=True, slots=True)
class Bar:
    """A number with its interval; a head has no number."""

    name: str
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    is_head: bool = False


def bars(found: Sequence[Bar], *, says: str) -> str:
    """Numbers with their intervals, a line each, under the name of their column."""
    left, right, wide = 230, 600, 700
    most = max((bar.high for bar in found), default=1.0) or 1.0
    parts: list[str] = []
    y = 6.0
    for bar in found:
        if bar.is_head:
            y += 12
            parts.append(_text(0, y + 16, _short(bar.name, 60), kind="head"))
            y += 26
            continue

        def at(number: float) -> float:
            return left + (right - left) * max(0.0, number) / most

        long = max(0.5, at(bar.value) - left)
        parts += [
            _text(left - 10, y + 16, isolated(_short(bar.name, 28)), anchor="end"),
            f'<rect class="bar" x="{left}" y="{y + 2}" width="{long:.1f}" height="18"/>',
            f'<path class="whisker" d="M{at(bar.low):.1f} {y + 11}H{at(bar.high):.1f}M{at(bar.low):.1f}'
            f' {y + 5}v12M{at(bar.high):.1f} {y + 5}v12"/>',
            text(at(bar.high) + 8, y + 16, written(max(0.0, bar.value))),
        ]
        y += 25
    return svg(y + 6, says, parts, wide=wide)


def _text(x: float, y: float, says: str, *, kind: str = "", anchor: str = "start") -> str:
    """Words of the language that is spoken; numbers alone always run from left to right."""
    return text(x, y, says, kind=kind, anchor=anchor, rtl=rtl())


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"
