"""Speech for invented adverts: words of a language, and which follows which, learnt from texts of others.

English comes from public short messages and job adverts (beside the project), other languages from the
message catalogues that Django and Tutela carry.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

import django
import numpy as np
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from tools.places import ROOT

DATA = ROOT.parent / "shared" / "data"
LANGUAGES = {
    "en": 0.50,
    "es": 0.12,
    "fr": 0.08,
    "pt_BR": 0.06,
    "ru": 0.10,
    "ar": 0.05,
    "th": 0.04,
    "zh_Hans": 0.05,
}
HELD_BACK = {"tr": 0.2, "uk": 0.2, "de": 0.2, "pl": 0.15, "fa": 0.1, "ja": 0.1, "id": 0.05}
NEVER_SEEN = {"el": 0.2, "he": 0.15, "ko": 0.15, "vi": 0.15, "sv": 0.15, "hu": 0.1, "cs": 0.1}
UNSPACED = {"th", "zh_Hans", "ja"}

_CLUSTER = re.compile(r"[เ-ไ]?[^\s][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*")


class Chain:
    """Words of one language and which follows which."""

    def __init__(self, language: str) -> None:
        self.joint = "" if language in UNSPACED else " "
        lines = [line for text in _sources(language) if len(line := _units(text, language)) > 1]
        self.words = sorted({word for line in lines for word in line})
        number = {word: i for i, word in enumerate(self.words)}
        pairs = np.array([(number[a], number[b]) for line in lines for a, b in pairwise(line)])
        pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
        self.first = np.array([number[line[0]] for line in lines])
        self.all = pairs[:, 0]
        self.next = pairs[:, 1]
        self.start = np.searchsorted(pairs[:, 0], np.arange(len(self.words) + 1))
        phrases = np.random.default_rng(len(self.words))
        self.boilerplate = [self.walks(1, int(phrases.integers(4, 9)), phrases)[0] for _ in range(25)]

    def walks(self, count: int, length: int, chance: np.random.Generator) -> list[list[str]]:
        """`count` chains of `length` words, each a list."""
        at = chance.choice(self.first, count)
        steps = [at]
        for _ in range(length - 1):
            degree = self.start[at + 1] - self.start[at]
            onward = self.next[
                np.minimum(self.start[at] + (chance.random(count) * degree).astype(int), len(self.next) - 1)
            ]
            at = np.where(
                (degree == 0) | (chance.random(count) < 0.04), chance.choice(self.all, count), onward
            )
            steps.append(at)
        word = self.words
        return [[word[i] for i in row] for row in np.stack(steps, axis=1).tolist()]

    def word(self, chance: np.random.Generator) -> str:
        return self.words[int(self.all[int(chance.random() * len(self.all))])]


@cache
def chain(language: str) -> Chain:
    return Chain(language)


def _units(text: str, language: str) -> list[str]:
    """Words; in scripts without blanks, pieces of three characters with their marks."""
    if language not in UNSPACED:
        return text.split()
    whole = _CLUSTER.findall(re.sub(r"[\x00-\x7f]+", "", text))
    return ["".join(whole[i : i + 3]) for i in range(0, len(whole), 3)]


@cache
def _sources(language: str) -> list[str]:
    return _english() if language == "en" else list(_messages(language))


def _english() -> list[str]:
    with gzip.open(DATA / "sms_spam_collection.tsv.gz", "rt", encoding="utf-8") as file:
        texts = [line.split("\t", 1)[-1] for line in file]
    with gzip.open(DATA / "emscad_raw_first500.csv.gz", "rt", encoding="utf-8", newline="") as file:
        texts += [row["description"] for row in csv.DictReader(file)]
    return texts


def _messages(language: str) -> Iterable[str]:
    for root in (Path(django.__file__).parent, ROOT / "src" / "tutela"):
        for path in sorted(root.glob(f"**/locale/{language}/LC_MESSAGES/*.[mp]o")):
            if path.suffix == ".po" and path.with_suffix(".mo").exists():
                continue
            with path.open("rb") as file:
                catalogue = read_mo(file) if path.suffix == ".mo" else read_po(file)
            for message in catalogue:
                text = message.string if isinstance(message.string, str) else message.string[0]
                if message.id and text:
                    yield re.sub(r"%\(?\w*\)?[sd]|\{\w*\}|<[^>]+>", "", text)
