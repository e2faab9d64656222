"""Writes a forecast: a page for people, tables and a file for other programs."""

from __future__ import annotations

import math
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from tutela import __version__
from tutela.engines.forecasts import MODEL
from tutela.operations.forecast import drawing, shown, words
from tutela.operations.forecast.asked import Asked
from tutela.operations.forecast.predicting import LEVELS, Findings, Score, Verdict
from tutela.operations.forecast.reading import Study
from tutela.operations.forecast.shown import Line, between, say
from tutela.operations.refusals import Refused
from tutela.operations.reports import pages

MOST_LINES, MOST_PICTURES = 40, 12
_HEADS = ("place", "when", "expected", "low_80", "high_80", "low_95", "high_95")
_RIVALS = {"last year": "last_year", "season": "season", "so far": "so_far"}
_SCORE_HEADS = (
    "way", "periods_ahead", "logarithmic", "ranked", "dawid_sebastiani", "within_50", "within_80",
    "within_95", "difference", "p",
)  # fmt: skip
_SCORE_COLUMNS = (
    "Ahead", "Way", "Logarithmic", "Ranked (cases)", "Dawid-Sebastiani", "80 % held", "95 % held",
    "Chance (p)",
)  # fmt: skip


def write(asked: Asked, study: Study, found: Findings) -> list[Path]:
    """report.html, forecast.csv, scores.csv and result.json, all or none: the same bytes for the same
    file.
    """
    names = ("report.html", "forecast.csv", "scores.csv", "result.json")
    try:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        into = Path(tempfile.mkdtemp(prefix=".forecast-", dir=asked.out.parent))
    except OSError as problem:
        raise Refused(f"{asked.out} cannot be written: {problem.strerror}.") from problem
    try:
        lines = shown.each(study, found, least=asked.least_shown)
        (into / names[0]).write_text(_page(asked, study, found), encoding="utf-8")
        pages.write_csv(into / names[1], _heads(found), (_cells(line) for line in lines))
        pages.write_csv(into / names[2], _SCORE_HEADS, (_score_cells(one) for one in found.scores))
        pages.write_json(into / names[3], _result(asked, study, found, lines))
        asked.out.mkdir(parents=True, exist_ok=True)
        for name in names:
            (into / name).replace(asked.out / name)
    except OSError as problem:
        raise Refused(f"{asked.out} cannot be written: {problem.strerror}.") from problem
    finally:
        shutil.rmtree(into, ignore_errors=True)
    return [asked.out / name for name in names]


# ---------------------------------------------------------------- for other programs
def _heads(found: Findings) -> list[str]:
    return [*_HEADS, *(_RIVALS[kind.value] for kind in found.plan.against)]


def _cells(line: Line) -> list[str | int | None]:
    ends = [end[level] for level in LEVELS[1:] for end in (line.low, line.high)]
    return [line.place, line.when, line.expected, *ends, *line.rivals.values()]


def _score_cells(one: Score) -> list[str | int | float | None]:
    test = (None, None) if one.against is None else (_digits(one.against.mean), _digits(one.against.p))
    scores = (one.logarithmic, one.ranked, one.dawid_sebastiani, *(one.held[level] for level in LEVELS))
    return [words.NAMES[one.name], one.step, *(_digits(score) for score in scores), *test]


def _digits(number: float) -> float | None:
    return None if math.isnan(number) else round(number, 4)


def _result(asked: Asked, study: Study, found: Findings, lines: list[Line]) -> dict[str, Any]:
    whole = shown.whole(study, found, least=asked.least_shown)
    return {
        "tutela": __version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "asked": dict(_settings(asked, study, found)),
        "files": dict(study.files),
        "least_shown": asked.least_shown,
        "cautions": list(study.cautions),
        "all": dict(zip(_heads(found), _cells(whole), strict=True)),
        "places": [
            dict(zip(_heads(found), _cells(line), strict=True))
            for line in shown.by_place(study, found, least=asked.least_shown)
        ],
        "each": [dict(zip(_heads(found), _cells(line), strict=True)) for line in lines],
        "scores": [dict(zip(_SCORE_HEADS, _score_cells(one), strict=True)) for one in found.scores],
        "calibration": [round(float(height), 2) for height in found.calibration],
    }


