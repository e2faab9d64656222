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
from tutela.operations.hotspots.shown import RARE, Line, chance, few, lines, or_dash, worth_telling
from tutela.operations.language import (
    ENGLISH,
    in_a_row,
    isolated,
    ngettext,
    number,
    pgettext,
    short_number,
    speaking,
)
from tutela.operations.language import gettext as _
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
    same bytes for the same files, seed and language. What other programs read is in English always."""
    told = lines(study, found, least=asked.least_shown)
    page = _page(asked, study, found, told, atlases, around)
    names = ["report.html", "clusters.csv", "result.json", *(["local.csv"] if around else [])]
    every = {"local": local.result(around)} if around else {}
    with pages.whole(folder) as beside, speaking(ENGLISH):
        told = lines(study, found, least=asked.least_shown)
        (beside / names[0]).write_text(page, encoding="utf-8")
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
    limits = [_(one) for one in (words.NOT_FOUND[study.kind], *words.LIMITS)]
    return pages.page(
        title=_("Hotspots"),
        style=drawing.STYLE + timeline.STYLE + (local_drawing.STYLE if around else ""),
        sections=[
            pages.paragraph(_lead(told), kind="lead"),
            *_looks(asked),
            pages.paragraph(_(words.ANSWERS[study.kind])),
            pages.section(
                _("Clusters"),
                _table(asked, study, told),
                *_times(asked, study, found, told),
                _pictures(study, found, told, atlases),
            ),
            pages.section(_("Places in each cluster"), _members(told)),
            *([local.section(asked, study, around)] if around else []),
            pages.section(_("What this cannot say"), pages.bullets(limits)),
            pages.section(_("How it was worked out"), *_how(asked, study, found, atlases)),
        ],
    )


def _lead(told: list[Line]) -> str:
    rare = [line for line in told if line.is_rare]
    if not told:
        return _("No window holds more cases than it should.")
    if not rare:
        return _(
            "Nothing stands out clearly from chance. The strongest clusters are listed below: chance alone "
            "brings such a one in more than 1 of 20 analyses."
        )
    says = ngettext(
        "{count} cluster that chance alone brings in at most 1 of 20 analyses. That is a reason to look, "
        "and no proof.",
        "{count} clusters that chance alone brings in at most 1 of 20 analyses. That is a reason to look, "
        "and no proof.",
        len(rare),
    )
    return says.format(count=number(len(rare)))


def _looks(asked: Asked) -> list[str]:
    """What to expect of chance where somebody looks often."""
    if asked.analyses == 1:
        return []
    says = ngettext(
        "This is one of {count} analyses. In so many, chance alone is expected to bring about {alarms} such "
        "alarms.",
        "This is one of {count} analyses. In so many, chance alone is expected to bring about {alarms} such "
        "alarms.",
        asked.analyses,
    )
    alarms = number(asked.analyses * RARE, decimals=1)
    return [pages.paragraph(says.format(count=number(asked.analyses), alarms=alarms), kind="note")]


def _table(asked: Asked, study: Study, told: list[Line]) -> str:
    timed, least = asked.unit is not Unit.NONE, asked.least_shown
    heads = [_("No."), _("Around"), _("Places"), *([_("When")] if timed else [])]
    heads += [pgettext("report", "Cases"), _("Expected"), _("Ratio"), _("Chance (p)"), _("Tail (p)")]
    heads += [_(words.RECURS[asked.unit])] if asked.prospective else []
    rows = []
    for line in told:
        row = [str(line.number), line.centre, number(len(line.places)), *([line.when] if timed else [])]
        row += [few(line.cases, least), or_dash(line.expected), or_dash(line.ratio), chance(line.p)]
        row += [chance(line.gumbel_p), *([number(line.recurs_after)] if asked.prospective else [])]
        rows.append(row)
    caption = _(
        "Strongest first; no place is in two clusters. Chance: how often random runs do as well somewhere "
        "on the map. Tail: the same, told by the extreme value distribution fitted to the runs."
    )
    if any(line.cases is None for line in told):
        hidden = _("Counts under {least} are not shown, nor what they could be worked out from.")
        caption += " " + hidden.format(least=number(least))
    words_in = {1, 3} if timed else {1}
    numbers = [place for place in range(len(heads)) if place not in words_in]
    return pages.table(heads, rows, caption=caption, numbers=numbers)


def _times(asked: Asked, study: Study, found: Findings, told: list[Line]) -> list[str]:
    """Nothing where time was not looked at, or no cluster is told."""
    if asked.unit is Unit.NONE or not told:
        return []
    drawn = timeline.timeline(study, worth_telling(found), [line.is_rare for line in told])
    caption = _("When each cluster was. Full bar: at most 1 in 20 by chance. Broken one: more often.")
    return [f'<div class="when">{pages.figure(drawn, caption)}</div>']


def _pictures(study: Study, found: Findings, told: list[Line], atlases: Atlases) -> str:
    rare = [line.is_rare for line in told]
    sheet = drawing.sheet_of(study, atlases, name="clusters")
    clusters = pages.figure(
        drawing.cluster_map(study, worth_telling(found), rare, sheet),
        _("Clusters by their number in the table. North is up."),
    )
    note = [pages.paragraph(sheet.note, kind="soft")] if sheet.note else []
    effort = study.places.effort
    if effort is None:
        missing = pages.paragraph(_(words.EFFORT_MISSING), kind="note")
        return "".join([f'<div class="pictures">{clusters}</div>', *note, missing])
    beside = pages.figure(
        drawing.effort_map(effort, drawing.sheet_of(study, atlases, name="effort")),
        _(
            "Reporting effort as given, in four steps with a quarter of the places each. A cluster where the"
            " effort is large may be no more than that."
        ),
    )
    return "".join([f'<div class="pictures">{clusters}{beside}</div>', *note])


def _members(told: list[Line]) -> str:
    rows = [[str(line.number), line.centre, words.names_of(line.places)] for line in told]
    heads = [_("No."), _("Around"), _("Places, nearest first")]
    return pages.table(heads, rows, caption=_("All of them are in clusters.csv."))


def _how(asked: Asked, study: Study, found: Findings, atlases: Atlases) -> list[str]:
    sentences = [
        _(
            "What was seen was looked through in windows: {windows} of them; and so was each random run: "
            "{runs} of them. The statistic is the log likelihood ratio; p is the rank of what was seen among "
            "the runs."
        ).format(windows=number(found.windows), runs=number(found.runs))
    ]
    if found.chance.stopped:
        stopped = _(
            "The runs stopped after {runs}, when {reached} of them had done as well as the strongest cluster"
            ": more runs would not make it rarer."
        )
        reached = number(asked.stop_after or 0)
        sentences.append(stopped.format(runs=number(found.runs), reached=reached))
    sentences.append(_("Source: {source}").format(source=isolated(words.SOURCE[study.kind])))
    return [
        pages.paragraph(" ".join(sentences)),
        *pages.made_from(_settings(asked, study, found), dict(study.files) | dict(atlases.files)),
    ]


def _settings(asked: Asked, study: Study, found: Findings) -> list[tuple[str, str]]:
    timed = asked.unit is not Unit.NONE
    longest = asked.longest or study.periods.number // 2
    looks = _("any time") if timed else _("all of it")
    if asked.prospective:
        looks = _("what goes on now")
    few_cases = few(found.cases if found.cases >= asked.least_shown else None, asked.least_shown)
    periods = study.periods
    return [
        (_("Model"), words.kind(study.kind)),
        (_("Places"), number(len(study.places.names))),
        (pgettext("report", "Cases"), few_cases),
        (pgettext("report", "Time"), periods.label(0, periods.number) if timed else _("not looked at")),
        (_("Periods"), words.each(periods.number, asked.unit) if timed else number(1)),
        (_("Looks at"), looks),
        (_("Longest window"), words.length(longest, asked.unit) if timed else "–"),
        (_("Shape of windows"), words.shape(asked.shape)),
        (_("Distance"), _("on a flat map") if asked.flat else _("on the globe, km")),
        (_("Largest share in a window"), short_number(asked.share)),
        (_("Largest radius"), or_dash(asked.radius)),
        (_("Adjusted for"), in_a_row(asked.strata) or "–"),
        (_("Random runs"), number(asked.runs)),
        (_("Stop after"), or_dash(asked.stop_after)),
        (_("Seed"), str(asked.seed)),
        (_("Analyses made of these data"), number(asked.analyses)),
        (_("Counts shown from"), number(asked.least_shown)),
    ]
