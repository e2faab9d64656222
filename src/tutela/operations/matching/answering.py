"""The answering side: decides on each message, writes it down, and only then answers."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tutela.engines.matching import BadElement, BadMessage, Counted, Question, Why, messages, oprf, refuses
from tutela.engines.matching.oprf import Source
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated
from tutela.operations.language import number as written
from tutela.operations.matching import people, state
from tutela.operations.matching.agreement import Agreement
from tutela.operations.matching.journal import Entry, Journal
from tutela.operations.matching.preparing import LOG, period_of
from tutela.operations.matching.secret import Secret, What, put
from tutela.operations.refusals import Refused

__all__ = ["Answering", "Waiting", "decide", "stop", "waiting"]

_LEAST_REMEMBERED = timedelta(days=62)
_CLOCK = timedelta(minutes=1)
_REFERENCE = people.LONGEST_REFERENCE


class Answering:
    """One pair, one month. Every method may be called by several threads at once."""

    def __init__(
        self, folder: Path, agreed: Agreement, secret: Secret, *, now: Callable[[], datetime],
        source: Source = os.urandom,
    ) -> None:  # fmt: skip
        if secret.public != agreed.answering.key:
            raise Refused(
                _("This is not the secret of {agency}, who answers in this pair.").format(
                    agency=agreed.answering.name
                )
            )
        agreed.refuse_unless_in_force(now())
        self._folder, self._agreed, self._secret = folder, agreed, secret
        self._now, self._source, self._lock = now, source, threading.Lock()
        self._kept = state.read_kept(folder, secret)
        self._table = self._whole_table()
        self._published = state.read_table(self._table, agreed.answering)
        self._refuse_another_table()
        self._journal = Journal(folder / LOG)
        number = self._published.number.hex()
        if all(one.more.get("table") != number for one in self._journal.of("prepared")):
            self.close()
            raise Refused(
                _("{file} does not say that this table was made. It is not whole: find out why.").format(
                    file=isolated(str(folder / LOG))
                )
            )
        self._located = {messages.locator(handle): handle for handle in self._handles()}

    def close(self) -> None:
        self._journal.close()

    @property
    def table(self) -> bytes | None:
        """What everybody may have who asks; nothing once the pair was ended."""
        return None if self._stopped() else self._table

    def question(self, data: bytes) -> bytes:
        """A message of ANSWER bytes: elements and their proof, or why there are none."""
        try:
            question = messages.read_question(data, self._agreed.asking.public)
        except BadMessage:
            return self._refused(
                bytes(16), Why.SIGNATURE if len(data) == messages.QUESTION else Why.MALFORMED
            )
        with self._lock:
            at = self._now()
            why = self._unready(at) or self._refuses(question, at)
            if why:
                self._note_refusal(at, question, why)
                return self._refused(question.number, why)
            try:
                evaluated = oprf.evaluate_blinded(self._kept.secret, question.elements)
            except BadElement:
                self._note_refusal(at, question, Why.MALFORMED)
                return self._refused(question.number, Why.MALFORMED)
            proof = oprf.prove(self._kept.secret, question.elements, evaluated, source=self._source)
            self._journal.add(at, "answered", **_noted(question))
            return messages.pack_answer(question.number, evaluated, proof, self._secret.signing)

    def commitment(self, data: bytes) -> None:
        """Notes whom a question found, if anybody: nothing that the caller sees depends on it.

        The file comes before the line, so that a kill between them leaves neither out; and one line is
        written whatever was found, for writing takes time that can be measured.
        """
        try:
            found = messages.read_commitment(data, self._agreed.asking.public)
        except BadMessage:
            return
        with self._lock:
            at = self._now()
            number = found.number.hex()
            asked = [one.more.get("question") for one in self._journal.of("answered")]
            again = any(one.more.get("question") == number for one in self._journal.of("committed"))
            if self._stopped() or number not in asked or again:
                return  # nothing else keeps it out: what was answered before midnight is told after it
            handle = self._located.get(found.locator)
            if handle is not None and not messages.confirms(found, handle):
                handle = None
            canary = handle in self._kept.canaries
            self._keep_hit(number, None if canary else handle)
            self._journal.add(
                at, "committed", question=number, table=self._kept.number.hex(), canary=int(canary)
            )
            if canary and self._canary_hits() == self._agreed.limits.canary_hits:
                self._journal.add(at, "frozen", table=self._kept.number.hex())

    def reply(self, number: bytes) -> bytes | None:
        """REPLY bytes when it is time, None before: for whom nobody was found no less than for others."""
        with self._lock:
            at = self._now()
            asked = self._asked_at(number)
            if asked is None or at < self._agreed.due(asked):
                return None
            handle, words = self._decided(number, at)
        return messages.seal_reply(number, handle=handle, words=words, source=self._source)

    # ------------------------------------------------------------ what stands behind it
    def _whole_table(self) -> bytes:
        try:
            return (self._folder / state.TABLE).read_bytes()
        except OSError as error:
            raise Refused(
                _("{folder} holds no table. Make one: tutela match prepare.").format(
                    folder=isolated(str(self._folder))
                )
            ) from error

    def _refuse_another_table(self) -> None:
        folder, found = isolated(str(self._folder)), self._published
        if found.pair != self._agreed.pair:
            raise Refused(
                _("The table in {folder} is of the pair {theirs}, not {ours}.").format(
                    folder=folder, theirs=isolated(found.pair), ours=isolated(self._agreed.pair)
                )
            )
        if found.number != self._kept.number:
            raise Refused(
                _("The table in {folder} and its keys do not belong together: prepare again.").format(
                    folder=folder
                )
            )
        if found.profile != people.profile():
            raise Refused(_("The table was made with other rules for names: prepare again."))

    def _handles(self) -> list[bytes]:
        return [*self._kept.records, *self._kept.canaries]

    def _stopped(self) -> bool:
        return (self._folder / state.STOPPED).exists()

    def _unready(self, at: datetime) -> Why:
        if self._stopped():
            return Why.STOPPED
        if self._canary_hits() >= self._agreed.limits.canary_hits:
            return Why.FROZEN
        if any(at < one.at - _CLOCK for one in self._journal.entries):
            return Why.CLOCK  # a clock that is set back would count no day and no month rightly
        if period_of(at) != self._published.period or at.astimezone(UTC).date() > self._agreed.last:
            return Why.TABLE
        return Why.ANSWERED

    def _refuses(self, question: Question, at: datetime) -> Why:
        since = at - max(_LEAST_REMEMBERED, timedelta(days=self._agreed.limits.person_days + 1))
        past = [_counted(one) for one in self._journal.of("answered") if one.at > since]
        return refuses(
            question,
            at=at,
            limits=self._agreed.limits,
            past=past,
            profile=self._published.profile,
            table=self._published.number,
            purposes=self._agreed.purposes,
        )

    def _note_refusal(self, at: datetime, question: Question, why: Why) -> None:
        self._journal.add(at, "refused", why=why.name.lower(), **_noted(question))

    def _refused(self, number: bytes, why: Why) -> bytes:
        return messages.pack_refusal(number, why, self._secret.signing)

    def _canary_hits(self) -> int:
        table = self._kept.number.hex()
        return sum(bool(one.more["canary"]) and one.more["table"] == table
                   for one in self._journal.of("committed"))  # fmt: skip

    def _keep_hit(self, number: str, handle: bytes | None) -> None:
        """A file for every commitment, as long as all others: the time that it takes says nothing either."""
        hits = self._folder / state.HITS
        hits.mkdir(exist_ok=True, mode=0o700)
        reference = self._kept.records[handle] if handle is not None else ""
        content = (handle or self._source(32)) + reference.encode().ljust(_REFERENCE, b"\x00")
        put(hits / f"{number}.hit", self._secret.seal(content, what=What.HIT, number=number))

    def _asked_at(self, number: bytes) -> datetime | None:
        wanted = number.hex()
        return next(
            (one.at for one in self._journal.of("answered") if one.more.get("question") == wanted), None
        )

    def _decided(self, number: bytes, at: datetime) -> tuple[bytes | None, str]:
        """The handle that seals the reply and its words; what was decided counts from the next fixed time."""
        if self._stopped():
            return None, ""
        path = self._folder / state.HITS / f"{number.hex()}.reply"
        if not path.exists():
            return None, ""
        content = self._secret.unseal(path.read_bytes(), what=What.REPLY, number=number.hex())
        decided = datetime.fromtimestamp(int.from_bytes(content[:8], "big"), tz=UTC)
        if self._agreed.due(decided - self._agreed.wait) > at:
            return None, ""
        return content[8:40], content[40:].decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A question that found a record, and that somebody must decide on."""

    question: str
    reference: str
    purpose: str
    asked: datetime
    due: datetime
    decided: bool


