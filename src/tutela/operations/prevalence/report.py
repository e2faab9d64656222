"""Writes what was estimated: a page for people, tables and a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import scipy

from tutela import __version__
from tutela.engines.prevalence import Answer, Breakdown, Change, Interval, Study, Variant, notation, overlaps
from tutela.operations.prevalence import drawing, shown, words
from tutela.operations.prevalence.asked import Asked
from tutela.operations.prevalence.reading import EVERYBODY, Lists
from tutela.operations.reports import pages

_BEST = 10
_LEVELS = (0.8, 0.95)
_ANSWERS = (
    "method", "total", "low_80", "high_80", "low_95", "high_95", "interval", "interactions", "bic", "refusal",
    "note",
)  # fmt: skip
_PARTS = (
    "dimension", "value", "observed", "total", "low_95", "high_95", "total_shared_model", "population",
    "detected_per_100000", "estimated_per_100000", "refusal",
)  # fmt: skip


def write(asked: Asked, lists: Lists, study: Study, breakdowns: tuple[Breakdown, ...]) -> list[Path]:
    """report.html, result.json, estimates.csv and, with parts, parts.csv: always the same bytes."""
    names = ["report.html", "result.json", "estimates.csv", *(["parts.csv"] if breakdowns else [])]
    with pages.whole(asked.out) as folder:
        paths = [folder / name for name in names]
        paths[0].write_text(_page(asked, lists, study, breakdowns), encoding="utf-8")
        pages.write_json(paths[1], _result(asked, lists, study, breakdowns))
        pages.write_csv(paths[2], _ANSWERS, [list(_answer(one, study).values()) for one in study.answers])
        if breakdowns:
            rows = [list(row.values()) for each in breakdowns for row in _part_rows(each, asked)]
            pages.write_csv(paths[3], _PARTS, rows)
    return [asked.out / name for name in names]


# ---------------------------------------------------------------- for other programs
def _answer(one: Answer, study: Study) -> dict[str, Any]:
    ends = [shown.interval(one, level) for level in _LEVELS]
    numbers = [end for each in ends for end in ((each.low, each.high) if each else (None, None))]
    values = [
        one.method.value, shown.people(one.total), *(shown.people(number) for number in numbers),
        one.kind.value if one.kind else "", shown.interactions(one, study.table),
        None if one.bic is None else round(one.bic, 4), one.refusal, one.note,
    ]  # fmt: skip
    return dict(zip(_ANSWERS, values, strict=True))


def _part_rows(found: Breakdown, asked: Asked) -> list[dict[str, Any]]:
    rows = []
    for one in shown.parts(found, least=asked.least_shown):
        part, span = one.part, one.part.own_interval
        values = [
            found.dimension.value, part.name, one.observed, shown.people(part.own),
            shown.people(span.low) if span else None, shown.people(span.high) if span else None,
            shown.people(part.shared) if part.own is not None else None, part.population,
            _rate(one.detected_rate), _rate(part.rate), part.refusal,
        ]  # fmt: skip
        rows.append(dict(zip(_PARTS, values, strict=True)))
    return rows


def _rate(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _result(asked: Asked, lists: Lists, study: Study, breakdowns: tuple[Breakdown, ...]) -> dict[str, Any]:
    spread = study.spread
    return {
        "tutela": __version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "asked": dict(_settings(asked, study)),
        "files": lists.files,
        "observed": study.table.observed,
        "refusal": study.refusal,
        "answers": [_answer(one, study) for one in study.answers],
        "cautions": [one.value for one in study.cautions],
        "models": None
        if spread is None
        else {
            "looked_at": spread.looked_at,
            "with_estimate": len(spread.totals),
            "near": spread.near,
            "near_range": [shown.people(one) for one in spread.near_range or ()],
        },
        "overlaps": [
            {"first": one.first, "second": one.second, "people": one.people}
            for one in overlaps(study.table, smallest=asked.least_shown)
        ],
        "variants": [
            {
                "lists": _change(one),
                "stepwise": shown.people(one.stepwise),
                "bic": shown.people(one.lowest_bic),
            }
            for one in study.variants
        ],
        "parts": [row for each in breakdowns for row in _part_rows(each, asked)],
        "sums": [
            {
                "dimension": each.dimension.value,
                "together": shown.people(each.together),
                "sum_of_own": shown.people(each.sum_of_own) if each.adds_up else None,
                "sum_of_shared": shown.people(each.sum_of_shared) if each.adds_up else None,
            }
            for each in breakdowns
        ],
    }


# ---------------------------------------------------------------- for people
def _page(asked: Asked, lists: Lists, study: Study, breakdowns: tuple[Breakdown, ...]) -> str:
    body = [_overlaps(asked, study)] if study.refusal else _found(asked, study)
    parts = [] if study.refusal else [_by(one, asked) for one in breakdowns]
    return pages.page(
        title="How many people no list knows",
        style=drawing.STYLE,
        sections=[
            pages.paragraph(_lead(study), kind="lead"),
            *_rate_of_all(lists, study),
            *body,
            *parts,
            pages.section(
                "What it assumes", pages.bullets(words.ASSUMED), pages.paragraph(words.USE, kind="note")
            ),
            pages.section("What critics say, and the answer", pages.bullets(words.CRITICS)),
            pages.section("How it was worked out", *_how(asked, lists, study)),
        ],
    )


def _lead(study: Study) -> str:
    known = f"{study.table.observed:,} people are on at least one of {len(study.table.lists)} lists."
    if study.refusal or study.range is None:
        return f"No estimate. {study.refusal} {known}"
    low, high = study.range
    widest = study.widest or Interval(0.95, low, high)
    return (
        f"{known} How many there are altogether, the methods that allow for dependent lists put between"
        f" {shown.words(low)} and {shown.words(high)}; their 95 % intervals reach from"
        f" {shown.words(widest.low)} to {shown.words(widest.high)}. There is no best one: read what speaks"
        " against each."
    )


def _rate_of_all(lists: Lists, study: Study) -> list[str]:
    population = lists.populations.get((EVERYBODY, ""))
    if not population or study.refusal or study.range is None:
        return []
    low, high = (one / population * 100_000 for one in study.range)
    detected = study.table.observed / population * 100_000
    return [
        pages.paragraph(
            f"Per 100,000 people: {detected:.2f} on a list, {low:.2f} to {high:.2f} estimated. {words.RATES}"
        )
    ]


def _found(asked: Asked, study: Study) -> list[str]:
    return [
        pages.section("Every method, side by side", _chart(study), _answers(study), _reasons(study)),
        pages.section("What to keep in mind", pages.bullets(_cautions(study))),
        *([_models(study)] if study.spread and study.spread.looked_at > 1 else []),
        _overlaps(asked, study),
        *([_variants(study)] if len(study.variants) > 1 else []),
    ]


def _chart(study: Study) -> str:
    return pages.figure(
        drawing.methods(study),
        "Dots: estimates of all people. Thick lines: 80 %. Thin lines: 95 %. Dotted line: people on a list.",
    )


def _answers(study: Study) -> str:
    rows = [
        [
            words.METHODS[one.method],
            shown.words(one.total),
            *(shown.span(shown.interval(one, level)) for level in _LEVELS),
            words.KINDS[one.kind] if one.kind else "–",
            shown.interactions(one, study.table) or "–",
        ]
        for one in study.answers
    ]
    return pages.table(
        ["Method", "All people", "80 %", "95 %", "What the interval is", "Lists that depend on each other"],
        rows,
        caption=words.COVERAGE,
        numbers=(1, 2, 3),
    )


def _reasons(study: Study) -> str:
    said = [f"{words.METHODS[one.method]}: {words.ABOUT[one.method]}" for one in study.answers]
    notes = [
        f"{words.METHODS[one.method]}: {one.refusal or one.note}"
        for one in study.answers
        if one.refusal or one.note
    ]
    return pages.bullets(said) + (pages.bullets(notes) if notes else "")


def _cautions(study: Study) -> list[str]:
    return [words.CAUTIONS[one] for one in study.cautions] + [words.COVERAGE]


def _models(study: Study) -> str:
    spread = study.spread
    assert spread is not None
    low, high = spread.near_range or (float("nan"), float("nan"))
    rows = [
        [
            ", ".join(notation(spread.models[place], study.table.lists)) or "none",
            shown.words(float(spread.totals[place])),
            f"{spread.bic[place] - spread.bic[0]:.2f}",
        ]
        for place in range(min(_BEST, len(spread.totals)))
    ]
    return pages.section(
        "Models that fit as well",
        pages.paragraph(
            f"{spread.looked_at:,} hierarchical models with interactions of up to {spread.order} lists were"
            " looked"
            f" through; {len(spread.totals):,} have an estimate. {spread.near} lie near the lowest BIC, from"
            f" {shown.words(low)} to {shown.words(high)} people."
        ),
        pages.figure(drawing.spread(spread), words.NEAR_MODELS),
        pages.table(
            ["Lists that depend on each other", "All people", "BIC above lowest"],
            rows,
            caption="The ten best. Parameters at minus infinity count as parameters.",
            numbers=(1, 2),
        ),
    )


def _overlaps(asked: Asked, study: Study) -> str:
    names = study.table.lists
    known = {(one.first, one.second): one.people for one in overlaps(study.table, smallest=asked.least_shown)}

    def cell(first: str, second: str) -> str:
        number = known.get((first, second), known.get((second, first)))
        return f"<{asked.least_shown}" if number is None else f"{number:,}"

    rows = [[first, *(cell(first, second) for second in names)] for first in names]
    return pages.section(
        "What the lists share",
        pages.table(
            ["List", *names],
            rows,
            caption=(
                f"On the diagonal the sizes of lists. Numbers from 1 to {asked.least_shown - 1}, and what"
                " would tell them, are not shown."
            ),
            numbers=tuple(range(1, len(names) + 1)),
        ),
    )


def _change(one: Variant) -> str:
    return (
        words.CHANGES[one.change].format(" and ".join(one.lists)) if one.lists else words.CHANGES[Change.NONE]
    )


def _variants(study: Study) -> str:
    rows = [[_change(one), shown.words(one.stepwise), shown.words(one.lowest_bic)] for one in study.variants]
    return pages.section(
        "When a list is left out, or two are one",
        pages.table(
            ["Lists", "Step by step", "Lowest BIC (pairs)"],
            rows,
            caption="An estimate that jumps hangs on one list. A dash: no estimate, or too many models.",
            numbers=(1, 2),
        ),
    )


def _by(found: Breakdown, asked: Asked) -> str:
    rated = any(part.population for part in found.parts)
    heads = ["Part", "On a list", "All people", "95 %", "By one model for all parts"]
    heads += ["On a list, per 100,000", "All, per 100,000"] if rated else []
    rows = []
    for one in shown.parts(found, least=asked.least_shown):
        part = one.part
        row = [part.name, f"{one.observed:,}" if one.observed is not None else "not shown"]
        row += [shown.words(part.own), shown.span(part.own_interval)]
        row.append(shown.words(part.shared) if part.own is not None else "–")
        row += [_decimal(one.detected_rate), _decimal(part.rate)] if rated else []
        rows.append(row)
    refused = [f"{part.name}: {part.refusal}" for part in found.parts if part.refusal]
    return pages.section(
        words.DIMENSIONS[found.dimension],
        pages.table(heads, rows, caption=_reconciled(found), numbers=tuple(range(1, len(heads)))),
        *([pages.bullets(refused)] if refused else []),
        *([pages.paragraph(words.RATES)] if rated else []),
    )


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:,.2f}"


def _reconciled(found: Breakdown) -> str:
    """The totals beside each other; nothing is bent to fit."""
    if not found.adds_up:
        return words.YEARS
    together = f"All together, step by step: {shown.words(found.together)}."
    if found.sum_of_own is None or found.gap is None:
        return f"{together} The parts cannot be added up: at least one has no estimate."
    gap = f"{100 * found.gap:+.0f} %"
    return (
        f"{together} Sum of the parts: {shown.words(found.sum_of_own)} ({gap}). Sum by one model for all"
        f" parts: {shown.words(found.sum_of_shared)}. Each part chose its own model, so they need not agree,"
        " and nothing was bent to make them."
    )


def _how(asked: Asked, lists: Lists, study: Study) -> list[str]:
    return [
        pages.paragraph(
            "All random numbers come from the seed: the same files and settings give the same report, byte"
            " for byte."
            f" numpy {np.__version__}, scipy {scipy.__version__}."
        ),
        pages.table(["Setting", "Value"], _settings(asked, study), caption="Settings"),
        pages.table(
            ["File", "SHA-256"], [list(one) for one in lists.files.items()], caption="Files that were read"
        ),
    ]


def _settings(asked: Asked, study: Study) -> list[tuple[str, str]]:
    chains = study.chains
    return [
        ("Lists", ", ".join(study.table.lists)),
        ("Largest interaction", f"{asked.order} lists"),
        ("Replicates", f"{asked.replicates:,}"),
        ("Samples of each chain", f"{asked.samples:,}"),
        ("Seed", str(asked.seed)),
        ("Counts shown from", str(asked.least_shown)),
        ("R-hat of the chains", f"{chains.r_hat:.3f}" if chains else "–"),
        ("Independent samples in the chains", f"{chains.effective:,.0f}" if chains else "–"),
    ]
