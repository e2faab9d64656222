"""Writes what was estimated: a page for people, tables and a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import scipy

from tutela import __version__
from tutela.engines.prevalence import Answer, Breakdown, Interval, Study, overlaps
from tutela.operations.language import (
    ENGLISH,
    in_a_row,
    isolated,
    ngettext,
    number,
    percent,
    speaking,
)
from tutela.operations.language import gettext as _
from tutela.operations.prevalence import drawing, shown, words
from tutela.operations.prevalence.asked import Asked
from tutela.operations.prevalence.breakdowns import part_section
from tutela.operations.prevalence.estimates import LEVELS, every_method, shared_by_lists
from tutela.operations.prevalence.reading import EVERYBODY, Lists
from tutela.operations.prevalence.reasons import said
from tutela.operations.reports import pages

_ANSWERS = (
    "method", "total", "low_80", "high_80", "low_95", "high_95", "interval", "interactions", "bic", "refusal",
    "note",
)  # fmt: skip
_PARTS = (
    "dimension", "value", "observed", "total", "low_95", "high_95", "total_shared_model", "population",
    "detected_per_100000", "estimated_per_100000", "refusal",
)  # fmt: skip


def write(asked: Asked, lists: Lists, study: Study, breakdowns: tuple[Breakdown, ...]) -> list[Path]:
    """report.html, result.json, estimates.csv and, with parts, parts.csv: always the same bytes in the same
    language. What other programs read is in English always."""
    page = _page(asked, lists, study, breakdowns)
    names = ["report.html", "result.json", "estimates.csv", *(["parts.csv"] if breakdowns else [])]
    with pages.whole(asked.out) as folder, speaking(ENGLISH):
        paths = [folder / name for name in names]
        paths[0].write_text(page, encoding="utf-8")
        pages.write_json(paths[1], _result(asked, lists, study, breakdowns))
        pages.write_csv(paths[2], _ANSWERS, [list(_answer(one, study).values()) for one in study.answers])
        if breakdowns:
            rows = [list(row.values()) for each in breakdowns for row in _part_rows(each, asked)]
            pages.write_csv(paths[3], _PARTS, rows)
    return [asked.out / name for name in names]


# ---------------------------------------------------------------- for other programs
def _answer(one: Answer, study: Study) -> dict[str, Any]:
    ends = [shown.interval(one, level) for level in LEVELS]
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
                "lists": words.change(one),
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
    found = [shared_by_lists(asked, study)] if study.refusal else every_method(asked, study)
    parts = [] if study.refusal else [part_section(one, asked) for one in breakdowns]
    assumed, critics = ([_(one) for one in some] for some in (words.ASSUMED, words.CRITICS))
    return pages.page(
        title=_("How many people no list knows"),
        style=drawing.STYLE,
        sections=[
            pages.paragraph(_lead(study), kind="lead"),
            *_rate_of_all(lists, study),
            *found,
            *parts,
            pages.section(
                _("What it assumes"), pages.bullets(assumed), pages.paragraph(_(words.USE), kind="note")
            ),
            pages.section(_("What critics say, and the answer"), pages.bullets(critics)),
            pages.section(_("How it was worked out"), *_how(asked, lists, study)),
        ],
    )


def _lead(study: Study) -> str:
    says = ngettext(
        "{count} person is on at least one of {lists} lists.",
        "{count} people are on at least one of {lists} lists.",
        study.table.observed,
    )
    known = says.format(count=number(study.table.observed), lists=number(len(study.table.lists)))
    if study.refusal or study.range is None:
        return " ".join(one for one in (_("No estimate."), said(study.refusal), known) if one)
    low, high = study.range
    widest = study.widest or Interval(0.95, low, high)
    estimated = _(
        "How many there are altogether, the methods that allow for dependent lists put between {low} and"
        " {high}; their {level} intervals reach from {lowest} to {highest}. There is no best one: read what"
        " speaks against each."
    ).format(
        low=shown.words(low),
        high=shown.words(high),
        level=percent(0.95),
        lowest=shown.words(widest.low),
        highest=shown.words(widest.high),
    )
    return f"{known} {estimated}"


def _rate_of_all(lists: Lists, study: Study) -> list[str]:
    population = lists.populations.get((EVERYBODY, ""))
    if not population or study.refusal or study.range is None:
        return []
    low, high, detected = (
        number(one / population * 100_000, decimals=2) for one in (*study.range, study.table.observed)
    )
    says = _("Per 100,000 people: {detected} on a list, {low} to {high} estimated.")
    rates = says.format(detected=detected, low=low, high=high)
    return [pages.paragraph(f"{rates} {_(words.RATES)}")]


def _how(asked: Asked, lists: Lists, study: Study) -> list[str]:
    seeded = _(
        "All random numbers come from the seed: the same files and settings give the same report, byte for"
        " byte."
    )
    made_with = isolated(f"numpy {np.__version__}, scipy {scipy.__version__}.")
    return [
        pages.paragraph(f"{seeded} {made_with}"),
        *pages.made_from(_settings(asked, study), lists.files),
    ]


def _settings(asked: Asked, study: Study) -> list[tuple[str, str]]:
    chains = study.chains
    largest = ngettext("{count} list", "{count} lists", asked.order).format(count=number(asked.order))
    return [
        (_("Lists"), in_a_row([isolated(name) for name in study.table.lists])),
        (_("Largest interaction"), largest),
        (_("Replicates"), number(asked.replicates)),
        (_("Samples of each chain"), number(asked.samples)),
        (_("Seed"), str(asked.seed)),
        (_("Counts shown from"), number(asked.least_shown)),
        (_("R-hat of the chains"), number(chains.r_hat, decimals=3) if chains else "–"),
        (_("Independent samples in the chains"), number(chains.effective) if chains else "–"),
    ]