# ---------------------------------------------------------------- for people
def _page(asked: Asked, study: Study, found: Findings) -> str:
    near = words.NEAR if study.shares is not None else ""
    return pages.page(
        title="What to expect",
        style=drawing.STYLE,
        sections=[
            pages.paragraph(_lead(asked, study, found), kind="lead"),
            _verdict(asked, found),
            *(pages.paragraph(one, kind="note") for one in _cautions(asked, found, study)),
            pages.paragraph(words.ANSWERS.format(near=near)),
            pages.section(f"The {asked.next}", *_tables(asked, study, found)),
            pages.section("Over time", _pictures(asked, study, found)),
            pages.section("How good it was", *_how_good(asked, found)),
            pages.section("What this cannot say", pages.bullets(words.LIMITS)),
            pages.section("How it was worked out", *_how(asked, study, found)),
        ],
    )


def _lead(asked: Asked, study: Study, found: Findings) -> str:
    told = shown.whole(study, found, least=asked.least_shown)
    where = "" if len(study.names) == 1 else f" in all {len(study.names):,} places together"
    return (
        f"{told.when}: {_about(told.expected, asked.least_shown)} cases are expected{where} "
        f"({between(told, 0.8, asked.least_shown)}, eight times out of ten)."
    )


def _about(expected: int | None, least: int) -> str:
    return say(None, least) if expected is None else f"about {expected:,}"


def _verdict(asked: Asked, found: Findings) -> str:
    """What can be said beside each of the simpler ways, one period ahead and at the furthest."""
    unit = asked.unit.value
    said = []
    rivals = [one for one in found.scores if one.against is not None]
    for step in sorted({one.step for one in rivals}):
        when = f"One {unit} ahead" if step == 1 else f"{step} {unit}s ahead"
        each = [_beside(one) for one in rivals if one.step == step]
        said.append(f"{when} it was {' and '.join(each)}.")
    simple = any(one.verdict is not Verdict.BETTER for one in rivals)
    advice = " Where a simpler way is as good, take that: its numbers stand beside." if simple else ""
    return (
        '<div class="note">'
        + pages.paragraph(f"The forecast was tried on {found.plan.periods} {unit}s that it had not seen.")
        + pages.bullets(said)
        + pages.paragraph(f"In brackets: how often chance alone brings so large a difference.{advice}")
        + "</div>"
    )


def _beside(one: Score) -> str:
    assert one.against is not None
    name, p = f"“{words.NAMES[one.name]}”", one.against.p
    if math.isnan(p):
        return f"not to be told from {name} in so short a time"
    chance = "every other time or more" if p > 0.4 else f"once in {round(1 / p):,} times"
    how = {Verdict.BETTER: "better than", Verdict.WORSE: "worse than", Verdict.ALIKE: "only as good as"}
    return f"{how[one.verdict]} {name} ({chance})"


def _cautions(asked: Asked, found: Findings, study: Study) -> list[str]:
    short = (
        [words.SHORT.format(found.plan.periods, asked.unit.value)] if found.plan.periods < asked.year else []
    )
    held = min(one.held[LEVELS[1]] for one in found.scores if one.name == MODEL)
    narrow = [words.NARROW.format(f"{held:.0%}")] if held < words.TOO_NARROW else []
    return [*narrow, *short, *study.cautions]


def _tables(asked: Asked, study: Study, found: Findings) -> list[str]:
    least = asked.least_shown
    rivals = [words.SHORT_NAMES[kind.value] for kind in found.plan.against]
    heads = ["Expected", "8 times in 10", "19 times in 20", *rivals]
    numbers = range(1, len(heads) + 1)
    small = f" Numbers under {least} are not shown." if least > 1 else ""

    def row(first: str, told: Line) -> list[str]:
        return [first, say(told.expected, least), *(between(told, one, least) for one in LEVELS[1:]),
                *(say(one, least) for one in told.rivals.values())]  # fmt: skip

    steps = shown.by_step(study, found, least=least)
    by_step = pages.table(
        [asked.unit.value.capitalize(), *heads],
        [row(told.when, told) for told in steps],
        caption="All places together." + small if len(study.names) > 1 else small.strip() or "Expected cases",
        numbers=numbers,
    )
    if len(study.names) == 1:
        return [by_step]
    places = shown.by_place(study, found, least=least)
    cut = len(places) > MOST_LINES
    more = f" The first {MOST_LINES} of {len(places):,}; all are in forecast.csv." if cut else ""
    by_place = pages.table(
        ["Place", *heads],
        [row(told.place, told) for told in places[:MOST_LINES]],
        caption=f"The {asked.next} together, place by place.{small}{more}",
        numbers=numbers,
    )
    return [by_place, by_step]


