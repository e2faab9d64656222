"""What the report says of how good the forecast was where it was tried, beside simpler ways."""

from __future__ import annotations

import math

from tutela.operations.forecast import drawing, words
from tutela.operations.forecast.asked import Asked
from tutela.operations.forecast.predicting import LEVELS, Findings, Score, Verdict
from tutela.operations.hotspots.shown import chance
from tutela.operations.hotspots.words import length
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, ngettext, number, percent
from tutela.operations.reports import pages

_OFTEN = 0.4
"""Chances above it are not told in times."""
_BESIDE = {
    Verdict.BETTER: gettext_noop("{ahead} it was better than “{way}” ({chance})."),
    Verdict.WORSE: gettext_noop("{ahead} it was worse than “{way}” ({chance})."),
    Verdict.ALIKE: gettext_noop("{ahead} it was only as good as “{way}” ({chance})."),
}


def verdict(asked: Asked, found: Findings) -> str:
    """What can be said beside each of the simpler ways, one period ahead and at the furthest."""
    rivals = sorted((one for one in found.scores if one.against is not None), key=lambda one: one.step)
    was_tried = _("The forecast was tried on {time} that it had not seen.")
    last = [_("In brackets: how often chance alone brings so large a difference.")]
    if any(one.verdict is not Verdict.BETTER for one in rivals):
        last.append(_("Where a simpler way is as good, take that: its numbers stand beside."))
    return (
        '<div class="note">'
        + pages.paragraph(was_tried.format(time=length(found.plan.periods, asked.unit)))
        + pages.bullets(_beside(asked, one) for one in rivals)
        + pages.paragraph(" ".join(last))
        + "</div>"
    )


def _beside(asked: Asked, one: Score) -> str:
    assert one.against is not None
    ahead, way = words.so_far_ahead(one.step, asked.unit), _(words.NAMES[one.name])
    p = one.against.p
    if math.isnan(p):
        says = _("{ahead} it was not to be told from “{way}” in so short a time.")
        return says.format(ahead=ahead, way=way)
    often = _("every other time or more") if p > _OFTEN else _once_in(round(1 / p))
    return _(_BESIDE[one.verdict]).format(ahead=ahead, way=way, chance=often)


def _once_in(times: int) -> str:
    return ngettext("once in {count} time", "once in {count} times", times).format(count=number(times))


def how_good(asked: Asked, found: Findings) -> list[str]:
    """The scores as a table, and where in its forecast each count fell."""
    heads = [
        _("Ahead"), _("Way"), _("Logarithmic"), _("Ranked (cases)"), "Dawid-Sebastiani", _("80 % held"),
        _("95 % held"), _("Chance (p)"),
    ]  # fmt: skip
    caption = _(
        "The last {time}, each period forecast from what came before it alone. Scores: smaller is better. "
        "Held: how often the count lay within the interval; whole numbers make it more than 80 and 95 % "
        "where counts are small. Chance: how often a difference from this forecast as large comes by chance."
    ).format(time=length(found.plan.periods, asked.unit))
    rows = [_row(asked, one) for one in found.scores]
    table = pages.table(heads, rows, caption=caption, numbers=range(2, len(heads)))
    picture = pages.figure(
        drawing.calibration(found.calibration),
        _(
            "Where in its forecast each count fell. Even bars: the intervals are right. High at both ends: "
            "they are too narrow."
        ),
    ).replace("<figure>", '<figure class="small">', 1)
    return [table, f'<div class="pictures">{picture}</div>']


def _row(asked: Asked, one: Score) -> list[str]:
    p = None if one.against is None or math.isnan(one.against.p) else float(f"{one.against.p:.2g}")
    scores = (one.logarithmic, one.ranked, one.dawid_sebastiani)
    return [
        length(one.step, asked.unit),
        _(words.NAMES[one.name]),
        *(number(score, decimals=3) if math.isfinite(score) else "–" for score in scores),
        *(percent(one.held[level]) for level in LEVELS[1:]),
        chance(p),
    ]
