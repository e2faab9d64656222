"""Conditions as lawyers write them, read into those of the engine with every term replaced by its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from tutela.engines import rights

Texts = Mapping[str, str]

HOW_TO_WRITE = (
    "Write a term, a yes-or-no fact, {fact: ..., is: ...}, {fact: ..., in: [...]}, {fact: ..., from: DAY}, "
    "{fact: ..., before: DAY}, {fact: ..., from_in_force: true}, {all: [...]}, {any: [...]} or {not: ...}."
)


class FactType(StrEnum):
    YES_NO = "yes_no"
    CHOICE = "choice"
    CODE = "code"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact that the law asks for. `values` holds the words for each answer of a choice."""

    id: str
    type: FactType
    label: Texts
    question: Texts
    values: Mapping[str, Texts] = field(default_factory=dict)


def read_fact(fact_id: str, entry: dict[str, Any]) -> Fact:
    return Fact(
        id=fact_id,
        type=FactType(entry["type"]),
        label=entry["label"],
        question=entry["question"],
        values=entry.get("values", {}),
    )


class ConditionError(ValueError):
    """A condition names something that does not exist, or is not written in a known way."""

    def __init__(self, message: str, how_to_mend: str) -> None:
        super().__init__(message)
        self.message = message
        self.how_to_mend = how_to_mend


class ConditionReader:
    """Reads conditions against the facts and terms of one library."""

    def __init__(self, *, facts: Mapping[str, Fact], terms: Mapping[str, Any]) -> None:
        self._facts = facts
        self._terms = terms
        self._opening: list[str] = []

    def read(self, written: Any) -> rights.Condition:
        """Raises ConditionError."""
        if isinstance(written, str):
            return self._named(written)
        if isinstance(written, dict):
            match sorted(written):
                case ["all"]:
                    return rights.AllOf(tuple(self.read(part) for part in written["all"]))
                case ["any"]:
                    return rights.AnyOf(tuple(self.read(part) for part in written["any"]))
                case ["not"]:
                    return rights.Not(self.read(written["not"]))
                case _ if "fact" in written:
                    return self._of_fact(written)
        raise _unreadable()

    def _of_fact(self, written: dict[str, Any]) -> rights.Test:
        match sorted(written):
            case ["fact", "is"]:
                return self._test(written["fact"], [written["is"]])
            case ["fact", "in"]:
                return self._test(written["fact"], written["in"])
            case ["before", "fact"]:
                return self._date_test(written["fact"], "before", written["before"])
            case ["fact", "from"]:
                return self._date_test(written["fact"], "from", written["from"])
            case ["fact", "from_in_force"]:
                return rights.FactSince(self._date(written["fact"]), None)
        raise _unreadable()

    def _named(self, name: str) -> rights.Condition:
        if name in self._terms:
            return self._term(name)
        fact = self._known(name)
        if fact.type is not FactType.YES_NO:
            raise ConditionError(
                f"“{name}” is not a yes-or-no fact, so its name alone says nothing.",
                f"Write {{fact: {name}, is: ...}} with the value you mean.",
            )
        return rights.FactIs(name, frozenset({True}))

    def _term(self, name: str) -> rights.Condition:
        if name in self._opening:
            raise ConditionError(
                f"The term “{name}” is defined through itself.", "Define it in law/terms.yaml by facts."
            )
        self._opening.append(name)
        try:
            return self.read(self._terms[name])
        finally:
            self._opening.pop()

    def _test(self, name: str, values: list[str]) -> rights.FactIs:
        fact = self._known(name)
        if fact.type not in (FactType.CHOICE, FactType.CODE):
            raise ConditionError(
                f"“{name}” has no values to choose from.",
                "Use the name alone for a yes-or-no fact; a date takes from, before or from_in_force.",
            )
        for value in values:
            if fact.type is FactType.CHOICE and value not in fact.values:
                raise ConditionError(
                    f"“{value}” is not an answer of the fact “{name}”.",
                    f"Use one of: {', '.join(fact.values)}.",
                )
        return rights.FactIs(name, frozenset(values))

    def _date_test(self, name: str, test: str, written: Any) -> rights.FactSince:
        try:
            day = date.fromisoformat(written)
        except ValueError as error:
            raise ConditionError(
                f"{written} is not a day of the calendar.", "Write a day that exists, such as 2013-04-06."
            ) from error
        return rights.FactSince(self._date(name), day, wanted=test == "from")

    def _date(self, name: str) -> str:
        if self._known(name).type is not FactType.DATE:
            raise ConditionError(
                f"“{name}” is not a date, so it lies before or after no day.",
                "Use a fact of type date, or {fact: ..., is: ...} for a choice.",
            )
        return name

    def _known(self, name: str) -> Fact:
        if name not in self._facts:
            raise ConditionError(
                f"There is no fact or term called “{name}”.",
                "Check the spelling, or add it to law/facts.yaml or law/terms.yaml.",
            )
        return self._facts[name]


def _unreadable() -> ConditionError:
    return ConditionError("This condition is not written in a way that can be read.", HOW_TO_WRITE)
