"""Invented adverts whose true templates are known: in several scripts, edited, with slots, some obfuscated.

Words come from public short messages and job adverts (English, beside the project) and from the message
catalogues that Django and Tutela carry in other languages. A chain over word pairs makes new text of them: a
seed gives the same adverts again as long as the catalogues are the same.
Three styles: `chain` is what the engine was developed with; `sentences` has other languages and another
grammar, whole sentences that come and go, prices in lists, slips of the keyboard, and helped to choose what
short texts need; `lines` was written when everything had been chosen: lines with a head and an answer, in any
order, in yet other languages and with letters of full width, and nothing was changed after it was seen.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass, field

import numpy as np
from benchmarks.adverts_hiding import finished, phone_number
from benchmarks.adverts_speech import DATA, HELD_BACK, LANGUAGES, NEVER_SEEN, chain
from benchmarks.adverts_templates import ByChain, ByLines, BySentences

IN_CLUSTERS, LARGEST = 0.4, 200
EDITS = (0.02, 0.08, 0.15, 0.25)
OBFUSCATED = 0.25
BACKGROUND = -1


@dataclass(slots=True)
class Adverts:
    """Texts with what is true of each: cluster (-1: none), rate of edits, obfuscation, language."""

    texts: list[str] = field(default_factory=list)
    clusters: list[int] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    obfuscated: list[bool] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)


def made(count: int, *, seed: int, style: str = "chain") -> Adverts:
    """`count` adverts, in an order of chance."""
    chance = np.random.default_rng([seed, count, len(style)])
    found = Adverts()
    sizes = _sizes(int(count * IN_CLUSTERS), chance)
    shares = {"chain": LANGUAGES, "sentences": HELD_BACK, "lines": NEVER_SEEN}[style]
    languages = chance.choice(list(shares), len(sizes), p=list(shares.values()))
    for number, (size, language) in enumerate(zip(sizes, languages, strict=True)):
        _cluster(found, number, int(size), str(language), style, chance)
    rest = count - len(found.texts)
    for language in sorted(shares):
        _background(found, round(rest * shares[language]), language, style, chance)
    order = chance.permutation(len(found.texts))
    return Adverts(*([column[i] for i in order] for column in _columns(found)))


def shipped(name: str) -> Adverts:
    """The adverts of `adverts_generated_NAME_5000.csv.gz`."""
    with gzip.open(
        DATA / f"adverts_generated_{name}_5000.csv.gz", "rt", encoding="utf-8", newline=""
    ) as file:
        rows = list(csv.DictReader(file))
    return Adverts(
        [row["text"] for row in rows],
        [int(row["cluster"]) for row in rows],
        [float(row["rate"]) for row in rows],
        [row["obf"] == "1" for row in rows],
        ["en"] * len(rows),
    )


def _columns(adverts: Adverts) -> tuple[list, ...]:
    return adverts.texts, adverts.clusters, adverts.rates, adverts.obfuscated, adverts.languages


def _sizes(total: int, chance: np.random.Generator) -> list[int]:
    """Sizes of clusters after Pareto, from 2 to 200."""
    sizes: list[int] = []
    while (left := total - sum(sizes)) >= 2:
        sizes.append(min(int(2 + 4 * chance.pareto(1.1)), LARGEST, left))
    return sizes


def _cluster(
    found: Adverts, number: int, size: int, language: str, style: str, chance: np.random.Generator
) -> None:
    rate = float(chance.choice(EDITS))
    hidden = bool(chance.random() < OBFUSCATED)
    phones = [phone_number(chance) for _ in range(1 + size // 20)]
    maker = {"chain": ByChain, "sentences": BySentences, "lines": ByLines}[style](language, chance)
    for _ in range(size):
        words = maker.member(rate)
        found.texts.append(
            finished(words, phones[int(chance.integers(len(phones)))], hidden, language, chance)
        )
        found.clusters.append(number)
        found.rates.append(rate)
        found.obfuscated.append(hidden)
        found.languages.append(language)


def _background(found: Adverts, count: int, language: str, style: str, chance: np.random.Generator) -> None:
    """Adverts of their own, with the phrases that everyone uses; a tenth of them obfuscated too."""
    speech = chain(language)
    lengths = chance.integers(10, 75, count)
    for length in np.unique(lengths):
        for words in speech.walks(int((lengths == length).sum()), int(length), chance):
            for _ in range(int(chance.integers(0, 6))):
                at = int(chance.integers(0, len(words)))
                words[at:at] = speech.boilerplate[int(chance.integers(len(speech.boilerplate)))]
            if style == "sentences":
                words += [f"30min {int(chance.integers(5, 50)) * 10}"]
            if style == "lines":
                for place in range(int(chance.integers(2, 8)), len(words), 9):
                    words[place] += " :"
            hidden = bool(chance.random() < OBFUSCATED * 0.4)
            found.texts.append(finished(words, phone_number(chance), hidden, language, chance))
            found.clusters.append(BACKGROUND)
            found.rates.append(0.0)
            found.obfuscated.append(hidden)
            found.languages.append(language)