def waiting(folder: Path, agreed: Agreement, secret: Secret) -> list[Waiting]:
    """The oldest first. Raises Refused."""
    journal = Journal(folder / LOG, writing=False)
    found = []
    for entry in journal.of("answered"):
        number = entry.more["question"]
        path = folder / state.HITS / f"{number}.hit"
        if path.exists():
            content = secret.unseal(path.read_bytes(), what=What.HIT, number=number)
            reference = content[32:].rstrip(b"\x00").decode()
            if not reference:
                continue
            found.append(
                Waiting(
                    question=number,
                    reference=reference,
                    purpose=entry.more["purpose"],
                    asked=entry.at,
                    due=agreed.due(entry.at),
                    decided=path.with_suffix(".reply").exists(),
                )
            )
    journal.close()
    return found


def decide(folder: Path, secret: Secret, *, question: str, words: str, at: datetime) -> None:
    """What the asking side will read. To stay silent, do nothing: it looks the same as nobody found."""
    path = folder / state.HITS / f"{question}.hit"
    if not question.isalnum() or not path.exists():
        raise Refused(_("No question {question} waits here.").format(question=isolated(question)))
    if len(words.encode()) > messages.LONGEST_WORDS:
        raise Refused(_("A reply has at most {count} bytes.").format(count=written(messages.LONGEST_WORDS)))
    handle = secret.unseal(path.read_bytes(), what=What.HIT, number=question)[:32]
    content = int(at.timestamp()).to_bytes(8, "big") + handle + words.encode()
    put(path.with_suffix(".reply"), secret.seal(content, what=What.REPLY, number=question))


