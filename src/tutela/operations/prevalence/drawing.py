"""Two pictures as plain SVG: what each method says, and how far models that fit as well lie apart."""

from __future__ import annotations

import numpy as np

from tutela.engines import pictures
from tutela.engines.prevalence import NEAR, Spread, Study
from tutela.operations.language import gettext as _
from tutela.operations.language import ngettext, number, rtl
from tutela.operations.prevalence import shown, words
from tutela.operations.reports.axes import round_step

WIDTH, LEFT, RIGHT = 720, 190, 24
ROW = 38
STYLE = (
    pictures.STYLE
    + """
.tick { fill: var(--soft); } .grid { stroke: var(--line); }
.known { stroke: var(--ink); stroke-dasharray: 2 4; }
.wide { stroke: var(--flow); stroke-width: 2; } .narrow { stroke: var(--flow); stroke-width: 7; }
.at { fill: var(--mark); stroke: var(--ground); stroke-width: 2; }
.model { fill: var(--flow); fill-opacity: .7; } .model.lowest { fill: var(--mark); fill-opacity: 1; }
td.number { white-space: nowrap; } td:not(.number), th:not(.number) { min-inline-size: 8rem; }
figure { max-inline-size: 48rem; overflow-x: auto; } figure svg { min-inline-size: 34rem; }
"""
)


class _Scale:
    """From nobody to a round number of people beyond the largest that is shown."""

    def __init__(self, largest: float) -> None:
        self.step = round_step(max(largest, 10) / 6)
        self.end = self.step * (int(largest // self.step) + 1)
        self.begins = RIGHT if rtl() else LEFT

    def __call__(self, people: float) -> float:
        return self.begins + (WIDTH - LEFT - RIGHT) * min(people, self.end) / self.end

    def beside(self, y: float, says: str, *, kind: str = "") -> str:
        """Words beside the picture, on the side where a page begins: on a narrow one they are seen first."""
        x, anchor = (WIDTH - LEFT + 12, "start") if rtl() else (LEFT - 12, "end")
        return pictures.text(x, y, says, kind=kind, anchor=anchor, rtl=rtl())

    def grid(self, height: float) -> list[str]:
        """Lines at round numbers of people, and under them what is counted."""
        parts = []
        for tick in range(0, int(self.end) + 1, int(self.step)):
            at = self(tick)
            parts.append(_line("grid", (at, 8), (at, height - 42)))
            parts.append(pictures.text(at, height - 26, number(tick), kind="tick", anchor="middle"))
        middle = self(self.end / 2)
        says = _("People, known and unknown")
        return [*parts, pictures.text(middle, height - 7, says, anchor="middle", rtl=rtl())]


def methods(study: Study) -> str:
    """A dot for each method, a thick line for 80 %, a thin one for 95 %, and a dotted line at those known."""
    answers = [one for one in study.answers if one.total is not None]
    ends = [each.high for one in answers for each in one.intervals if np.isfinite(each.high)]
    scale = _Scale(max([one.total or 0 for one in answers] + ends))
    height = ROW * len(answers) + 60
    known = scale(study.table.observed)
    parts = [*scale.grid(height), _line("known", (known, 8), (known, height - 42))]
    for place, one in enumerate(answers):
        y = 8 + ROW * (place + 0.5)
        method = _(words.METHODS[one.method])
        parts.append(scale.beside(y + 4, method))
        for level, kind in ((0.95, "wide"), (0.8, "narrow")):
            if (span := shown.interval(one, level)) is not None:
                parts.append(_line(kind, (scale(span.low), y), (scale(span.high), y)))
        says = words.noted(method, shown.words(one.total))
        parts.append(_dot("at", scale(one.total or 0), y, 7, says))
    says = ngettext(
        "What {count} method estimates, with its intervals; the same numbers are in the table.",
        "What {count} methods estimate, with their intervals; the same numbers are in the table.",
        len(answers),
    ).format(count=number(len(answers)))
    return _drawing("methods", height, _("Every method, side by side"), says, parts)


def spread(found: Spread) -> str:
    """Models near the best: across how many people, down how much worse the BIC is; the best is another
    colour and larger."""
    totals, worse = found.totals[: found.near], found.bic[: found.near] - found.bic[0]
    scale = _Scale(float(totals.max()))
    height = 276
    parts = scale.grid(height)
    for tick in range(0, int(NEAR) + 1, 2):
        y = _down(tick, height)
        parts.append(scale.beside(y + 4, number(tick), kind="tick"))
        parts.append(_line("grid", (scale(0), y), (scale(scale.end), y)))
    edge, anchor = (WIDTH - 8, "end") if rtl() else (8, "start")
    head = _("BIC above lowest")
    parts.append(pictures.text(edge, _down(NEAR / 2, height), head, anchor=anchor, rtl=rtl()))
    dots = list(zip(totals.tolist(), worse.tolist(), strict=True))
    for place, (total, more) in reversed(list(enumerate(dots))):
        kind, radius = ("model lowest", 7) if place == 0 else ("model", 5)
        says = _("{people} people, BIC {more} above lowest").format(
            people=shown.words(total), more=number(more, decimals=2)
        )
        parts.append(_dot(kind, scale(total), _down(more, height), radius, says))
    says = ngettext(
        "{count} model near the lowest BIC, by what it estimates; the best ten are in the table.",
        "{count} models near the lowest BIC, by what they estimate; the best ten are in the table.",
        found.near,
    ).format(count=number(found.near))
    return _drawing("spread", height, _("Models that fit as well"), says, parts)


def _down(worse: float, height: float) -> float:
    return 18 + (height - 78) * worse / NEAR


def _line(kind: str, start: tuple[float, float], end: tuple[float, float]) -> str:
    facts = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    return pictures.tag("line", {"class": kind} | {key: float(value) for key, value in facts.items()})


def _dot(kind: str, x: float, y: float, radius: float, says: str) -> str:
    facts: dict[str, str | float] = {"class": kind, "cx": float(x), "cy": float(y), "r": float(radius)}
    return pictures.tag("circle", facts, pictures.told(says))


def _drawing(name: str, height: float, title: str, says: str, parts: list[str]) -> str:
    return pictures.picture(name=name, title=title, description=says, width=WIDTH, height=height, parts=parts)
