"""Measures matching without disclosure: quality beside Bloom filters, one question at a time, speed and size.

The people are simulated (`pprl_sim`, beside the project): 10,000 in each file, 2,000 in both. Weights and
thresholds were learnt with other people (`matching_people`).
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import os
import random
import resource
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from anyascii import anyascii
from benchmarks.installation import machine
from benchmarks.matching_people import Written, two_files
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from scipy.optimize import minimize
from tools.install import peers
from tools.table import table

from tutela.engines.matching import (
    LANES,
    LEAST_YES,
    RATES,
    Key,
    Recipe,
    Traits,
    keys_of,
    messages,
    oprf,
    score,
)
from tutela.engines.matching.weights import WEIGHTS
from tutela.operations.matching import asking, consent, people, preparing, state
from tutela.operations.matching.people import Record
from tutela.operations.reports.tables import Unusable

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
LARGE = int(os.environ.get("BENCH_MATCHING", "100000"))
"""Records that are prepared, and questions' rates measured with."""
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


class Files:
    """Two files and, of all pairs that share a key, which keys they share.

    `least`: the score from which on the asking side takes what opens for a yes.
    """

    least = LEAST_YES

    def __init__(self, one: Sequence[Written], other: Sequence[Written]) -> None:
        self.one, self.other = one, other
        keys = [_keys(side) for side in (one, other)]
        self.bits = _bits(one, keys[0])
        common = Counter(key for mine in keys[1] for key in mine)
        ordered = sorted(common.values(), reverse=True)
        most = min(max(ordered[int(len(ordered) * preparing.COMMON)], 3), LANES)
        holders = defaultdict(list)
        for place, mine in enumerate(keys[1]):
            for key in mine:
                if common[key] <= most:
                    holders[key].append(place)
        self.shared: dict[tuple[int, int], Counter[Recipe]] = defaultdict(Counter)
        for place, mine in enumerate(keys[0]):
            for key in mine:
                for there in holders.get(key, ()):
                    self.shared[place, there][key.recipe] += 1
        self.kept = [sum(common[key] <= most for key in mine) for mine in keys[1]]
        known = {one.person for one in other}
        self.known = {place for place, one in enumerate(one) if one.person in known}

    def same(self, pair: tuple[int, int]) -> bool:
        return self.one[pair[0]].person == self.other[pair[1]].person

    def answered(self, threshold: int) -> tuple[set[int], set[int]]:
        """Who of the first file is said to be known, and who of them rightly."""
        opened = [
            pair
            for pair, recipes in self.shared.items()
            if recipes.total() >= threshold and score(recipes) >= self.least
        ]
        return {one for one, _ in opened}, {pair[0] for pair in opened if self.same(pair)}


def main() -> None:
    print(machine())
    found = Files(_sim("A"), _sim("B"))
    _weights()
    _advice()
    _keys_table(found)
    _beside_filters(found)
    _one_question(found)
    _by_group(found)
    _by_script()
    _large()
    _prepare_and_ask()


# ---------------------------------------------------------------- quality
def _beside_filters(found: Files) -> None:
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


def _one_question(found: Files) -> None:
    print(f"\nOne question at a time, {len(found.other):,} records stored\n")
    print(
        table(
            ("keys that must agree", "recall", "precision of a yes", "false yes per 1,000 absent"),
            _rates(found),
        )
    )


def _rates(found: Files) -> list[tuple[object, ...]]:
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


def _by_group(found: Files) -> None:
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


def _by_script() -> None:
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


def _keys_table(found: Files) -> None:
    print("\nBits of each recipe (sum of the entropies of its parts in this file)\n")
    print(table(("made of", "bits"), [(recipe.value, f"{bits:.1f}") for recipe, bits in found.bits.items()]))
    print(f"{np.mean([len(mine) for mine in _keys(found.one)]):.1f} keys a person")


def _bits(side: Sequence[Written], keys: Sequence[Sequence[Key]]) -> dict[Recipe, float]:
    parts: dict[Recipe, list[Counter[bytes]]] = {recipe: [] for recipe in Recipe}
    for mine in keys:
        for key in mine:
            values = key.content.split(b"\x00")[3:]
            seen = parts[key.recipe]
            seen.extend(Counter() for _ in range(len(values) - len(seen)))
            for count, value in zip(seen, values, strict=True):
                count[value] += 1
    assert len(side) == len(keys)
    return {recipe: sum(map(_entropy, seen)) for recipe, seen in parts.items()}


def _entropy(counts: Counter[bytes]) -> float:
    return -sum(n / counts.total() * math.log2(n / counts.total()) for n in counts.values())


def _weights() -> None:
    """Learns the weights anew: what stands in the engine is what comes out here."""
    shared = []
    for seed in (1, 2, 3):
        found = Files(*two_files(10_000, both=2_000, seed=seed))
        shared += [(recipes, found.same(pair)) for pair, recipes in found.shared.items()]
    design = np.array(
        [[1, *(bool(one[r]) for r in Recipe), *(max(one[r] - 1, 0) for r in Recipe)] for one, _ in shared],
        dtype=float,
    )
    same = np.array([same for _, same in shared])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = design @ weights
        slope = design.T @ (1 / (1 + np.exp(-odds)) - same) + weights
        return float((np.logaddexp(0, odds) - same * odds).sum() + weights @ weights / 2), slope

    fitted = minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B").x
    first, further = fitted[1 : 1 + len(Recipe)], fitted[1 + len(Recipe) :]
    learnt = {
        recipe: (round(float(a), 2), round(float(b), 2))
        for recipe, a, b in zip(Recipe, first, further, strict=True)
    }
    off = max(abs(a - b) for recipe in Recipe for a, b in zip(learnt[recipe], WEIGHTS[recipe], strict=True))
    print(f"\nWeights learnt anew with invented people differ by {off:.2f} at most from the engine's.")
    if off > 0.02:
        print(
            f"START = {fitted[0]:.2f}",
            *(f"Recipe.{one.name}: {pair}," for one, pair in learnt.items()),
            sep="\n",
        )


