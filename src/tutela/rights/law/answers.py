"""Facts as somebody writes them into a file or a request, read against the facts that the library knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Final

from tutela.engines.rights import Value
from tutela.rights.law.conditions import Fact, FactType

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
"""Days outside are slips of the pen, and no calendar counts that far."""

_YES_NO: Final = {True: True, False: False, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class WrongFact:
    """One fact that cannot be used. Only `problem` repeats what was written; `hint` says what can be."""

    fact: str
    problem: str
    hint: str

    @property
    def message(self) -> str:
        """Both in one plain line."""
        return f"{self.problem} {self.hint}".strip()


def read_answers(
    written: Mapping[str, Any], known: Mapping[str, Fact]
) -> tuple[dict[str, Value], list[WrongFact]]:
    """The facts that could be read, and what is wrong with the others. None means not known."""
    facts: dict[str, Value] = {}
    wrong = []
    for name, raw in written.items():
        if name not in known:
            wrong.append(_unknown(name, known))
        elif raw is not None:
            found = _read(known[name], raw)
            if isinstance(found, WrongFact):
                wrong.append(found)
            else:
                facts[name] = found
    return facts, wrong


def _unknown(name: str, known: Mapping[str, Fact]) -> WrongFact:
    near = get_close_matches(name, list(known), n=1)
    return WrongFact(name, f"There is no fact called “{name}”.", f"Did you mean “{near[0]}”?" if near else "")


def _read(fact: Fact, raw: Any) -> Value | WrongFact:
    match fact.type:
        case FactType.YES_NO:
            plain = raw if isinstance(raw, bool | str) else None
            return _YES_NO.get(plain, _no(fact, raw, "answer", "Write yes or no."))
        case FactType.CHOICE:
            if isinstance(raw, str) and raw in fact.values:
                return raw
            return _no(fact, raw, "answer", f"Write one of {', '.join(fact.values)}.")
        case FactType.DATE:
            return _day(fact, raw)
    if isinstance(raw, str) and raw:
        return raw
    return _no(fact, raw, "code", "Write a code such as GB-ENG.")


def _day(fact: Fact, raw: Any) -> date | WrongFact:
    wrong = _no(fact, raw, "day that can be used", "Write year-month-day, such as 2026-11-02.")
    if isinstance(raw, date) and not isinstance(raw, datetime):
        day = raw
    else:
        try:
            day = date.fromisoformat(raw)
        except (TypeError, ValueError):
            return wrong
    return day if EARLIEST <= day <= LATEST else wrong


def _no(fact: Fact, raw: Any, what: str, hint: str) -> WrongFact:
    return WrongFact(fact.id, f"“{raw}” is no {what}.", hint)
