"""`tutela match ask`: asks of one person, with their consent, and says what it found and what that is
worth.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from tutela.engines.matching import (
    LEAST_YES,
    MOST_KEYS,
    BadElement,
    BadMessage,
    BadProof,
    Key,
    Opened,
    Question,
    Traits,
    Why,
    keys_of,
    look_up,
    messages,
    open_shares,
    oprf,
    rates,
    score,
)
from tutela.engines.matching.oprf import Source
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.language import number as written
from tutela.operations.matching import agreement as agreements
from tutela.operations.matching import consent as consents
from tutela.operations.matching import people, state, words
from tutela.operations.matching.agreement import Agreement
from tutela.operations.matching.journal import Journal
from tutela.operations.matching.line import Line
from tutela.operations.matching.preparing import LOG, period_of
from tutela.operations.matching.secret import Secret, What, put
from tutela.operations.matching.state import Published
from tutela.operations.refusals import Refused
from tutela.operations.reports.telling import tell

__all__ = ["Asked", "Line", "ask", "candidates", "question_of", "replies"]

_PENDING, _TABLE = state.PENDING, state.TABLE
_KNOWN = 0.2
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line. `folder`: where the asking side keeps its log and what waits for a reply."""

    person: Path
    agreement: Path
    secret: Path
    consent: Path
    caseworker: str
    folder: Path
    address: str = "http://127.0.0.1:8443"
    authority: Path | None = None
    dry_run: bool = False


def ask(asked: Asked, *, at: datetime, source: Source = os.urandom) -> int:
    """Asks, commits, writes down; exit code 0 whether somebody was found or not."""
    agreed, secret = _both(asked, at)
    reference, traits = _person(asked.person)
    receipt = consents.read(asked.consent, secret, agreed, reference=reference, at=at)
    keys = keys_of(traits)
    if not keys:
        raise Refused(
            _("Too little is known of this person: two names, or a name and a date of birth, are needed.")
        )
    line = Line(asked.address, asked.authority)
    published = _table(asked.folder, line, agreed, at)
    if len(keys) < published.threshold:
        raise Refused(
            _("Too little is known of this person: {keys} keys, and {threshold} must agree.").format(
                keys=written(len(keys)), threshold=written(published.threshold)
            )
        )
    if asked.dry_run:
        print(_("Everything can be used. Nothing was asked: this was a dry run."))
        return 0
    number = source(16)
    question, blinded = question_of(keys, published, number=number, receipt=receipt, at=at, source=source,
        caseworker=secret.pseudonym(asked.caseworker, of="caseworker"),
        subject=secret.pseudonym(reference, of="person"),
    )  # fmt: skip
    journal = Journal(_made(asked.folder) / LOG)
    try:
        noted = {"question": number.hex(), "purpose": receipt.purpose, "consent": receipt.hash.hex()}
        journal.add(at, "asking", **noted, caseworker=question.caseworker.hex())
        try:
            opened = _opened(line, question, blinded, keys, published, agreed, secret, asked.folder)
        except Refused:
            journal.add(at, "not answered", question=number.hex())
            raise
        journal.add(at, "found" if opened else "not found", question=number.hex())
        waits = _Waiting(
            number=number, handle=opened[0].handle if opened else source(32), at=at, reference=reference
        )
        _keep(asked.folder, waits, secret)
        _commit(line, asked.folder, waits, secret)
    finally:
        journal.close()
    known = rates(published.threshold, records=published.room)
    print(
        "\n".join(words.result(agreed, opened, known, number=number.hex(), due=agreed.due(at), part=_KNOWN))
    )
    return 0


