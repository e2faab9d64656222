"""Rights of one person over the whole shipped library, and of 100,000 people after a change of law."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

from tutela.engines.rights import Change, Facts, Library, Strength, differences, entitlements, merged
from tutela.rights.counting import count_in
from tutela.rights.law import FactType, Law, load_law

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
SAMPLE = 300
CORES = 2
TARGET_MS = 5.0
TARGET_SECONDS = 120
DAY = date(2026, 11, 25)
SHARE_UNKNOWN = 0.4
"""How often a fact is not known yet, as in a file that was opened this week."""


def states(law: Law) -> list[str]:
    """Every state with law of its own, and one that is bound by treaties alone."""
    return sorted({i.state for i in law.library.instruments.values() if i.state} | {"PL"})


def people(law: Law, *, number: int, seed: int) -> Iterator[Facts]:
    """Invented people: each fact unknown, or any of its answers; dates of the last two years."""
    chance = random.Random(seed)
    answers: dict[FactType, tuple[str | bool, ...]] = {
        FactType.YES_NO: (True, False),
        FactType.CODE: ("GB-ENG", "GB-SCT"),
    }
    for _ in range(number):
        yield {
            fact.id: DAY - timedelta(days=chance.randrange(730))
            if fact.type is FactType.DATE
            else chance.choice(answers.get(fact.type) or tuple(fact.values))
            for fact in law.facts.values()
            if chance.random() > SHARE_UNKNOWN
        }


def milliseconds(law: Law, everyone: list[Facts], state: str) -> list[float]:
    """CPU milliseconds for each person: entitlements with their days, and merged by right."""
    merged(entitlements({}, law.library, state=state, at=DAY, count=count_in(state)), law.library)
    spent = []
    for facts in everyone:
        start = time.process_time_ns()
        merged(entitlements(facts, law.library, state=state, at=DAY, count=count_in(state)), law.library)
        spent.append((time.process_time_ns() - start) / 1e6)
    return spent


def changed(law: Law) -> Library:
    """The library after a reform: longer recovery periods, one right weaker, one entry gone."""
    library, provisions = law.library, []
    for provision in library.provisions:
        limit = provision.time_limit
        if provision.right == "recovery-period" and limit and limit.amount:
            provision = replace(provision, time_limit=replace(limit, amount=limit.amount + 15))
        elif provision.right == "interpreter":
            provision = replace(provision, strength=Strength.MAY)
        if provision.id != "L084":
            provisions.append(provision)
    return Library(
        provisions=provisions,
        instruments=library.instruments.values(),
        bindings=library.bindings,
        categories=[category for group in law.groups for category in group.categories],
        rights=library.rights,
    )


def reform(seed: int) -> tuple[int, Counter[Change]]:
    """Everything that the reform changes for one lot of people: how many people, and what."""
    law, places = load_law(), states(load_law())
    before, after = law.library, changed(law)
    touched, told = 0, Counter[Change]()
    for place, facts in enumerate(people(law, number=PEOPLE // CORES, seed=seed)):
        state = places[place % len(places)]
        one, other = (
            entitlements(facts, library, state=state, at=DAY, count=count_in(state))
            for library in (before, after)
        )
        found = differences(one, other)
        touched += bool(found)
        told.update(change for difference in found for change in difference.changes)
    return touched, told


def one_person(law: Law) -> None:
    everyone = list(people(law, number=SAMPLE, seed=2))
    print(f"{SAMPLE} people a state; entitlements, days and merged rights; target {TARGET_MS:.0f} ms\n")
    print(f"{'state':<7}{'entries':>8}{'rights':>8}{'median ms':>11}{'p95 ms':>9}{'first ms':>10}")
    for state in states(law):
        start = time.process_time_ns()
        found = entitlements({}, law.library, state=state, at=DAY, count=count_in(state))
        first = (time.process_time_ns() - start) / 1e6
        spent = milliseconds(law, everyone, state)
        median, p95 = statistics.median(spent), statistics.quantiles(spent, n=20)[-1]
        rights = len(merged(found, law.library))
        print(f"{state:<7}{len(found):>8}{rights:>8}{median:>11.2f}{p95:>9.2f}{first:>10.1f}")


def everybody() -> None:
    start = time.perf_counter()
    with ProcessPoolExecutor(max_workers=CORES) as workers:
        lots = list(workers.map(reform, range(CORES)))
    seconds = time.perf_counter() - start
    touched, told = sum(lot[0] for lot in lots), sum((lot[1] for lot in lots), Counter[Change]())
    print(f"\nA change of law for {PEOPLE:,} people, with the differences, {CORES} processes:")
    print(f"{seconds:.0f} s (target {TARGET_SECONDS} s); {touched:,} people are touched")
    for change, number in told.most_common():
        print(f"  {change.value:<10}{number:>10,}")


def main() -> None:
    start = time.process_time()
    law = load_law()
    loading = time.process_time() - start
    print(
        f"Library: {len(law.provisions)} provisions, {len(law.facts)} facts, {len(law.library.bindings)} "
        f"bindings, read in {loading * 1000:.0f} ms"
    )
    one_person(law)
    everybody()


if __name__ == "__main__":
    main()
