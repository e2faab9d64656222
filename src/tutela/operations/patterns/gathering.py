"""From files to templates, and what the adverts of each name: read twice, so that texts need not be held."""

from __future__ import annotations

import multiprocessing
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.engines.patterns import ALGORITHM_VERSION, NONE, Corpus, Found, Reading, Sign, find
from tutela.engines.patterns.entities import (
    CONTACTS,
    Entity,
    Gazetteer,
    Kind,
    contacts,
    entities,
    everyday_words,
    phones,
    wallets,
)
from tutela.engines.patterns.normalising import Tokens, tokens
from tutela.operations.language import gettext as _
from tutela.operations.language import ngettext, percent
from tutela.operations.language import number as written
from tutela.operations.patterns import words
from tutela.operations.patterns.asked import Asked
from tutela.operations.patterns.keeping import Keeping
from tutela.operations.patterns.reading import BadRow, Post, Row, batches, read
from tutela.operations.patterns.signs import gazetteer
from tutela.operations.patterns.work import Work, fingerprint

BATCH = 20_000
MOST_TEXTS = 200
"""Different texts of a template from which its slots are read: the first of the file."""
_MOST_BAD = 1_000
_SAMPLE = 5_000
"""Texts from which words of daily speech are learnt."""


@dataclass(slots=True)
class Seen:
    """What the adverts of one template name. `contacts` are labels; times and places stand side by side."""

    adverts: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    middle: str = ""
    contacts: Counter[str] = field(default_factory=Counter)
    prices: Counter[str] = field(default_factory=Counter)
    with_phone: int = 0
    obscured: int = 0
    hidden: Counter[str] = field(default_factory=Counter)
    times: list[datetime] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that was read. `elsewhere`: adverts without a template that name a contact, by its label."""

    read: int
    dated: int
    last: datetime | None
    """When the last of all adverts with a day was posted."""
    bad: tuple[tuple[str, BadRow], ...]
    lost: int
    corpus: Corpus
    found: Found
    seen: tuple[Seen, ...]
    elsewhere: Counter[str]
    values: dict[str, str]
    """Label → clear value of contacts, for the sealed evidence alone."""
    resumed: bool


def gather(asked: Asked, keeping: Keeping, tell: Callable[[str], None]) -> Gathered:
    """Raises Refused where a file cannot be read."""
    signature = fingerprint(
        asked.files, asked.columns, asked.regions, asked.settings, ALGORITHM_VERSION, BATCH
    )
    work = Work(asked.report.with_name(f".{asked.report.name}-{signature[:16]}"), keeping)
    if work.resumed:
        tell(_("Going on where the last run stopped."))
    bad: list[tuple[str, BadRow]] = []
    corpus, sample, read_, lost = _corpus(asked, work, bad, tell)
    found = _found(corpus, asked, work, tell)
    state = _State(gazetteer(), frozenset(everyday_words(sample)), keeping, asked.regions)
    seen, elsewhere, values, days = _named(asked, corpus, found, state, work, tell)
    work.done()
    return Gathered(
        read_,
        len(days),
        max(days, default=None),
        tuple(bad),
        lost,
        corpus,
        found,
        seen,
        elsewhere,
        values,
        resumed=work.resumed,
    )


# ---------------------------------------------------------------- first reading: words
def _rows(asked: Asked) -> Iterator[tuple[str, Row]]:
    return chain.from_iterable(
        ((path.name, row) for row in read(path, columns=asked.columns)) for path in asked.files
    )


def _posts(rows: Iterable[tuple[str, Row]]) -> Iterator[Post]:
    return (row for _name, row in rows if isinstance(row, Post))


def _corpus(
    asked: Asked, work: Work, bad: list[tuple[str, BadRow]], tell: Callable[[str], None]
) -> tuple[Corpus, list[str], int, int]:
    reading = Reading(folder=asked.keep)
    sample: list[str] = []
    lost = 0

    def noted() -> Iterator[Post]:
        nonlocal lost
        for name, row in _rows(asked):
            if isinstance(row, Post):
                yield row
            else:
                lost += row.lost
                if len(bad) < _MOST_BAD:
                    bad.append((name, row))

    count = 0
    for number, batch in enumerate(batches(noted(), BATCH)):
        texts = [post.text for post in batch]
        sample.extend(texts[: _SAMPLE - len(sample)])
        count += len(texts)
        read_ = work.arrays(f"words-{number}", partial(_words, texts))
        reading.add_tokens(Tokens(**read_))
        told = ngettext("Read {count} advert.", "Read {count} adverts.", count)
        tell(told.format(count=written(count)))
    return reading.corpus(), sample, count, lost


def _words(texts: Sequence[str]) -> dict[str, NDArray[Any]]:
    read_ = tokens(texts)
    return {"flat": read_.flat, "offsets": read_.offsets, "signs": read_.signs}


def _found(corpus: Corpus, asked: Asked, work: Work, tell: Callable[[str], None]) -> Found:
    told = [-1]

    def progress(what: str, done: float) -> None:
        if int(done * 10) != told[0]:
            told[0] = int(done * 10)
            tell(_(words.STEPS[what]).format(share=percent(done)))

    def make() -> dict[str, NDArray[Any]]:
        found = find(corpus, asked.settings, progress=progress)
        return {name: getattr(found, name) for name in Found.__slots__}

    return Found(**work.arrays("templates", make))


# ---------------------------------------------------------------- second reading: what they name
@dataclass(frozen=True, slots=True)
class _State:
    gazetteer: Gazetteer
    everyday: frozenset[str]
    keeping: Keeping
    regions: tuple[str, ...]


_Named = list[Any]
"""Of one advert, as JSON holds it: contacts [label, value, kind, obscured], prices, place, country, time."""
_state: _State | None = None


def _named(
    asked: Asked, corpus: Corpus, found: Found, state: _State, work: Work, tell: Callable[[str], None]
) -> tuple[tuple[Seen, ...], Counter[str], dict[str, str], list[datetime]]:
    seen = tuple(Seen() for _ in range(len(found)))
    elsewhere: Counter[str] = Counter()
    values: dict[str, str] = {}
    days: list[datetime] = []
    at = 0
    with _pool(asked.workers, state) as spread:
        for number, batch in enumerate(batches(_posts(_rows(asked)), BATCH)):
            templates = found.template_of[at : at + len(batch)].tolist()
            named = work.records(f"named-{number}", partial(spread, batch, templates))
            for place, (post, template, one) in enumerate(zip(batch, templates, named, strict=True)):
                days += [post.at] if post.at is not None else []
                _add(seen, elsewhere, values, template, one)
                if template != NONE:
                    _keep_text(seen[template], int(found.of(template)[0]), corpus, at + place, post)
            at += len(batch)
            looked = ngettext(
                "Looked for contacts and places in {count} advert.",
                "Looked for contacts and places in {count} adverts.",
                at,
            )
            tell(looked.format(count=written(at)))
    return seen, elsewhere, values, days


def _add(
    seen: Sequence[Seen], elsewhere: Counter[str], values: dict[str, str], template: int, one: _Named
) -> None:
    found, prices, place, country, time = one
    labels = {label for label, *_ in found}
    values.update((label, value) for label, value, *_ in found)
    if template == NONE:
        elsewhere.update(labels)
        return
    into = seen[template]
    into.adverts += 1
    into.contacts.update(labels)
    into.prices.update(set(prices))
    calls = [obscured for _label, _value, kind, obscured in found if kind == Kind.PHONE]
    into.with_phone += bool(calls)
    into.obscured += any(calls)
    if time is not None:
        into.times.append(datetime.fromisoformat(time))
        into.places.append(place)
        into.countries.append(country)


def _keep_text(into: Seen, middle: int, corpus: Corpus, advert: int, post: Post) -> None:
    if not into.middle and corpus.unique_of[advert] == middle:
        into.middle = post.text
    if len(into.texts) < MOST_TEXTS or post.text in into.texts:
        into.texts[post.text] += 1
    into.hidden.update(sign.name or "" for sign in Sign if int(corpus.signs[advert]) & sign)


@contextmanager
def _pool(workers: int, state: _State) -> Iterator[Callable[[Sequence[Post], Sequence[int]], list[_Named]]]:
    """Spreads a batch over processes; they share the places of the world, read before they start. They say
    nothing, and so speak no language."""
    global _state
    _state = state
    try:
        if workers == 1 or sys.platform == "win32":
            yield lambda posts, templates: [_of_post(*one) for one in zip(posts, templates, strict=True)]
        else:
            with multiprocessing.get_context("fork").Pool(workers) as pool:
                yield lambda posts, templates: pool.starmap(
                    _of_post, zip(posts, templates, strict=True), chunksize=500
                )
    finally:
        _state = None


def _of_post(post: Post, template: int) -> _Named:
    state = _state
    assert state is not None
    regions = (post.country, *state.regions) if post.country else state.regions
    if template == NONE:
        named: Sequence[Entity] = [
            *wallets(post.text), *contacts(post.text), *phones(post.text, regions=regions)
        ]  # fmt: skip
    else:
        named = entities(post.text, regions=regions, gazetteer=state.gazetteer, everyday=state.everyday)
    found = [
        [state.keeping.label(one.kind, one.value), one.value, one.kind.value, one.obscured]
        for one in named
        if one.kind in CONTACTS
    ]
    prices = [one.value for one in named if one.kind is Kind.PRICE]
    place, country = _where(post, named, state)
    return [found, prices, place, country, post.at.isoformat() if post.at else None]


def _where(post: Post, named: Sequence[Entity], state: _State) -> tuple[str, str]:
    """The place and country of an advert: its own column first, then what its text names."""
    told = [post.country] if post.country else []
    own = state.gazetteer.find(post.place, countries=told) if post.place else []
    places = [*own, *(one for one in named if one.kind is Kind.PLACE)]
    if places:
        return places[0].value, post.country or places[0].detail
    return post.place, post.country


def digests_of(gathered: Gathered, template: int) -> list[str]:
    """What a template is known again by: the digests of its texts, the smallest first, not more than 200."""
    own = np.sort(gathered.corpus.digests[gathered.found.of(template)])[:MOST_TEXTS]
    return [f"{int(one):016x}" for one in own]


def by_contact(seen: Sequence[Seen]) -> dict[str, list[int]]:
    """Templates that name each contact."""
    found: dict[str, list[int]] = defaultdict(list)
    for template, one in enumerate(seen):
        for label in one.contacts:
            found[label].append(template)
    return found
