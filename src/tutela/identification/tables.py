"""The authority's inbox as a page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tutela.foundation.tables import Column, Due, Mark, Name, Table, addresses
from tutela.identification.models import GroundsStatus
from tutela.identification.queries import InboxLine


def inbox_table(lines: Sequence[InboxLine], *, decided: bool) -> Table:
    """What waits, with the time that is left; or what was decided, with the answer."""
    address = addresses("decision-decide", "request_id")
    answer = _("Decision") if decided else _("To be decided")
    return Table(
        label=_("Requests"),
        columns=[Column(head) for head in (_("Person"), answer, _("Asked by"), _("Asked on"))],
        rows=[
            (
                Name(line.pseudonym, address(line.request_id)),
                _answer(line) if decided else Due(line.clock),
                line.asked_by,
                line.requested_at,
            )
            for line in lines
        ],
    )


def _answer(line: InboxLine) -> Mark:
    return Mark(
        line.status.label, "good" if line.status is GroundsStatus.POSITIVE else "warn", line.decided_at
    )
