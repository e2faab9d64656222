"""The file that a person fills in about pairs that nobody else can decide, and what it says when it comes
back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, ngettext, number
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import Table, Unusable


class Answer(StrEnum):
    """What a person says of a pair. Empty: nothing yet."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """Answers by the two ids, and the file's digest."""

    answers: Mapping[tuple[str, str], Answer]
    files: Mapping[str, str]

    @property
    def counts(self) -> Counter[Answer]:
        return Counter(self.answers.values())


def read(path: Path) -> Reviewed:
    """Answers under “answer”, for the pair of “left” and “right”; raises Refused with a line for each
    mistake.
    """
    table = Table(path)
    table.need(["left", "right", "answer"])
    lefts, rights = table.values("left", str), table.values("right", str)
    answers: dict[tuple[str, str], Answer] = {}
    for row, (left, right, answer) in enumerate(
        zip(lefts, rights, table.values("answer", _answer), strict=True)
    ):
        if answer is None:
            continue
        pair = (_plain(left or ""), _plain(right or ""))
        if answers.setdefault(pair, answer) is not answer:
            says = _("the pair “{left}” and “{right}” has two answers.")
            table.wrong_at(row, says.format(left=isolated(pair[0]), right=isolated(pair[1])))
    table.refuse_wrong()
    return Reviewed(answers=answers, files=table.digests)


def refuse_strange(reviewed: Reviewed, pairs: set[tuple[str, str]], *, path: Path) -> None:
    """Raises Refused where an answer is about a pair that was not found: it belongs to other files."""
    strange = [pair for pair in reviewed.answers if pair not in pairs]
    if strange:
        says = ngettext(
            "{file}: {count} of {all} answers is about a pair that is not here, as “{left}” and “{right}”. "
            "Give the file that was written for these records.",
            "{file}: {count} of {all} answers are about pairs that are not here, as “{left}” and “{right}”. "
            "Give the file that was written for these records.",
            len(strange),
        )
        left, right = (isolated(one) for one in strange[0])
        raise Refused(
            says.format(
                file=isolated(str(path)),
                count=number(len(strange)),
                all=number(len(reviewed.answers)),
                left=left,
                right=right,
            )
        )


def _answer(cell: str) -> Answer | None:
    if not cell:
        return None
    try:
        return Answer(cell.casefold())
    except ValueError as error:
        raise Unusable(
            _("“{value}” is no answer. Write same, different or unsure.").format(value=isolated(cell))
        ) from error


def _plain(cell: str) -> str:
    """An id as it was before it was made safe for spreadsheets."""
    return cell[1:] if cell.startswith("'") else cell
