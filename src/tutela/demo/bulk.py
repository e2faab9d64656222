"""Many more cases than anybody walks, for benchmarks: written as rows, but sealed and searchable as ever."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from math import gcd
from random import Random
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from tutela.demo.lives import Life, Situation, lives
from tutela.demo.names import homes, new_name
from tutela.demo.rows import in_a_hurry
from tutela.demo.standing import Followed, write_rights
from tutela.demo.tables import Tables
from tutela.demo.tales import words
from tutela.demo.walk import AUTHORITY, INTERPRETED
from tutela.demo.world import World
from tutela.foundation.access.models import spell
from tutela.foundation.access.scope import Scope, within
from tutela.foundation.organisations.models import Organisation, User
from tutela.foundation.roles import Caseworker, HotlineOperator
from tutela.foundation.vault.fields import seal_bytes
from tutela.foundation.vault.keyring import PersonKey, draw_person_keys
from tutela.foundation.vault.models import DataKey
from tutela.identification.actions.grounds import BASIS_CONSENT, CLOCK, DISCLOSED, GRANT
from tutela.identification.models import GroundsRequest
from tutela.identification.terms import term_for
from tutela.people import search
from tutela.people.consents import TEXT_VERSION
from tutela.people.models import Happening, Person
from tutela.people.pseudonyms import WORDS
from tutela.protection.models import Case, Task
from tutela.protection.references import ALPHABET, LENGTH
from tutela.rights.models import Right

CHUNK = 5_000
FILES_A_COLLEAGUE = 40
YEARS = 6
"""Over how many years the cases are spread."""

S = Situation
STAGE = {
    S.ARRIVED: "intake",
    S.OVERDUE: "intake",
    S.CONSENT_WITHDRAWN: "intake",
    S.SCREENING_DRAFT: "screening",
    S.SCREENED: "screening",
    S.WITHDRAWN: "support",
    S.REFUSED_GROUNDS: "support",
    S.SUPPORT: "support",
    S.RECOVERY: "recovery",
    S.NOT_TOLD: "recovery",
    S.CLOSED: "closed",
}
"""Where a case stands; everything else waits for a decision."""

DECIDED = frozenset({S.RECOVERY, S.NOT_TOLD, S.REFUSED_GROUNDS})
WAITING = frozenset({S.WAITING, S.WAITING_SHORT, S.WAITING_BREACHED})


def fill(world: World, cases: int, *, at: datetime, seed: int) -> None:
    """Writes `cases` more, some thousands at a time. On PostgreSQL only the owner of the tables may."""
    with in_a_hurry():
        chance = Random(seed)  # noqa: S311 (nothing secret is drawn: the people are invented)
        with within(Scope(system=True)):
            holders = _holders(world, cases, at=at, chance=chance)
            references = _references(chance)
        tables = Tables()
        todo = lives(cases, seed=seed)
        while chunk := list(islice(todo, CHUNK)):
            with within(Scope(system=True)):
                for holder in dict.fromkeys(life.holder for life in chunk):
                    held = [life for life in chunk if life.holder == holder]
                    _write(held, holders[holder], tables, references, at=at, chance=chance)
                tables.write()


@dataclass(slots=True)
class Holder:
    """An organisation with its colleagues, its free pseudonyms, and what it takes to make rows for it."""

    organisation: Organisation
    authority: Organisation
    decider: User
    colleagues: Iterator[UUID]
    pseudonyms: Iterator[tuple[str, str]]
    tokens: search.Tokens
    rights: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Row:
    """As much of a person as sealing asks for."""

    pk: UUID
    person_id: UUID
    organisation_id: UUID
    _meta: Any


def _write(
    held: list[Life],
    holder: Holder,
    tables: Tables,
    references: Iterator[str],
    *,
    at: datetime,
    chance: Random,
) -> None:
    body = holder.organisation.pk
    ids = [uuid4() for _ in held]
    keys = draw_person_keys(ids, organisation_id=body, at=at)
    for life, person_id, (key_row, key) in zip(held, ids, keys, strict=True):
        file = _File(life, person_id, key_row, key, holder, tables, chance, now=at)
        file.write(reference=next(references))


class _File:
    """The rows of one file."""

    def __init__(
        self,
        life: Life,
        person_id: UUID,
        key_row: DataKey,
        key: PersonKey,
        holder: Holder,
        tables: Tables,
        chance: Random,
        *,
        now: datetime,
    ) -> None:
        self.life, self.person_id, self.key_row, self.key = life, person_id, key_row, key
        self.holder, self.tables, self.chance, self.now = holder, tables, chance, now
        self.body = holder.organisation.pk
        self.lead = next(holder.colleagues)
        self.opened = _opened(life, now=now, chance=chance)

    def seal(self, model: Any, row_id: UUID, **plain: str) -> list[bytes]:
        row: Any = _Row(row_id, self.person_id, self.body, model._meta)
        return [
            seal_bytes(row, name, text.encode(), key=self.key) if text else b""
            for name, text in plain.items()
        ]

    def write(self, *, reference: str) -> None:
        key = self.key_row
        self.tables.keys.add(
            key.pk, self.body, self.person_id, key.organisation_key_id, key.wrapped, self.opened, None,
            None, None,
        )  # fmt: skip
        self._person()
        self._case(reference)
        self._record()
        if self.life.situation in DECIDED | WAITING:
            self._grounds()
        if self.life.situation in DECIDED:
            self._rights()
        elif self.life.situation is not S.CLOSED:
            self._task()

    def _person(self) -> None:
        profile, chance = self.life.profile, self.chance
        home = homes()[profile.citizenship]
        name = new_name(profile.citizenship, profile.sex, chance=chance)
        word, number = next(self.holder.pseudonyms)
        real_name, rules, wishes = self.seal(
            Person,
            self.person_id,
            real_name=name,
            contact_rules=words("contact_rules", chance=chance),
            wishes=words("wishes", chance=chance),
        )
        self.tables.people.add(
            self.person_id, self.body, self.key_row.pk, f"{word} {number}", real_name, b"", "in_person", b"",
            rules, b"", wishes, home.language, home.language not in INTERPRETED, str(profile.age_group),
            str(profile.sex), profile.citizenship, {}, 1, self.opened, None,
        )  # fmt: skip
        tokens = {token for text in (name, word, number) for token in _tokens(self.holder.tokens, text)}
        self.tables.names.append((self.person_id, self.body, sorted(tokens)))

    def _case(self, reference: str) -> None:
        life, closed = self.life, self.life.situation is S.CLOSED
        stage = STAGE.get(life.situation, "waiting")
        ended = self.opened + (self.now - self.opened) / 2 if closed else None
        self.tables.cases.add(
            uuid4(), self.body, self.person_id, f"{self.opened:%y}-{reference}", life.profile.country,
            life.region, "closed" if closed else "open", stage, self.chance.choice(("high", "medium", "low")),
            str(life.profile.exploitation), None, self.opened, self.lead, ended,
            self.lead if closed else None, "support_ended" if closed else "", 1,
        )  # fmt: skip
        self.tables.assignments.add(uuid4(), self.body, self.person_id, self.lead, True, self.opened, None)
        given_by = "guardian" if life.profile.age_group == "child" else "person"
        language = homes()[life.profile.citizenship].language
        for scope in ("keep_file", "refer", "request_decision"):
            self.tables.consents.add(
                uuid4(), self.body, self.person_id, scope, 1, True, language, False, given_by, TEXT_VERSION,
                self.opened, self.lead,
            )  # fmt: skip

    def _record(self) -> None:
        for kind in ("person.opened", "case.opened", "consent.given/keep_file"):
            self.tables.happenings.add(
                uuid4(), self.body, self.person_id, kind, b"", self.opened, self.lead, None
            )
        note_id = uuid4()
        (note,) = self.seal(Happening, note_id, note=words("notes", chance=self.chance))
        self.tables.happenings.add(
            note_id, self.body, self.person_id, "note.added", note, self.opened, self.lead, note_id
        )
        self.tables.events.add(
            uuid4(), self.opened, self.lead, self.body, self.body, "case.open", "case", None, self.person_id,
            "", "", "done", {},
        )  # fmt: skip

    def _grounds(self) -> None:
        country = self.life.profile.country
        waits = self.life.situation in WAITING
        asked = self.now - timedelta(hours=self.chance.randint(1, 190)) if waits else self.opened
        term, clock_id, request_id = term_for(country), uuid4(), uuid4()
        due = asked + timedelta(days=7)
        decided = None if waits else asked + timedelta(days=4)
        self.tables.clocks.add(
            clock_id, self.body, self.person_id, CLOCK, request_id, term.name, country, self.life.region,
            term.length.amount, term.length.unit.value, False, "as_it_falls", False, asked, due,
            due - timedelta(hours=34), None, None, "running" if waits else "met", decided,
        )  # fmt: skip
        positive = self.life.situation is not S.REFUSED_GROUNDS
        statement, reasons = self.seal(
            GroundsRequest,
            request_id,
            statement=words("statements", chance=self.chance),
            reasons="" if waits else words("positive" if positive else "negative", chance=self.chance),
        )
        status = "requested" if waits else ("positive" if positive else "negative")
        self.tables.requests.add(
            request_id, self.body, self.person_id, self.holder.authority.pk, statement, None, asked,
            self.lead, clock_id, due, status, reasons, decided,
            None if waits else self.holder.decider.pk, None, None, "", 1,
        )  # fmt: skip
        self.tables.grants.add(
            uuid4(), self.body, self.holder.authority.pk, self.person_id, spell(DISCLOSED), "decision",
            BASIS_CONSENT, GRANT, request_id, asked, (decided or due) + timedelta(days=180), None,
        )  # fmt: skip

    def _rights(self) -> None:
        whose = Followed(
            body=self.body,
            person_id=self.person_id,
            lead=self.lead,
            country=self.life.profile.country,
            since=self.opened,
        )
        write_rights(self.tables, whose, self.holder.rights, now=self.now, chance=self.chance)

    def _task(self) -> None:
        task_id, due = uuid4(), (self.now + timedelta(days=self.chance.randint(-5, 60))).date()
        (note,) = self.seal(Task, task_id, note=words("task_notes", chance=self.chance))
        self.tables.tasks.add(
            task_id,
            self.body,
            self.person_id,
            "call",
            note,
            due,
            self.lead,
            self.opened,
            self.lead,
            None,
            None,
        )


def _opened(life: Life, *, now: datetime, chance: Random) -> datetime:
    """Who is settled or gone came within the last years; the others as recently as their state says."""
    settled = life.situation in DECIDED | {S.CLOSED, S.SUPPORT, S.CONSENT_WITHDRAWN, S.WITHDRAWN}
    days = chance.uniform(30, 365 * YEARS) if settled else life.opened_days_ago + chance.random()
    return now - timedelta(days=days)


@lru_cache(maxsize=200_000)
def _tokens(tokens: search.Tokens, text: str) -> tuple[str, ...]:
    return tuple(tokens.to_keep([text]))


def _holders(world: World, cases: int, *, at: datetime, chance: Random) -> dict[str, Holder]:
    holders = {}
    for key in dict.fromkeys(life.holder for life in lives(300, seed=0)):
        body = world.organisations[key]
        authority = AUTHORITY[body.country]
        followed = Right.objects.filter(country=body.country).exclude(bases=[]).values_list("right", "bases")
        holders[key] = Holder(
            organisation=body,
            authority=world.organisations[authority],
            decider=world.colleagues(authority, "decider")[0],
            colleagues=_colleagues(key, body, cases, at=at, chance=chance),
            pseudonyms=_pseudonyms(body, chance),
            tokens=search.Tokens.of(body.pk, prefixes=body.prefix_search),
            rights=dict(followed),
        )
    return holders


def _colleagues(key: str, body: Organisation, cases: int, *, at: datetime, chance: Random) -> Iterator[UUID]:
    """Colleagues who cannot sign in, by lot: as many as it takes for each to have some dozens of files."""
    role = HotlineOperator if body.kind == "hotline" else Caseworker
    count = max(2, cases // (FILES_A_COLLEAGUE * 5))
    colleagues = [
        User(
            email=f"{letter}{number}@{key}.example",
            password=UNUSABLE_PASSWORD_PREFIX,
            organisation=body,
            display_name=f"{letter.upper()}. {number}",
            roles=[role.code],
            created_at=at,
        )
        for number, letter in zip(range(count), _letters(), strict=False)
    ]
    User.objects.bulk_create(colleagues, batch_size=500)
    return iter(lambda: chance.choice(colleagues).pk, None)


def _letters() -> Iterator[str]:
    while True:
        yield from string.ascii_lowercase


def _pseudonyms(body: Organisation, chance: Random) -> Iterator[tuple[str, str]]:
    """Each free one once, in mixed order."""
    taken = set(Person.objects.filter(organisation=body).values_list("pseudonym", flat=True))
    for place in _mixed(len(WORDS) * 9000, chance):
        word, number = WORDS[place // 9000], str(place % 9000 + 1000)
        if f"{word} {number}" not in taken:
            yield word, number


def _references(chance: Random) -> Iterator[str]:
    """Each free one once, without its year."""
    taken = {reference[3:] for reference in Case.objects.values_list("reference", flat=True)}
    base = len(ALPHABET)
    for place in _mixed(base**LENGTH, chance):
        reference = "".join(ALPHABET[place // base**digit % base] for digit in range(LENGTH))
        if reference not in taken:
            yield reference


def _mixed(count: int, chance: Random) -> Iterable[int]:
    """All numbers below `count`, each once, in an order that looks drawn by lot."""
    step = chance.randrange(count // 3, count) | 1
    while gcd(step, count) != 1:
        step += 2
    return ((place * step) % count for place in range(count))
