"""Rights of one person over the whole shipped library: CPU time, beside the design's target of 5 ms."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from datetime import date

from tutela.engines.rights import Facts, entitlements
from tutela.rights.law import FactType, Law, load_law

PEOPLE = 200
STATES = ("GB", "FR", "ES", "UY")
TARGET_MS = 5.0
DAY = date(2026, 11, 25)
SHARE_UNKNOWN = 0.4
"""How often a fact is not known yet, as in a file that was opened this week."""


def people(law: Law, *, seed: int = 2) -> Iterator[Facts]:
    """Invented people: each fact of the library unknown, or any of its answers."""
    chance = random.Random(seed)
    answers: dict[FactType, tuple[str | bool | date, ...]] = {
        FactType.YES_NO: (True, False),
        FactType.CODE: ("GB-ENG", "GB-SCT"),
        FactType.DATE: (DAY,),
    }
    for _ in range(PEOPLE):
        yield {
            fact.id: chance.choice(answers.get(fact.type) or tuple(fact.values))
            for fact in law.facts.values()
            if chance.random() > SHARE_UNKNOWN
        }


def milliseconds(law: Law, everyone: list[Facts], state: str) -> list[float]:
    """CPU milliseconds for each person, after one evaluation that selects the law in force."""
    entitlements({}, law.library, state=state, at=DAY)
    spent = []
    for facts in everyone:
        start = time.process_time_ns()
        entitlements(facts, law.library, state=state, at=DAY)
        spent.append((time.process_time_ns() - start) / 1e6)
    return spent


def main() -> None:
    start = time.process_time()
    law = load_law()
    loading = time.process_time() - start
    everyone = list(people(law))
    print(
        f"Library: {len(law.provisions)} provisions, {len(law.facts)} facts, read in {loading * 1000:.0f} ms"
    )
    print(f"{PEOPLE} people a state, target {TARGET_MS:.0f} ms a person\n")
    print(f"{'state':<6}{'provisions':>11}{'median ms':>11}{'p95 ms':>9}{'100,000 people':>16}")
    for state in STATES:
        spent = milliseconds(law, everyone, state)
        median = statistics.median(spent)
        p95 = statistics.quantiles(spent, n=20)[-1]
        applying = len(entitlements({}, law.library, state=state, at=DAY))
        everybody = statistics.mean(spent) * 100  # seconds for 100,000 people on one core
        print(f"{state:<6}{applying:>11}{median:>11.2f}{p95:>9.2f}{everybody:>14.0f} s")


if __name__ == "__main__":
    main()
