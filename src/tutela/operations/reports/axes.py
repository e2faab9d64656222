"""The frame of a picture over time: periods from left to right, cases upwards, round numbers at its lines."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tutela.operations.language import number

WIDTH, LEFT, RIGHT = 720, 44, 10


@dataclass(frozen=True, slots=True)
class Axes:
    """From periods and cases to a drawing `height` high, of which `top` and `bottom` stay free."""

    periods: int
    largest: float
    """The most cases that are drawn."""
    height: int
    top: int
    bottom: int

    @property
    def foot(self) -> int:
        """Where no cases are."""
        return self.height - self.bottom

    @property
    def step(self) -> int:
        """Cases from line to line: 1, 2 or 5 with noughts."""
        return round_step(max(self.largest, 4) / 4)

    @property
    def end(self) -> int:
        """Cases at the uppermost line."""
        return self.step * (int(self.largest // self.step) + 1)

    @property
    def wide(self) -> float:
        """The width of a period."""
        return (WIDTH - LEFT - RIGHT) / self.periods

    def x(self, at: float) -> float:
        return LEFT + at * self.wide

    def y(self, cases: float) -> float:
        return self.foot - (self.foot - self.top) * min(cases, self.end) / self.end

    def lines(self) -> list[str]:
        """A line with its number at each step."""
        parts = []
        for tick in range(0, self.end + 1, self.step):
            y = self.y(tick)
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}">{number(tick)}</text>')
        return parts


def round_step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20 … that is not under `least`, a number of one or more."""
    size: int = 10 ** math.floor(math.log10(least))
    return next(step * size for step in (1, 2, 5, 10) if step * size >= least)
