"""How far recognition has come, in a word or two beside the pseudonym."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from django.utils.translation import gettext_lazy as _

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
    found: str | None = cast(Any, person).grounds_status
    status = GroundsStatus(found) if found else GroundsStatus.WITHDRAWN
    if status != GroundsStatus.WITHDRAWN:
        yield HeaderFact(label=_("Recognition"), value=status.label, tone=TONES[status])