def _both(asked: Asked, at: datetime) -> tuple[Agreement, Secret]:
    """The agreement and the secret of the side that asks. Raises Refused where nothing may be asked."""
    agreed = agreements.read(asked.agreement)
    agreed.refuse_unless_in_force(at)
    secret = Secret.read(asked.secret)
    if secret.public != agreed.asking.key:
        raise Refused(
            _("{file} is not the secret of {agency}, who asks in this pair.").format(
                file=isolated(str(asked.secret)), agency=agreed.asking.name
            )
        )
    if (asked.folder / state.STOPPED).exists():
        raise Refused(
            _("{folder} belongs to a pair that was ended. Nothing was asked.").format(
                folder=isolated(str(asked.folder))
            )
        )
    return agreed, secret


def replies(folder: Path, agreement: Path, secret_file: Path, *, address: str, authority: Path | None,
    at: datetime) -> int:  # fmt: skip
    """Fetches the replies that are due. One that says nothing looks like all others, and is told as that."""
    agreed, secret = agreements.read(agreement), Secret.read(secret_file)
    waiting = sorted((folder / _PENDING).glob("*.sealed")) if (folder / _PENDING).is_dir() else []
    if not waiting:
        print(_("No question waits for a reply."))
        return 0
    line = Line(address, authority)
    for path in waiting:
        waits = _read(path, secret)
        due = agreed.due(waits.at)
        if not waits.sent:
            _commit(line, folder, waits, secret)
        if at < due:
            print(
                _("{reference}: the reply comes at {moment}.").format(
                    reference=isolated(waits.reference), moment=words.moment(due)
                )
            )
            continue
        data = line.get(f"/reply/{path.stem}")
        if data is None:
            print(_("{reference}: no reply yet.").format(reference=isolated(waits.reference)))
        else:
            try:
                said = messages.open_reply(data, number=waits.number, handle=waits.handle)
            except BadMessage as problem:
                raise Refused(str(problem)) from problem
            print(words.replied(waits.reference, said))
            if said:
                path.unlink()
                continue
        if due + state.HANDLES_LIVE < at:
            path.unlink()
    return 0


def question_of(
    keys: Sequence[Key], published: Published, *, number: bytes, receipt: consents.Receipt, at: datetime,
    caseworker: bytes, subject: bytes, source: Source,
) -> tuple[Question, list[oprf.Blinded]]:  # fmt: skip
    """A question of MOST_KEYS elements, and what undoes the blinds of those that stand for keys."""
    filled = [*(key.content for key in keys), *(source(32) for _ in range(MOST_KEYS - len(keys)))]
    blinded = oprf.blind(filled, source=source)
    question = Question(
        profile=people.profile(),
        table=published.number,
        number=number,
        at=int(at.timestamp()),
        purpose=int(agreements.PURPOSES[receipt.purpose]),
        consent=receipt.hash,
        consent_until=(receipt.until - _EPOCH).days,
        caseworker=caseworker,
        subject=subject,
        elements=tuple(one.element for one in blinded),
    )
    return question, blinded


def candidates(
    answer: messages.Answer, question: Question, blinded: Sequence[oprf.Blinded], keys: Sequence[Key],
    published: Published,
) -> list[Opened]:  # fmt: skip
    """Checks the proof, opens what opens, and keeps what is likely, the likeliest first. Raises BadProof."""
    oprf.verify(published.public, question.elements, answer.elements, answer.proof)
    outputs = [
        oprf.finalize(key.content, one, there)
        for key, one, there in zip(keys, blinded, answer.elements, strict=False)
    ]
    opened = open_shares(look_up(published.table, outputs), threshold=published.threshold)
    scores = {
        one: score(Counter(keys[place].recipe for place in one.places if place < len(keys))) for one in opened
    }
    likely = [one for one in opened if scores[one] >= LEAST_YES]
    return sorted(likely, key=lambda one: (-scores[one], one.handle))


