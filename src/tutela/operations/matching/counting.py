"""`tutela match count`: how many people two agencies both know, with noise, in four steps of one file each.

The asking side writes its people under its own secret; the answering side puts its secret on top and gives
its own people under its secret; the asking side puts its secret on top of those, mixes them and gives them
back; and the answering side, which now holds both under both secrets, counts, charges its privacy ledger,
and says the number.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil, exp, log
from pathlib import Path

from cryptography.exceptions import InvalidSignature

from tutela.engines.matching import (
    LEAST_SCORE,
    PLACES,
    BadElement,
    Group,
    blinded,
    blinded_again,
    discrete_laplace,
    in_common,
    keys_of,
    oprf,
    score,
    shuffled,
)
from tutela.engines.matching.oprf import ELEMENT, Source
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.language import number as written
from tutela.operations.matching import agreement as agreements
from tutela.operations.matching import people
from tutela.operations.matching.agreement import Agreement, Party
from tutela.operations.matching.secret import Secret, put
from tutela.operations.matching.secret import What as Sealed
from tutela.operations.publishing.ledger import Ledger, What, rho_of_laplace
from tutela.operations.publishing.words import SAYS_COUNTED
from tutela.operations.refusals import Refused
from tutela.operations.reports.telling import tell

__all__ = ["ROUNDED_TO", "Asked", "Step", "count"]

ROUNDED_TO = 256
"""People are filled up to a multiple of this many, so that a file does not tell how many there are."""
_PERSON = len(PLACES) * ELEMENT


class Step(StrEnum):
    """Which of the four; the asking side does the first and the third."""

    BEGIN = "begin"
    ANSWER = "answer"
    RETURN = "return"
    FINISH = "finish"


_BEFORE = {Step.ANSWER: Step.BEGIN, Step.RETURN: Step.ANSWER, Step.FINISH: Step.RETURN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line. `message`: from the other side; `folder`: where a secret waits for the next step."""

    step: Step
    agreement: Path
    secret: Path
    folder: Path
    file: Path | None = None
    message: Path | None = None
    out: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    ledger: Path | None = None
    population: str = ""
    epsilon: Fraction = Fraction(1, 10)


def count(asked: Asked, *, at: datetime, source: Source = os.urandom) -> int:
    """One step; exit code 0."""
    agreed, secret = agreements.read(asked.agreement), Secret.read(asked.secret)
    agreed.refuse_unless_in_force(at)
    mine, theirs = agreed.asking, agreed.answering
    if asked.step in {Step.ANSWER, Step.FINISH}:
        mine, theirs = theirs, mine
    if secret.public != mine.key:
        raise Refused(
            _("{file} is not the secret of {agency}, whose step this is.").format(
                file=isolated(str(asked.secret)), agency=mine.name
            )
        )
    try:
        asked.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Refused(
            _("{folder} cannot be made: {problem}.").format(
                folder=isolated(str(asked.folder)), problem=error.strerror
            )
        ) from error
    work = _Work(asked, agreed, secret, theirs, at, source)
    steps = {
        Step.BEGIN: work.begin,
        Step.ANSWER: work.answer,
        Step.RETURN: work.give_back,
        Step.FINISH: work.finish,
    }
    try:
        return steps[asked.step]()
    except BadElement as problem:
        raise Refused(_("{problem} Nothing was counted.").format(problem=problem)) from problem


