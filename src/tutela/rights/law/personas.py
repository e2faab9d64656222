"""Invented people with what the law should give them: how a lawyer tests the library without writing code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tutela.engines.rights import (
    REFUSED_ON,
    Ends,
    Entitlement,
    Standing,
    Value,
    entitlements,
    merged,
    remedy_ends,
)
from tutela.rights.counting import count_for
from tutela.rights.law.answers import read_answers
from tutela.rights.law.files import FieldPath, persona_paths, read_yaml
from tutela.rights.law.read import Law

_IN_WORDS = {
    Standing.DUE: "due",
    Standing.FULFILLED: "fulfilled",
    Standing.DEPENDS: "depending on what is not known",
    Standing.RESERVED: "reserved by this state",
    Standing.NOT_DUE: "not due",
}
_STANDINGS = {
    "fulfilled": Standing.FULFILLED,
    "not_due": Standing.NOT_DUE,
    "reserved": Standing.RESERVED,
}


@dataclass(frozen=True, slots=True)
class Persona:
    """One invented person: `written` holds the state, the day, the facts and what should come out."""

    file: str
    where: FieldPath
    written: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.written["id"])


@dataclass(frozen=True, slots=True)
class Surprise:
    """What came out otherwise than written. `where` is the field in the file of the persona."""

    where: FieldPath
    message: str


def read_personas(root: Path) -> list[Persona]:
    """All invented people of a library folder, in the order of files and lines."""
    found = []
    for path in persona_paths(root):
        name = path.relative_to(root).as_posix()
        for place, written in enumerate(read_yaml(path).data["personas"]):
            found.append(Persona(name, ("personas", place), written))
    return found


def surprises(persona: Persona, law: Law) -> list[Surprise]:
    """Everything that the law gives this person otherwise than the file says."""
    written = persona.written
    facts, wrong = read_answers(written["facts"], law.facts)
    told = [Surprise((*persona.where, "facts", one.fact), one.message) for one in wrong]
    if told:
        return told
    found = entitlements(
        facts,
        law.library,
        state=written["state"],
        at=date.fromisoformat(written["at"]),
        count=count_for(facts, country=written["state"]),
    )
    told += _Expectations(persona, law, facts, {one.provision.id: one for one in found}).missed()
    due = {one.right for one in merged(found, law.library) if one.standing is Standing.DUE}
    if "only" in written and due != set(written["only"]):
        told.append(Surprise((*persona.where, "only"), _other_rights(due, set(written["only"]))))
    return told


class _Expectations:
    """What one file says of one person, held against what came out."""

    def __init__(
        self, persona: Persona, law: Law, facts: dict[str, Value], found: Mapping[str, Entitlement]
    ) -> None:
        self._where = persona.where
        self._written = persona.written
        self._facts = facts
        self._count = count_for(facts, country=persona.written["state"])
        self._law = law
        self._found = found

    def missed(self) -> Iterator[Surprise]:
        for entry, day in self._written.get("due", {}).items():
            yield from self._due(entry, day)
        for key, standing in _STANDINGS.items():
            for place, entry in enumerate(self._written.get(key, ())):
                yield from self._stands((key, place), entry, standing)
        for entry, asks in self._written.get("depends", {}).items():
            yield from self._depends(entry, asks)
        for place, entry in enumerate(self._written.get("never", ())):
            yield from self._never(("never", place), entry)
        for place, entry in enumerate(self._written.get("declared", ())):
            yield from self._declared(("declared", place), entry)
        for entry, limits in self._written.get("exceptions", {}).items():
            yield from self._exceptions(entry, set(limits))
        for entry, day in self._written.get("latest", {}).items():
            yield from self._latest(entry, day)
        for entry, expected in self._written.get("remedies", {}).items():
            yield from self._remedy(entry, expected)

    def _due(self, entry: str, day: str | None) -> Iterator[Surprise]:
        missed = list(self._stands(("due", entry), entry, Standing.DUE))
        yield from missed
        ends = None if missed else self._found[entry].ends
        if not missed and not _fits(ends, day):
            message = f"{entry} should end {_as_written(day)}, and ends {_day_of(ends)}."
            yield Surprise((*self._where, "due", entry), message)

    def _stands(self, key: FieldPath, entry: str, standing: Standing) -> Iterator[Surprise]:
        one = self._found.get(entry)
        if one is None:
            yield Surprise(
                (*self._where, *key), f"{entry} should be {_IN_WORDS[standing]}, and {self._absent(entry)}."
            )
        elif one.standing is not standing:
            message = f"{entry} should be {_IN_WORDS[standing]}, and is {_IN_WORDS[one.standing]}{_why(one)}."
            yield Surprise((*self._where, *key), message)

    def _depends(self, entry: str, asks: list[str]) -> Iterator[Surprise]:
        missed = list(self._stands(("depends", entry), entry, Standing.DEPENDS))
        yield from missed
        unasked = [] if missed else sorted(set(asks) - set(self._found[entry].asks))
        if unasked:
            came = ", ".join(self._found[entry].asks)
            message = f"{entry} should depend on {', '.join(unasked)}, and depends on {came}."
            yield Surprise((*self._where, "depends", entry), message)

    def _never(self, key: FieldPath, entry: str) -> Iterator[Surprise]:
        if entry not in self._law.provisions:
            yield Surprise((*self._where, *key), f"{entry} {self._absent(entry)}.")
        elif entry in self._found:
            message = f"{entry} should not apply in this state on this day, and does."
            yield Surprise((*self._where, *key), message)

    def _declared(self, key: FieldPath, entry: str) -> Iterator[Surprise]:
        one = self._found.get(entry)
        if one is None or one.reservation is None or one.reservation.takes_away:
            came = "reserved" if one and one.reservation else "nothing was declared"
            message = f"A declaration of this state should stand beside {entry}: {came}."
            yield Surprise((*self._where, *key), message)

    def _exceptions(self, entry: str, limits: set[str]) -> Iterator[Surprise]:
        one = self._found.get(entry)
        apply = {e.provision.id for e in one.exceptions if e.standing is Standing.DUE} if one else set()
        if one is None or not limits <= apply:
            message = f"{_listed(limits)} should apply to {entry} as an exception; {_listed(apply)} did."
            yield Surprise((*self._where, "exceptions", entry), message)

    def _latest(self, entry: str, day: str) -> Iterator[Surprise]:
        one = self._found.get(entry)
        came = one.ends.latest if one and one.ends else None
        if came is None or came.isoformat() != day:
            message = f"{entry} should last until {day} at the latest, and that is {came or 'not limited'}."
            yield Surprise((*self._where, "latest", entry), message)

    def _remedy(self, entry: str, expected: Mapping[str, str]) -> Iterator[Surprise]:
        """By when the remedy must be used. The day of a refusal belongs to the right, not to the person."""
        one = self._found.get(entry)
        ends = remedy_ends(one, self._facts | _refusal(expected), count=self._count) if one else None
        if ends is None or ends.day.isoformat() != expected["by"]:
            message = (
                f"The remedy of {entry} should be used by {expected['by']}, and that is {_day_of(ends)}."
            )
            yield Surprise((*self._where, "remedies", entry), message)

    def _absent(self, entry: str) -> str:
        return (
            "does not apply in this state on this day" if entry in self._law.provisions else "does not exist"
        )


def _refusal(expected: Mapping[str, str]) -> dict[str, Value]:
    day = expected.get(REFUSED_ON)
    return {REFUSED_ON: date.fromisoformat(day)} if day else {}


def _fits(ends: Ends | None, written: str | None) -> bool:
    """A plain day is the last one; "at least" may be later; "at most" may be sooner."""
    if ends is None or written is None:
        return ends is None and written is None
    bound, _, day = written.rpartition(" ")
    if day != ends.day.isoformat():
        return False
    return {"": not ends.at_least, "at least": ends.at_least, "at most": ends.at_most}[bound]


def _as_written(day: str | None) -> str:
    return f"on {day}" if day and day[0].isdigit() else day or "on no day"


def _day_of(ends: Ends | None) -> str:
    if ends is None:
        return "on no day"
    return f"{'at least' if ends.at_least else 'at most' if ends.at_most else 'on'} {ends.day}"


def _why(one: Entitlement) -> str:
    facts = one.asks if one.standing is Standing.DEPENDS else [test.fact for test in one.failed]
    return f" (because of {', '.join(dict.fromkeys(facts))})" if facts else ""


def _listed(entries: set[str]) -> str:
    return ", ".join(sorted(entries)) or "none"


def _other_rights(came: set[str], written: set[str]) -> str:
    return (
        f"Exactly these rights should be due. Missing: {_listed(written - came)}. "
        f"Beside them came: {_listed(came - written)}."
    )
