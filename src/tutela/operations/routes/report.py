"""Writes what was found about routes: a page for people, tables and a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tutela import __version__
from tutela.engines.routes import UNKNOWN
from tutela.operations.reports import pages
from tutela.operations.reports.maps import Atlases
from tutela.operations.routes import drawing, words
from tutela.operations.routes.asked import Asked
from tutela.operations.routes.pictured import (
    MOST_LINES,
    ends_on_a_map,
    links_on_a_map,
    name_of,
    rest,
    streams,
)
from tutela.operations.routes.places import Gazetteer
from tutela.operations.routes.reading import Study
from tutela.operations.routes.working import Between, Compared, Findings

_NAMES = ("report.html", "routes.csv", "links.csv", "places.csv", "changes.csv", "result.json")


def write(asked: Asked, study: Study, found: Findings, atlases: Atlases) -> list[Path]:
    """Six files in the folder asked for, the same bytes for the same files and options."""
    with pages.whole(asked.out) as folder:
        paths = [folder / name for name in _NAMES]
        paths[0].write_text(_page(asked, study, found, atlases), encoding="utf-8")
        pages.write_csv(paths[1], ("origin", "transit", "destination", "records"), _routes(study, found))
        pages.write_csv(paths[2], ("from", "to", "records", "alpha", "backbone"), _links(asked, study, found))
        pages.write_csv(paths[3], ("code", "name", "kind", "in", "out", "betweenness"), _places(study, found))
        heads = ("origin", "destination", "before", "after", "ratio", "p", "q")
        pages.write_csv(paths[4], heads, _changes(study, found.compared))
        pages.write_json(paths[5], _result(asked, study, found))
    return [asked.out / name for name in _NAMES]


# ---------------------------------------------------------------- for other programs
def _code(study: Study, place: int) -> str:
    return "" if place == UNKNOWN else study.places[place].code


def _routes(study: Study, found: Findings) -> list[list[object]]:
    told = found.told
    stages = zip(told.origin, told.transit, told.destination, told.records, strict=True)
    return [[*(_code(study, int(one)) for one in way), int(records)] for *way, records in stages]


def _links(asked: Asked, study: Study, found: Findings) -> list[list[object]]:
    """The strongest first."""
    legs = found.legs
    rows = zip(legs.source, legs.target, legs.weight, found.alpha, strict=True)
    told: list[list[object]] = [
        [_code(study, a), _code(study, b), int(w), float(f"{alpha:.6g}"), int(alpha < asked.level)]
        for a, b, w, alpha in sorted(rows, key=lambda one: (-one[2], one[3], one[0], one[1]))
    ]
    return told


def _places(study: Study, found: Findings) -> list[list[object]]:
    """The most between first, places without a link left out."""
    legs, many = found.legs, len(study.places)
    into = np.bincount(legs.target, weights=legs.weight, minlength=many)
    out = np.bincount(legs.source, weights=legs.weight, minlength=many)
    rows: list[list[object]] = []
    for at in np.lexsort((np.arange(many), -(into + out), -found.betweenness.round(9))):
        if into[at] + out[at]:
            place = study.places[at]
            numbers = [int(into[at]), int(out[at]), float(f"{found.betweenness[at]:.6f}")]
            rows.append([place.code, place.name, place.kind.value, *numbers])
    return rows


def _changes(study: Study, compared: Compared | None) -> list[list[object]]:
    """The surest first."""
    if compared is None:
        return []
    found = compared.changes
    rows: list[list[object]] = []
    for at in np.lexsort((compared.destination, compared.origin, found.p)):
        numbers = [int(compared.before[at]), int(compared.after[at])]
        ratio = float(f"{found.ratio[at]:.4g}") if np.isfinite(found.ratio[at]) else None
        tests = [float(f"{one[at]:.4g}") for one in (found.p, found.q)]
        ends = [_code(study, int(one[at])) for one in (compared.origin, compared.destination)]
        rows.append([*ends, *numbers, ratio, *tests])
    return rows


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
                "origin": _code(study, one.origin),
                "transit": _code(study, one.transit),
                "destination": _code(study, one.destination),
                "at_most": one.at_most,
            }
            for one in found.guesses
        ],
        "composition_p": compared.whole if compared else None,
        "cut": [_code(study, int(one)) for one in between.cut.places] if between else None,
    }


# ---------------------------------------------------------------- for people
def _page(asked: Asked, study: Study, found: Findings, atlases: Atlases) -> str:
    return pages.page(
        title="Routes",
        style=drawing.STYLE,
        sections=[
            pages.paragraph(_lead(study, found), kind="lead"),
            pages.paragraph(words.LIMITS[0], kind="note"),
            *links_on_a_map(study, found, atlases),
            *streams(study, found),
            *ends_on_a_map(study, found, atlases),
            _backbone(asked, study, found),
            _amid(study, found),
            *([_outreach(study, found.between)] if found.between else []),
            *([_guessed(study, found)] if found.guesses else []),
            _changed(asked, study, found.compared),
            *([_unread(study)] if study.unread else []),
            pages.section("What this cannot say", pages.bullets(words.LIMITS)),
            pages.section("How it was worked out", *_how(asked, study, found, atlases)),
        ],
    )


def _lead(study: Study, found: Findings) -> str:
    told = found.told
    whole = (told.origin != UNKNOWN) & (told.destination != UNKNOWN)
    by = int(told.records[whole & (told.transit != UNKNOWN)].sum())
    return (
        f"{int(told.records.sum()):,} records tell {len(told):,} routes. Of the"
        f" {int(told.records[whole].sum()):,} with both ends, {by:,} tell what lies between."
    )


def _backbone(asked: Asked, study: Study, found: Findings) -> str:
    legs, chosen = found.legs, found.alpha < asked.level
    carried = float(legs.weight[chosen].sum() / legs.weight.sum()) if len(legs) else 0.0
    names = {place.code: place.name for place in study.places}
    lines = [
        [names[str(a)], names[str(b)], f"{w:,}", f"{alpha:.2g}"]
        for a, b, w, alpha, belongs in _links(asked, study, found)
        if belongs
    ]
    return pages.section(
        "Backbone",
        pages.paragraph(words.BACKBONE),
        pages.paragraph(
            f"{int(chosen.sum()):,} of {len(legs):,} links, with {100 * carried:.0f} % of what was recorded"
            f" on all, at level {asked.level:g}."
        ),
        pages.table(
            ["From", "To", "Records", "By chance"],
            lines[:MOST_LINES],
            caption="Links by what was recorded on them." + rest(len(lines), "links.csv"),
            numbers=(2, 3),
        ),
    )


def _amid(study: Study, found: Findings) -> str:
    rows = [row for row in _places(study, found) if row[5]]
    return pages.section(
        "Places between others (guessed ways)",
        pages.paragraph(words.BETWEEN),
        pages.table(
            ["Place", "Records in", "Records out", "Part of shortest ways"],
            [
                [str(row[1]), f"{row[3]:,}", f"{row[4]:,}", f"{100 * float(str(row[5])):.1f} %"]
                for row in rows[:15]
            ],
            caption="The 15 most between; all in places.csv.",
            numbers=(1, 2, 3),
        ),
    )


def _outreach(study: Study, between: Between) -> str:
    ends = [
        ", ".join(name_of(study, one) for one in some) for some in (between.origins, between.destinations)
    ]
    order = np.lexsort((np.arange(len(between.on_the_way)), -between.on_the_way))
    total, so_far, rows = int(between.on_the_way.sum()), 0, []
    for at in order[between.on_the_way[order] > 0]:
        so_far += int(between.on_the_way[at])
        part = f"{100 * so_far / total:.0f} %"
        rows.append([name_of(study, at), f"{int(between.on_the_way[at]):,}", part])
    direct = between.direct
    places = ", ".join(name_of(study, int(one)) for one in between.cut.places)
    return pages.section(
        "Where to meet people on the way",
        pages.paragraph(f"From {ends[0]} to {ends[1]}."),
        pages.table(
            ["By way of", "Records", "Together"],
            rows[:MOST_LINES],
            caption="Recorded on the way between these, the most first." + rest(len(rows), "routes.csv"),
            numbers=(1, 2),
        ),
        pages.paragraph(
            f"{direct:,} more are recorded as straight from the one to the other: no place between can meet"
            " them."
        ),
        pages.paragraph(_passes(between, places)),
        pages.paragraph(words.CUT, kind="soft"),
    )


def _passes(between: Between, places: str) -> str:
    every = f" To cut the ways along all links, {between.of_all_links:,} would be needed."
    if not between.cut.cost:
        return "No way of the backbone leads from the one to the other by a place between." + every
    these = "one of these places" if between.cut.cost > 1 else "this place"
    return f"Every way along the backbone passes {these}: {places}.{every}"


def _guessed(study: Study, found: Findings) -> str:
    rows = [
        [*(name_of(study, place) for place in (one.origin, one.transit, one.destination)), f"{one.at_most:,}"]
        for one in found.guesses
    ]
    return pages.section(
        "Guessed ways",
        pages.paragraph(words.GUESSES),
        pages.table(
            ["From", "By way of", "To", "At most"],
            rows[:MOST_LINES],
            caption="Each line is a guess." + rest(len(rows), "result.json"),
            numbers=(3,),
        ),
    )


def _changed(asked: Asked, study: Study, compared: Compared | None) -> str:
    if compared is None:
        words_ = "There are no two times with enough records to compare: one year, or no column “year”."
        return pages.section("What changed", pages.paragraph(words_))
    first, then = (f"{a}–{b}" if a != b else f"{a}" for a, b in compared.years)
    names = {place.code: place.name for place in study.places}
    rows = [row for row in _changes(study, compared) if float(str(row[6])) <= asked.false_among]
    lines = [
        [
            names[str(a)],
            names[str(b)],
            f"{x:,}",
            f"{y:,}",
            _times(ratio, y),
            f"{q:.2g}",
        ]
        for a, b, x, y, ratio, _, q in rows
    ]
    return pages.section(
        "What changed",
        pages.paragraph(words.CHANGES),
        pages.paragraph(
            f"{first} against {then}: {len(lines):,} of {len(compared.before):,} pairs changed, of which"
            f" about {100 * asked.false_among:.0f} % are expected to be false. All pairs together: p ="
            f" {compared.whole:.3g} by {asked.runs:,} permutations."
        ),
        pages.table(
            ["From", "To", first, then, "Part, times", "False among"],
            lines[:MOST_LINES],
            caption="Changed pairs, the surest first." + rest(len(lines), "changes.csv"),
            numbers=(2, 3, 4, 5),
        ),
    )


def _times(ratio: object, after: object) -> str:
    return "new" if ratio is None else "gone" if not after else f"{ratio:.2f}"


def _unread(study: Study) -> str:
    gazetteer = Gazetteer()
    rows = [[spelling, gazetteer.near(spelling) or "–"] for spelling in study.unread]
    return pages.section(
        "Spellings that were not read",
        pages.paragraph(words.UNREAD),
        pages.table(["Spelling", "Perhaps"], rows, caption=f"{len(rows):,} spellings."),
    )


def _how(asked: Asked, study: Study, found: Findings, atlases: Atlases) -> list[str]:
    regions = sorted(str(row[1]) for row in _places(study, found) if row[2] == "region")
    aside = [
        f"Routes of fewer than {asked.least_shown} records were set aside before anything was worked out, so"
        f" that no number hangs on them: {_counted(found.set_aside[0])}"
        + (f", {found.set_aside[1]:,} records." if found.set_aside[1] >= asked.least_shown else "."),
        f"Left out: {_few(asked, study.unplaced)} records with a place that was not found,"
        f" {_few(asked, study.partial)} with fewer than two places"
        + (f", {_few(asked, study.with_regions)} with a region." if not asked.regions else "."),
    ]
    return [
        pages.bullets(aside),
        pages.paragraph(
            "Countries are those of ISO 3166-1, with Kosovo as XK. Names follow that list and take no side."
            + (f" Kept as regions: {', '.join(regions)}." if regions else "")
        ),
        pages.table(["Setting", "Value"], _settings(asked, found.compared), caption="Settings"),
        pages.table(
            ["File", "SHA-256"],
            [list(one) for one in (dict(study.files) | dict(atlases.files)).items()],
            caption="Files read",
        ),
    ]


def _counted(routes: int) -> str:
    return "1 route" if routes == 1 else f"{routes:,} routes"


def _few(asked: Asked, number: int) -> str:
    return f"{number:,}" if number == 0 or number >= asked.least_shown else f"fewer than {asked.least_shown}"


def _settings(asked: Asked, compared: Compared | None) -> list[tuple[str, str]]:
    times = compared.years if compared else ()
    return [
        ("Regions", "kept" if asked.regions else "left out"),
        ("Origins", ", ".join(asked.origins) or "–"),
        ("Destinations", ", ".join(asked.destinations) or "–"),
        ("Years compared", " and ".join(f"{a}–{b}" for a, b in times) or "–"),
        ("Level of the backbone", f"{asked.level:g}"),
        ("False among changes", f"{asked.false_among:g}"),
        ("Permutations", f"{asked.runs:,}"),
        ("Seed", str(asked.seed)),
        ("Records shown from", str(asked.least_shown)),
    ]
