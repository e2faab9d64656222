"""Searches sealed names without reading them: blind tokens of words, kept beside the person.

Each organisation has a token key of its own, so tokens of two organisations never meet, and a search finds
only names that the searching organisation itself wrote down."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tutela.engines.envelopes import blind_token
from tutela.engines.names import every_word, name_words, prefix_words
from tutela.foundation.vault import keyring
from tutela.people import search_pg, search_sqlite
from tutela.people.models import Person

LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes the tokens of one organisation. With `prefixes` the beginnings of words are found too."""

    key: bytes
    prefixes: bool

    @classmethod
    def of(cls, organisation_id: UUID, *, prefixes: bool) -> Tokens:
        return cls(keyring.token_key(organisation_id, "name"), prefixes)

    def to_keep(self, names: Iterable[str]) -> list[str]:
        """Every token that one of `names` is found by, sorted."""
        return sorted({token for name in names for token in self._kept(name)})

    def to_ask(self, text: str) -> list[str]:
        """The tokens that a person must have, all of them. Empty when there is nothing to search for."""
        words, numbers = _parts(text[:LONGEST_SEARCH])
        asked = {self._token("number", number) for number in numbers}
        unfinished = name_words(words.split()[-1]) if self.prefixes and words.split() else ()
        for word in name_words(words):
            beginnings = prefix_words(word) if word in unfinished else ()
            whole = bool(beginnings) and beginnings[-1] == word
            asked.add(self._token("prefix", word) if whole else self._token("name", word))
        return sorted(asked)

    def _kept(self, name: str) -> Iterator[str]:
        words, numbers = _parts(name)
        for number in numbers:
            yield self._token("number", number)
        for word in every_word(words):
            yield self._token("name", word)
            if self.prefixes:
                yield from (self._token("prefix", beginning) for beginning in prefix_words(word))

    def _token(self, kind: str, word: str) -> str:
        return blind_token(word, key=self.key, label=kind)


def _parts(text: str) -> tuple[str, list[str]]:
    """The words of `text`, and apart from them those with digits, which are compared as they stand."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(_latin_digit(character) for character in plain).split()
    numbers = [word for word in words if any(character.isdigit() for character in word)]
    return " ".join(word for word in words if word not in numbers), numbers


def _latin_digit(character: str) -> str:
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)


def index_names(person: Person, names: Iterable[str], *, prefixes: bool) -> None:
    """From now on `person` is found by the words of `names`, and by nothing else."""
    index_many([(person, names)], organisation_id=person.organisation_id, prefixes=prefixes)


def index_many(
    people: Iterable[tuple[Person, Iterable[str]]], *, organisation_id: UUID, prefixes: bool
) -> None:
    """Many people of one organisation at once."""
    tokens = Tokens.of(organisation_id, prefixes=prefixes)
    put_tokens([(person.pk, organisation_id, tokens.to_keep(names)) for person, names in people])


def put_tokens(rows: Sequence[tuple[UUID, UUID, list[str]]]) -> None:
    """Rows of person, organisation and their `Tokens.to_keep`."""
    _backend().put(rows)


def forget_names(person: Person) -> None:
    """`person` is found by no word any more."""
    _backend().drop(person.pk)


def named(text: str, *, organisation_id: UUID, prefixes: bool, person: str = "person_id") -> Q:
    """The condition on a list that its person is found by every word of `text`; nobody is found by nothing.

    `person` names the column with the person's id."""
    tokens = Tokens.of(organisation_id, prefixes=prefixes).to_ask(text)
    if not tokens:
        return Q(pk__in=[])
    return Q(**{f"{person}__in": _backend().matching(organisation_id, tokens)})


def found_by(text: str, *, organisation_id: UUID, prefixes: bool, most: int) -> list[UUID]:
    """Up to `most` people that every word of `text` finds, straight from the tokens: joined with the people,
    PostgreSQL would read all of them."""
    tokens = Tokens.of(organisation_id, prefixes=prefixes).to_ask(text)
    if not tokens:
        return []
    asked = _backend().matching(organisation_id, tokens)
    with connection.cursor() as cursor:
        cursor.execute(f"{asked.sql} LIMIT %s", [*asked.params, most])
        return [UUID(str(row[0])) for row in cursor.fetchall()]


def _backend() -> ModuleType:
    return search_pg if connection.vendor == "postgresql" else search_sqlite
