"""The list of cases as a page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tutela.foundation.tables import Code, Column, Mark, Name, Table, addresses
from tutela.protection.models import Danger, Stage
from tutela.protection.queries.cases import CaseRow
from tutela.protection.terms import danger_tone, stage_tone


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands in every list of cases, in one language."""

    label: str
    shared: str
    columns: tuple[Column, ...]
    stages: dict[Stage, Mark]
    dangers: dict[Danger, Mark]


@cache
def _words(_language: str | None) -> _Words:
    heads = (_("Person"), _("Reference"), _("Stage"), _("Danger"), _("Next date"), _("Lead"))
    return _Words(
        label=_("Cases"),
        shared=_("shared"),
        columns=tuple(Column(head) for head in heads),
        stages={stage: Mark(str(stage.label), stage_tone(stage)) for stage in Stage},
        dangers={danger: Mark(str(danger.label), danger_tone(danger)) for danger in Danger},
    )


def case_table(rows: Sequence[CaseRow]) -> Table:
    """Pseudonyms only: names stay locked."""
    address, words = addresses("file", "person_id"), _words(get_language())
    return Table(
        label=words.label,
        columns=words.columns,
        rows=[
            (
                Name(row.pseudonym, address(row.person_id), words.shared if row.is_shared else ""),
                Code(row.reference),
                words.stages[row.stage],
                words.dangers[row.danger],
                row.next_on,
                Name(row.lead),
            )
            for row in rows
        ],
    )
