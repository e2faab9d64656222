"""Counts, script by script, how often a name meets its usual Latin spelling, and how often different names
do.

Three tables: the public one that the rules were written with, a second one that they were mended with, and
a third whose first half only was looked at when the rules of skeletons were written (`names_unseen`, split
by CRC-32).
"""

from __future__ import annotations

import csv
import itertools
import re
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

from anyascii import anyascii
from benchmarks.installation import machine
from rapidfuzz.distance import JaroWinkler
from tools.table import table

from tutela.engines.names import WordKind, skeletons

DATA = Path(__file__).parents[1] / "tests" / "data"
SCRIPTS = {
    "Arabic, Persian, Urdu": "ar fa ur ckb",
    "Cyrillic": "ru uk bg sr mk kk ky mn",
    "Thai": "th",
    "Lao, Khmer, Burmese": "lo km my",
    "Vietnamese": "vi",
    "Amharic, Tigrinya": "am ti",
    "Bengali": "bn",
    "Devanagari": "hi ne",
    "Chinese": "zh",
    "others": "",
}
Pair = tuple[str, str, str]
Same = Callable[[str, str], bool]


def main() -> None:
    print(machine())
    known, more, unseen = (_pairs(name) for name in ("names_multiscript", "names_more", "names_unseen"))
    for title, pairs in (
        (f"All {len(known + more + unseen)} pairs", known + more + unseen),
        ("Half of the third table that no rule was written with", [one for one in unseen if _held_out(one)]),
    ):
        print(f"\n{title}: share that meet\n")
        print(table(("script", "pairs", *WAYS), _by_script(pairs)))
    print("\nPairs of different spellings that meet (many of them are spellings of one name)\n")
    print(table(("", *WAYS), [("share", *_false(known + more + unseen))]))
    print(f"\n{_speed([native for _, native, _ in known + more + unseen]):.1f} microseconds a name, CPU")


def _plain(name: str) -> str:
    return re.sub("[^a-z ]", "", anyascii(name).lower())


def _plain_skeleton(name: str) -> frozenset[str]:
    """Consonants of AnyAscii's letters with the plainest folds: what is compared against."""
    return frozenset(
        re.sub(r"(.)\1+", r"\1", re.sub("[aeiouyhw]", "", word.replace("q", "k").replace("c", "k")))
        for word in _plain(name).split()
    )


def _words(name: str, *, coarse: bool) -> frozenset[str]:
    kept = (word for word in skeletons(name) if word.kind != WordKind.PARTICLE)
    return frozenset(word.coarse if coarse else word.fine for word in kept)


WAYS: dict[str, Same] = {
    "AnyAscii equal": lambda one, other: _plain(one) == _plain(other),
    "Jaro-Winkler ≥ 0.85": lambda one, other: (
        JaroWinkler.normalized_similarity(_plain(one), _plain(other)) >= 0.85
    ),
    "plain consonants": lambda one, other: _plain_skeleton(one) == _plain_skeleton(other),
    "fine skeleton": lambda one, other: _words(one, coarse=False) == _words(other, coarse=False),
    "coarse skeleton": lambda one, other: _words(one, coarse=True) == _words(other, coarse=True),
}


def _pairs(name: str) -> list[Pair]:
    with (DATA / f"{name}.tsv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return [(row["lang"], row["native"], row["latin"]) for row in rows if row["lang"] != "la"]


def _held_out(pair: Pair) -> bool:
    return zlib.crc32(pair[1].encode()) % 2 == 1


def _by_script(pairs: list[Pair]) -> list[tuple[str, ...]]:
    rows = []
    named = {language for languages in SCRIPTS.values() for language in languages.split()}
    for script, languages in SCRIPTS.items():
        wanted = set(languages.split())
        some = [one for one in pairs if one[0] in wanted or (not wanted and one[0] not in named)]
        if some:
            rows.append((script, str(len(some)), *_shares(some)))
    return [*rows, ("all", str(len(pairs)), *_shares(pairs))]


def _shares(pairs: list[Pair]) -> Iterable[str]:
    for same in WAYS.values():
        yield f"{sum(same(native, latin) for _, native, latin in pairs) / len(pairs):.2f}"


def _false(pairs: list[Pair]) -> Iterable[str]:
    names = sorted({latin.lower() for _, _, latin in pairs if " " not in latin})
    both = list(itertools.combinations(names, 2))
    for same in WAYS.values():
        yield f"{sum(same(one, other) for one, other in both) / len(both):.2%}"


def _speed(names: list[str]) -> float:
    start = time.process_time()
    for name in names:
        skeletons(name)
    return (time.process_time() - start) / len(names) * 1e6


if __name__ == "__main__":
    main()
