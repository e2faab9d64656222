"""Makes a release: charges it, draws its noise once, keeps what was drawn, and finishes it after a crash.

The order is what protects. The charge lies on the disk before any noise is drawn. The noisy tables lie on the
disk, beside the ledger, before anything is made of them; they are what will be published, so nothing secret
is kept. Whoever was interrupted gives the same command again: if the noisy tables were kept, they are used as
they are; if not, nobody has seen any noise, and it is drawn under the charge that stands.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from math import prod, sqrt
from pathlib import Path

import numpy as np

from tutela.engines.synthesis import (
    CannotMeasure,
    Domain,
    Measured,
    Records,
    Source,
    measure,
)
from tutela.engines.synthesis.measuring import LEAST_SCALE, split
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.language import number as written
from tutela.operations.publishing import keeping, words
from tutela.operations.publishing.asked import Asked
from tutela.operations.publishing.ledger import (
    Account,
    Charge,
    Kind,
    Ledger,
    What,
    enter_charge,
    rho_asked,
)
from tutela.operations.refusals import Refused

LARGEST_ERROR = 100_000
"""A standard error that no release can be of use with; the number of synthetic people would have no bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that decides what a release costs and says, before any record is looked at.

    `errors`: number of columns to the smallest and the largest standard error of their tables.
    """

    asked: Asked
    domain: Domain
    rho: float
    errors: dict[int, tuple[float, float]]
    cells: int

    @property
    def recipe(self) -> str:
        """A digest of the settings; no record goes into it."""
        asked = self.asked
        settings = {
            "columns": [[column.name, list(column.codes)] for column in self.domain.columns],
            "impossible": [sorted(rule.items()) for rule in self.domain.forbidden],
            "rho": self.rho.hex(),
            "order": asked.order,
            "most": asked.most if asked.person else 1,
            "population": asked.population,
            "year": asked.year,
            "test_seed": asked.test_seed,
        }
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def plan(asked: Asked, domain: Domain) -> Plan:
    """What it would cost and how exact it would be, from the settings alone. Raises Refused."""
    order = min(asked.order, len(domain.columns))
    most = asked.most if asked.person else 1
    rho = rho_asked(asked.epsilon, asked.delta)
    try:
        scales = split(domain, rho=rho, order=order, most=most)
    except (ValueError, CannotMeasure) as problem:
        raise Refused(str(problem)) from problem
    variances = {}
    for places, scale in scales.items():
        shape = domain.shape(places)
        variances[places] = (scale / (max(1, LEAST_SCALE // prod(shape)) * prod(shape))) ** 2
    errors: dict[int, tuple[float, float]] = {}
    for size in range(1, order + 1):
        found = [
            standard_error(domain, variances, whole)
            for whole in combinations(range(len(domain.columns)), size)
        ]
        errors[size] = (min(found), max(found))
    if max(high for _, high in errors.values()) > LARGEST_ERROR:
        small = _("Epsilon is so small that numbers would be off by more than {count} people.")
        raise Refused(small.format(count=written(LARGEST_ERROR)))
    cells = sum(prod(domain.shape(places)) for places in domain.subsets(order))
    return Plan(asked=asked, domain=domain, rho=rho, errors=errors, cells=cells)


def standard_error(
    domain: Domain, variances: Mapping[tuple[int, ...], float], whole: tuple[int, ...]
) -> float:
    """The standard error of a table, from the variances of its parts, without making the table."""
    total = 0.0
    for size in range(len(whole) + 1):
        for within in combinations(whole, size):
            spread = prod(domain.shape([one for one in whole if one not in within]))
            kept = prod(1 - 1 / one for one in domain.shape(within))
            total += variances.get(within, 0.0) / spread**2 * kept
    return sqrt(total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Noisy tables that may leave, with the charge that paid for them and the bytes that are kept."""

    charge: Charge
    measured: Measured
    content: bytes

    @property
    def digest(self) -> str:
        return keeping.digest(self.content)


def check(account: Account, made: Plan) -> Charge | None:
    """The charge of the same release if it was begun before. Raises Refused where there can be none."""
    asked = made.asked
    population = account.population(asked.population)
    if asked.year is None and population.years_apart:
        yearly = _("“{population}” is released a year at a time: give --year.")
        raise Refused(yearly.format(population=population.name))
    begun = account.release_of(asked.population, asked.year)
    if begun is None:
        return None
    if out := account.note_of(begun.number, Kind.RELEASED):
        says = _(
            "{whom}, was released on {day} (line {line}). A second draw of noise would undo the first. Use"
            " what is published; where it is wrong, say so: {command}"
        )
        raise Refused(
            says.format(
                whom=words.whom(asked.population, asked.year),
                day=isolated(out.at[:10]),
                line=begun.number,
                command=isolated(f"tutela ledger erratum {asked.ledger} --line {begun.number} --says …"),
            )
        )
    if begun.recipe != made.recipe:
        says = _(
            "A release of {year} was begun with other settings (line {line}, epsilon and lists as then)."
            " Finish it with those, or, if no noise was drawn yet, withdraw it: {command}"
        )
        raise Refused(
            says.format(
                year=words.of_year(asked.year),
                line=begun.number,
                command=isolated(f"tutela ledger withdraw {asked.ledger} --line {begun.number} --says …"),
            )
        )
    return begun


