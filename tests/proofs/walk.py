"""Asks every address in every relation, and writes down what came: nothing of it changes the world."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db import connection, transaction
from django.test import Client
from tests.proofs.addresses import Address, addresses
from tests.proofs.papers import readable
from tests.proofs.world import CANARY, World

INSIDERS = ("bea", "ben", "carl", "dario", "ada")
STRANGERS = ("eve", "ora", "hana", "pia", "rosa", "lena", "levi")
OUTSIDE = ("newcomer", "closed", "anonymous")
EVERYONE = (*INSIDERS, *STRANGERS, *OUTSIDE)
METHODS = ("GET", "POST")
NO_PLACE, ANY_PLACE = "-", "(any)"

# Only relations in which something can differ: the rest would be the same question again.
PLACES = {
    "bea": ("assigned", "unassigned", "shared", "conflict", "elsewhere", "mixed", "smuggled", "nobody"),
    "ben": ("assigned", "shared", "emergency", "elsewhere", "mixed", "nobody"),
    "carl": ("assigned", "unassigned", "conflict", "emergency", "elsewhere", "nobody"),
    "dario": ("conflict", "unassigned", "shared", "ended", "elsewhere", "nobody"),
    "ada": ("assigned", "shared", "ended", "nobody"),
    "eve": ("assigned", "elsewhere", "nobody"),
    "ora": ("assigned", "elsewhere", "nobody"),
    "lena": ("assigned", "nobody"),
    "levi": ("assigned", "nobody"),
    "hana": ("shared", "nobody"),
    "pia": ("shared", "nobody"),
    "rosa": ("shared", "nobody"),
    **dict.fromkeys(OUTSIDE, ("assigned", "nobody")),
}
MADE_UP = ("mixed", "smuggled")
_LEADS_TO = {"/sign-in/": "sign-in", "/account/second-factor/": "factor", "/account/still-me/": "still-me"}
_CHANGES = re.compile(rb'nonce="[^"]*"|csrfmiddlewaretoken" value="[^"]*"')


@dataclass(frozen=True, slots=True)
class Question:
    """One address, asked by one person, about one place."""

    address: Address
    method: str
    place: str
    who: str


@dataclass(frozen=True)
class Answer:
    """What came: a status in a word, the page, and the events that were written."""

    question: Question
    status: str
    body: bytes
    events: tuple[tuple[str, str], ...]  # verb, person's id
    pseudonyms: frozenset[str] = frozenset()  # places whose pseudonym the page shows

    @property
    def is_let_in(self) -> bool:
        """Anything but a refusal, or a way to one of the doors."""
        return self.status not in {"404", "403", "405", "401", "sign-in", "factor"}

    @cached_property
    def shows(self) -> frozenset[tuple[str, str]]:
        """(part, place) of every file that the page says something of."""
        words = frozenset(CANARY.findall(self.body.decode("utf-8", "replace")))
        return words | {("pseudonym", place) for place in self.pseudonyms}

    @property
    def fingerprint(self) -> str:
        """Of the page, without what is new each time."""
        return hashlib.sha256(_CHANGES.sub(b"", self.body)).hexdigest()


def answers(world: World) -> list[Answer]:
    """The answer to everything that can be asked."""
    return [
        answer
        for address in addresses()
        for method in METHODS
        for who in EVERYONE
        for answer in _about_all_places(world, address, method, who)
    ]


def _about_all_places(world: World, address: Address, method: str, who: str) -> Iterator[Answer]:
    """A method that is refused before anything was looked at need not be tried on every file."""
    first, *others = _places_of(address, who)
    answer = ask(world, Question(address, method, first, who))
    if answer.status == "405" and not answer.events and others:
        yield replace(answer, question=replace(answer.question, place=ANY_PLACE))
        return
    yield answer
    yield from (ask(world, Question(address, method, place, who)) for place in others)


def _places_of(address: Address, who: str) -> tuple[str, ...]:
    if not address.arguments:
        return (NO_PLACE,)
    ids = [name for name in address.arguments if name.endswith("_id")]
    if not ids:
        return ("assigned", "nobody")
    places = PLACES[who]
    return places if len(ids) > 1 else tuple(place for place in places if place not in MADE_UP)


def ask(world: World, question: Question) -> Answer:
    """The answer, after which everything that it wrote is taken back."""
    client = world.clients[question.who]
    forget_haste()
    cookies = client.cookies.output()
    kept = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        before = _last_event()
        status, body = _sent(client, question, _path(world, question))
        events = _events_after(before)
        transaction.set_rollback(True)
    if client.cookies.output() != cookies:
        client.cookies.clear()
        for name, value in kept.items():
            client.cookies[name] = value
    named = {place for name, place in world.pseudonyms().items() if name.encode() in body}
    return Answer(question, status, body, events, frozenset(named))


def forget_haste() -> None:
    """Whoever asks this much would soon be told to wait. Pictures lie elsewhere, and stay."""
    from django.core.cache import cache

    from tutela.reporting.limits import Buckets
    from tutela.reporting.views import portal

    cache.clear()
    portal._buckets = Buckets()


def _path(world: World, question: Question) -> str:
    place = "assigned" if question.place == NO_PLACE else question.place
    return question.address.path(world.places[place].values)


def _sent(client: Client, question: Question, path: str) -> tuple[str, bytes]:
    response = client.generic(question.method, path, secure=False)
    status = str(response.status_code)
    if response.status_code in {301, 302, 303}:
        where = response.headers["Location"].split("?")[0]
        status = next((word for start, word in _LEADS_TO.items() if where.startswith(start)), status)
    return status, readable(b"".join(response) if response.streaming else response.content)


def _last_event() -> int:
    ((number,),) = _rows("SELECT max(number) FROM audit_event")
    return number or 0


def _events_after(number: int) -> tuple[tuple[str, str], ...]:
    found = _rows("SELECT verb, person_id FROM audit_event WHERE number > %s ORDER BY number", number)
    return tuple((verb, str(person or "")) for verb, person in found)


def _rows(sql: str, *values: int) -> list[tuple[Any, ...]]:
    """Asked twice for each of thousands of questions, so without building a query of models each time."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
