"""What is looked up in the library again and again, put in order once for each law that is in use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from tutela.engines.rights import Binding, Provision
from tutela.rights import words
from tutela.rights.law import Law, load_law
from tutela.rights.library.folding import folded

Key = TypeVar("Key")
One = TypeVar("One")

LAWS_KEPT: Final = 2
"""The law in use, and the one before it for requests that are still being answered."""


@dataclass(frozen=True, slots=True)
class Text:
    """An entry as it is searched in one language: folded words with a space before each."""

    provision: Provision
    title: str
    all: str


@dataclass(frozen=True, slots=True)
class Index:
    """One law by what it is asked for. Every list is in the order of the library."""

    law: Law
    by_instrument: Mapping[str, list[Provision]]
    by_right: Mapping[str, list[Provision]]
    bindings_of: Mapping[str, list[Binding]]
    replaced_by: Mapping[str, str]
    limits_of: Mapping[str, list[Provision]]
    _texts: dict[str, list[Text]] = field(default_factory=dict)

    def texts(self, language: str) -> list[Text]:
        """Every entry as it reads in a language; folded when the first reader of that language searches."""
        if language not in self._texts:
            self._texts[language] = [self._text(one, language) for one in self.law.library.provisions]
        return self._texts[language]

    def _text(self, provision: Provision, language: str) -> Text:
        instrument = self.law.library.instruments[provision.instrument]
        right = self.law.rights.get(provision.right)
        title = folded(words.text(provision.title, language))
        limit = provision.time_limit
        parts = [
            provision.id,
            provision.article,
            words.text(right.label, language) if right else "",
            words.text(right.plain, language) if right else "",
            words.text(instrument.short, language),
            words.text(instrument.name, language),
            words.text(provision.detail, language),
            words.text(limit.text, language) if limit else "",
        ]
        return Text(provision, f" {title}", f" {title} {folded(' '.join(parts))}")


_kept: dict[int, Index] = {}


def index() -> Index:
    """That of the law in use. A law that is replaced takes its index with it."""
    law = load_law()
    found = _kept.get(id(law))
    if found is None or found.law is not law:
        found = _index(law)
        for old in list(_kept)[: max(0, len(_kept) + 1 - LAWS_KEPT)]:
            _kept.pop(old, None)
        _kept[id(law)] = found
    return found


def _index(law: Law) -> Index:
    library = law.library
    limits: dict[str, list[Provision]] = defaultdict(list)
    for one in library.provisions:
        for touched in one.exception_to:
            limits[touched].append(one)
    return Index(
        law=law,
        by_instrument=_sorted_in((one.instrument, one) for one in library.provisions),
        by_right=_sorted_in((one.right, one) for one in library.provisions if one.right),
        bindings_of=_sorted_in((one.instrument, one) for one in library.bindings),
        replaced_by={one.replaces: one.id for one in library.provisions if one.replaces},
        limits_of=dict(limits),
    )


def _sorted_in(pairs: Iterable[tuple[Key, One]]) -> dict[Key, list[One]]:
    found: dict[Key, list[One]] = defaultdict(list)
    for key, one in pairs:
        found[key].append(one)
    return dict(found)
