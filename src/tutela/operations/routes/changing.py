"""The section of a report of routes about what changed from one time to another."""

from __future__ import annotations

from tutela.operations.language import gettext as _
from tutela.operations.language import number, percent, pgettext
from tutela.operations.reports import pages
from tutela.operations.routes import tabled, words
from tutela.operations.routes.asked import Asked
from tutela.operations.routes.naming import names_by_code
from tutela.operations.routes.pictured import MOST_LINES, ends, shortened
from tutela.operations.routes.reading import Study
from tutela.operations.routes.working import Compared


def changed(asked: Asked, study: Study, compared: Compared | None) -> str:
    """The pairs whose part of all records is another than before."""
    if compared is None:
        alone = _("There are no two times with enough records to compare: one year, or no column “year”.")
        return pages.section(_("What changed"), pages.paragraph(alone))
    first, then = (words.years(*some) for some in compared.years)
    lines = _lines(asked, study, compared)
    says = _(
        "{first} against {then}: {count} of {all} pairs changed, of which about {part} are expected to be"
        " false. All pairs together: p = {p} by {runs} permutations."
    ).format(
        first=first,
        then=then,
        count=number(len(lines)),
        all=number(len(compared.before)),
        part=percent(asked.false_among),
        p=words.tiny(compared.whole, 3),
        runs=number(asked.runs),
    )
    return pages.section(
        _("What changed"),
        pages.paragraph(_(words.CHANGES)),
        pages.paragraph(says),
        pages.table(
            [*ends(), first, then, _("Part, times"), _("False among")],
            lines[:MOST_LINES],
            caption=shortened(_("Changed pairs, the surest first."), len(lines), "changes.csv"),
            numbers=(2, 3, 4, 5),
        ),
    )


def _lines(asked: Asked, study: Study, compared: Compared) -> list[list[str]]:
    """The pairs that changed, as far as so many false ones are borne."""
    names = names_by_code(study)
    return [
        [
            names[str(a)],
            names[str(b)],
            number(int(str(before))),
            number(int(str(after))),
            _times(ratio, after),
            words.tiny(float(str(q))),
        ]
        for a, b, before, after, ratio, _p, q in tabled.changes(study, compared)
        if float(str(q)) <= asked.false_among
    ]


def _times(ratio: object, after: object) -> str:
    if ratio is None:
        return pgettext("pair of places", "new")
    return number(float(str(ratio)), decimals=2) if after else pgettext("pair of places", "gone")
