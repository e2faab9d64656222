"""The sections of the report by sex, age, form of exploitation and year, with rates where they can be had."""

from __future__ import annotations

from tutela.engines.prevalence import Breakdown
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, number, percent, pgettext
from tutela.operations.prevalence import shown, words
from tutela.operations.prevalence.asked import Asked
from tutela.operations.prevalence.reasons import said
from tutela.operations.reports import pages


def part_section(found: Breakdown, asked: Asked) -> str:
    """One way of telling people apart: a row a part, and whether the parts make the whole."""
    rated = any(part.population for part in found.parts)
    heads = [pgettext("report", "Part"), _("On a list"), _("All people"), percent(0.95)]
    heads += [_("By one model for all parts")]
    heads += [_("On a list, per 100,000"), _("All, per 100,000")] if rated else []
    rows = [_row(one, rated=rated) for one in shown.parts(found, least=asked.least_shown)]
    refused = [words.noted(part.name, said(part.refusal)) for part in found.parts if part.refusal]
    return pages.section(
        _(words.DIMENSIONS[found.dimension]),
        pages.table(heads, rows, caption=_reconciled(found), numbers=tuple(range(1, len(heads)))),
        *([pages.bullets(refused)] if refused else []),
        *([pages.paragraph(_(words.RATES))] if rated else []),
    )


def _row(one: shown.PartShown, *, rated: bool) -> list[str]:
    part = one.part
    row = [part.name, _("not shown") if one.observed is None else number(one.observed)]
    row += [shown.words(part.own), shown.span(part.own_interval)]
    row.append(shown.words(part.shared) if part.own is not None else "–")
    return [*row, *(_decimal(one.detected_rate), _decimal(part.rate))] if rated else row


def _decimal(value: float | None) -> str:
    return "–" if value is None else number(value, decimals=2)


def _reconciled(found: Breakdown) -> str:
    """The totals beside each other; nothing is bent to fit."""
    if not found.adds_up:
        return _(words.YEARS)
    together = _("All together, step by step: {total}.").format(total=shown.words(found.together))
    if found.sum_of_own is None or found.gap is None:
        apart = _("The parts cannot be added up: at least one has no estimate.")
        return f"{together} {apart}"
    added = _(
        "Sum of the parts: {own} ({gap}). Sum by one model for all parts: {shared}. Each part chose its own"
        " model, so they need not agree, and nothing was bent to make them."
    ).format(
        own=shown.words(found.sum_of_own), gap=_signed(found.gap), shared=shown.words(found.sum_of_shared)
    )
    return f"{together} {added}"


def _signed(part: float) -> str:
    """How much more or less than the whole, per hundred."""
    return isolated(("+" if part >= 0 else "") + percent(part))