def stop(folder: Path, *, at: datetime) -> None:
    """Ends the pair, from either side: keys, table, handles and what waits for a reply are destroyed, and a
    server that runs refuses from its next question on.
    """
    if not folder.is_dir():
        raise Refused(_("{folder} is no folder of a pair.").format(folder=isolated(str(folder))))
    put(folder / state.STOPPED, f"Stopped at {at.isoformat()}.\n".encode())
    state.destroy(folder)
    for name in (state.HITS, state.PENDING):
        for path in sorted((folder / name).glob("*")):
            path.unlink()


def _noted(question: Question) -> dict[str, str]:
    purpose = messages.Purpose(question.purpose).name.lower() if question.purpose in _PURPOSES else "unknown"
    return {
        "question": question.number.hex(),
        "purpose": purpose.replace("_", " "),
        "consent": question.consent.hex(),
        "caseworker": question.caseworker.hex(),
        "subject": question.subject.hex(),
    }


_PURPOSES = frozenset(messages.Purpose)


def _counted(entry: Entry) -> Counted:
    return Counted(
        at=entry.at,
        number=bytes.fromhex(entry.more["question"]),
        caseworker=bytes.fromhex(entry.more["caseworker"]),
        subject=bytes.fromhex(entry.more["subject"]),
    )