def _advice() -> None:
    """What the engine says that a threshold does, beside invented people whom nothing was learnt with."""
    rows = [_rates(Files(*two_files(10_000, both=2_000, seed=seed))) for seed in (4, 5)]
    print("\nInvented people whom the weights were not learnt with, 10,000 records stored\n")
    print(
        table(
            ("keys", "recall, two runs", "told", "false yes per 1,000, two runs", "told"),
            [
                (
                    one[0], f"{one[1]}, {other[1]}", RATES[threshold].recall,
                    f"{one[3]}, {other[3]}", RATES[threshold].false_yes,
                )
                for threshold, one, other in zip(RATES, *rows, strict=True)
            ],
        )
    )  # fmt: skip


# ---------------------------------------------------------------- size and speed
def _large() -> None:
    one, other = two_files(LARGE, both=LARGE // 5, seed=11)
    found = Files([*one[:4_000]], other)
    print(f"\nOne question at a time, {LARGE:,} invented records stored\n")
    print(
        table(
            ("keys that must agree", "recall", "precision of a yes", "false yes per 1,000 absent"),
            _rates(found),
        )
    )


def _prepare_and_ask() -> None:
    people_, _ = two_files(LARGE, both=0, seed=12)
    records = [Record(reference=str(one.person), traits=_traits(one)) for one in people_]
    asked = preparing.Asked(file=Path(), agreement=Path(), secret=Path(), out=Path())
    began, spent = time.monotonic(), _cpu()
    room = 1 << (LARGE + 3).bit_length()
    made, kept = preparing.made(asked, records, threshold=6, room=room, source=os.urandom)
    megabytes = made.cells.nbytes / 1e6
    print(
        f"\n{LARGE:,} records prepared in {time.monotonic() - began:.0f} s on two cores "
        f"({_cpu() - spent:.0f} CPU s), table {megabytes:.0f} MB"
    )
    published = state.Published(
        pair="", period="", profile=people.profile(), public=oprf.public_key(kept.secret), threshold=6,
        room=room, table=made, number=bytes(16),
    )  # fmt: skip
    asking_side, answering_side = [], []
    found = 0
    for one in records[:200]:
        mine, theirs, opened = _question(one, published, kept.secret)
        asking_side.append(mine)
        answering_side.append(theirs)
        found += opened
    print(f"one question: {1000 * float(np.median(asking_side)):.1f} ms CPU on the asking side, ", end="")
    print(f"{1000 * float(np.median(answering_side)):.1f} ms on the answering side")
    print(
        f"{messages.QUESTION} bytes there, {messages.ANSWER} back: {messages.QUESTION + messages.ANSWER}; ",
        end="",
    )
    print(f"then {messages.COMMITMENT} and {messages.REPLY} later. {found} of 200 records found themselves.")


def _question(record: Record, published: state.Published, secret: int) -> tuple[float, float, bool]:
    """CPU seconds of the asking and the answering side, signatures and proof among them."""
    keys, at = keys_of(record.traits), datetime(2026, 11, 25, tzinfo=UTC)
    receipt = consent.Receipt(purpose="family tracing", until=date(2026, 12, 31), hash=bytes(32))
    began = time.process_time()
    question, blinded = asking.question_of(
        keys, published, number=os.urandom(16), receipt=receipt, at=at, caseworker=bytes(16),
        subject=bytes(16), source=os.urandom,
    )  # fmt: skip
    packed = messages.pack_question(question, _SIGNS)
    sent = time.process_time()
    read = messages.read_question(packed, _SIGNS.public_key())
    evaluated = oprf.evaluate_blinded(secret, read.elements)
    proof = oprf.prove(secret, read.elements, evaluated, source=os.urandom)
    data = messages.pack_answer(read.number, evaluated, proof, _SIGNS)
    answered = time.process_time()
    answer = messages.read_answer(data, _SIGNS.public_key())
    opened = asking.candidates(answer, question, blinded, keys, published)
    return time.process_time() - answered + sent - began, answered - sent, bool(opened)


_SIGNS = Ed25519PrivateKey.generate()


def _cpu() -> float:
    return sum(
        one.ru_utime + one.ru_stime
        for one in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


# ---------------------------------------------------------------- files
def _sim(side: str) -> list[Written]:
    with gzip.open(DATA / f"pprl_sim_{side}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [
            Written(int(row["id"]), row["given"], row["family"], row["dob"], row["sex"], row["nat"])
            for row in csv.DictReader(file)
        ]


def _traits(one: Written) -> Traits:
    """Days that no calendar has, which the simulated clerks also wrote, are not known."""
    cells = {"given": one.given, "family": one.family, "sex": one.sex, "nationality": one.nationality}
    try:
        return people.traits_of({**cells, "born": one.born})
    except Unusable:
        return people.traits_of({**cells, "born": one.born[:4]})


def _keys(side: Sequence[Written]) -> list[tuple[Key, ...]]:
    return [keys_of(_traits(one)) for one in side]


if __name__ == "__main__":
    main()
