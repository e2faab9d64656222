"""The list of cases as a page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tutela.foundation.tables import Code, Column, Mark, Name, Table, addresses
from tutela.protection.models import Danger, Stage
from tutela.protection.queries.cases import CaseRow
from tutela.protection.terms import danger_tone, stage_tone


def case_table(rows: Sequence[CaseRow]) -> Table:
    """Pseudonyms only: names stay locked."""
    address = addresses("file", "person_id")
    shared = _("shared")
    stages = {stage: Mark(str(stage.label), stage_tone(stage)) for stage in Stage}
    dangers = {danger: Mark(str(danger.label), danger_tone(danger)) for danger in Danger}
    heads = (_("Person"), _("Reference"), _("Stage"), _("Danger"), _("Next date"), _("Lead"))
    return Table(
        label=_("Cases"),
        columns=[Column(head) for head in heads],
        rows=[
            (
                Name(row.pseudonym, address(row.person_id), shared if row.is_shared else ""),
                Code(row.reference),
                stages[row.stage],
                dangers[row.danger],
                row.next_on,
                Name(row.lead),
            )
            for row in rows
        ],
    )
