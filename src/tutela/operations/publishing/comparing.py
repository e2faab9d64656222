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
from tutela.engines.synthesis.measuring import NORMAL_95
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, in_a_row, isolated, percent, short_number
from tutela.operations.language import number as written
from tutela.operations.publishing import reading, records_of, release, words
from tutela.operations.publishing.asked import Asked
from tutela.operations.publishing.budget import not_enough
from tutela.operations.publishing.ledger import Charge, Ledger, What, rho_asked
from tutela.operations.publishing.release import MANIFEST
from tutela.operations.refusals import Refused
from tutela.operations.reports import pages
from tutela.operations.reports.tables import columns_of, meanings_of, wanted_of
from tutela.operations.reports.telling import tell

_LIMITS = (
    gettext_noop("The numbers say how far all tables are off on average. A single table can be farther off."),
    gettext_noop("They have noise themselves, shown as an interval. To ask again costs again."),
    gettext_noop("A small distance does not make the records fit for more than they were made for."),
)


def run(options: argparse.Namespace) -> int:
    """Reads, charges, compares, writes; with `dry_run` it stops before the charge."""
    if options.out.exists():
        there = _("{folder} is there already. Give another folder with --out.")
        raise Refused(there.format(folder=isolated(str(options.out))))
    manifest, measured, content = release.read_parts(options.release)
    account = Ledger(options.ledger).read()
    release.verified(account, options.release / MANIFEST)
    asked = _asked(options, manifest, measured)
    made = _made_again(manifest, measured, content)
    found = reading.read(asked, measured.domain)
    reading.refuse_returning(asked, found, account)
    compared = _("Read {lines} lines; {people} people are compared.")
    tell(compared.format(lines=written(found.lines), people=written(len(found.records))))
    rho = rho_asked(options.epsilon, options.delta)
    if options.dry_run:
        odometer = account.odometer(asked.population, asked.year)
        if not odometer.can_take(rho):
            print(not_enough(odometer))
        cost = _("It would cost epsilon {epsilon}. Nothing was charged or written: a dry run.")
        print(cost.format(epsilon=short_number(options.epsilon)))
        return 0
    charge = Ledger(options.ledger).charge(
        population=asked.population,
        what=What.QUALITY_REPORT,
        rho=rho,
        says=words.SAYS_COMPARED.format(line=manifest["ledger"]["line"]),
        year=asked.year,
        at=datetime.now(UTC),
    )
    charged = _("Charged as line {line} of {file}.")
    tell(charged.format(line=charge.number, file=isolated(str(options.ledger))))
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
        raise Refused(_("{problem} The charge stands.").format(problem=problem)) from problem
    for path in _write(options.out, manifest, far, charge, options.delta):
        print(path)
    return 0


def _made_again(manifest: dict[str, Any], measured: Measured, content: bytes) -> Records:
    """The synthetic records of the release. Raises Refused where they come out otherwise than they did."""
    made = records_of(estimate(measured), content, people=measured.people)
    if manifest["synthetic"].get("sha256") != release.digest_of_records(made):
        version = manifest["made_with"]["tutela"]
        elsewhere = _(
            "The records of this release cannot be made again here, so nothing was compared or charged. Use"
            " the installation that made them (Tutela {version})."
        )
        raise Refused(elsewhere.format(version=isolated(str(version))))
    if not len(made):
        raise Refused(_("This release has no synthetic records, so there is nothing to compare."))
    return made


def _asked(options: argparse.Namespace, manifest: dict[str, Any], measured: Measured) -> Asked:
    years = manifest["years"]
    if len(years) > 1:
        raise Refused(_("Compare the release of a single year: one of all years was made of no records."))
    if options.year_column and not years:
        raise Refused(_("--year-column is for a release of one year."))
    # Otherwise a person could have more lines here than are paid for, or be of a year that is not charged.
    apart = manifest["told_apart_by_a_column"]
    if apart["people"] and not options.person:
        raise Refused(_("The release told people apart by a column: name it here too, --person COLUMN."))
    if apart["years"] and not options.year_column:
        raise Refused(_("The release told years apart by a column: name it here too, --year-column COLUMN."))
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
        raise Refused(_not_written(out, problem)) from problem
    try:
        (into / "report.html").write_text(_page(manifest, far, charge, delta), encoding="utf-8")
        pages.write_json(into / "quality.json", _content(manifest, far, charge, delta))
        into.chmod(0o755)
        into.rename(out)
    except OSError as problem:
        raise Refused(_not_written(out, problem)) from problem
    finally:
        shutil.rmtree(into, ignore_errors=True)
    return sorted(out.iterdir())


def _not_written(out: Path, problem: OSError) -> str:
    return _("{file} cannot be written: {problem}. The charge stands.").format(
        file=isolated(str(out)), problem=problem.strerror
    )


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
    lead = _(
        "To agree with the real records in a table {by}, about {part} of the invented people would have to"
        " be in another cell of it."
    ).format(by=_(words.BY[widest.order]), part=percent(widest.misplaced, 1))
    cost = _("Epsilon {epsilon} at delta {delta}, line {line} of the ledger: it looked at the real records.")
    return pages.page(
        title=_title(manifest),
        sections=[
            pages.paragraph(lead, kind="lead"),
            pages.table(
                [_("Tables"), _("In another cell, on average"), _("95 % interval")],
                [(_(words.TABLES_BY[one.order]), percent(one.misplaced, 1), _interval(one)) for one in far],
                caption=_("Synthetic records beside real ones"),
                numbers=(1, 2),
            ),
            pages.section(_("What this does not say"), pages.bullets(_(one) for one in _LIMITS)),
            pages.section(
                _("What it cost"),
                pages.paragraph(
                    cost.format(
                        epsilon=written(epsilon_of(rho=charge.rho, delta=delta), decimals=2),
                        delta=isolated(f"{delta:g}"),
                        line=charge.number,
                    )
                ),
            ),
        ],
    )


def _title(manifest: dict[str, Any]) -> str:
    says = _("How true the synthetic records are: {whom}")
    return says.format(
        whom=in_a_row([isolated(str(one)) for one in (manifest["population"], *manifest["years"])])
    )


def _interval(one: Distance) -> str:
    far = NORMAL_95 * one.standard_error
    low, high = max(0.0, one.misplaced - far), min(1.0, one.misplaced + far)
    return _("{low} to {high}").format(low=percent(low, 1), high=percent(high, 1))
