"""Numbers as classes from pale to dark, in colours that every eye tells apart, dark and in print too."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

STEPS = 5
LIGHT = ("#cfe3f3", "#94c4df", "#4f9bcb", "#1f6bab", "#0b3d75")
DARK = ("#1d4468", "#2b6a9c", "#4a95c9", "#86c2e6", "#d9effb")
"""From little to much: one hue, so that lightness alone tells the classes apart, in grey too."""


@dataclass(frozen=True, slots=True)
class Classes:
    """`steps`: the class of each code, 1 the palest in use and STEPS the darkest; `ranges`: for each class
    in use, the smallest and the largest number in it."""

    steps: Mapping[str, int]
    ranges: Mapping[int, tuple[float, float]]


def classed(values: Mapping[str, float], most: int = STEPS) -> Classes:
    """About as many countries in each of up to `most` classes; equal numbers always in one class."""
    bounds = quantiles(values.values(), most)
    first = STEPS - len(bounds) + 1
    steps = {
        code: first + next(n for n, bound in enumerate(bounds) if value <= bound)
        for code, value in sorted(values.items())
    }
    ranges: dict[int, tuple[float, float]] = {}
    for code, step in steps.items():
        low, high = ranges.get(step, (math.inf, -math.inf))
        ranges[step] = min(low, values[code]), max(high, values[code])
    return Classes(steps, dict(sorted(ranges.items())))


def quantiles(values: Iterable[float], most: int) -> list[float]:
    """Upper bounds of classes with about as many values each, without repeats."""
    ordered = sorted(values)
    if not ordered:
        return []
    cuts = (ordered[math.ceil(len(ordered) * n / most) - 1] for n in range(1, most + 1))
    return list(dict.fromkeys(cuts))


def _steps(colours: tuple[str, ...]) -> str:
    return " ".join(f"--step-{number}: {colour};" for number, colour in enumerate(colours, start=1))


STYLE = (
    f":root {{ {_steps(LIGHT)} --land: #dfe3e0; --rim: #7b868c; --sea: #f3f6f7; --flow: #00588f; }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ {_steps(DARK)} --land: #3a444a; --rim: #87949b;"
    " --sea: #1a2125; --flow: #6cbcf5; } }\n"
    + "".join(f".step-{n} {{ fill: var(--step-{n}); }} " for n in range(1, STEPS + 1))
    + """
.picture { background: none; }
.picture text { font: 500 12.5px system-ui, sans-serif; fill: var(--ink); }
.picture .label { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round; }
.picture .small { font-size: 11.5px; fill: var(--soft); } .picture .head { font-weight: 600; }
.sea { fill: var(--sea); } .land { fill: var(--land); } .neutral { fill: var(--land); }
.chosen { fill: var(--ground); } .none { fill: var(--ground); } .few { fill: var(--ground); }
.coast { stroke: var(--rim); stroke-width: 7; stroke-linejoin: round; }
.border { fill: none; stroke: var(--rim); stroke-width: 3; stroke-linejoin: round; }
.hatch { stroke: var(--rim); stroke-width: 1; fill: none; } .speck { fill: var(--rim); }
.swatch { stroke: var(--rim); } .dot { stroke: var(--rim); stroke-width: .8; }
.disc { fill: var(--flow); fill-opacity: .55; stroke: var(--ground); stroke-width: 1; }
.disc-rim { fill: none; stroke: var(--ink); }
.flow { fill: none; stroke: var(--flow); stroke-opacity: .78; stroke-linecap: butt; }
.head-of-flow { fill: var(--flow); } .guess { stroke: var(--mark); stroke-dasharray: 5 4; }
.head-of-guess { fill: var(--mark); }
.end { fill: var(--ink); stroke: var(--ground); stroke-width: 1; }
.between { fill: var(--ground); stroke: var(--ink); stroke-width: 1.8; }
.texture { display: none; } .ink-line { stroke: #000; stroke-width: .7; fill: none; }
.ink-speck { fill: #000; } .pale-line { stroke: #fff; stroke-width: .9; fill: none; }
@media print { .texture { display: inline; } }
"""
)
"""For a page that has --ink, --soft, --ground and --mark. In print each class has a texture of its own."""
