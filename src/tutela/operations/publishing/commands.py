"""`tutela ledger` and `tutela add-releases`: the books of what was told, and all years together."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tutela.engines.synthesis import CannotMeasure, Measured, add, epsilon_of, estimate, quality
from tutela.operations.publishing import keeping, making, records_of, release, report, tell
from tutela.operations.publishing.asked import Asked
from tutela.operations.publishing.codes import SHAPES, Heading
from tutela.operations.publishing.ledger import (
    Account,
    Charge,
    Kind,
    Ledger,
    What,
    affordable,
    of_year,
    rho_asked,
    rho_of_laplace,
)
from tutela.operations.publishing.release import MANIFEST, Budget, Release
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import columns_of, meanings_of, wanted_of


def asked_of(options: argparse.Namespace) -> Asked:
    """The command line of `tutela publish`, as `arguments.publish` lets it be written."""
    if options.shape not in SHAPES:
        raise Refused(f"--shape is one of {', '.join(SHAPES)}.")
    if not 1 <= options.order <= 3 or options.most < 1:
        raise Refused("--order is 1, 2 or 3, and --most is 1 or more.")
    if options.year_column and options.year is None:
        raise Refused("--year-column needs --year.")
    if options.most > 1 and not options.person:
        raise Refused("--most needs --person: the column that tells people apart.")
    return Asked(
        file=options.file,
        codes=options.codes,
        ledger=options.ledger,
        out=options.out,
        population=options.population,
        epsilon=options.epsilon,
        delta=options.delta,
        year=options.year,
        year_column=options.year_column,
        order=options.order,
        person=options.person,
        most=options.most,
        shape=options.shape,
        says=options.says,
        columns=columns_of(options.column),
        wanted=wanted_of(options.where),
        meanings=meanings_of(options.read_as),
        test_seed=options.test_seed,
        dry_run=options.dry_run,
    )


# ---------------------------------------------------------------- the ledger
def ledger(options: argparse.Namespace) -> int:
    """One word of `tutela ledger`."""
    words = {
        "open": _open,
        "show": _show,
        "verify": _verify,
        "charge": _charge,
        "erratum": _erratum,
        "withdraw": _withdraw,
        "unprotected": _unprotected,
    }
    return words[options.what](Ledger(options.file), options, datetime.now(UTC))


def _open(books: Ledger, options: argparse.Namespace, at: datetime) -> int:
    if not options.population or options.epsilon is None:
        raise Refused("Give --population (whom it is about) and --epsilon (the most that may ever be told).")
    found = books.open(
        population=options.population,
        epsilon=options.epsilon,
        delta=options.delta,
        years_apart=options.years_apart,
        at=at,
    )
    apart = "nobody is in two years" if found.years_apart else "people may be in several years"
    print(f"“{found.name}” has its limit: epsilon {found.epsilon:.2f} at delta {found.delta:g}; {apart}.")
    return 0


def _show(books: Ledger, _options: argparse.Namespace, _at: datetime) -> int:
    for line in shown(books.read()):
        print(line)
    return 0


def shown(account: Account) -> list[str]:
    """The books for people: each population with what was spent on what, and what is left."""
    lines: list[str] = []
    for name, population in account.populations.items():
        lines += [f"{name}: epsilon {population.epsilon:.2f} at delta {population.delta:g}"]
        years = sorted({one.year for one in account.charges if one.population == name and one.year})
        for year in years if population.years_apart else []:
            odometer = account.odometer(name, year)
            lines.append(f"  {year}: {odometer.epsilon:.2f} spent, {affordable(odometer):.2f} could follow")
        odometer = account.odometer(name)
        whose = "most burdened year" if population.years_apart and years else "everybody"
        lines.append(f"  {whose}: {odometer.epsilon:.2f} spent, {affordable(odometer):.2f} could follow")
        for one in (one for one in account.charges if one.population == name):
            epsilon = epsilon_of(rho=one.rho, delta=population.delta)
            lines.append(
                f"  line {one.number}  {one.at[:10]}  {one.what.value} of {of_year(one.year)}  epsilon"
                f" {epsilon:.2f}  {_state(account, one)}  {one.says}"
            )
            lines += [
                f"    erratum, {note.at[:10]}: {note.says}"
                for note in account.notes
                if (note.charge, note.kind) == (one.number, Kind.ERRATUM)
            ]
    lines += [
        f"without formal protection, {note.at[:10]}: {note.says}"
        for note in account.notes
        if note.kind is Kind.UNPROTECTED
    ]
    if account.behind:
        numbers = ", ".join(map(str, account.behind))
        lines.append(f"A clock was set back before line {numbers}. The order of lines counts, no time.")
    return lines or ["The ledger is empty."]


def _state(account: Account, charge: Charge) -> str:
    states = ((Kind.WITHDRAWN, "withdrawn"), (Kind.RELEASED, "out"), (Kind.DRAWN, "drawn, not out"))
    found = next((word for kind, word in states if account.note_of(charge.number, kind)), "charged")
    return found if charge.what is What.RELEASE or found != "charged" else "charged"


def _verify(books: Ledger, options: argparse.Namespace, _at: datetime) -> int:
    account = books.read()
    if account.last is None:
        print("The ledger is empty.")
        return 0
    print(f"{account.last.number:,} lines are as they were written. Digest {account.last.digest}.")
    if options.manifest:
        print(release.verified(account, options.manifest))
    return 0


def _charge(books: Ledger, options: argparse.Namespace, at: datetime) -> int:
    if options.kind == What.RELEASE.value:
        raise Refused("A release is charged by tutela publish itself.")
    if (options.epsilon is None) == (options.laplace is None):
        raise Refused("Give --epsilon (Gaussian noise, at --delta) or --laplace (the epsilon of a count).")
    rho = (
        rho_of_laplace(options.laplace)
        if options.epsilon is None
        else rho_asked(options.epsilon, options.delta)
    )
    found = books.charge(
        population=options.population,
        what=What(options.kind),
        rho=rho,
        says=options.says,
        year=options.year,
        at=at,
    )
    print(f"Charged as line {found.number}.")
    return 0


def _erratum(books: Ledger, options: argparse.Namespace, at: datetime) -> int:
    note = books.note(Kind.ERRATUM, charge=_line(options), says=options.says, at=at)
    print(f"Line {note.number}: erratum to line {note.charge}. Publish these words beside the release:")
    print(note.says)
    return 0


def _withdraw(books: Ledger, options: argparse.Namespace, at: datetime) -> int:
    making.withdraw(books, _line(options), says=options.says, at=at)
    print(f"Line {_line(options)} is withdrawn. What it cost stays spent.")
    return 0


def _unprotected(books: Ledger, options: argparse.Namespace, at: datetime) -> int:
    note = books.note(Kind.UNPROTECTED, charge=None, says=options.says, at=at)
    print(f"Line {note.number}: noted. No sum in this ledger covers it.")
    return 0


def _line(options: argparse.Namespace) -> int:
    if options.line is None:
        raise Refused("Give --line: which line of the ledger is meant (tutela ledger show).")
    return int(options.line)


# ---------------------------------------------------------------- all years together
def add_releases(options: argparse.Namespace) -> int:
    """Adds releases of single years: the noisy tables of all of them, at no further cost."""
    release.check_out(options.out)
    given = [release.read_parts(folder) for folder in options.folders]
    account = Ledger(options.ledger).read()
    whole = _together(account, given, options.folders)
    for path in options.folders:
        tell(f"Added {path}.")
    release.write(options.out, whole, report.page(whole))
    for path in sorted(options.out.iterdir()):
        print(path)
    return 0


def _together(
    account: Account, given: list[tuple[dict[str, Any], Measured, bytes]], folders: list[Path]
) -> Release:
    manifests = [manifest for manifest, _, _ in given]
    for folder in folders:
        release.verified(account, folder / MANIFEST)
    populations = {str(manifest["population"]) for manifest in manifests}
    years = sorted(year for manifest in manifests for year in manifest["years"])
    if len(given) < 2 or len(populations) > 1 or len(years) != len(given) or len(set(years)) < len(years):
        raise Refused("Give two or more releases of one population, each of another year.")
    name = populations.pop()
    population = account.population(name)
    try:
        measured = add(*(one for _, one, _ in given))
    except CannotMeasure as problem:
        raise Refused(str(problem)) from problem
    if not population.years_apart:
        rho = sum(one.rho for _, one, _ in given)
        measured = Measured(measured.domain, measured.order, rho, measured.most, measured.parts)
    content = keeping.to_bytes(measured)
    estimated = estimate(measured)
    records = records_of(estimated, content, people=measured.people)
    first = manifests[0]
    apart = "nobody is in two years" if population.years_apart else "people may be in several years"
    tests = [one["randomness"]["seed"] for one in manifests if one["randomness"]["seed"] is not None]
    odometer = account.odometer(name)
    return Release(
        population=name,
        years=tuple(years),
        measured=measured,
        estimated=estimated,
        records=records,
        content=content,
        delta=population.delta,
        budget=Budget(
            limit=odometer.limit,
            spent=odometer.total,
            lines=tuple(
                (one.at[:10], f"{one.what.value} of {of_year(one.year)}: {one.says}", one.rho)
                for one in account.charges
                if one.population == name
            ),
        ),
        ledger={"added lines": [manifest["ledger"]["line"] for manifest in manifests]},
        agreements=quality(measured, records),
        headings={column: Heading(column, {}) for column in measured.domain.names},
        shape=SHAPES[0],
        source=str(first["codes_from"]),
        unit="; ".join([*dict.fromkeys(one["privacy"]["unit"] for one in manifests), apart]),
        test_seed=tests[0] if tests else None,
        told_apart={
            what: all(one["told_apart_by_a_column"][what] for one in manifests)
            for what in ("people", "years")
        },
    )
