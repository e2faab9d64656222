"""`tutela publish`, `add-releases` and `ledger`: numbers with a limit on what they tell of anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tutela.engines.synthesis import CannotSynthesise, Estimated, Records, estimate, quality, synthesise
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, ngettext
from tutela.operations.language import number as written
from tutela.operations.publishing import codes, keeping, making, release, report, words
from tutela.operations.publishing.asked import Asked
from tutela.operations.publishing.budget import not_enough
from tutela.operations.publishing.ledger import Account, Charge, Kind, Ledger
from tutela.operations.publishing.reading import Read, read, refuse_returning
from tutela.operations.publishing.release import Budget, Release
from tutela.operations.refusals import Refused
from tutela.operations.reports.telling import tell

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
        print(_("Everything can be used. Nothing was charged or written: this was a dry run."))
        return 0
    at = datetime.now(UTC)
    with making.drawn(ledger, made, found.records, at=at) as drawn:
        tell(
            _("Charged as line {line} of {file}. The noise is drawn.").format(
                line=drawn.charge.number, file=isolated(str(asked.ledger))
            )
        )
        whole = _release(asked, lists, drawn, ledger.read())
        tell(_("Writing."))
        manifest = release.write(asked.out, whole, report.page(whole))
        making.done(ledger, drawn, manifest=manifest, at=at)
    for path in sorted(asked.out.iterdir()):
        print(path)
    return 0


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
    counted = _("Read {lines} lines; {people} people are counted.")
    tell(counted.format(lines=written(found.lines), people=written(len(found.records))))
    if found.other_years:
        others = ngettext(
            "{count} line is of another year than {year} and was left out.",
            "{count} lines are of other years than {year} and were left out.",
            found.other_years,
        )
        tell(others.format(count=written(found.other_years), year=asked.year))
    if found.beyond:
        beyond = ngettext(
            "{count} line is beyond {most} a person and was left out.",
            "{count} lines are beyond {most} a person and were left out.",
            found.beyond,
        )
        tell(beyond.format(count=written(found.beyond), most=written(asked.most)))
    if asked.year is not None and not asked.year_column:
        every = _("Every line was taken for one of {year}. If the file has other years, say --year-column.")
        tell(every.format(year=asked.year))
    if not asked.person:
        tell(_("Each line was taken for one person. If a person can have several, say --person COLUMN."))


def _cost(made: making.Plan, account: Account, begun: Charge | None) -> list[str]:
    """What it costs, what is left, how exact it will be. Says so where the budget does not allow it."""
    asked = made.asked
    numbers = _("{numbers} numbers. Standard errors: {errors} people.")
    lines = [numbers.format(numbers=written(made.cells), errors=_errors(made))]
    if begun:
        finished = _("This was begun before and paid for (line {line}); it will be finished.")
        return [*lines, finished.format(line=begun.number)]
    odometer = account.odometer(asked.population, asked.year)
    enough = odometer.can_take(made.rho)
    if enough:
        says = _("Budget of {whom}: epsilon {limit} in all, {spent} spent, {after} after.")
    else:
        says = _("Budget of {whom}: epsilon {limit} in all, {spent} spent.")
    lines.append(
        says.format(
            whom=words.whom(asked.population, asked.year),
            limit=written(account.population(asked.population).epsilon, decimals=2),
            spent=written(odometer.epsilon, decimals=2),
            after=written(odometer.charged(made.rho).epsilon, decimals=2) if enough else "",
        )
    )
    return lines if enough else [*lines, not_enough(odometer)]


def _errors(made: making.Plan) -> str:
    found = []
    for size, (low, high) in made.errors.items():
        says = ngettext("{count} column {low} to {high}", "{count} columns {low} to {high}", size)
        found.append(
            says.format(count=written(size), low=written(low, decimals=1), high=written(high, decimals=1))
        )
    return _("; ").join(found)


def _release(asked: Asked, lists: codes.Lists, drawn: making.Drawn, account: Account) -> Release:
    tell(_("Making synthetic records from the noisy tables."))
    measured = drawn.measured
    estimated = estimate(measured)
    records = records_of(estimated, drawn.content, people=measured.people)
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
        units=((measured.most, bool(asked.person)),),
        years_apart=None,
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
        lines=tuple((one.at[:10], release.charged(one), one.rho) for one in borne),
    )


def folder_of(path: Path) -> Path:
    """Where the ledger keeps noisy tables that are not out yet."""
    return path.with_name(path.name + ".drawn")
