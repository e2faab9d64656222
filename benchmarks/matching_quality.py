"""How well matching finds people: in a batch beside Bloom filters, one at a time, by group and by script."""

from __future__ import annotations

import csv
import json
import math
import random
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from anyascii import anyascii
from benchmarks.matching_files import ROOT, Files
from benchmarks.matching_people import Written
from tools.install import peers
from tools.table import table

from tutela.engines.matching import RATES, Key, Recipe, keys_of, score
from tutela.operations.matching import people

LEVELS = (0.80, 0.90, 0.95, 0.98, 0.99)
GROUPS = {
    "Arabic": "SYR EGY SDN MAR",
    "Cyrillic": "UKR RUS BLR MKD BGR KAZ",
    "Thai, Lao": "THA LAO",
    "Devanagari, Bengali": "IND NPL BGD",
    "Ethiopic": "ETH ERI",
    "Vietnamese": "VNM",
}
SCRIPTS = {
    "Arabic, Persian": "ar fa",
    "Cyrillic": "ru uk bg sr",
    "Thai, Lao, Khmer, Burmese": "th lo km my",
    "Devanagari, Bengali, Sinhala": "hi ne bn si",
    "Amharic, Tigrinya": "am ti",
    "Vietnamese": "vi",
    "Chinese": "zh",
}
Pair = tuple[float, int, int]


def beside_filters(found: Files) -> None:
    mine = _greedy([(score(recipes), *pair) for pair, recipes in found.shared.items()])
    theirs, spent = _filters(found)
    ways = (("composite keys, learnt weights", mine), ("clkhash + anonlink, names in one field", theirs))
    rows = []
    for name, pairs in ways:
        best, recalls = _curve(found, pairs)
        rows.append(
            (
                name,
                f"{best:.3f}",
                *(f"{recalls[level]:.3f}" if recalls[level] else "none" for level in LEVELS),
            )
        )
    print(
        f"\nBatch, {len(found.one):,} × {len(found.other):,}, one to one: recall at a precision of at least\n"
    )
    print(table(("", "best F1", *(f"{level:.0%}" for level in LEVELS)), rows))
    print(f"clkhash and anonlink: {spent:.1f} CPU s")


def _filters(found: Files) -> tuple[list[Pair], float]:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("a.csv", "b.csv")]
        for path, side in zip(files, (found.one, found.other), strict=True):
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(("names", "born", "sex", "nationality"))
                writer.writerows(
                    (anyascii(f"{one.given} {one.family}").lower(), one.born, one.sex, one.nationality)
                    for one in side
                )
        out = Path(folder) / "out.json"
        script = Path(__file__).parent / "peers" / "clk_pairs.py"
        subprocess.run([peers(), script, *files, out], check=True, stdout=subprocess.DEVNULL)
        answer = json.loads(out.read_text(encoding="utf-8"))
    return [(value, one, other) for value, one, other in answer["pairs"]], answer["encoding"] + answer[
        "comparing"
    ]


def _greedy(pairs: Iterable[Pair]) -> list[Pair]:
    """The best first, everybody once."""
    taken: tuple[set[int], set[int]] = (set(), set())
    kept = []
    for value, one, other in sorted(pairs, reverse=True):
        if one not in taken[0] and other not in taken[1]:
            taken[0].add(one)
            taken[1].add(other)
            kept.append((value, one, other))
    return kept


def _curve(found: Files, pairs: Sequence[Pair]) -> tuple[float, dict[float, float]]:
    """Best F1, and the recall at each precision; ties of the score count together."""
    right = np.cumsum([found.same(pair[1:]) for pair in pairs])
    values = np.array([pair[0] for pair in pairs])
    whole = np.append(values[1:] != values[:-1], True)
    precision = (right / np.arange(1, len(pairs) + 1))[whole]
    recall = (right / len(found.known))[whole]
    best = float((2 * precision * recall / np.maximum(precision + recall, 1e-12)).max())
    return best, {level: float(recall[precision >= level].max(initial=0.0)) for level in LEVELS}


