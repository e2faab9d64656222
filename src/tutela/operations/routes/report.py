"""Writes what was found about routes: a page for people, tables and a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tutela import __version__
from tutela.engines.routes import UNKNOWN
from tutela.operations.language import (
    ENGLISH,
    in_a_row,
    isolated,
    listed,
    ngettext,
    number,
    pgettext,
    short_number,
    speaking,
)
from tutela.operations.language import gettext as _
from tutela.operations.reports import pages
from tutela.operations.reports.maps import Atlases
from tutela.operations.reports.telling import few
from tutela.operations.routes import changing, drawing, network, tabled, words
from tutela.operations.routes.asked import Asked
from tutela.operations.routes.naming import called, row_of
from tutela.operations.routes.pictured import ends_on_a_map, links_on_a_map, streams
from tutela.operations.routes.places import Gazetteer, Kind
from tutela.operations.routes.reading import Study
from tutela.operations.routes.working import Compared, Findings

_NAMES = ("report.html", "routes.csv", "links.csv", "places.csv", "changes.csv", "result.json")


def write(asked: Asked, study: Study, found: Findings, atlases: Atlases) -> list[Path]:
    """Six files in the folder asked for, the same bytes for the same files, options and language. What other
    programs read is in English always."""
    page = _page(asked, study, found, atlases)
    with pages.whole(asked.out) as folder, speaking(ENGLISH):
        paths = [folder / name for name in _NAMES]
        paths[0].write_text(page, encoding="utf-8")
        heads = ("origin", "transit", "destination", "records")
        pages.write_csv(paths[1], heads, tabled.routes(study, found))
        heads_of_links = ("from", "to", "records", "alpha", "backbone")
        pages.write_csv(paths[2], heads_of_links, tabled.links(asked, study, found))
        heads_of_places = ("code", "name", "kind", "in", "out", "betweenness")
        pages.write_csv(paths[3], heads_of_places, tabled.places(study, found))
        heads_of_changes = ("origin", "destination", "before", "after", "ratio", "p", "q")
        pages.write_csv(paths[4], heads_of_changes, tabled.changes(study, found.compared))
        pages.write_json(paths[5], _result(asked, study, found))
    return [asked.out / name for name in _NAMES]


# ---------------------------------------------------------------- for other programs
def _result(asked: Asked, study: Study, found: Findings) -> dict[str, Any]:
    compared, between = found.compared, found.between
    return {
        "tutela": __version__,
        "asked": dict(_settings(asked, compared)),
        "files": dict(study.files),
        "least_shown": asked.least_shown,
        "records": int(found.told.records.sum()),
        "routes": len(found.told),
        "routes_set_aside": found.set_aside[0],
        "links": len(found.legs),
        "backbone": int((found.alpha < asked.level).sum()),
        "unread": study.unread,
        "guesses": [
            {
                "origin": tabled.code(study, one.origin),
                "transit": tabled.code(study, one.transit),
                "destination": tabled.code(study, one.destination),
                "at_most": one.at_most,
            }
            for one in found.guesses
        ],
        "composition_p": compared.whole if compared else None,
        "cut": [tabled.code(study, int(one)) for one in between.cut.places] if between else None,
    }


# ---------------------------------------------------------------- for people
def _page(asked: Asked, study: Study, found: Findings, atlases: Atlases) -> str:
    limits = [_(one) for one in words.LIMITS]
    return pages.page(
        title=_("Routes"),
        style=drawing.STYLE,
        sections=[
            pages.paragraph(_lead(found), kind="lead"),
            pages.paragraph(limits[0], kind="note"),
            *links_on_a_map(study, found, atlases),
            *streams(study, found),
            *ends_on_a_map(study, found, atlases),
            network.backbone(asked, study, found),
            network.amid(study, found),
            *([network.outreach(study, found.between)] if found.between else []),
            *([network.guessed(study, found)] if found.guesses else []),
            changing.changed(asked, study, found.compared),
            *([_unread(study)] if study.unread else []),
            pages.section(_("What this cannot say"), pages.bullets(limits)),
            pages.section(_("How it was worked out"), *_how(asked, study, found, atlases)),
        ],
    )


def _lead(found: Findings) -> str:
    told = found.told
    whole = (told.origin != UNKNOWN) & (told.destination != UNKNOWN)
    return _(
        "{records} records tell {routes} routes. Of the {whole} with both ends, {between} tell what lies"
        " between."
    ).format(
        records=number(int(told.records.sum())),
        routes=number(len(told)),
        whole=number(int(told.records[whole].sum())),
        between=number(int(told.records[whole & (told.transit != UNKNOWN)].sum())),
    )


def _unread(study: Study) -> str:
    gazetteer = Gazetteer()
    rows = [[spelling, gazetteer.near(spelling) or "–"] for spelling in study.unread]
    caption = ngettext("{count} spelling.", "{count} spellings.", len(rows))
    return pages.section(
        _("Spellings that were not read"),
        pages.paragraph(_(words.UNREAD)),
        pages.table([_("Spelling"), _("Perhaps")], rows, caption=caption.format(count=number(len(rows)))),
    )


def _how(asked: Asked, study: Study, found: Findings, atlases: Atlases) -> list[str]:
    return [
        pages.bullets([_set_aside(asked, found), _left_out(asked, study)]),
        pages.paragraph(_of_names(study, found)),
        *pages.made_from(_settings(asked, found.compared), dict(study.files) | dict(atlases.files)),
    ]


def _set_aside(asked: Asked, found: Findings) -> str:
    """How many routes are nowhere in the report; their records only where these are many."""
    routes, records = found.set_aside
    counted = [ngettext("{count} route", "{count} routes", routes).format(count=number(routes))]
    if records >= asked.least_shown:
        counted.append(ngettext("{count} record", "{count} records", records).format(count=number(records)))
    return _(
        "Routes of fewer than {least} records were set aside before anything was worked out, so that no"
        " number hangs on them: {routes}."
    ).format(least=number(asked.least_shown), routes=in_a_row(counted))


def _left_out(asked: Asked, study: Study) -> str:
    if asked.regions:
        says = _(
            "Left out: {unplaced} records with a place that was not found, {partial} with fewer than two"
            " places."
        )
    else:
        says = _(
            "Left out: {unplaced} records with a place that was not found, {partial} with fewer than two"
            " places, {regional} with a region."
        )
    least = asked.least_shown
    return says.format(
        unplaced=few(study.unplaced, least),
        partial=few(study.partial, least),
        regional=few(study.with_regions, least),
    )


def _of_names(study: Study, found: Findings) -> str:
    """Whose names of places these are, and which places are no countries."""
    linked = {str(row[0]) for row in tabled.places(study, found)}
    regions = [one for one in study.places if one.kind is Kind.REGION and one.code in linked]
    says = _("Countries are those of ISO 3166-1, with Kosovo as XK. Names follow that list and take no side.")
    if not regions:
        return says
    kept = _("Kept as regions: {regions}.").format(regions=row_of(sorted(called(one) for one in regions)))
    return f"{says} {kept}"


def _settings(asked: Asked, compared: Compared | None) -> list[tuple[str, str]]:
    times = compared.years if compared else ()
    return [
        (_("Regions"), pgettext("regions", "kept") if asked.regions else pgettext("regions", "left out")),
        (_("Origins"), row_of(list(asked.origins)) or "–"),
        (_("Destinations"), row_of(list(asked.destinations)) or "–"),
        (_("Years compared"), listed([isolated(f"{a}–{b}") for a, b in times]) or "–"),
        (_("Level of the backbone"), short_number(asked.level)),
        (_("False among changes"), short_number(asked.false_among)),
        (_("Permutations"), number(asked.runs)),
        (_("Seed"), str(asked.seed)),
        (_("Records shown from"), number(asked.least_shown)),
    ]
