"""Writes a release: tables, synthetic records, manifest and report, all of them or nothing."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import scipy

from tutela import __version__
from tutela.engines import synthesis
from tutela.engines.synthesis import Agreement, Domain, Estimated, Measured, Records, epsilon_of
from tutela.operations.language import ENGLISH, isolated, speaking
from tutela.operations.language import gettext as _
from tutela.operations.language import number as written
from tutela.operations.publishing import keeping, words
from tutela.operations.publishing.codes import Heading
from tutela.operations.publishing.journal import sync_folder
from tutela.operations.publishing.ledger import Account, Charge, Kind
from tutela.operations.publishing.making import standard_error
from tutela.operations.refusals import Refused
from tutela.operations.reports.pages import FORMULA

MOST_LINES = 1_000_000
"""A file of tables with more is compressed: no spreadsheet could open it anyway."""
PARTS, MANIFEST = "noisy-parts.npz", "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What the people of this release have borne, this one included. Costs are rhos."""

    limit: float
    spent: float
    lines: tuple[tuple[str, str, float], ...]
    """Day, what, and rho of each charge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """All that leaves. `years` empty: the whole population; `ledger`: line and digest up to it;
    `units`, `years_apart`: whom it protects, as `words.unit` says it."""

    population: str
    years: tuple[int, ...]
    measured: Measured
    estimated: Estimated
    records: Records
    content: bytes
    delta: float
    budget: Budget
    ledger: Mapping[str, Any]
    agreements: tuple[Agreement, ...]
    headings: Mapping[str, Heading]
    shape: str
    source: str
    units: tuple[tuple[int, bool], ...]
    years_apart: bool | None
    test_seed: int | None
    told_apart: Mapping[str, bool]
    """Whether a column told people, and years, apart: whoever compares must read the records alike."""

    @property
    def epsilon(self) -> float:
        return epsilon_of(rho=self.measured.rho, delta=self.delta)


def write(out: Path, found: Release, page: str) -> bytes:
    """The folder, renamed into its place when all is on the disk. Gives the manifest; raises Refused."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        into = Path(tempfile.mkdtemp(prefix=".release-", dir=out.parent))
    except OSError as problem:
        raise Refused(_not_written(out, problem)) from problem
    try:
        (into / "report.html").write_text(page, encoding="utf-8")
        (into / PARTS).write_bytes(found.content)
        _write_records(into / "records.csv", found)
        for size in range(1, found.measured.order + 1):
            _write_tables(into, found, size)
        manifest = _json(manifest_of(found, into))
        (into / MANIFEST).write_bytes(manifest)
        for one in into.iterdir():
            _sync(one)
        into.chmod(0o755)
        sync_folder(into)
        # Looked at anew: another release may have come out there while this one was made.
        check_out(out, noise=str(found.ledger.get("noise_sha256", "")))
        if out.exists():
            shutil.rmtree(out)
        into.rename(out)
        sync_folder(out.parent)
    except OSError as problem:
        raise Refused(_not_written(out, problem)) from problem
    finally:
        shutil.rmtree(into, ignore_errors=True)
    return manifest


def check_out(out: Path, *, noise: str = "") -> None:
    """Refuses a folder that cannot be made, or holds anything but the release with this noise (digest)."""
    if not out.exists():
        above = next(folder for folder in out.absolute().parents if folder.exists())
        if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
            nowhere = _("{folder} cannot be written: {above} is no folder to write in.")
            raise Refused(nowhere.format(folder=isolated(str(out)), above=isolated(str(above))))
        return
    try:
        same = json.loads((out / MANIFEST).read_bytes())["ledger"]["noise_sha256"] == noise != ""
    except (OSError, ValueError, KeyError, TypeError):
        same = out.is_dir() and not any(out.iterdir())
    if not same:
        there = _("{folder} is there already. Give another folder with --out.")
        raise Refused(there.format(folder=isolated(str(out))))


def charged(one: Charge) -> str:
    """A charge as a line of the budget."""
    return _("{what}: {says}").format(what=words.what(one.what.value), says=words.said(one.says))


