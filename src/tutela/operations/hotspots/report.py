"""Writes what a scan found: a page for people, a table and a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tutela import __version__
from tutela.engines.hotspots import Findings
from tutela.operations.hotspots import drawing, local, local_drawing, timeline, words
from tutela.operations.hotspots.asked import Asked, Unit
from tutela.operations.hotspots.local import Around
from tutela.operations.hotspots.reading import Study
from tutela.operations.hotspots.shown import RARE, Line, few, lines, names_of, worth_telling
from tutela.operations.reports import pages
from tutela.operations.reports.maps import Atlases

_HEADS = (
    "number", "centre", "places", "radius", "when", "cases", "expected", "ratio", "relative_risk",
    "statistic", "p", "gumbel_p", "recurs_after",
)  # fmt: skip


def write(
    folder: Path,
    asked: Asked,
    study: Study,
    found: Findings,
    atlases: Atlases,
    around: Around | None = None,
) -> list[Path]:
    """report.html, clusters.csv, result.json and, where every place was looked at, local.csv in `folder`: the
    same bytes for the same files and seed."""
    told = lines(study, found, least=asked.least_shown)
    names = ["report.html", "clusters.csv", "result.json", *(["local.csv"] if around else [])]
    every = {"local": local.result(around)} if around else {}
    with pages.whole(folder) as beside:
        (beside / names[0]).write_text(_page(asked, study, found, told, atlases, around), encoding="utf-8")
        pages.write_csv(beside / names[1], _HEADS, [_cells(asked, line) for line in told])
        pages.write_json(beside / names[2], _result(asked, study, found, told) | every)
        if around:
            pages.write_csv(beside / names[3], local.HEADS, local.cells(around))
    return [folder / name for name in names]


# ---------------------------------------------------------------- for other programs
def _cells(asked: Asked, line: Line) -> list[object]:
    return [
        line.number, line.centre, "; ".join(line.places), line.radius, line.when, line.cases, line.expected,
        line.ratio, line.risk, line.statistic, line.p, line.gumbel_p,
        line.recurs_after if asked.prospective else None,
    ]  # fmt: skip


def _result(asked: Asked, study: Study, found: Findings, told: list[Line]) -> dict[str, Any]:
    return {
        "tutela": __version__,
        "asked": dict(_settings(asked, study, found)),
        "files": dict(study.files),
        "cases": found.cases if found.cases >= asked.least_shown else None,
        "runs": found.runs,
        "stopped_early": found.chance.stopped,
        "windows": found.windows,
        "least_shown": asked.least_shown,
        "clusters": [
            {name: value for name, value in zip(_HEADS, _cells(asked, line), strict=True) if name != "places"}
            | {"places": list(line.places)}
            for line in told
        ],
    }


# ---------------------------------------------------------------- for people
def _page(
    asked: Asked,
    study: Study,
    found: Findings,
    told: list[Line],
    atlases: Atlases,
    around: Around | None,
) -> str:
    limits = (words.NOT_FOUND[study.kind], *words.LIMITS)
    return pages.page(
        title="Hotspots",
        style=drawing.STYLE + timeline.STYLE + (local_drawing.STYLE if around else ""),
        sections=[
            pages.paragraph(_lead(told), kind="lead"),
            *_looks(asked),
            pages.paragraph(words.ANSWERS[study.kind]),
            pages.section(
                "Clusters",
                _table(asked, study, told),
                *_times(asked, study, found, told),
                _pictures(study, found, told, atlases),
            ),
            pages.section("Places in each cluster", _members(told)),
            *([local.section(asked, study, around)] if around else []),
            pages.section("What this cannot say", pages.bullets(limits)),
            pages.section("How it was worked out", *_how(asked, study, found, atlases)),
        ],
    )


def _lead(told: list[Line]) -> str:
    rare = [line for line in told if line.is_rare]
    if not told:
        return "No window holds more cases than it should."
    if not rare:
        return (
            "Nothing stands out clearly from chance. The strongest clusters are listed below: chance alone "
            "brings such a one in more than 1 of 20 analyses."
        )
    several = "clusters that chance alone brings" if len(rare) > 1 else "cluster that chance alone brings"
    return f"{len(rare)} {several} in at most 1 of 20 analyses. That is a reason to look, and no proof."


def _looks(asked: Asked) -> list[str]:
    """What to expect of chance where somebody looks often."""
    if asked.analyses == 1:
        return []
    return [
        pages.paragraph(
            f"This is one of {asked.analyses:,} analyses. In so many, chance alone is expected to bring "
            f"about {asked.analyses * RARE:,.1f} such alarms.",
            kind="note",
        )
    ]


def _table(asked: Asked, study: Study, told: list[Line]) -> str:
    timed, least = asked.unit is not Unit.NONE, asked.least_shown
    heads = [
        "No.",
        "Around",
        "Places",
        *(["When"] if timed else []),
        "Cases",
        "Expected",
        "Ratio",
        "Chance (p)",
    ]
    heads += ["Tail (p)", *([_recurs_head(asked)] if asked.prospective else [])]
    rows = []
    for line in told:
        row = [str(line.number), line.centre, f"{len(line.places):,}", *([line.when] if timed else [])]
        row += [few(line.cases, least), _or_dash(line.expected), _or_dash(line.ratio), f"{line.p:g}"]
        row += [_or_dash(line.gumbel_p), *([f"{line.recurs_after:,.0f}"] if asked.prospective else [])]
        rows.append(row)
    caption = (
        "Strongest first; no place is in two clusters. Chance: how often random runs do as well somewhere "
        "on the map. Tail: the same, told by the extreme value distribution fitted to the runs."
    )
    if any(line.cases is None for line in told):
        caption += f" Counts under {least} are not shown, nor what they could be worked out from."
    numbers = [place for place, head in enumerate(heads) if head not in {"Around", "When"}]
    return pages.table(heads, rows, caption=caption, numbers=numbers)


def _recurs_head(asked: Asked) -> str:
    return f"Comes back after ({asked.unit.value}s)"


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _times(asked: Asked, study: Study, found: Findings, told: list[Line]) -> list[str]:
    """Nothing where time was not looked at, or no cluster is told."""
    if asked.unit is Unit.NONE or not told:
        return []
    drawn = timeline.timeline(study, worth_telling(found), [line.is_rare for line in told])
    caption = "When each cluster was. Full bar: at most 1 in 20 by chance. Broken one: more often."
    return [f'<div class="when">{pages.figure(drawn, caption)}</div>']


def _pictures(study: Study, found: Findings, told: list[Line], atlases: Atlases) -> str:
    rare = [line.is_rare for line in told]
    sheet = drawing.sheet_of(study, atlases, name="clusters")
    clusters = pages.figure(
        drawing.cluster_map(study, worth_telling(found), rare, sheet),
        "Clusters by their number in the table. North is up.",
    )
    note = [pages.paragraph(sheet.note, kind="soft")] if sheet.note else []
    effort = study.places.effort
    if effort is None:
        missing = pages.paragraph(words.EFFORT_MISSING, kind="note")
        return "".join([f'<div class="pictures">{clusters}</div>', *note, missing])
    beside = pages.figure(
        drawing.effort_map(effort, drawing.sheet_of(study, atlases, name="effort")),
        "Reporting effort as given, in four steps with a quarter of the places each. A cluster where the"
        " effort is large may be no more than that.",
    )
    return "".join([f'<div class="pictures">{clusters}{beside}</div>', *note])


def _members(told: list[Line]) -> str:
    rows = [[str(line.number), line.centre, names_of(line.places)] for line in told]
    return pages.table(
        ["No.", "Around", "Places, nearest first"], rows, caption="All of them are in clusters.csv."
    )


def _how(asked: Asked, study: Study, found: Findings, atlases: Atlases) -> list[str]:
    stopped = (
        f" The runs stopped after {found.runs:,}, when {asked.stop_after} of them had done as well as the "
        "strongest cluster: more runs would not make it rarer."
        if found.chance.stopped
        else ""
    )
    return [
        pages.paragraph(
            f"{found.windows:,} windows were looked through, in what was seen and in {found.runs:,} random "
            "runs. The statistic is the log likelihood ratio; p is the rank of what was seen among the "
            f"runs.{stopped} Source: {words.SOURCE[study.kind]}"
        ),
        pages.table(["Setting", "Value"], _settings(asked, study, found), caption="Settings"),
        pages.table(
            ["File", "SHA-256"],
            [list(one) for one in (dict(study.files) | dict(atlases.files)).items()],
            caption="Files that were read",
        ),
    ]


def _settings(asked: Asked, study: Study, found: Findings) -> list[tuple[str, str]]:
    timed = asked.unit is not Unit.NONE
    longest = asked.longest or study.periods.number // 2
    return [
        ("Model", study.kind.value),
        ("Places", f"{len(study.places.names):,}"),
        ("Cases", few(found.cases if found.cases >= asked.least_shown else None, asked.least_shown)),
        ("Time", study.periods.label(0, study.periods.number) if timed else "not looked at"),
        ("Periods", f"{study.periods.number:,}, each a {asked.unit.value}" if timed else "1"),
        ("Looks at", "what goes on now" if asked.prospective else "any time" if timed else "all of it"),
        ("Longest window", f"{longest} {asked.unit.value}s" if timed else "–"),
        ("Shape of windows", asked.shape.value),
        ("Distance", "on a flat map" if asked.flat else "on the globe, km"),
        ("Largest share in a window", f"{asked.share:g}"),
        ("Largest radius", "–" if asked.radius is None else f"{asked.radius:g}"),
        ("Adjusted for", ", ".join(asked.strata) or "–"),
        ("Random runs", f"{asked.runs:,}"),
        ("Stop after", "–" if asked.stop_after is None else str(asked.stop_after)),
        ("Seed", str(asked.seed)),
        ("Analyses made of these data", str(asked.analyses)),
        ("Counts shown from", str(asked.least_shown)),
    ]
