"""Writes what was found about two files: a page for people, pairs with their scores, a file to fill in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela import __version__
from tutela.engines.linkage import MISSING, Band
from tutela.operations.linking.asked import Asked
from tutela.operations.linking.page import page
from tutela.operations.linking.reading import Study
from tutela.operations.linking.reviewing import Answer, Reviewed
from tutela.operations.linking.working import Findings, chosen, pair_ids
from tutela.operations.reports import pages

_ORDER = (Band.SAME, Band.ASK, Band.DIFFERENT)


def write(asked: Asked, study: Study, found: Findings, reviewed: Reviewed | None) -> list[Path]:
    """Four files, the same bytes for the same input and language; all of them or, where one fails, none.

    What other programs read is in English always. Raises Refused.
    """
    names = ("report.html", "pairs.csv", "review.csv", "result.json")
    with pages.whole(asked.out) as beside:
        (beside / names[0]).write_text(page(asked, study, found, reviewed), encoding="utf-8")
        places = chosen(found, (Band.SAME, Band.ASK))
        pages.write_csv(beside / names[1], _heads(asked, found), _rows(asked, study, found, reviewed, places))
        places = chosen(found, (Band.ASK,))
        heads = ("left", "right", "answer", "chance", "why", *_name_heads(asked))
        pages.write_csv(beside / names[2], heads, _questions(asked, study, found, reviewed, places))
        pages.write_json(beside / names[3], _result(asked, study, found, reviewed))
    return [asked.out / name for name in names]


def _heads(asked: Asked, found: Findings) -> list[str]:
    fields = [field.name for field in found.model.fields]
    return [
        *("left", "right", "band", "chance", "score"),
        *(f"{name} bits" for name in fields),
        *(f"{name} says" for name in fields),
        "answer",
        *_name_heads(asked),
    ]


def _name_heads(asked: Asked) -> tuple[str, ...]:
    return ("left name", "right name") if asked.show_names else ()


def _names(asked: Asked, study: Study, found: Findings, place: int) -> tuple[str, ...]:
    if not asked.show_names:
        return ()
    left, right = int(found.compared.left[place]), int(found.compared.right[place]) + study.split
    return study.names[left], study.names[right]


def _rows(
    asked: Asked, study: Study, found: Findings, reviewed: Reviewed | None, places: NDArray[np.int64]
) -> Iterable[list[object]]:
    answers = reviewed.answers if reviewed else {}
    for place in places:
        bits, ids = found.bits[place], pair_ids(study, found, place)
        yield [
            *ids,
            str(found.band[place]),
            _chance(found.chances[place], 4),
            _rounded(bits.sum() + found.model.prior_bits, 2),
            *(_rounded(one, 2) for one in bits),
            *(_says(found, place, field) for field in range(len(bits))),
            answers.get(ids, ""),
            *_names(asked, study, found, place),
        ]


def _questions(
    asked: Asked, study: Study, found: Findings, reviewed: Reviewed | None, places: NDArray[np.int64]
) -> Iterable[list[object]]:
    answers = reviewed.answers if reviewed else {}
    for place in places:
        ids = pair_ids(study, found, place)
        why = "; ".join(
            f"{field.name}: {says}"
            for at, field in enumerate(found.model.fields)
            if (says := _says(found, place, at)) and found.compared.levels[place, at] != MISSING
        )
        chance = _chance(found.chances[place], 2)
        yield [*ids, answers.get(ids, ""), chance, why, *_names(asked, study, found, place)]


def _says(found: Findings, place: int, field: int) -> str:
    """The level of one field in words."""
    level = int(found.compared.levels[place, field])
    return "not known" if level == MISSING else found.model.fields[field].levels[level]


def _rounded(number: float, digits: int) -> float:
    return round(float(number), digits) + 0.0


def _chance(number: float, digits: int) -> float:
    """Rounded, and never to certainty: nobody knows that of two records."""
    return min(_rounded(number, digits), 1 - 0.1**digits)


def _line(chance: float) -> float | None:
    """Where a band begins; None where it has no pair."""
    return _chance(chance, 4) if chance <= 1 else None


def _result(asked: Asked, study: Study, found: Findings, reviewed: Reviewed | None) -> dict[str, Any]:
    lines, model = found.lines, found.model
    return {
        "tutela": __version__,
        "files": {**study.files, **(reviewed.files if reviewed else {})},
        "seed": asked.seed,
        "wrong_borne": asked.wrong,
        "lost_borne": asked.lost,
        "several": asked.several,
        "records": list(study.records.sizes) if asked.other else [study.records.total],
        "records_with_nothing": study.nothing,
        "all_pairs": study.records.all_pairs,
        "compared": len(found.chances),
        "passes": [{"name": name, "pairs": n, "left_out": out} for name, n, out in found.candidates.by_pass],
        "bands": {band.value: int((found.band == band.value).sum()) for band in _ORDER},
        "same_from": _line(lines.same_from),
        "ask_from": _line(lines.ask_from),
        "expected_one_person": _rounded(lines.expected_matches, 1),
        "expected_wrong_among_same": _rounded(lines.wrong_among_same, 4),
        "expected_lost": _rounded(lines.lost_as_different, 4),
        "answers": {answer.value: reviewed.counts[answer] for answer in Answer} if reviewed else None,
        "prior_bits": _rounded(model.prior_bits, 3),
        "rounds": model.rounds,
        "weights": [
            {
                "field": field.name,
                "levels": list(field.levels),
                "m": [[_rounded(one, 6) for one in row] for row in weights.m],
                "u": [[_rounded(one, 9) for one in row] for row in weights.u],
            }
            for field, weights in zip(model.fields, model.weights, strict=True)
        ],
    }