def _opened(
    line: Line, question: Question, blinded: Sequence[oprf.Blinded], keys: Sequence[Key],
    published: Published, agreed: Agreement, secret: Secret, folder: Path,
) -> list[Opened]:  # fmt: skip
    data = line.post("/question", messages.pack_question(question, secret.signing))
    try:
        answer = messages.read_answer(data, agreed.answering.public)
        if answer.number not in {question.number, bytes(16)}:
            raise BadMessage(_("This is the answer to another question."))
        if answer.why is Why.TABLE:
            (folder / _TABLE).unlink(missing_ok=True)
        if answer.why is not Why.ANSWERED:
            raise Refused(
                _("{agency} did not answer: {why}").format(
                    agency=agreed.answering.name, why=_(words.WHY[answer.why])
                )
            )
        return candidates(answer, question, blinded, keys, published)
    except (BadMessage, BadProof, BadElement) as problem:
        raise Refused(
            _("{problem} Nothing of it was used; tell {focal_point}.").format(
                problem=problem, focal_point=agreed.answering.focal_point
            )
        ) from problem


def _table(folder: Path, line: Line, agreed: Agreement, at: datetime) -> Published:
    """The table of this month: the one that is here, or a new one. Raises Refused where both sides differ."""
    path = _made(folder) / _TABLE
    if path.exists():
        found = state.read_table(path.read_bytes(), agreed.answering)
        if found.period == period_of(at) and found.pair == agreed.pair and found.profile == people.profile():
            return found
    tell(_("Fetching the table of this month …"))
    content = line.get("/table")
    if content is None:
        raise Refused(_("{agency} has no table to give.").format(agency=agreed.answering.name))
    found = state.read_table(content, agreed.answering)
    if found.pair != agreed.pair:
        raise Refused(
            _("The table is of the pair {theirs}, not of {ours}.").format(
                theirs=isolated(found.pair), ours=isolated(agreed.pair)
            )
        )
    if found.profile != people.profile():
        raise Refused(
            _("The two sides have different versions of Tutela's rules for names: bring both to the same.")
        )
    put(path, content)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """What waits for a reply; a random handle where nobody was found. `sent`: whether the other side has the
    commitment.
    """

    number: bytes
    handle: bytes
    at: datetime
    reference: str
    sent: bool = False


def _keep(folder: Path, waits: _Waiting, secret: Secret) -> None:
    """What opens a reply, or random bytes where nobody was found: what lies here tells neither."""
    pending = _made(folder / _PENDING)
    name = waits.number.hex()
    content = json.dumps({
        "handle": waits.handle.hex(), "at": waits.at.isoformat(), "reference": waits.reference.ljust(64),
        "sent": int(waits.sent),
    })  # fmt: skip
    put(pending / f"{name}.sealed", secret.seal(content.encode(), what=What.QUESTION, number=name))


def _read(path: Path, secret: Secret) -> _Waiting:
    found = json.loads(secret.unseal(path.read_bytes(), what=What.QUESTION, number=path.stem))
    return _Waiting(
        number=bytes.fromhex(path.stem), handle=bytes.fromhex(found["handle"]),
        at=datetime.fromisoformat(found["at"]), reference=found["reference"].rstrip(),
        sent=bool(found["sent"]),
    )  # fmt: skip


def _commit(line: Line, folder: Path, waits: _Waiting, secret: Secret) -> None:
    """Says to the other side whom the question found, if anybody: a random handle names nobody.

    What does not arrive is kept and sent again, for the question was answered and is counted.
    """
    packed = messages.pack_commitment(messages.committed(waits.number, waits.handle), secret.signing)
    try:
        line.post("/commitment", packed)
    except Refused:
        says = _(
            "The other side could not be told that the question was asked to its end. Run tutela match "
            "replies soon: it tells it again."
        )
        tell(says)
        return
    _keep(folder, replace(waits, sent=True), secret)


def _person(path: Path) -> tuple[str, Traits]:
    try:
        content = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(_("{file} cannot be read.").format(file=isolated(str(path)))) from error
    return people.person(content, path.name)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Refused(
            _("{folder} cannot be made: {problem}.").format(
                folder=isolated(str(folder)), problem=error.strerror
            )
        ) from error
    return folder
