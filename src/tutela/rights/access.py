"""The only way to fetch a right of one person for somebody who has opened the file."""

from __future__ import annotations

from tutela.people.access import PersonFile
from tutela.rights.models import Right


def right_in(file: PersonFile, *, entry: str, country: str) -> Right | None:
    """The followed right of this entry; None while nobody has written it down yet."""
    rows = Right.objects.select_related("person", "clock").filter(person=file.person)
    found: Right | None = rows.filter(entry=entry, country=country).first()
    return found
