"""`tutela compare`: how far the synthetic records of a release are from the real ones, charged like all else.

Such a report looks at the real records, so it tells something of them. Its numbers have noise, and its cost
is in the ledger before it is made. Whoever is interrupted after that pays again: there is nothing to finish.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes
from typing import Any

from tutela.engines.synthesis import (
    CannotMeasure,
    Distance,
    Measured,
    Records,
    distance,
    epsilon_of,
    estimate,
)
from tutela.operations.publishing import reading, records_of, release, tell
from tutela.operations.publishing.asked import Asked
from tutela.operations.publishing.ledger import Charge, Ledger, What, affordable, rho_asked
from tutela.operations.publishing.release import MANIFEST
from tutela.operations.refusals import Refused
from tutela.operations.reports import pages
from tutela.operations.reports.tables import columns_of, meanings_of, wanted_of

NORMAL_95 = 1.96
_ORDERS = ("one column", "two columns", "three columns")
_LIMITS = (
    "The numbers say how far all tables are off on average. A single table can be farther off.",
    "They have noise themselves, shown as an interval. To ask again costs again.",
    "A small distance does not make the records fit for more than they were made for.",
)


def run(options: argparse.Namespace) -> int:
    """Reads, charges, compares, writes; with `dry_run` it stops before the charge."""
    if options.out.exists():
        raise Refused(f"{options.out} is there already. Give another folder with --out.")
    manifest, measured, content = release.read_parts(options.release)
    account = Ledger(options.ledger).read()
    release.verified(account, options.release / MANIFEST)
    asked = _asked(options, manifest, measured)
    made = _made_again(manifest, measured, content)
    found = reading.read(asked, measured.domain)
    reading.refuse_returning(asked, found, account)
    tell(f"Read {found.lines:,} lines; {len(found.records):,} people are compared.")
    rho = rho_asked(options.epsilon, options.delta)
    if options.dry_run:
        odometer = account.odometer(asked.population, asked.year)
        if not odometer.can_take(rho):
            print(f"It is not enough. What is left would pay for epsilon {affordable(odometer):.2f}.")
        print(f"It would cost epsilon {options.epsilon:g}. Nothing was charged or written: a dry run.")
        return 0
    charge = Ledger(options.ledger).charge(
        population=asked.population,
        what=What.QUALITY_REPORT,
        rho=rho,
        says=f"synthetic records beside the real ones (release of line {manifest['ledger']['line']})",
        year=asked.year,
        at=datetime.now(UTC),
    )
    tell(f"Charged as line {charge.number} of {options.ledger}.")
    try:
        far = distance(
            found.records,
            made,
            measured.domain,
            rho=rho,
            source=token_bytes,
            order=measured.order,
            most=measured.most,
        )
    except CannotMeasure as problem:
        raise Refused(f"{problem} The charge stands.") from problem
    for path in _write(options.out, manifest, far, charge, options.delta):
        print(path)
    return 0


def _made_again(manifest: dict[str, Any], measured: Measured, content: bytes) -> Records:
    """The synthetic records of the release. Raises Refused where they come out otherwise than they did."""
    made = records_of(estimate(measured), content, people=measured.people)
    if manifest["synthetic"].get("sha256") != release.digest_of_records(made):
        version = manifest["made_with"]["tutela"]
        raise Refused(
            "The records of this release cannot be made again here, so nothing was compared or charged. Use"
            f" the installation that made them (Tutela {version})."
        )
    return made


def _asked(options: argparse.Namespace, manifest: dict[str, Any], measured: Measured) -> Asked:
    years = manifest["years"]
    if len(years) > 1:
        raise Refused("Compare the release of a single year: one of all years was made of no records.")
    if options.year_column and not years:
        raise Refused("--year-column is for a release of one year.")
    # Otherwise a person could have more lines here than are paid for, or be of a year that is not charged.
    given = {"people": ("--person", options.person), "years": ("--year-column", options.year_column)}
    for what, (word, column) in given.items():
        if manifest["told_apart_by_a_column"][what] and not column:
            raise Refused(f"The release told {what} apart by a column: name it here too, {word} COLUMN.")
    return Asked(
        file=options.file,
        codes=options.release / MANIFEST,
        ledger=options.ledger,
        out=options.out,
        population=str(manifest["population"]),
        epsilon=options.epsilon,
        year=years[0] if years else None,
        year_column=options.year_column,
        person=options.person,
        most=measured.most,
        columns=columns_of(options.column),
        wanted=wanted_of(options.where),
        meanings=meanings_of(options.read_as),
    )


def _write(
    out: Path, manifest: dict[str, Any], far: tuple[Distance, ...], charge: Charge, delta: float
) -> list[Path]:
    """report.html and quality.json, both or none."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        into = Path(tempfile.mkdtemp(prefix=".quality-", dir=out.parent))
    except OSError as problem:
        raise Refused(f"{out} cannot be written: {problem.strerror}. The charge stands.") from problem
    try:
        (into / "report.html").write_text(_page(manifest, far, charge, delta), encoding="utf-8")
        pages.write_json(into / "quality.json", _content(manifest, far, charge, delta))
        into.chmod(0o755)
        into.rename(out)
    except OSError as problem:
        raise Refused(f"{out} cannot be written: {problem.strerror}. The charge stands.") from problem
    finally:
        shutil.rmtree(into, ignore_errors=True)
    return sorted(out.iterdir())


def _content(
    manifest: dict[str, Any], far: tuple[Distance, ...], charge: Charge, delta: float
) -> dict[str, Any]:
    return {
        "release": manifest["ledger"],
        "ledger": {"line": charge.number},
        "privacy": {
            "rho": charge.rho,
            "epsilon": round(epsilon_of(rho=charge.rho, delta=delta), 4),
            "delta": delta,
        },
        "share_misplaced": {
            str(one.order): {"value": round(one.misplaced, 5), "standard_error": round(one.standard_error, 5)}
            for one in far
        },
        "not_protected": list(_LIMITS),
    }


def _page(manifest: dict[str, Any], far: tuple[Distance, ...], charge: Charge, delta: float) -> str:
    widest = far[-1]
    rows = [
        (
            f"By {_ORDERS[one.order - 1]}",
            f"{one.misplaced:.1%}",
            f"{max(0.0, one.misplaced - NORMAL_95 * one.standard_error):.1%} to"
            f" {min(1.0, one.misplaced + NORMAL_95 * one.standard_error):.1%}",
        )
        for one in far
    ]
    when = ", ".join(map(str, manifest["years"]))
    return pages.page(
        title=f"How true the synthetic records are: {manifest['population']}{', ' if when else ''}{when}",
        sections=[
            pages.paragraph(
                f"To agree with the real records in a table by {_ORDERS[widest.order - 1]}, about"
                f" {widest.misplaced:.1%} of the invented people would have to be in another cell of it.",
                kind="lead",
            ),
            pages.table(
                ["Tables", "In another cell, on average", "95 % interval"],
                rows,
                caption="Synthetic records beside real ones",
                numbers=(1, 2),
            ),
            pages.section("What this does not say", pages.bullets(_LIMITS)),
            pages.section(
                "What it cost",
                pages.paragraph(
                    f"Epsilon {epsilon_of(rho=charge.rho, delta=delta):.2f} at delta {delta:g}, line"
                    f" {charge.number} of the ledger: it looked at the real records."
                ),
            ),
        ],
    )
