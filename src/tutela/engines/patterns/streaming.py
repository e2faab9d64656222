"""Adverts one at a time: each is placed as it comes; a nightly repair makes all as good as read at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from tutela.engines.patterns.buckets import Buckets
from tutela.engines.patterns.checking import codes, strings
from tutela.engines.patterns.columns import Column, Texts
from tutela.engines.patterns.corpus import Corpus, Reading, digests
from tutela.engines.patterns.flat import ranges
from tutela.engines.patterns.grouping import Settings, alike
from tutela.engines.patterns.journal import Journal
from tutela.engines.patterns.normalising import ALGORITHM_VERSION, Tokens, tokens
from tutela.engines.patterns.shingles import shingles
from tutela.engines.patterns.sketches import EMPTY, VALUES, sketch_one
from tutela.engines.patterns.templates import NONE, find

COMPARED = 8
"""Candidates that are compared word by word, the likeliest first."""
READ_AT_ONCE = 1_000
GONE = -2
"""The text of an advert that was forgotten."""


class OtherVersion(Exception):
    """What is stored was made by another version of the method: it must be read anew from the raw texts."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an advert went: its number and its template, NONE where it is like no other.

    `joined_by` is the advert that stood alone until now and came into the template with it, -1 for none.
    """

    advert: int
    template: int
    joined_by: int


class Index:
    """All adverts held, with their templates; in memory, or in a folder that outlives the process.

    Numbers of adverts count up from 0 in the order of adding. Numbers of templates are never used again for
    another template. Raises OtherVersion where the folder was written by another version of the method.
    """

    def __init__(self, folder: Path | None = None, *, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._empty()
        self._journal = Journal(folder) if folder is not None else None
        if self._journal is not None:
            kept = self._journal.snapshot()
            if kept is not None:
                self._restore(kept)
            for record in self._journal.records():
                self._add(np.frombuffer(record, dtype="<u4").astype(np.uint32))

    def __len__(self) -> int:
        return len(self._text_of)

    @property
    def template_of(self) -> NDArray[np.int32]:
        """The template of each advert, NONE where it has none or was forgotten."""
        text = self._text_of.array
        template = np.append(self._template.array, np.int32(NONE))
        return np.asarray(template[np.maximum(text, -1)])

    @property
    def digest_of(self) -> NDArray[np.uint64]:
        """The digest of the text of each advert, as a corpus has it; 0 where it has none or was forgotten."""
        digest = digests(self._texts.flat.array, self._texts.offsets.array)
        text = self._text_of.array
        return np.append(digest, np.uint64(0))[np.where(text >= 0, text, len(digest))]

    def add(self, text: str) -> Placed:
        """Place one advert. It is in the journal when this returns, so a kill after that loses nothing."""
        return self._noted(tokens([text]).flat)

    def add_many(self, texts: Iterable[str]) -> list[Placed]:
        """Place adverts one after the other, as `add` would, and wait until the disk holds them."""
        placed: list[Placed] = []
        waiting = iter(texts)
        while batch := list(islice(waiting, READ_AT_ONCE)):
            read = tokens(batch)
            edges = read.offsets.tolist()
            placed += [self._noted(read.flat[start:end]) for start, end in pairwise(edges)]
        self.sync()
        return placed

    def forget(self, adverts: Iterable[int]) -> None:
        """Let go of adverts: where no other advert has the same text, of its tokens, sketch and places too.

        A new snapshot is written at once, so that nothing of them stays on the disk. What is forgotten
        already is passed over. Raises IndexError where there is no such advert.
        """
        numbers = np.unique(np.fromiter(adverts, dtype=np.int64))
        texts = self._text_of.array[numbers]
        self._text_of.array[numbers] = GONE
        for text in texts[texts >= 0].tolist():
            self._copies.array[text] -= 1
            if self._copies.array[text] == 0:
                self._erase(text)
        self._begin_anew()

    def repair(self) -> None:
        """Find all templates anew, as if everything held were read at once, and write a snapshot.

        Each template keeps the number under which most of its adverts were known.
        """
        self._compact()
        if len(self._texts):
            found = find(self._corpus(), self._settings)
            self._rename(found.template_of)
        self._begin_anew()

    def sync(self) -> None:
        """Wait until the disk holds all that was added."""
        if self._journal is not None:
            self._journal.sync()

    def close(self) -> None:
        """Wait for the disk and let go of the folder."""
        self.sync()
        if self._journal is not None:
            self._journal.close()

    def _empty(self) -> None:
        self._text_of: Column[np.int32] = Column(np.int32)
        self._template: Column[np.int32] = Column(np.int32)
        self._copies: Column[np.int32] = Column(np.int32)
        self._first: Column[np.int32] = Column(np.int32)
        self._sketches: Column[np.uint32] = Column(np.uint32, VALUES)
        self._texts = Texts()
        self._known: dict[int, int] = {}
        self._next = 0
        self._buckets = Buckets.for_texts(0)

    def _noted(self, flat: NDArray[np.uint32]) -> Placed:
        if self._journal is not None:
            self._journal.append(flat.astype("<u4").tobytes())
        return self._add(flat)

    def _add(self, flat: NDArray[np.uint32]) -> Placed:
        number = len(self._text_of)
        if len(flat) == 0:
            self._text_of.append(-1)
            return Placed(number, NONE, -1)
        digest = int(digests(flat, np.array([0, len(flat)]))[0])
        text = self._known.get(digest)
        if text is not None:
            return self._copy(number, text)
        return self._new(number, digest, flat)

    def _copy(self, number: int, text: int) -> Placed:
        self._text_of.append(text)
        self._copies.array[text] += 1
        first = -1
        if self._template.array[text] == NONE and len(self._texts.of(text)) >= self._settings.fewest:
            first = self._begin(text)
        return Placed(number, int(self._template.array[text]), first)

    def _new(self, number: int, digest: int, flat: NDArray[np.uint32]) -> Placed:
        text = len(self._texts)
        sketched = sketch_one(shingles(flat, np.array([0, len(flat)], dtype=np.int64))[0])
        places = self._places(sketched)
        like = self._likest(flat, sketched, places) if len(flat) >= self._settings.fewest else -1
        first = self._begin(like) if like >= 0 and self._template.array[like] == NONE else -1
        template = int(self._template.array[like]) if like >= 0 else NONE
        self._keep(digest, flat, sketched, template)
        self._text_of.append(text)
        self._buckets.put(places, text)
        return Placed(number, template, first)

    def _keep(
        self, digest: int, flat: NDArray[np.uint32], sketched: NDArray[np.uint32], template: int
    ) -> None:
        self._known[digest] = len(self._texts)
        self._texts.append(flat)
        self._sketches.append(sketched)
        self._template.append(template)
        self._copies.append(1)
        self._first.append(len(self._text_of))

    def _begin(self, text: int) -> int:
        """Make a template of one text that stood alone; gives the first advert that has it."""
        self._template.array[text] = self._next
        self._next += 1
        first = int(self._first.array[text])
        if self._text_of.array[first] != text:  # it was forgotten, and a copy of it was not
            first = int(np.flatnonzero(self._text_of.array == text)[0])
        return first

    def _places(self, sketched: NDArray[np.uint32]) -> NDArray[np.int64]:
        if len(self._texts) >= self._buckets.room:
            self._buckets = Buckets.for_texts(2 * len(self._texts))
            for text, held in enumerate(self._sketches.array):
                self._buckets.put(self._buckets.places(held), text)
        return self._buckets.places(sketched)

    def _likest(
        self, flat: NDArray[np.uint32], sketched: NDArray[np.uint32], places: NDArray[np.int64]
    ) -> int:
        """The text most like this one among those in the same cells, -1 where none is like enough."""
        near = self._buckets.ask(places)
        if len(near) == 0:
            return -1
        agree = (self._sketches.array[near] == sketched).sum(axis=1)
        order = np.argsort(-agree, kind="stable")[:COMPARED]
        near = near[order[agree[order] >= self._settings.agree]]
        ours = codes(flat, np.array([len(flat)]))
        held = strings(self._texts.flat.array, self._texts.offsets.array, near)
        like = np.array(
            [Indel.normalized_similarity(ours, text, score_cutoff=self._settings.least) for text in held]
        )
        lengths = np.array([len(text) for text in held], dtype=np.int64)
        like[~alike(like, lengths, np.full_like(lengths, len(flat)), self._settings)] = 0
        best = int(np.argmax(like)) if len(like) else -1
        return int(near[best]) if best >= 0 and like[best] > 0 else -1

    def _erase(self, text: int) -> None:
        held = self._texts.of(text)
        self._known.pop(int(digests(held, np.array([0, len(held)]))[0]), None)
        self._buckets.forget(self._buckets.places(self._sketches.array[text]), text)
        self._sketches.array[text] = EMPTY
        self._template.array[text] = NONE
        held[:] = 0

    def _compact(self) -> None:
        """Take out the places of texts that are no more, and fill the table anew."""
        kept = np.flatnonzero(self._copies.array > 0)
        number = np.full(len(self._texts) + 1, -1, dtype=np.int32)
        number[kept] = np.arange(len(kept), dtype=np.int32)
        text_of = self._text_of.array
        text_of[text_of >= 0] = number[text_of[text_of >= 0]]
        offsets = self._texts.offsets.array
        lengths = np.diff(offsets)[kept]
        texts = Texts()
        texts.flat.extend(self._texts.flat.array[ranges(offsets[:-1][kept], lengths)])
        texts.offsets.extend(np.cumsum(lengths))
        self._texts = texts
        for name in ("_sketches", "_template", "_copies", "_first"):
            old = getattr(self, name)
            new = Column(old.array.dtype.type, *old.array.shape[1:])
            new.extend(old.array[kept])
            setattr(self, name, new)
        self._know()
        self._buckets = Buckets.for_texts(2 * len(kept))
        for text, held in enumerate(self._sketches.array):
            self._buckets.put(self._buckets.places(held), text)

    def _know(self) -> None:
        digest = digests(self._texts.flat.array, self._texts.offsets.array)
        held = np.flatnonzero(self._copies.array > 0)
        self._known = dict(zip(digest[held].tolist(), held.tolist(), strict=True))

    def _corpus(self) -> Corpus:
        """The texts held as a corpus whose adverts are the texts, each counted as often as it was added."""
        reading = Reading()
        signs = np.zeros(len(self._texts), dtype=np.uint8)
        reading.add_tokens(Tokens(self._texts.flat.array, self._texts.offsets.array, signs))
        corpus = reading.corpus()
        copies = corpus.copies.copy()
        copies[corpus.unique_of] = self._copies.array
        return replace(corpus, copies=copies)

    def _rename(self, found: NDArray[np.int32]) -> None:
        """Take over templates found anew, each under the number that most of its adverts had."""
        old = self._template.array
        both = np.flatnonzero((found != NONE) & (old != NONE))
        pair, place = np.unique(np.stack((found[both], old[both])), axis=1, return_inverse=True)
        weight = np.bincount(place.ravel(), weights=self._copies.array[both], minlength=pair.shape[1])
        number = np.full(int(found.max(initial=-1)) + 2, -1, dtype=np.int32)
        taken: set[int] = set()
        for which in np.lexsort((pair[0], pair[1], -weight)):
            new, before = pair[:, which].tolist()
            if number[new] < 0 and before not in taken:
                number[new] = before
                taken.add(before)
        fresh = np.flatnonzero(number[:-1] < 0)
        number[fresh] = self._next + np.arange(len(fresh))
        self._next += len(fresh)
        number[-1] = NONE
        old[:] = number[found]

    def _begin_anew(self) -> None:
        if self._journal is not None:
            self._journal.begin_anew(self._arrays())

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        return {
            "about": np.array([ALGORITHM_VERSION, self._next], dtype=np.int64),
            "text_of": self._text_of.array,
            "template": self._template.array,
            "copies": self._copies.array,
            "first": self._first.array,
            "sketches": self._sketches.array,
            "flat": self._texts.flat.array,
            "offsets": self._texts.offsets.array,
            "cells": self._buckets.cells,
        }

    def _restore(self, kept: Mapping[str, NDArray[np.generic]]) -> None:
        version, self._next = kept["about"].tolist()
        if version != ALGORITHM_VERSION:
            raise OtherVersion(
                f"This index was written by version {version} of the method and this is version "
                f"{ALGORITHM_VERSION}: read the adverts anew."
            )
        for name in ("text_of", "template", "copies", "first", "sketches"):
            getattr(self, f"_{name}").extend(kept[name])
        self._texts.flat.extend(kept["flat"].astype(np.uint32))
        self._texts.offsets.extend(kept["offsets"][1:].astype(np.int64))
        self._buckets = Buckets(kept["cells"].astype(np.int32))
        self._know()
