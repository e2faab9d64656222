"""The sections of the report that say what was estimated of everybody, and how much hangs on what."""

from __future__ import annotations

from tutela.engines.prevalence import Study, notation, overlaps
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, ngettext, number, percent, pgettext
from tutela.operations.prevalence import drawing, shown, words
from tutela.operations.prevalence.asked import Asked
from tutela.operations.prevalence.reasons import said
from tutela.operations.reports import pages

LEVELS = (0.8, 0.95)
_BEST = 10


def every_method(asked: Asked, study: Study) -> list[str]:
    """What each method says and what speaks against it, models, overlaps, and lists left out."""
    return [
        pages.section(_("Every method, side by side"), _chart(study), _answers(study), _reasons(study)),
        pages.section(_("What to keep in mind"), pages.bullets(_cautions(study))),
        *([_models(study)] if study.spread and study.spread.looked_at > 1 else []),
        shared_by_lists(asked, study),
        *([_variants(study)] if len(study.variants) > 1 else []),
    ]


def shared_by_lists(asked: Asked, study: Study) -> str:
    """How many people each two lists share, but for small numbers."""
    names = study.table.lists
    known = {(one.first, one.second): one.people for one in overlaps(study.table, smallest=asked.least_shown)}

    def cell(first: str, second: str) -> str:
        people = known.get((first, second), known.get((second, first)))
        return isolated(f"<{number(asked.least_shown)}") if people is None else number(people)

    rows = [[first, *(cell(first, second) for second in names)] for first in names]
    caption = _(
        "On the diagonal the sizes of lists. Numbers from 1 to {most}, and what would tell them, are not"
        " shown."
    )
    return pages.section(
        _("What the lists share"),
        pages.table(
            [_("List"), *names],
            rows,
            caption=caption.format(most=number(asked.least_shown - 1)),
            numbers=tuple(range(1, len(names) + 1)),
        ),
    )


# ---------------------------------------------------------------- methods
def _chart(study: Study) -> str:
    caption = _(
        "Dots: estimates of all people. Thick lines: {narrow}. Thin lines: {wide}. Dotted line: people on a"
        " list."
    )
    narrow, wide = map(percent, LEVELS)
    return pages.figure(drawing.methods(study), caption.format(narrow=narrow, wide=wide))


def _answers(study: Study) -> str:
    rows = [
        [
            _(words.METHODS[one.method]),
            shown.words(one.total),
            *(shown.span(shown.interval(one, level)) for level in LEVELS),
            _(words.KINDS[one.kind]) if one.kind else "–",
            shown.interactions(one, study.table) or "–",
        ]
        for one in study.answers
    ]
    heads = [_("Method"), _("All people"), *map(percent, LEVELS)]
    heads += [_("What the interval is"), _("Lists that depend on each other")]
    return pages.table(heads, rows, caption=words.coverage(), numbers=(1, 2, 3))


def _reasons(study: Study) -> str:
    about = [words.noted(_(words.METHODS[one.method]), _(words.ABOUT[one.method])) for one in study.answers]
    notes = [
        words.noted(_(words.METHODS[one.method]), said(one.refusal or one.note))
        for one in study.answers
        if one.refusal or one.note
    ]
    return pages.bullets(about) + (pages.bullets(notes) if notes else "")


def _cautions(study: Study) -> list[str]:
    return [_(words.CAUTIONS[one]) for one in study.cautions] + [words.coverage()]


# ---------------------------------------------------------------- what hangs on what
def _models(study: Study) -> str:
    spread = study.spread
    assert spread is not None
    rows = [
        [
            in_a_row([isolated(one) for one in notation(spread.models[place], study.table.lists)])
            or pgettext("lists that depend on each other", "none"),
            shown.words(float(spread.totals[place])),
            number(spread.bic[place] - spread.bic[0], decimals=2),
        ]
        for place in range(min(_BEST, len(spread.totals)))
    ]
    return pages.section(
        _("Models that fit as well"),
        pages.paragraph(_looked_through(study)),
        pages.figure(drawing.spread(spread), words.near_models()),
        pages.table(
            [_("Lists that depend on each other"), _("All people"), _("BIC above lowest")],
            rows,
            caption=_("The ten best. Parameters at minus infinity count as parameters."),
            numbers=(1, 2),
        ),
    )


def _looked_through(study: Study) -> str:
    spread = study.spread
    assert spread is not None
    looked = ngettext(
        "{count} hierarchical model with interactions of up to {order} lists was looked through; {estimated}"
        " have an estimate.",
        "{count} hierarchical models with interactions of up to {order} lists were looked through;"
        " {estimated} have an estimate.",
        spread.looked_at,
    ).format(count=number(spread.looked_at), order=number(spread.order), estimated=number(len(spread.totals)))
    low, high = spread.near_range or (None, None)
    near = ngettext(
        "{count} lies near the lowest BIC, from {low} to {high} people.",
        "{count} lie near the lowest BIC, from {low} to {high} people.",
        spread.near,
    ).format(count=number(spread.near), low=shown.words(low), high=shown.words(high))
    return f"{looked} {near}"


def _variants(study: Study) -> str:
    rows = [
        [words.change(one), shown.words(one.stepwise), shown.words(one.lowest_bic)] for one in study.variants
    ]
    return pages.section(
        _("When a list is left out, or two are one"),
        pages.table(
            [_("Lists"), _("Step by step"), _("Lowest BIC (pairs)")],
            rows,
            caption=_("An estimate that jumps hangs on one list. A dash: no estimate, or too many models."),
            numbers=(1, 2),
        ),
    )