def _pictures(asked: Asked, study: Study, found: Findings) -> str:
    least = asked.least_shown
    drawn = []
    if len(study.names) > 1:
        drawn.append(pages.figure(drawing.all_places(study, found, least=least), "All places together"))
    position = {name: at for at, name in enumerate(study.names)}
    for told in shown.by_place(study, found, least=least)[:MOST_PICTURES]:
        at = position[told.place]
        if len(study.names) > 1 and told.expected is None:
            continue
        drawing_of = drawing.one_place(study, found, at, least=least)
        drawn.append(pages.figure(drawing_of, "" if len(study.names) == 1 else told.place))
    hidden = least > 1
    says = (
        f"Bars: cases{'; pale bars as high as the smallest number that is shown: hidden' if hidden else ''}. "
        f"Line: what had been forecast the {asked.unit.value} before, and after the upright line what is "
        "expected now. Dark band: eight times out of ten; pale band: 19 out of 20. Dotted: "
        f"{words.NAMES[found.first_rival.value]}."
        f"{f' Nothing is drawn below {least}, nor what would tell a hidden number.' if hidden else ''}"
    )
    more = (
        f" Places of which {least} cases or more are expected are drawn, {MOST_PICTURES} at most."
        if len(study.names) > 1
        else ""
    )
    return pages.paragraph(says + more, kind="soft") + f'<div class="pictures">{"".join(drawn)}</div>'


def _how_good(asked: Asked, found: Findings) -> list[str]:
    unit = asked.unit.value
    rows = [
        [
            f"{one.step} {unit}{'s' if one.step > 1 else ''}",
            words.NAMES[one.name],
            *(f"{score:.3f}" for score in (one.logarithmic, one.ranked, one.dawid_sebastiani)),
            *(f"{one.held[level]:.0%}" for level in LEVELS[1:]),
            "–" if one.against is None or math.isnan(one.against.p) else f"{one.against.p:.2g}",
        ]
        for one in found.scores
    ]
    table = pages.table(
        _SCORE_COLUMNS,
        rows,
        caption=(
            f"The last {found.plan.periods} {unit}s, each forecast from what came before it alone. Scores: "
            "smaller is better. Held: how often the count lay within the interval; whole numbers make it "
            "more than 80 and 95 % where counts are small. Chance: how often a difference from this "
            "forecast as large comes by chance."
        ),
        numbers=(2, 3, 4, 5, 6, 7),
    )
    picture = pages.figure(
        drawing.calibration(found.calibration),
        "Where in its forecast each count fell. Even bars: the intervals are right. High at both ends: they "
        "are too narrow.",
    ).replace("<figure>", '<figure class="small">', 1)
    return [table, f'<div class="pictures">{picture}</div>']


def _how(asked: Asked, study: Study, found: Findings) -> list[str]:
    always, own, near = found.parts
    neighbours = f", {near:.0%} its neighbours'" if study.shares is not None else ""
    return [
        pages.paragraph(
            "A count is expected to be what its place always has at that time of the year, and a part of "
            f"what came in the {asked.unit.value}s before. Of all that was expected, {always:.0%} is what "
            f"places always have, {own:.0%} follows their own last counts{neighbours}. Which parts it has "
            "was chosen from the counts by Akaike's criterion. No random numbers are used. "
            f"Source: {words.SOURCE}"
        ),
        pages.table(["Setting", "Value"], _settings(asked, study, found), caption="Settings"),
        pages.table(
            ["File", "SHA-256"], [list(one) for one in study.files.items()], caption="Files that were read"
        ),
    ]


def _settings(asked: Asked, study: Study, found: Findings) -> list[tuple[str, str]]:
    fit, unit = found.fit, asked.unit.value
    return [
        ("Places", f"{len(study.names):,}"),
        ("Links between places", f"{study.links:,}"),
        ("Time", study.periods.label(0, study.periods.number)),
        ("Periods", f"{study.periods.number:,}, each a {unit}"),
        ("Ahead", f"{asked.ahead} {unit}s"),
        ("Held back", f"{found.plan.periods} {unit}s"),
        ("Waves of a season", str(fit.shape.waves)),
        ("Trend", "yes, up to now" if fit.shape.trend else "no"),
        ("Memory", f"{fit.shape.memory:g} (0: the last {unit} alone)"),
        ("Part of its own past", f"{fit.own:.2f}"),
        ("Part of its neighbours' past", f"{fit.near:.2f}" if study.shares is not None else "–"),
        ("Scatter beyond chance", f"{fit.spread:.2f}"),
        ("Counts shown from", str(asked.least_shown)),
    ]
