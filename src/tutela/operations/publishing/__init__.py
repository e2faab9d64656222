"""`tutela publish`, `add-releases` and `ledger`: numbers with a limit on what they tell of anybody."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tutela.engines.synthesis import CannotSynthesise, Estimated, Records, estimate, quality, synthesise
from tutela.operations.publishing import codes, keeping, making, release, report
from tutela.operations.publishing.asked import Asked
from tutela.operations.publishing.ledger import Account, Charge, Kind, Ledger, affordable, of_year
from tutela.operations.publishing.reading import Read, read, refuse_returning
from tutela.operations.publishing.release import Budget, Release
from tutela.operations.refusals import Refused

__all__ = ["Asked", "run"]


def run(asked: Asked) -> int:
    """Reads, says what it costs, charges, draws, writes. With `dry_run` it stops before the charge."""
    lists = codes.read(asked.codes)
    ledger = Ledger(asked.ledger)
    made = making.plan(asked, lists.domain)
    account = ledger.read()
    begun = making.check(account, made)
    noise = account.note_of(begun.number, Kind.DRAWN) if begun else None
    release.check_out(asked.out, noise=noise.says if noise else "")
    found = read(asked, lists.domain)
    refuse_returning(asked, found, account)
    _tell_read(asked, found)
    for line in _cost(made, account, begun):
        tell(line)
    if asked.dry_run:
        print("Everything can be used. Nothing was charged or written: this was a dry run.")
        return 0
    at = datetime.now(UTC)
    with making.drawn(ledger, made, found.records, at=at) as drawn:
        tell(f"Charged as line {drawn.charge.number} of {asked.ledger}. The noise is drawn.")
        whole = _release(asked, lists, drawn, ledger.read())
        tell("Writing.")
        manifest = release.write(asked.out, whole, report.page(whole))
        making.done(ledger, drawn, manifest=manifest, at=at)
    for path in sorted(asked.out.iterdir()):
        print(path)
    return 0


def tell(line: str) -> None:
    """Progress, for whoever runs the command."""
    print(line, file=sys.stderr)


def records_of(estimated: Estimated, content: bytes, *, people: float) -> Records:
    """Synthetic records of noisy tables: always the same ones, since what is made anew must be the same.

    `content`: the noisy tables as they are kept; `people`: the noisy number of people. Raises Refused.
    """
    generator = np.random.default_rng(int(keeping.digest(content)[:16], 16))
    try:
        return synthesise(estimated, people=max(0, round(people)), generator=generator)
    except CannotSynthesise as problem:
        raise Refused(str(problem)) from problem


def _tell_read(asked: Asked, found: Read) -> None:
    tell(f"Read {found.lines:,} lines; {len(found.records):,} people are counted.")
    if found.other_years:
        tell(f"{found.other_years:,} lines are of other years than {asked.year} and were left out.")
    if found.beyond:
        tell(f"{found.beyond:,} lines are beyond {asked.most} a person and were left out.")
    if asked.year is not None and not asked.year_column:
        tell(f"Every line was taken for one of {asked.year}. If the file has other years, say --year-column.")
    if not asked.person:
        tell("Each line was taken for one person. If a person can have several, say --person COLUMN.")


def _cost(made: making.Plan, account: Account, begun: Charge | None) -> list[str]:
    """What it costs, what is left, how exact it will be. Says so where the budget does not allow it."""
    asked = made.asked
    lines = [
        f"{made.cells:,} numbers. Standard errors: "
        + "; ".join(
            f"{size} column{'s' if size > 1 else ''} {low:.1f} to {high:.1f}"
            for size, (low, high) in made.errors.items()
        )
        + " people."
    ]
    if begun:
        return [*lines, f"This was begun before and paid for (line {begun.number}); it will be finished."]
    odometer = account.odometer(asked.population, asked.year)
    whom = f"“{asked.population}”, {of_year(asked.year)}"
    after = "" if not odometer.can_take(made.rho) else f", {odometer.charged(made.rho).epsilon:.2f} after"
    lines.append(
        f"Budget of {whom}: epsilon {account.population(asked.population).epsilon:.2f} in all,"
        f" {odometer.epsilon:.2f} spent{after}."
    )
    if not odometer.can_take(made.rho):
        lines.append(f"It is not enough. What is left would pay for epsilon {affordable(odometer):.2f}.")
    return lines


def _release(asked: Asked, lists: codes.Lists, drawn: making.Drawn, account: Account) -> Release:
    tell("Making synthetic records from the noisy tables.")
    measured = drawn.measured
    estimated = estimate(measured)
    records = records_of(estimated, drawn.content, people=measured.people)
    most = measured.most
    return Release(
        population=asked.population,
        years=() if asked.year is None else (asked.year,),
        measured=measured,
        estimated=estimated,
        records=records,
        content=drawn.content,
        delta=asked.delta,
        budget=budget_of(account, asked.population, asked.year, until=drawn.charge),
        ledger={"line": drawn.charge.number, "noise_sha256": drawn.digest},
        agreements=quality(measured, records),
        headings=lists.headings[asked.shape],
        shape=asked.shape,
        source=lists.source,
        unit=f"a person, with at most {most} record{'s' if most > 1 else ''}"
        + ("" if asked.person else "; each line was taken for one person"),
        test_seed=asked.test_seed,
        told_apart={"people": bool(asked.person), "years": bool(asked.year_column)},
    )


def budget_of(account: Account, population: str, year: int | None, *, until: Charge) -> Budget:
    """What these people have borne, up to a charge: later ones do not change what is written of it."""
    borne = [one for one in account.borne(population, year) if one.number <= until.number]
    spent = account.odometer(population, year)
    limited = type(spent)(limit=spent.limit, spent=tuple(one.rho for one in borne), delta=spent.delta)
    return Budget(
        limit=limited.limit,
        spent=limited.total,
        lines=tuple((one.at[:10], f"{one.what.value}: {one.says}", one.rho) for one in borne),
    )


def folder_of(path: Path) -> Path:
    """Where the ledger keeps noisy tables that are not out yet."""
    return path.with_name(path.name + ".drawn")
