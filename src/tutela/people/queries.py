"""Lists of what is in a person's file, and the search for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from tutela.foundation.access import door
from tutela.foundation.access.decision import Actor
from tutela.foundation.access.models import Section
from tutela.foundation.access.prepared import Prepared, blank_id
from tutela.foundation.organisations.models import Organisation
from tutela.foundation.vault.fields import reveal_many
from tutela.people import search as names
from tutela.people.consents import TEXTS, ConsentText
from tutela.people.happenings import sentence, titles_of
from tutela.people.keyset import Cursor, Page, page_of
from tutela.people.models import Consent, ConsentScope, Document, Happening, Person

TIMELINE_PAGE = 30
MOST_FOUND = 200


@dataclass(frozen=True, slots=True)
class ConsentState:
    """One question with every answer that was given to it, the newest first."""

    text: ConsentText
    answers: tuple[Consent, ...]

    @property
    def scope(self) -> ConsentScope:
        return self.text.scope

    @property
    def current(self) -> Consent | None:
        return self.answers[0] if self.answers else None

    @property
    def is_given(self) -> bool:
        return bool(self.answers) and self.answers[0].given

    @property
    def is_withdrawn(self) -> bool:
        """It was given before, and is no longer."""
        return bool(self.answers) and not self.is_given and any(answer.given for answer in self.answers)


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of the timeline in words; the attributes are those of the timeline component."""

    at: datetime
    what: str
    who: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with its title in the clear."""

    document: Document
    title: str


def consents_of(person: Person) -> list[ConsentState]:
    """Every question in its order, with its answers."""
    answers = _answers().ask(person=person.pk)
    return [
        ConsentState(text, tuple(answer for answer in answers if answer.scope == scope))
        for scope, text in TEXTS.items()
    ]


@cache
def _answers() -> Prepared:
    rows = Consent.objects.select_related("recorded_by").filter(person_id=blank_id("person"))
    return Prepared(rows.order_by("-version"))


def current_consent(person: Person, scope: ConsentScope) -> Consent | None:
    """The answer that holds now; None while nobody has asked."""
    return Consent.objects.filter(person=person, scope=scope).order_by("-version").first()


def consent_is_given(person: Person, scope: ConsentScope) -> bool:
    """Whether the newest answer is a yes."""
    current = current_consent(person, scope)
    return current is not None and current.given


def papers_of(person: Person) -> list[Paper]:
    """The papers of a file, the newest first, with their titles."""
    rows = list(
        Document.objects.select_related("person", "added_by")
        .filter(person=person)
        .order_by("-added_at", "-id")
    )
    return [Paper(row, plain["title"]) for row, plain in zip(rows, _revealed(rows, "title"), strict=True)]


def timeline_page(person: Person, *, after: Cursor | None = None, named: bool = True) -> Page[TimelineLine]:
    """What happened, the newest first, notes in the clear; `named`: and what each line is about."""
    rows = Happening.objects.select_related("person", "by").filter(person=person)
    page = page_of(rows, by="at", after=after, size=TIMELINE_PAGE, shown=lambda row: row)
    notes = _revealed(page.rows, "note")
    lines = _lines(page.rows, [plain["note"] for plain in notes], named=named)
    return Page(lines, page.following)


def latest_happenings(person: Person, *, most: int) -> list[TimelineLine]:
    """The last lines of the timeline, without their notes."""
    rows = _latest(most).ask(person=person.pk)
    return _lines(rows, [""] * len(rows), named=True)


@cache
def _latest(most: int) -> Prepared:
    rows = Happening.objects.select_related("by").filter(person_id=blank_id("person"))
    return Prepared(rows.order_by("-at", "-id")[:most])


def _lines(rows: Sequence[Happening], notes: Sequence[str], *, named: bool) -> list[TimelineLine]:
    titles = titles_of([(row.kind, row.object_id) for row in rows]) if named else {}
    return [
        _line(row, note=note, title=titles.get(row.object_id, "") if row.object_id else "")
        for row, note in zip(rows, notes, strict=True)
    ]


def _line(row: Happening, *, note: str, title: str) -> TimelineLine:
    words = sentence(row.kind)
    what = f"{words.text}{gettext(': ')}{title}" if title else str(words.text)
    who = row.by.display_name if row.by else ""
    return TimelineLine(row.at, what, who, note, words.tone)


def _revealed(rows: Any, name: str) -> list[dict[str, str]]:
    """Nothing is unlocked for a list in which nothing is sealed."""
    if not any(getattr(row, name) for row in rows):
        return [{name: ""} for _ in rows]
    return reveal_many(rows, [name])


def named(actor: Actor, text: str, *, person: str = "person_id") -> Q:
    """The condition that a list's person is found by `text` among names that the actor's organisation wrote.

    It says nothing of what the actor may see: put it beside `door.visible`."""
    prefixes = _searches_prefixes(actor)
    return names.named(text, organisation_id=actor.organisation_id, prefixes=prefixes, person=person)


def _searches_prefixes(actor: Actor) -> bool:
    return bool(_prefix_search().first(organisation=actor.organisation_id)[0])


@cache
def _prefix_search() -> Prepared:
    return Prepared(Organisation.objects.filter(pk=blank_id("organisation")).values_list("prefix_search"))


def found(actor: Actor, text: str, *, most: int) -> list[UUID]:
    """Up to `most` people whose names, as the actor's organisation wrote them, fit `text`.

    Like `named` it says nothing of what the actor may see. With ids at hand a list starts from the few."""
    prefixes = _searches_prefixes(actor)
    return names.found_by(text, organisation_id=actor.organisation_id, prefixes=prefixes, most=most)


def search(actor: Actor, text: str, *, at: datetime) -> list[UUID]:
    """People found by `text` (words of a name, a pseudonym) in files that `actor` may see, at most 200."""
    seen = door.visible(actor, Section.SUMMARY, at=at, person="pk")
    rows = Person.objects.filter(seen, named(actor, text, person="pk"), erased_at__isnull=True)
    return list(rows.order_by("-created_at", "-id").values_list("pk", flat=True)[:MOST_FOUND])
