"""`tutela ledger` and `tutela add-releases`: the books of what was told, and all years together."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tutela.engines.synthesis import CannotMeasure, Measured, add, epsilon_of, estimate, quality
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, ngettext, pgettext
from tutela.operations.language import number as written
from tutela.operations.publishing import keeping, making, records_of, release, report, words
from tutela.operations.publishing.asked import Asked
from tutela.operations.publishing.budget import affordable
from tutela.operations.publishing.codes import SHAPES, Heading
from tutela.operations.publishing.ledger import (
    Account,
    Charge,
    Kind,
    Ledger,
    What,
    rho_asked,
    rho_of_laplace,
)
from tutela.operations.publishing.release import MANIFEST, Budget, Release
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import columns_of, meanings_of, wanted_of
from tutela.operations.reports.telling import tell


def asked_of(options: argparse.Namespace) -> Asked:
    """The command line of `tutela publish`, as `arguments.publish` lets it be written."""
    if options.shape not in SHAPES:
        raise Refused(_("--shape is one of {shapes}.").format(shapes=in_a_row(SHAPES)))
    if not 1 <= options.order <= 3 or options.most < 1:
        raise Refused(_("--order is 1, 2 or 3, and --most is 1 or more."))
    if options.year_column and options.year is None:
        raise Refused(_("--year-column needs --year."))
    if options.most > 1 and not options.person:
        raise Refused(_("--most needs --person: the column that tells people apart."))
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
    calls = {
        "open": _open,
        "show": _show,
        "verify": _verify,
        "charge": _charge,
        "erratum": _erratum,
        "withdraw": _withdraw,
        "unprotected": _unprotected,
    }
    return calls[options.what](Ledger(options.file), options, datetime.now(UTC))


def _open(books: Ledger, options: argparse.Namespace, at: datetime) -> int:
    if not options.population or options.epsilon is None:
        raise Refused(
            _("Give --population (whom it is about) and --epsilon (the most that may ever be told).")
        )
    found = books.open(
        population=options.population,
        epsilon=options.epsilon,
        delta=options.delta,
        years_apart=options.years_apart,
        at=at,
    )
    limit = _("“{population}” has its limit: epsilon {epsilon} at delta {delta}; {apart}.")
    print(
        limit.format(
            population=found.name,
            epsilon=written(found.epsilon, decimals=2),
            delta=isolated(f"{found.delta:g}"),
            apart=words.apart(found.years_apart),
        )
    )
    return 0


def _show(books: Ledger, _options: argparse.Namespace, _at: datetime) -> int:
    for line in shown(books.read()):
        print(line)
    return 0


def shown(account: Account) -> list[str]:
    """The books for people: each population with what was spent on what, and what is left."""
    lines = [line for name in account.populations for line in _of_population(account, name)]
    unprotected = _("without formal protection, {day}: {says}")
    lines += [
        unprotected.format(day=isolated(note.at[:10]), says=note.says)
        for note in account.notes
        if note.kind is Kind.UNPROTECTED
    ]
    if account.behind:
        behind = ngettext(
            "A clock was set back before line {lines}. The order of lines counts, no time.",
            "A clock was set back before lines {lines}. The order of lines counts, no time.",
            len(account.behind),
        )
        lines.append(behind.format(lines=in_a_row([str(one) for one in account.behind])))
    return lines or [_("The ledger is empty.")]


def _of_population(account: Account, name: str) -> list[str]:
    population = account.populations[name]
    head = _("{population}: epsilon {epsilon} at delta {delta}")
    lines = [
        head.format(
            population=isolated(name),
            epsilon=written(population.epsilon, decimals=2),
            delta=isolated(f"{population.delta:g}"),
        )
    ]
    mine = [one for one in account.charges if one.population == name]
    years = sorted({one.year for one in mine if one.year}) if population.years_apart else []
    lines += ["  " + _left(account, name, year) for year in years]
    lines.append("  " + _left(account, name, None, most_burdened=bool(years)))
    for one in mine:
        lines.append("  " + _charged(account, one))
        erratum = _("erratum, {day}: {says}")
        lines += [
            "    " + erratum.format(day=isolated(note.at[:10]), says=note.says)
            for note in account.notes
            if (note.charge, note.kind) == (one.number, Kind.ERRATUM)
        ]
    return lines


def _left(account: Account, name: str, year: int | None, *, most_burdened: bool = False) -> str:
    odometer = account.odometer(name, year)
    everybody = _("most burdened year") if most_burdened else _("everybody")
    return _("{whose}: {spent} spent, {left} could follow").format(
        whose=everybody if year is None else year,
        spent=written(odometer.epsilon, decimals=2),
        left=written(affordable(odometer), decimals=2),
    )


def _charged(account: Account, one: Charge) -> str:
    epsilon = epsilon_of(rho=one.rho, delta=account.populations[one.population].delta)
    return _("line {line}  {day}  {what} of {year}  epsilon {epsilon}  {state}  {says}").format(
        line=written(one.number),
        day=isolated(one.at[:10]),
        what=words.what(one.what.value),
        year=words.of_year(one.year),
        epsilon=written(epsilon, decimals=2),
        state=_state(account, one),
        says=words.said(one.says),
    )


def _state(account: Account, charge: Charge) -> str:
    states = (
        (Kind.WITHDRAWN, pgettext("ledger", "withdrawn")),
        (Kind.RELEASED, pgettext("ledger", "out")),
        (Kind.DRAWN, pgettext("ledger", "drawn, not out")),
    )
    found = (word for kind, word in states if account.note_of(charge.number, kind))
    return next(found, pgettext("ledger", "charged"))


def _verify(books: Ledger, options: argparse.Namespace, _at: datetime) -> int:
    account = books.read()
    if account.last is None:
        print(_("The ledger is empty."))
        return 0
    whole = ngettext(
        "{count} line is as it was written. Digest {digest}.",
        "{count} lines are as they were written. Digest {digest}.",
        account.last.number,
    )
    print(whole.format(count=written(account.last.number), digest=isolated(account.last.digest)))
    if options.manifest:
        print(release.verified(account, options.manifest))
    return 0


def _charge(books: Ledger, options: argparse.Namespace, at: datetime) -> int:
    if options.kind == What.RELEASE.value:
        raise Refused(_("A release is charged by tutela publish itself."))
    if (options.epsilon is None) == (options.laplace is None):
        raise Refused(_("Give --epsilon (Gaussian noise, at --delta) or --laplace (the epsilon of a count)."))
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
    print(_("Charged as line {line}.").format(line=found.number))
    return 0


def _erratum(books: Ledger, options: argparse.Namespace, at: datetime) -> int:
    note = books.note(Kind.ERRATUM, charge=_line(options), says=options.says, at=at)
    erratum = _("Line {line}: erratum to line {charge}. Publish these words beside the release:")
    print(erratum.format(line=note.number, charge=note.charge))
    print(note.says)
    return 0


def _withdraw(books: Ledger, options: argparse.Namespace, at: datetime) -> int:
    making.withdraw(books, _line(options), says=options.says, at=at)
    print(_("Line {line} is withdrawn. What it cost stays spent.").format(line=_line(options)))
    return 0


def _unprotected(books: Ledger, options: argparse.Namespace, at: datetime) -> int:
    note = books.note(Kind.UNPROTECTED, charge=None, says=options.says, at=at)
    print(_("Line {line}: noted. No sum in this ledger covers it.").format(line=note.number))
    return 0


def _line(options: argparse.Namespace) -> int:
    if options.line is None:
        raise Refused(_("Give --line: which line of the ledger is meant (tutela ledger show)."))
    return int(options.line)


# ---------------------------------------------------------------- all years together
def add_releases(options: argparse.Namespace) -> int:
    """Adds releases of single years: the noisy tables of all of them, at no further cost."""
    release.check_out(options.out)
    given = [release.read_parts(folder) for folder in options.folders]
    account = Ledger(options.ledger).read()
    whole = _together(account, given, options.folders)
    for path in options.folders:
        tell(_("Added {folder}.").format(folder=isolated(str(path))))
    release.write(options.out, whole, report.page(whole))
    for path in sorted(options.out.iterdir()):
        print(path)
    return 0


def _together(
    account: Account, given: list[tuple[dict[str, Any], Measured, bytes]], folders: list[Path]
) -> Release:
    manifests = [manifest for manifest, _measured, _content in given]
    for folder in folders:
        release.verified(account, folder / MANIFEST)
    populations = {str(manifest["population"]) for manifest in manifests}
    years = sorted(year for manifest in manifests for year in manifest["years"])
    if len(given) < 2 or len(populations) > 1 or len(years) != len(given) or len(set(years)) < len(years):
        raise Refused(_("Give two or more releases of one population, each of another year."))
    name = populations.pop()
    population = account.population(name)
    try:
        measured = add(*(one for _manifest, one, _content in given))
    except CannotMeasure as problem:
        raise Refused(str(problem)) from problem
    if not population.years_apart:
        rho = sum(one.rho for _manifest, one, _content in given)
        measured = Measured(measured.domain, measured.order, rho, measured.most, measured.parts)
    content = keeping.to_bytes(measured)
    estimated = estimate(measured)
    records = records_of(estimated, content, people=measured.people)
    first = manifests[0]
    tests = [one["randomness"]["seed"] for one in manifests if one["randomness"]["seed"] is not None]
    return Release(
        population=name,
        years=tuple(years),
        measured=measured,
        estimated=estimated,
        records=records,
        content=content,
        delta=population.delta,
        budget=_budget(account, name),
        ledger={"added lines": [manifest["ledger"]["line"] for manifest in manifests]},
        agreements=quality(measured, records),
        headings={column: Heading(column, {}) for column in measured.domain.names},
        shape=SHAPES[0],
        source=str(first["codes_from"]),
        units=tuple(dict.fromkeys((one.most, _told_people(manifest)) for manifest, one, _content in given)),
        years_apart=population.years_apart,
        test_seed=tests[0] if tests else None,
        told_apart={
            what: all(one["told_apart_by_a_column"][what] for one in manifests)
            for what in ("people", "years")
        },
    )


def _told_people(manifest: dict[str, Any]) -> bool:
    return bool(manifest["told_apart_by_a_column"]["people"])


def _budget(account: Account, name: str) -> Budget:
    """What all years of a population have borne."""
    odometer = account.odometer(name)
    line = _("{what} of {year}: {says}")
    return Budget(
        limit=odometer.limit,
        spent=odometer.total,
        lines=tuple(
            (
                one.at[:10],
                line.format(
                    what=words.what(one.what.value), year=words.of_year(one.year), says=words.said(one.says)
                ),
                one.rho,
            )
            for one in account.charges
            if one.population == name
        ),
    )
