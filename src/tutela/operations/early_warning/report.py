"""Writes what was watched: a page for people, tables and a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import scipy

from tutela import __version__
from tutela.engines.surveillance import LARGEST
from tutela.operations.early_warning import drawing, words
from tutela.operations.early_warning.asked import Asked, Method
from tutela.operations.early_warning.reading import ALL, Study, a_year
from tutela.operations.early_warning.shown import Line, alarms, few, now
from tutela.operations.early_warning.watching import Findings
from tutela.operations.reports import pages

MOST_LINES, MOST_PICTURES, MOST_PAST = 40, 12, 60
_NAMED = 8
_HEADS = (
    "series", "group", "when", "cases", "expected", "bound", "p", "state", "stands_out", "complete",
    "complete_low", "complete_high",
)  # fmt: skip


def write(folder: Path, asked: Asked, study: Study, found: Findings) -> list[Path]:
    """report.html, series.csv, alarms.csv and result.json: the same bytes for the same file and seed."""
    told = now(study, found, least=asked.least_shown)
    past = alarms(study, found, least=asked.least_shown)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in ("report.html", "series.csv", "alarms.csv", "result.json")]
    paths[0].write_text(_page(asked, study, found, told, past), encoding="utf-8")
    pages.write_csv(paths[1], _HEADS, [list(_cells(line).values()) for line in told])
    pages.write_csv(paths[2], _HEADS[:7], [list(_cells(line).values())[:7] for line in past])
    pages.write_json(paths[3], _result(asked, study, found, told, past))
    return paths


# ---------------------------------------------------------------- for other programs
def _cells(line: Line) -> dict[str, Any]:
    values = [
        line.series, line.group, line.when, line.cases, line.expected, line.bound, line.p, line.state,
        line.stands_out, *(line.to_come or (None, None, None)),
    ]  # fmt: skip
    return dict(zip(_HEADS, values, strict=True))


def _result(
    asked: Asked, study: Study, found: Findings, told: list[Line], past: list[Line]
) -> dict[str, Any]:
    return {
        "tutela": __version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "asked": dict(_settings(asked, study, found)),
        "files": dict(study.files),
        "alpha": float(f"{found.alpha:.6g}"),
        "least_shown": asked.least_shown,
        "imports": found.imports,
        "known": [round(float(one), 4) for one in found.known] if found.delays else None,
        "series": [_cells(line) for line in told],
        "alarms": [{name: _cells(line)[name] for name in _HEADS[:7]} for line in past],
    }


# ---------------------------------------------------------------- for people
def _page(asked: Asked, study: Study, found: Findings, told: list[Line], past: list[Line]) -> str:
    return pages.page(
        title="Early warning",
        style=drawing.STYLE,
        sections=[
            pages.paragraph(_lead(told), kind="lead"),
            *_cautions(study, found),
            pages.paragraph(words.ANSWERS[found.method]),
            pages.section(f"The last {asked.unit.value}", _table(asked, found, told)),
            pages.section("Over time", _pictures(asked, study, found, told)),
            pages.section("Alarms so far", *_past(asked, study, found, past)),
            pages.section("What this cannot say", pages.bullets(_limits(found))),
            pages.section("How it was worked out", *_how(asked, study, found)),
        ],
    )


def _lead(told: list[Line]) -> str:
    risen = [line.series for line in told if line.state == "alarm"]
    when = told[0].when
    if len(told) == 1:
        return f"{when}: the series is {'above' if risen else 'not above'} its bound."
    if not risen:
        return f"{when}: none of {len(told):,} series is above its bound."
    names = ", ".join(risen[:_NAMED])
    more = f" and {len(risen) - _NAMED:,} more" if len(risen) > _NAMED else ""
    above = "series is above its bound" if len(risen) == 1 else "series are above their bound"
    return f"{when}: {len(risen):,} of {len(told):,} {above}: {names}{more}."


def _cautions(study: Study, found: Findings) -> list[str]:
    said = []
    if study.reports is None:
        said.append(words.NO_RECEIPT)
    elif found.delays is None:
        said.append(f"{found.delays_missing} Late reports are not allowed for.")
    else:
        said.append(words.LATE if found.rule else words.LATE_UNJUDGED)
    if found.imports:
        said.append(
            f"Imports in bulk: {found.imports:,} in the time that is shown. Alarms are paused at and "
            "after each, and in "
            "periods that an import changed."
        )
    return [pages.paragraph(one, kind="note") for one in said]


def _table(asked: Asked, found: Findings, told: list[Line]) -> str:
    grouped, late = len({line.group for line in told}) > 1, found.nowcast is not None
    heads = ["Series", *(["Group"] if grouped else []), "Cases", "Expected", "Bound"]
    heads += [*(["Chance (p)"] if found.method.has_p else []), "Alarm"]
    heads += [*(["Stands out"] if found.method.has_p and len(told) > 1 else [])]
    heads += [*(["Once all have come"] if late else [])]
    rows = []
    for line in told[:MOST_LINES]:
        row = [line.series, *([line.group] if grouped else []), few(line.cases, asked.least_shown)]
        row += [_or_dash(line.expected), _or_dash(line.bound)]
        row += [*([_or_dash(line.p)] if found.method.has_p else []), words.STATES[line.state]]
        row += [*(["yes" if line.stands_out else "no"] if "Stands out" in heads else [])]
        row += [*([_come(line)] if late else [])]
        rows.append(row)
    numbers = [
        place for place, head in enumerate(heads) if head in {"Cases", "Expected", "Bound", "Chance (p)"}
    ]
    return pages.table(heads, rows, caption=_caption(asked, found, told), numbers=numbers)


def _caption(asked: Asked, found: Findings, told: list[Line]) -> str:
    said = ["Bound: the highest count that is no alarm."]
    if found.method.has_p:
        said.append("Chance: how often as many or more would come if nothing had risen.")
    if found.method.has_p and len(told) > 1:
        said.append(
            f"Stands out: of those that do, at most {asked.level:.0%} are expected to be false, "
            "however many series "
            "there are."
        )
    if asked.least_shown > 1:
        said.append(
            f"Counts under {asked.least_shown} are not shown, nor what they could be worked out from."
        )
    if len(told) > MOST_LINES:
        said.append(f"The first {MOST_LINES} of {len(told):,}; all are in series.csv.")
    return " ".join(said)


def _come(line: Line) -> str:
    if line.to_come is None:
        return "–"
    mean, low, high = line.to_come
    return f"{mean:,} ({low:,}–{high:,})"


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _pictures(asked: Asked, study: Study, found: Findings, told: list[Line]) -> str:
    place = {name: at for at, name in enumerate(study.names)}
    drawn = [
        pages.figure(
            drawing.series(study, found, place[line.series], least=asked.least_shown),
            "" if line.series == ALL else line.series,
        )
        for line in told[:MOST_PICTURES]
    ]
    says = (
        "Bars: cases. Line: bound. A dark bar with a mark: alarm. Pale bars as high as the smallest "
        "count that "
        "is shown: fewer. Grey ground: paused."
    )
    more = f" The first {MOST_PICTURES} of {len(told):,}." if len(told) > MOST_PICTURES else ""
    return pages.paragraph(says + more, kind="soft") + f'<div class="pictures">{"".join(drawn)}</div>'


def _past(asked: Asked, study: Study, found: Findings, past: list[Line]) -> list[str]:
    chosen = found.alpha * len(study.names) * found.watch
    said = (
        f"{len(past):,} alarms in {found.watch:,} {asked.unit.value}s. The budget of "
        f"{asked.alarms_a_year:g} false alarms a "
        f"year lets {chosen:.1f} be expected at most if nothing ever rose."
    )
    rows = [
        [
            line.when,
            line.series,
            few(line.cases, asked.least_shown),
            _or_dash(line.expected),
            _or_dash(line.bound),
        ]
        for line in past[:MOST_PAST]
    ]
    if not rows:
        return [pages.paragraph(said)]
    more = "" if len(past) <= MOST_PAST else f" The latest {MOST_PAST}; all are in alarms.csv."
    table = pages.table(
        ["When", "Series", "Cases", "Expected", "Bound"],
        rows,
        caption=f"The latest first, as they look with what is known now.{more}",
        numbers=(2, 3, 4),
    )
    return [pages.paragraph(said), table]


def _limits(found: Findings) -> list[str]:
    seasonal = found.rule is not None
    chosen = words.LIMITS if seasonal else words.LIMITS[:4]
    return [*chosen, *([words.EARS] if found.method in {Method.C1, Method.C2, Method.C3} else [])]


def _how(asked: Asked, study: Study, found: Findings) -> list[str]:
    return [
        pages.paragraph(
            f"First the budget was chosen: {asked.alarms_a_year:g} false alarms a year over all "
            "series. Shared among "
            f"{len(study.names):,} series and {a_year(asked.unit)} {asked.unit.value}s it leaves each "
            "a chance of "
            f"{found.alpha:.2g} (never more than {LARGEST:g}), and that sets the bound. "
            f"Source: {words.SOURCE[found.method]}"
        ),
        pages.table(["Setting", "Value"], _settings(asked, study, found), caption="Settings"),
        pages.table(
            ["File", "SHA-256"], [list(one) for one in study.files.items()], caption="Files that were read"
        ),
    ]


def _settings(asked: Asked, study: Study, found: Findings) -> list[tuple[str, str]]:
    rule = found.rule
    return [
        ("Method", found.method.value),
        ("Series", f"{len(study.names):,}"),
        ("Time", study.periods.label(0, study.periods.number)),
        ("Periods", f"{study.periods.number:,}, each a {asked.unit.value}"),
        ("Watched", f"{found.watch:,}"),
        ("Years looked back on", str(rule.years) if rule else "–"),
        ("False alarms a year", f"{asked.alarms_a_year:g}"),
        ("Chance in each series and period", f"{found.alpha:.6g}"),
        ("False among those that stand out", f"{asked.level:g}"),
        ("Cases with both dates", f"{found.delays.records:,}" if found.delays else "–"),
        ("Pause after an import in bulk", f"{asked.pause} {asked.unit.value}s"),
        ("Seed", str(asked.seed)),
        ("Counts shown from", str(asked.least_shown)),
    ]