def _not_written(out: Path, problem: OSError) -> str:
    return _("{file} cannot be written: {problem}.").format(file=isolated(str(out)), problem=problem.strerror)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# ---------------------------------------------------------------- tables and records
def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(("\t", "\r")) else text


def _cell(text: str) -> str:
    """A text as a cell of a CSV, quoted where it must be."""
    into = io.StringIO()
    csv.writer(into, lineterminator="").writerow([inert(text), ""])
    return into.getvalue()[:-1]


def _write_records(path: Path, found: Release) -> None:
    """The synthetic records under the headings of their shape; fields with several answers are joined."""
    fields: dict[str, list[np.ndarray]] = {}
    for at, column in enumerate(found.measured.domain.columns):
        heading = found.headings[column.name]
        words_of = np.array([heading.values.get(code, code) for code in column.codes], dtype=object)
        fields.setdefault(heading.field, []).append(words_of[found.records[:, at]])
    with path.open("w", encoding="utf-8", newline="") as into:
        writer = csv.writer(into, lineterminator="\n")
        writer.writerow([inert(field) for field in fields])
        joined = [
            (";".join(filter(None, answers)) for answers in zip(*several, strict=True))
            for several in fields.values()
        ]
        writer.writerows([inert(cell) for cell in row] for row in zip(*joined, strict=True))


def _write_tables(folder: Path, found: Release, size: int) -> None:
    domain = found.measured.domain
    lines = sum(int(np.prod(domain.shape(places))) for places in domain.subsets(size) if len(places) == size)
    name = f"tables-{size}.csv"
    if lines <= MOST_LINES:
        with (folder / name).open("w", encoding="utf-8", newline="") as into:
            _write_lines(into, found, size)
        return
    with (
        (folder / f"{name}.gz").open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=4) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as into,
    ):
        _write_lines(into, found, size)


def _write_lines(into: TextIO, found: Release, size: int) -> None:
    measured = found.measured
    heads = [f"{what}_{at}" for at in range(1, size + 1) for what in ("column", "code")]
    into.write(",".join([*heads, "people", "standard_error", "low_95", "high_95", "likely"]) + "\n")
    names = [_cell(name) for name in measured.domain.names]
    codes = [[_cell(code) for code in column.codes] for column in measured.domain.columns]
    for table in measured.tables((size,)):
        cells = product(*([f"{names[at]},{code}," for code in codes[at]] for at in table.places))
        error = f"{table.standard_error:.2f}"
        numbers = zip(
            table.values.ravel().tolist(),
            table.low.ravel().tolist(),
            table.high.ravel().tolist(),
            found.estimated.tables[table.places].ravel().tolist(),
            table.impossible.ravel().tolist(),
            strict=True,
        )
        into.writelines(
            f"{''.join(cell)}0,0,0,0,0\n"
            if never
            else f"{''.join(cell)}{value:.1f},{error},{low:.1f},{high:.1f},{likely:.1f}\n"
            for cell, (value, low, high, likely, never) in zip(cells, numbers, strict=True)
        )