@contextmanager
def drawn(ledger: Ledger, made: Plan, records: Records, *, at: datetime) -> Iterator[Drawn]:
    """Charges, draws, keeps; or takes up what was begun. What is released within stays as it was kept.

    Raises Refused: the budget, a release in progress elsewhere, no room on the disk.
    """
    folder = ledger.path.with_name(ledger.path.name + ".drawn")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as problem:
        cannot = _("{folder} cannot be made: {problem}.")
        raise Refused(cannot.format(folder=isolated(str(folder)), problem=problem.strerror)) from problem
    with ledger.charging() as (account, held):
        _tidy(folder, account)
        begun = check(account, made)
        charge = begun or enter_charge(account, held, _charge(made, at))
        lock = (folder / f"{charge.number}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            lock.close()
            elsewhere = _("The release of line {line} is being made by another process.")
            raise Refused(elsewhere.format(line=charge.number)) from busy
    with lock:
        path = folder / f"{charge.number}.npz"
        content = _kept(ledger, charge, path) or _draw(ledger, made, records, charge, path, at)
        yield Drawn(charge=charge, measured=keeping.from_bytes(content, named=str(path)), content=content)


def done(ledger: Ledger, found: Drawn, *, manifest: bytes, at: datetime) -> None:
    """Notes that the release is out, and removes what was kept to finish it."""
    ledger.note(Kind.RELEASED, charge=found.charge.number, says=keeping.digest(manifest), at=at)
    folder = ledger.path.with_name(ledger.path.name + ".drawn")
    for ending in (".npz", ".lock"):
        (folder / f"{found.charge.number}{ending}").unlink(missing_ok=True)


def _tidy(folder: Path, account: Account) -> None:
    """Removes what a process that was killed at the very end left: its release is out."""
    for path in folder.iterdir():
        number = path.name.partition(".")[0]
        if number.isdecimal() and account.note_of(int(number), Kind.RELEASED):
            path.unlink(missing_ok=True)


def _charge(made: Plan, at: datetime) -> Charge:
    asked = made.asked
    says = asked.says or words.SAYS_TABLES.format(order=asked.order)
    if asked.test_seed is not None:
        says = words.SAYS_TEST.format(says=says)
    return Charge(
        number=0,
        population=asked.population,
        what=What.RELEASE,
        rho=made.rho,
        says=says,
        year=asked.year,
        recipe=made.recipe,
        at=f"{at:%Y-%m-%dT%H:%M:%SZ}",
    )


def _kept(ledger: Ledger, charge: Charge, path: Path) -> bytes | None:
    """The noisy tables that were drawn before, if any. Raises Refused where they are lost or changed."""
    note = ledger.read().note_of(charge.number, Kind.DRAWN)
    try:
        content = path.read_bytes()
    except FileNotFoundError as lost:
        if note:
            gone = _(
                "The noise of line {line} was drawn, and {file} is gone. It must not be drawn again: bring"
                " the file back from a copy."
            )
            raise Refused(gone.format(line=charge.number, file=isolated(str(path)))) from lost
        return None
    except OSError as problem:
        cannot = _("{file} cannot be read: {problem}.")
        raise Refused(cannot.format(file=isolated(str(path)), problem=problem.strerror)) from problem
    if note and note.says != keeping.digest(content):
        other = _("{file} is not what was drawn. Bring it back from a copy.")
        raise Refused(other.format(file=isolated(str(path))))
    if not note:
        _note_drawn(ledger, charge, content, charge.at)
    return content


def _draw(ledger: Ledger, made: Plan, records: Records, charge: Charge, path: Path, at: datetime) -> bytes:
    asked = made.asked
    try:
        measured = measure(
            records,
            made.domain,
            rho=made.rho,
            source=_source(asked.test_seed),
            order=min(asked.order, len(made.domain.columns)),
            most=asked.most if asked.person else 1,
        )
        content = keeping.to_bytes(measured)
        keeping.write_whole(path, content)
    except (CannotMeasure, MemoryError) as problem:
        stands = _("{problem} The charge stands; nothing was drawn.")
        raise Refused(stands.format(problem=str(problem) or _("Not enough memory."))) from problem
    except OSError as problem:
        cannot = _(
            "{file} cannot be written: {problem}. The charge stands (line {line}): make room and give the"
            " same command again."
        )
        raise Refused(
            cannot.format(file=isolated(str(path)), problem=problem.strerror, line=charge.number)
        ) from problem
    _note_drawn(ledger, charge, content, f"{at:%Y-%m-%dT%H:%M:%SZ}")
    return content


def _note_drawn(ledger: Ledger, charge: Charge, content: bytes, at: str) -> None:
    ledger.note(
        Kind.DRAWN,
        charge=charge.number,
        says=keeping.digest(content),
        at=datetime.fromisoformat(at.replace("Z", "+00:00")),
    )


def _source(test_seed: int | None) -> Source:
    return secrets.token_bytes if test_seed is None else np.random.default_rng(test_seed).bytes


def withdraw(ledger: Ledger, number: int, *, says: str, at: datetime) -> None:
    """Takes back a release of which no noise was drawn. Its cost stays. Raises Refused."""
    account = ledger.read()
    path = ledger.path.with_name(ledger.path.name + ".drawn") / f"{number}.npz"
    charge = next((one for one in account.charges if one.number == number), None)
    if charge and path.exists():
        _kept(ledger, charge, path)
    ledger.note(Kind.WITHDRAWN, charge=number, says=says, at=at)
