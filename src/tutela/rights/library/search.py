"""Finds entries of the library by words in the reader's language, and by what they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import get_language

from tutela.engines.rights import Certainty, Provision, Strength
from tutela.rights import shelf
from tutela.rights.library.folding import folded
from tutela.rights.library.index import Text, index

LONGEST_QUERY: Final = 200
MOST_WORDS: Final = 8

# A plural finds its singular; what else a word ends in is found by writing less of it.
_PLURAL: Final = re.compile(r"(?<=[a-z]{3})(?:es|s)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is searched for: nothing is asked of what is empty. A `state` means in force there on that day."""

    words: str = ""
    state: str = ""
    group: str = ""
    instrument: str = ""
    certainty: str = ""
    strength: str = ""

    @property
    def is_all(self) -> bool:
        return not any((self.words, self.state, self.group, self.instrument, self.certainty, self.strength))


def find(wanted: Wanted, *, at: date) -> list[Provision]:
    """Entries with all of the words, those with them in the title first; else in the order of the library."""
    among = {one.id for one in shelf.entries(at=at, state=wanted.state, group=wanted.group)}
    fits = [text for text in _texts() if text.provision.id in among and _is(text.provision, wanted)]
    starts = _starts(wanted.words)
    if not starts:
        return [text.provision for text in fits]
    found = [text for text in fits if all(has(text.all) for has in starts)]
    return [
        text.provision for text in sorted(found, key=lambda text: -sum(has(text.title) for has in starts))
    ]


def _texts() -> list[Text]:
    return index().texts((get_language() or "en").split("-")[0])


def _is(provision: Provision, wanted: Wanted) -> bool:
    return (
        (not wanted.instrument or provision.instrument == wanted.instrument)
        and (not wanted.certainty or provision.certainty is Certainty(wanted.certainty))
        and (not wanted.strength or provision.strength is Strength(wanted.strength))
    )


def _starts(written: str) -> list[Callable[[str], bool]]:
    """Tests of a folded text: a word begins so; a number is that number and no other."""
    return [_start(word) for word in folded(written[:LONGEST_QUERY]).split()[:MOST_WORDS]]


def _start(word: str) -> Callable[[str], bool]:
    if word.isdigit():
        number = re.compile(rf" {word}(?!\d)")
        return lambda text: number.search(text) is not None
    start = f" {_PLURAL.sub('', word)}"
    return lambda text: start in text
