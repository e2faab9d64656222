"""From a corpus to its templates: adverts of the same hand, largest first, each with its confidence.

The method is ours, measured against others in `benchmarks/patterns.py`; its parts are MinHash (Broder 1997),
banding (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, chapter 3), the longest common sequence, and
minimum description length as InfoShield uses it (Lee, Vajiac and others, ICDE 2021, equations 2 to 6).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.engines.patterns.checking import likeness
from tutela.engines.patterns.corpus import Corpus
from tutela.engines.patterns.grouping import Progress, Settings, middles, peeled, united
from tutela.engines.patterns.shingles import counted
from tutela.engines.patterns.sketches import sketches

NONE = -1


@dataclass(frozen=True, slots=True)
class Found:
    """The templates of a corpus, numbered from the one with most adverts down.

    `template_of` (int32) gives the template of each advert of the caller, NONE where it has none.
    For template t: `adverts[t]` adverts in `texts[t]` distinct texts; `members[starts[t]:starts[t + 1]]` are
    those texts (numbers of the corpus), the middle one first; `likeness` (float32) is that of each of
    `members` to the middle one; `saved[t]` is the part of all bits that is saved by writing the template
    once and then only what differs, from 0 to 1: the confidence that there is a template.
    """

    template_of: NDArray[np.int32]
    adverts: NDArray[np.int64]
    texts: NDArray[np.int64]
    members: NDArray[np.int64]
    starts: NDArray[np.int64]
    likeness: NDArray[np.float32]
    saved: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.adverts)

    def of(self, template: int) -> NDArray[np.int64]:
        """The distinct texts of a template, the middle one first."""
        return self.members[self.starts[template] : self.starts[template + 1]]


def find(corpus: Corpus, settings: Settings | None = None, *, progress: Progress | None = None) -> Found:
    """All templates of two adverts or more. The same texts in another order give the same templates.

    Copies of one text are a template too, however unlike it is to all others. `progress` is told what is
    being done and how much of it is done, from 0 to 1.
    """
    settings = settings or Settings()
    frequencies = counted(corpus.flat, corpus.offsets) if settings.muted else None
    sketched = sketches(corpus.flat, corpus.offsets, frequencies)
    label = united(corpus.flat, corpus.offsets, sketched, settings, progress=progress)
    if settings.rounds:
        label = peeled(corpus.flat, corpus.offsets, sketched, label, settings, progress=progress)
    return arranged(corpus, sketched, label, settings)


def arranged(
    corpus: Corpus, sketched: NDArray[np.uint32], label: NDArray[np.int64], settings: Settings
) -> Found:
    """Number components as templates and measure each; too short texts and single adverts fall out."""
    long = corpus.lengths >= settings.fewest
    adverts = np.bincount(label[long], weights=corpus.copies[long], minlength=len(label)).astype(np.int64)
    texts = np.bincount(label[long], minlength=len(label))
    chosen = np.flatnonzero(adverts > 1)
    chosen = chosen[np.lexsort((corpus.digests[chosen], -texts[chosen], -adverts[chosen]))]
    number = np.full(len(label) + 1, NONE, dtype=np.int32)
    number[chosen] = np.arange(len(chosen), dtype=np.int32)
    template = np.where(long, number[label], NONE)
    members = np.flatnonzero(template != NONE)
    middle = middles(label[members], sketched[members]) if len(members) else members
    order = np.lexsort((members, members != members[middle], template[members]))
    middle = members[middle][order]
    members = members[order]
    starts = np.concatenate(([0], np.cumsum(texts[chosen]))).astype(np.int64)
    like = likeness(corpus.flat, corpus.offsets, members, middle, workers=settings.workers)
    return Found(
        template_of=np.append(template, NONE).astype(np.int32)[corpus.unique_of],
        adverts=adverts[chosen],
        texts=texts[chosen],
        members=members,
        starts=starts,
        likeness=like,
        saved=_saved(corpus, members, middle, like, starts),
    )


def _saved(
    corpus: Corpus,
    members: NDArray[np.int64],
    middle: NDArray[np.int64],
    like: NDArray[np.float32],
    starts: NDArray[np.int64],
) -> NDArray[np.float64]:
    """1 - (bits with the template) / (bits without), for each template.

    Without it, each word of each advert costs log2 V bits, V the number of different words. With it, the
    template is written once, and then for each advert its length, one bit for each word of the template
    (kept or not), and each word of its own in full with its place. Copies cost the number of the text alone.
    """
    if len(members) == 0:
        return np.zeros(0)
    words = max(len(_vocabulary(corpus)), 2)
    own, whole = corpus.lengths[members].astype(float), corpus.lengths[middle].astype(float)
    shared = np.round(like.astype(float) * (own + whole) / 2)
    bit = np.log2(words)
    place = np.log2(whole + 1)
    different = place + whole + (own - shared) * (bit + place)
    different[starts[:-1]] = 0
    copies = corpus.copies[members]
    index = np.log2(np.maximum(np.repeat(np.diff(starts), np.diff(starts)), 1) + 1)
    alone = np.add.reduceat(copies * own * bit, starts[:-1])
    together = whole[starts[:-1]] * bit + np.add.reduceat(different + (copies - 1) * index, starts[:-1])
    return np.asarray(np.clip(1 - together / alone, 0, 1))


def _vocabulary(corpus: Corpus) -> NDArray[np.uint32]:
    """Different words of a million at most of the corpus' tokens: their number is wanted, not they."""
    return np.unique(corpus.flat[:1_000_000])


def adverts_of(corpus: Corpus, found: Found) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The adverts of each template, one template after the other, and where each begins."""
    order = np.argsort(found.template_of, kind="stable")
    none = int((found.template_of == NONE).sum())
    starts = np.concatenate(([0], np.cumsum(found.adverts))).astype(np.int64)
    return order[none:], starts