# ---------------------------------------------------------------- manifest
def manifest_of(found: Release, folder: Path) -> dict[str, Any]:
    """Everything that a reader needs to judge and repeat the release, and a digest of every file."""
    measured = found.measured
    with speaking(ENGLISH):  # what other programs read is the same in every language
        unit = words.unit(found.units, found.years_apart)
    return {
        "population": found.population,
        "years": list(found.years),
        "people": {"about": round(measured.people), "standard_error": round(measured.people_error, 2)},
        "privacy": {
            "definition": "zero-concentrated differential privacy; neighbours differ by one person",
            "unit": unit,
            "rho": measured.rho,
            "epsilon": round(found.epsilon, 4),
            "delta": found.delta,
            "right_guesses_in_100_at_most": words.guesses(measured.rho),
            "right_guesses_which_answer_in_100_at_most": words.which_answer(measured.rho),
        },
        "told_apart_by_a_column": dict(found.told_apart),
        "budget": {
            "limit_epsilon": round(epsilon_of(rho=found.budget.limit, delta=found.delta), 4),
            "spent_epsilon": round(epsilon_of(rho=found.budget.spent, delta=found.delta), 4),
            "limit_rho": found.budget.limit,
            "spent_rho": found.budget.spent,
        },
        "ledger": dict(found.ledger),
        "randomness": {"source": "operating system", "seed": None}
        if found.test_seed is None
        else {"source": "seeded generator: a test that protects nobody", "seed": found.test_seed},
        "columns": _columns(measured.domain, found.headings),
        "codes_from": found.source,
        "impossible": [dict(rule) for rule in measured.domain.forbidden],
        "tables": {"up_to_columns": measured.order, "standard_errors": _errors(measured)},
        "synthetic": {
            "records": len(found.records),
            "headings": found.shape,
            "made_from": "the noisy tables alone",
            "sha256": digest_of_records(found.records),
            "beside_noisy_tables": {
                str(one.order): {
                    "mean_difference": round(one.difference, 2),
                    "mean_standard_error": round(one.error, 2),
                    "share_inside_95": round(one.inside, 4),
                }
                for one in found.agreements
            },
        },
        "not_protected": list(words.NOT_PROTECTED),
        "made_with": {
            "tutela": __version__,
            "engine_sha256": engine_digest(),
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
        "files": {path.name: _digest_of(path) for path in sorted(folder.iterdir())},
    }


def digest_of_records(records: Records) -> str:
    """A digest of synthetic records, whatever headings they are written under."""
    return hashlib.sha256(np.ascontiguousarray(records, dtype="<i4").tobytes()).hexdigest()


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def engine_digest() -> str:
    """One digest of the code that measures and builds records."""
    total = hashlib.sha256()
    for path in sorted(Path(synthesis.__file__).parent.glob("*.py")):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _columns(domain: Domain, headings: Mapping[str, Heading]) -> list[dict[str, Any]]:
    return [
        {"name": column.name, "heading": headings[column.name].field, "codes": len(column.codes)}
        for column in domain.columns
    ]


def _errors(measured: Measured) -> dict[str, dict[str, float]]:
    found = {}
    for size in range(1, measured.order + 1):
        errors = errors_of(measured, size)
        found[str(size)] = {"least": round(min(errors), 2), "most": round(max(errors), 2)}
    return found


def errors_of(measured: Measured, size: int) -> list[float]:
    """The standard errors of all tables of so many columns."""
    variances = {places: part.variance for places, part in measured.parts.items()}
    return [
        standard_error(measured.domain, variances, places) for places in measured.parts if len(places) == size
    ]


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def lines_of(found: Release) -> Iterator[Sequence[str]]:
    """The budget for people: day, what, epsilon."""
    for day, what, rho in found.budget.lines:
        yield day, what, written(epsilon_of(rho=rho, delta=found.delta), decimals=2)


def read_parts(folder: Path) -> tuple[dict[str, Any], Measured, bytes]:
    """Manifest and noisy parts of a release that was written before. Raises Refused."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        content = (folder / PARTS).read_bytes()
        expected = manifest["files"][PARTS]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Refused(
            _("{folder} does not hold a release.").format(folder=isolated(str(folder)))
        ) from problem
    if keeping.digest(content) != expected:
        other = _("{file} is not the file that the manifest speaks of.")
        raise Refused(other.format(file=isolated(str(folder / PARTS))))
    return manifest, keeping.from_bytes(content, named=str(folder / PARTS)), content


def verified(account: Account, path: Path) -> str:
    """Whether a manifest is that of a release in the books. Raises Refused."""
    try:
        content = path.read_bytes()
        line = json.loads(content)["ledger"]["line"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Refused(_("{file} is no manifest of a release.").format(file=isolated(str(path)))) from problem
    out = account.note_of(line, Kind.RELEASED) if isinstance(line, int) else None
    if out is None or out.says != hashlib.sha256(content).hexdigest():
        unknown = _("{file} is not the manifest of a release in this ledger.")
        raise Refused(unknown.format(file=isolated(str(path))))
    return _("{file} is the manifest that line {line} released.").format(file=isolated(str(path)), line=line)
