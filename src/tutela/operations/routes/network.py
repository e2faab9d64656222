"""The sections of a report of routes about its network: its backbone, who lies between, and guessed ways."""

from __future__ import annotations

import numpy as np

from tutela.operations.language import gettext as _
from tutela.operations.language import ngettext, number, percent, short_number
from tutela.operations.reports import pages
from tutela.operations.routes import tabled, words
from tutela.operations.routes.asked import Asked
from tutela.operations.routes.naming import name_of, names_by_code, row_of
from tutela.operations.routes.pictured import MOST_LINES, ends, shortened
from tutela.operations.routes.reading import Study
from tutela.operations.routes.working import Between, Findings


def backbone(asked: Asked, study: Study, found: Findings) -> str:
    legs, chosen = found.legs, found.alpha < asked.level
    carried = float(legs.weight[chosen].sum() / legs.weight.sum()) if len(legs) else 0.0
    names = names_by_code(study)
    lines = [
        [names[str(a)], names[str(b)], number(int(str(w))), words.tiny(float(str(alpha)))]
        for a, b, w, alpha, belongs in tabled.links(asked, study, found)
        if belongs
    ]
    says = _("{count} of {all} links, with {part} of what was recorded on all, at level {level}.")
    return pages.section(
        _("Backbone"),
        pages.paragraph(_(words.BACKBONE)),
        pages.paragraph(
            says.format(
                count=number(int(chosen.sum())),
                all=number(len(legs)),
                part=percent(carried),
                level=short_number(asked.level),
            )
        ),
        pages.table(
            [*ends(), _("Records"), _("By chance")],
            lines[:MOST_LINES],
            caption=shortened(_("Links by what was recorded on them."), len(lines), "links.csv"),
            numbers=(2, 3),
        ),
    )


def amid(study: Study, found: Findings) -> str:
    names = names_by_code(study)
    rows = [
        [
            names[str(code)],
            number(int(str(into))),
            number(int(str(out))),
            percent(float(str(part)), decimals=1),
        ]
        for code, _name, _kind, into, out, part in tabled.places(study, found)
        if part
    ]
    return pages.section(
        _("Places between others (guessed ways)"),
        pages.paragraph(_(words.BETWEEN)),
        pages.table(
            [_("Place"), _("Records in"), _("Records out"), _("Part of shortest ways")],
            rows[:15],
            caption=_("The 15 most between; all in places.csv."),
            numbers=(1, 2, 3),
        ),
    )


def outreach(study: Study, between: Between) -> str:
    """Where people could be met on the way from the one set to the other."""
    origins, destinations = (
        row_of([name_of(study, one) for one in some]) for some in (between.origins, between.destinations)
    )
    rows = _on_the_way(study, between)
    straight = ngettext(
        "{count} more is recorded as straight from the one to the other: no place between can meet them.",
        "{count} more are recorded as straight from the one to the other: no place between can meet them.",
        between.direct,
    )
    return pages.section(
        _("Where to meet people on the way"),
        pages.paragraph(
            _("From {origins} to {destinations}.").format(origins=origins, destinations=destinations)
        ),
        pages.table(
            [_("By way of"), _("Records"), _("Together")],
            rows[:MOST_LINES],
            caption=shortened(
                _("Recorded on the way between these, the most first."), len(rows), "routes.csv"
            ),
            numbers=(1, 2),
        ),
        pages.paragraph(straight.format(count=number(between.direct))),
        pages.paragraph(_passes(study, between)),
        pages.paragraph(_(words.CUT), kind="soft"),
    )


def _on_the_way(study: Study, between: Between) -> list[list[str]]:
    """Places by their records, with the part of all that they and those before them have."""
    order = np.lexsort((np.arange(len(between.on_the_way)), -between.on_the_way))
    total, so_far, rows = int(between.on_the_way.sum()), 0, []
    for at in order[between.on_the_way[order] > 0].tolist():
        so_far += int(between.on_the_way[at])
        rows.append([name_of(study, at), number(int(between.on_the_way[at])), percent(so_far / total)])
    return rows


def _passes(study: Study, between: Between) -> str:
    every = ngettext(
        "To cut the ways along all links, {count} would be needed.",
        "To cut the ways along all links, {count} would be needed.",
        between.of_all_links,
    ).format(count=number(between.of_all_links))
    if not between.cut.cost:
        none = _("No way of the backbone leads from the one to the other by a place between.")
        return f"{none} {every}"
    passes = ngettext(
        "Every way along the backbone passes this place: {places}.",
        "Every way along the backbone passes one of these places: {places}.",
        between.cut.cost,
    )
    places = row_of([name_of(study, int(one)) for one in between.cut.places])
    return f"{passes.format(places=places)} {every}"


def guessed(study: Study, found: Findings) -> str:
    rows = [
        [
            *(name_of(study, place) for place in (one.origin, one.transit, one.destination)),
            number(one.at_most),
        ]
        for one in found.guesses
    ]
    return pages.section(
        _("Guessed ways"),
        pages.paragraph(_(words.GUESSES)),
        pages.table(
            [ends()[0], _("By way of"), ends()[1], _("At most")],
            rows[:MOST_LINES],
            caption=shortened(_("Each line is a guess."), len(rows), "result.json"),
            numbers=(3,),
        ),
    )