@dataclass(frozen=True, slots=True)
class _Work:
    asked: Asked
    agreed: Agreement
    secret: Secret
    other: Party
    at: datetime
    source: Source

    def begin(self) -> int:
        number = self.source(16).hex()
        key = oprf.random_scalar(self.source)
        groups = self._blinded(key)
        self._keep(number, json.dumps({"key": f"{key:064x}"}).encode())
        return self._send(number, groups)

    def answer(self) -> int:
        number, groups = self._received()
        key = oprf.random_scalar(self.source)
        mine = self._blinded(key)
        self._keep(number, _packed(blinded_again(groups, secret=key)))
        return self._send(number, mine)

    def give_back(self) -> int:
        """Its secret is good for one answer: with a second one the other side could compare the two."""
        number, groups = self._received()
        key = int(json.loads(self._kept(number))["key"], 16)
        self._send(number, shuffled(blinded_again(groups, secret=key), source=self.source))
        self._path(number).unlink()
        return 0

    def finish(self) -> int:
        """Charges first: what was counted and not told is spent all the same."""
        number, mine = self._received()
        theirs = _unpacked(self._kept(number))
        epsilon = self.asked.epsilon
        if self.asked.ledger is None or not self.asked.population:
            raise Refused(_("Give --ledger and --population: a count is charged before it is made."))
        Ledger(self.asked.ledger).charge(
            population=self.asked.population,
            what=What.MATCH_COUNT,
            rho=rho_of_laplace(float(epsilon)),
            says=SAYS_COUNTED.format(agency=self.agreed.asking.name, epsilon=f"{float(epsilon):g}"),
            at=self.at,
        )
        self._path(number).unlink()
        shared = in_common(mine, theirs, score=lambda recipes: score(recipes) >= LEAST_SCORE)
        noisy = shared + discrete_laplace(scale=1 / epsilon, source=self.source)
        self._tell(noisy)
        return 0

    def _tell(self, noisy: int) -> None:
        print(
            _("People known to both {asking} and {answering}: {count}.").format(
                asking=self.agreed.asking.name,
                answering=self.agreed.answering.name,
                count=isolated(written(noisy)),
            )
        )
        within = _("With noise: in 19 of 20 counts the number that was found lies within {most} of this.")
        print(within.format(most=written(_within(self.asked.epsilon))))
        print(
            _(
                "Of people in both, about 64 in 100 are found, and of those found about 95 in 100 are "
                "right:\nso many of invented people. Below zero means: few or none."
            )
        )

    # ------------------------------------------------------------ what the steps share
    def _blinded(self, key: int) -> list[Group]:
        if self.asked.file is None:
            raise Refused(_("Give --records: the people of this side."))
        found, silent = people.records(
            self.asked.file, self.asked.columns, today=self.at.astimezone(UTC).date()
        )
        read = _("Read. People who agreed: {found}. Who did not: {silent}.")
        tell(read.format(found=written(len(found)), silent=written(silent)))
        keys = [keys_of(one.traits) for one in found]
        keys += [()] * (-len(keys) % ROUNDED_TO)
        return shuffled(blinded(keys, secret=key, source=self.source), source=self.source)

    def _send(self, number: str, groups: Sequence[Group]) -> int:
        if self.asked.out is None:
            raise Refused(_("Give --out: the file for the other side."))
        header = json.dumps(
            {
                "tutela": "matching count",
                "pair": self.agreed.pair,
                "step": self.asked.step.value,
                "number": number,
                "profile": people.profile().hex(),
            },
            sort_keys=True,
        ).encode()
        content = header + b"\n" + _packed(groups)
        put(self.asked.out, self.secret.signing.sign(b"count" + hashlib.sha256(content).digest()) + content)
        print(self.asked.out)
        return 0

    def _received(self) -> tuple[str, list[Group]]:
        if self.asked.message is None:
            raise Refused(_("Give --message: the file that the other side sent."))
        file = isolated(str(self.asked.message))
        try:
            data = self.asked.message.read_bytes()
            self.other.public.verify(data[:64], b"count" + hashlib.sha256(data[64:]).digest())
            header, _newline, body = data[64:].partition(b"\n")
            found = json.loads(header)
            number = bytes.fromhex(found["number"]).hex()
        except OSError as error:
            raise Refused(_("{file} cannot be read.").format(file=file)) from error
        except (InvalidSignature, ValueError, KeyError, TypeError) as error:
            changed = _("{file} was not made by {agency}, or was changed.")
            raise Refused(changed.format(file=file, agency=self.other.name)) from error
        wanted = _BEFORE[self.asked.step].value
        if found["pair"] != self.agreed.pair or found["step"] != wanted:
            other = _("{file} is not the file of the step “{step}” of this pair.")
            raise Refused(other.format(file=file, step=wanted))
        if found["profile"] != people.profile().hex():
            raise Refused(_("The two sides have different versions of Tutela's rules for names."))
        return number, _unpacked(body)

    def _path(self, number: str) -> Path:
        return self.asked.folder / f"count-{number}.sealed"

    def _keep(self, number: str, content: bytes) -> None:
        path = self._path(number)
        if path.exists():
            raise Refused(_("This step was done before. Begin a new count."))
        put(path, self.secret.seal(content, what=Sealed.COUNT, number=number))

    def _kept(self, number: str) -> bytes:
        try:
            sealed = self._path(number).read_bytes()
        except OSError as error:
            raise Refused(_("This count was not begun here, or was finished before.")) from error
        return self.secret.unseal(sealed, what=Sealed.COUNT, number=number)


def _packed(groups: Sequence[Group]) -> bytes:
    return b"".join(element for group in groups for _place, element in group)


def _unpacked(data: bytes) -> list[Group]:
    """Raises Refused."""
    if not data or len(data) % _PERSON:
        raise Refused(_("A file of a count has another length than it must."))
    elements = [data[place : place + ELEMENT] for place in range(0, len(data), ELEMENT)]
    people = range(0, len(elements), len(PLACES))
    return [tuple(zip(PLACES, elements[place : place + len(PLACES)], strict=True)) for place in people]


def _within(epsilon: Fraction) -> int:
    """The smallest n with 95 % of the noise within ±n."""
    ratio = exp(-float(epsilon))
    return max(0, ceil(log(0.05 * (1 + ratio) / 2) / log(ratio)) - 1)
