"""The only way to fetch a right of one person for somebody who has opened the file."""

from __future__ import annotations

from tutela.people.access import PersonFile
from tutela.rights.models import Right


def right_in(file: PersonFile, *, right: str, country: str) -> Right | None:
    """The followed right of this name in this state; None while nobody has written it down yet."""
    rows = Right.objects.select_related("person").filter(person=file.person)
    found: Right | None = rows.filter(right=right, country=country).first()
    return found
