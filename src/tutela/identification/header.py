"""How far recognition has come, in a word or two beside the pseudonym."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from tutela.identification import queries
from tutela.identification.models import GroundsStatus
from tutela.people.models import Person
from tutela.people.pathway import HeaderFact

TONES: Final = {
    GroundsStatus.REQUESTED: "calm",
    GroundsStatus.POSITIVE: "good",
    GroundsStatus.NEGATIVE: "warn",
    GroundsStatus.WITHDRAWN: "neutral",
}


def recognition(person: Person) -> Iterator[HeaderFact]:
    """Nothing is said before somebody has asked."""
    status = queries.latest_status(person)
    if status is not None and status != GroundsStatus.WITHDRAWN:
        yield HeaderFact(label=_("Recognition"), value=status.label, tone=TONES[status])
