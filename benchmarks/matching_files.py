"""Two files of people for the benchmark of matching, and which keys each pair of them shares."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.matching_people import Written

from tutela.engines.matching import LANES, LEAST_YES, Key, Recipe, Traits, keys_of, score
from tutela.operations.matching import people, preparing
from tutela.operations.reports.tables import Unusable

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"


class Files:
    """Two files and, of all pairs that share a key, which keys they share.

    `least`: the score from which on the asking side takes what opens for a yes. `keys`: of the first file.
    """

    least = LEAST_YES

    def __init__(self, one: Sequence[Written], other: Sequence[Written]) -> None:
        self.one, self.other = one, other
        keys = [keys_in(side) for side in (one, other)]
        self.keys = keys[0]
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


def simulated(side: str) -> list[Written]:
    with gzip.open(DATA / f"pprl_sim_{side}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [
            Written(int(row["id"]), row["given"], row["family"], row["dob"], row["sex"], row["nat"])
            for row in csv.DictReader(file)
        ]


def traits_in(one: Written) -> Traits:
    """Days that no calendar has, which the simulated clerks also wrote, are not known."""
    cells = {"given": one.given, "family": one.family, "sex": one.sex, "nationality": one.nationality}
    try:
        return people.traits_of({**cells, "born": one.born})
    except Unusable:
        return people.traits_of({**cells, "born": one.born[:4]})


def keys_in(side: Sequence[Written]) -> list[tuple[Key, ...]]:
    return [keys_of(traits_in(one)) for one in side]