def one_question(found: Files, *, stored: str) -> None:
    print(f"\nOne question at a time, {stored} stored\n")
    print(
        table(
            ("keys that must agree", "recall", "precision of a yes", "false yes per 1,000 absent"),
            rates(found),
        )
    )


def rates(found: Files) -> list[tuple[object, ...]]:
    rows = []
    absent = len(found.one) - len(found.known)
    for threshold in RATES:
        said, right = found.answered(threshold)
        wrong = len(said - found.known)
        rows.append(
            (
                threshold,
                f"{len(right) / len(found.known):.3f}",
                f"{len(right) / max(1, len(said)):.3f}",
                f"{1000 * wrong / absent:.2f}",
            )
        )
    return rows


def by_group(found: Files) -> None:
    said, right = found.answered(4)
    groups: list[tuple[str, Callable[[Written], bool]]] = [
        *((name, _from(countries)) for name, countries in GROUPS.items()),
        ("Latin and not stated", lambda one: not _from(" ".join(GROUPS.values()))(one)),
        ("women, girls", lambda one: one.sex == "F"),
        ("men, boys", lambda one: one.sex == "M"),
        ("sex not stated", lambda one: not one.sex),
    ]  # fmt: skip
    rows = []
    for name, is_in in groups:
        mine = {place for place, one in enumerate(found.one) if is_in(one)}
        known, absent = mine & found.known, mine - found.known
        rows.append(
            (
                name,
                len(mine),
                f"{len(right & known) / max(1, len(known)):.3f}",
                f"{1000 * len(said & absent) / max(1, len(absent)):.1f}",
            )
        )
    print("\nBy the script of the country and by sex, 4 keys\n")
    print(table(("", "people asked about", "recall", "false yes per 1,000 absent"), rows))


def _from(countries: str) -> Callable[[Written], bool]:
    return lambda one: bool(one.nationality) and one.nationality in countries


def by_script() -> None:
    """The same person in their own script on one side and in Latin on the other; birth date and sex agree."""
    names = defaultdict(list)
    for file in ("names_multiscript", "names_more", "names_unseen"):
        for line in (ROOT / "tests" / "data" / f"{file}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            language, native, latin, *_ = line.split("\t")
            names[language].append((native, latin))
    chance = random.Random(5)
    rows = []
    for script, languages in SCRIPTS.items():
        pool = [pair for language in languages.split() for pair in names[language]]
        found = []
        for _ in range(400):
            one, other = chance.sample(pool, 2)
            born = f"{chance.randint(1970, 2010)}-{chance.randint(2, 12):02}-17"
            rest = {"born": born, "sex": "F", "nationality": "SYR"}
            sides = [
                {
                    key.content
                    for key in keys_of(people.traits_of({"given": one[at], "family": other[at], **rest}))
                }
                for at in (0, 1)
            ]
            found.append(len(sides[0] & sides[1]) >= 4)
        rows.append((script, len(pool), f"{sum(found) / len(found):.3f}"))
    print("\nOwn script on one side, Latin on the other, birth date known: found with 4 keys\n")
    print(table(("script", "names", "found"), rows))


def keys_table(found: Files) -> None:
    bits = _bits(found.keys)
    print("\nBits of each recipe (sum of the entropies of its parts in this file)\n")
    print(table(("made of", "bits"), [(recipe.value, f"{number:.1f}") for recipe, number in bits.items()]))
    print(f"{np.mean([len(mine) for mine in found.keys]):.1f} keys a person")


def _bits(keys: Sequence[Sequence[Key]]) -> dict[Recipe, float]:
    parts: dict[Recipe, list[Counter[bytes]]] = {recipe: [] for recipe in Recipe}
    for mine in keys:
        for key in mine:
            values = key.content.split(b"\x00")[3:]
            seen = parts[key.recipe]
            seen.extend(Counter() for _ in range(len(values) - len(seen)))
            for count, value in zip(seen, values, strict=True):
                count[value] += 1
    return {recipe: sum(map(_entropy, seen)) for recipe, seen in parts.items()}


def _entropy(counts: Counter[bytes]) -> float:
    return -sum(n / counts.total() * math.log2(n / counts.total()) for n in counts.values())
