"""Lists of rights: those of one person, and the steps of one right."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tutela.foundation.vault.fields import reveal_many
from tutela.people.models import Document, Person
from tutela.rights import words
from tutela.rights.law import load_law
from tutela.rights.models import Right, RightStep


def rights_of(person: Person, *, country: str) -> dict[str, Right]:
    """The followed rights of one person in one state, by entry of the library."""
    rows = Right.objects.select_related("clock").filter(person=person, country=country)
    return {right.entry: right for right in rows}


def titles_of(right_ids: Collection[UUID]) -> dict[UUID, str]:
    """What these rights are, by the titles that the library of today has."""
    law = load_law().provisions
    rows = Right.objects.filter(pk__in=right_ids).values_list("pk", "entry")
    return {pk: words.text(law[entry].title) for pk, entry in rows if entry in law}


def steps_of(right: Right) -> list[tuple[RightStep, str]]:
    """What happened to a right, newest first, each with its note in the clear."""
    rows = list(
        RightStep.objects.select_related("person", "by").filter(right=right).order_by("-at", "-id")[:100]
    )
    return list(zip(rows, (found["note"] for found in reveal_many(rows, ["note"])), strict=True))


def papers_of(person: Person) -> list[tuple[str, str]]:
    """Ids and titles of the documents that can serve as evidence, newest first."""
    rows = list(
        Document.objects.select_related("person").filter(person=person).order_by("-added_at", "-id")[:200]
    )
    titles = (found["title"] for found in reveal_many(rows, ["title"]))
    return [(str(row.pk), title) for row, title in zip(rows, titles, strict=True)]
