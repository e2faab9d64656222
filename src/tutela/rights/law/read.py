"""The law library as the rights engine takes it, with the words that pages need around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import tutela
from tutela.engines import rights
from tutela.rights.law.files import NotYaml, instrument_paths, read_yaml

Texts = Mapping[str, str]


class BrokenLaw(ValueError):
    """The library cannot be used; `tutela law check` says where and how to mend it."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rights as a person thinks of them: safety, a place to stay, health."""

    id: str
    label: Texts
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The whole library. `library` is what the engine computes with."""

    library: rights.Library
    provisions: Mapping[str, rights.Provision]
    facts: Mapping[str, Fact]
    groups: tuple[Group, ...]
    group_of: Mapping[str, Group]
    duty_bearers: Mapping[str, Texts]

    def citation(self, provision: rights.Provision) -> str:
        """Instrument and article, for people: "Palermo Protocol, art. 6(1)"."""
        return f"{self.library.instruments[provision.instrument].short['en']}, {provision.article}"


@lru_cache(maxsize=1)
def load_law() -> Law:
    """The shipped library, read once a process."""
    return read_law(tutela.library_path())


def read_law(root: Path) -> Law:
    """Read a library folder (the one that holds `law/` and `codelists/`). Raises BrokenLaw."""
    try:
        return _read(root)
    except (NotYaml, OSError, KeyError, TypeError, ValueError) as error:
        raise BrokenLaw(f"The law library in {root} cannot be read. Run: tutela law check") from error


def _read(root: Path) -> Law:
    facts = {i: read_fact(i, entry) for i, entry in _data(root, "law/facts.yaml")["facts"].items()}
    terms = {i: entry["condition"] for i, entry in _data(root, "law/terms.yaml")["terms"].items()}
    groups = tuple(_group(entry) for entry in _data(root, "law/categories.yaml")["groups"])
    reader = ConditionReader(facts=facts, terms=terms)
    instruments, provisions = [], []
    for path in instrument_paths(root):
        data = read_yaml(path).data
        instruments.append(_instrument(data["instrument"]))
        provisions += [_provision(entry, instruments[-1], reader) for entry in data["provisions"]]
    return Law(
        library=rights.Library(
            provisions=provisions,
            instruments=instruments,
            bindings=list(_bindings(_data(root, "law/bound.yaml")["bindings"])),
            categories=[category for group in groups for category in group.categories],
        ),
        provisions={provision.id: provision for provision in provisions},
        facts=facts,
        groups=groups,
        group_of={category: group for group in groups for category in group.categories},
        duty_bearers=_data(root, "codelists/duty-bearers.yaml")["duty_bearers"],
    )


def _data(root: Path, name: str) -> Any:
    return read_yaml(root / name).data


def read_fact(fact_id: str, entry: dict[str, Any]) -> Fact:
    return Fact(
        id=fact_id,
        type=FactType(entry["type"]),
        label=entry["label"],
        question=entry["question"],
        values=entry.get("values", {}),
    )


def _group(entry: dict[str, Any]) -> Group:
    return Group(id=entry["id"], label=entry["label"], categories=tuple(entry["categories"]))


class ConditionError(ValueError):
    """A condition names something that does not exist, or is not written in a known way."""

    def __init__(self, message: str, how_to_mend: str) -> None:
        super().__init__(message)
        self.message = message
        self.how_to_mend = how_to_mend


class ConditionReader:
    """Turns written conditions into those of the engine, with every term replaced by what it means."""

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
                case ["fact", "is"]:
                    return self._test(written["fact"], [written["is"]])
                case ["fact", "in"]:
                    return self._test(written["fact"], written["in"])
        raise ConditionError(
            "This condition is not written in a way that can be read.",
            "Write a term, a yes-or-no fact, {fact: ..., is: ...}, {fact: ..., in: [...]}, "
            "{all: [...]}, {any: [...]} or {not: ...}.",
        )

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
                "Use the name alone for a yes-or-no fact; dates belong in a time limit.",
            )
        for value in values:
            if fact.type is FactType.CHOICE and value not in fact.values:
                raise ConditionError(
                    f"“{value}” is not an answer of the fact “{name}”.",
                    f"Use one of: {', '.join(fact.values)}.",
                )
        return rights.FactIs(name, frozenset(values))

    def _known(self, name: str) -> Fact:
        if name not in self._facts:
            raise ConditionError(
                f"There is no fact or term called “{name}”.",
                "Check the spelling, or add it to law/facts.yaml or law/terms.yaml.",
            )
        return self._facts[name]


PLACE = "region"
"""The fact that says in which part of the state a person is, as an ISO 3166-2 code."""


def _provision(
    entry: dict[str, Any], instrument: rights.Instrument, reader: ConditionReader
) -> rights.Provision:
    limits = [reader.read(entry[part]) for part in ("who", "when") if part in entry]
    territory = tuple(entry.get("territory", ()))
    if territory:
        limits.append(rights.FactIs(PLACE, frozenset(territory)))
    return rights.Provision(
        id=entry["id"],
        instrument=instrument.id,
        article=entry["article"],
        kind=rights.Kind(entry["kind"]),
        category=entry["category"],
        strength=rights.Strength(entry["strength"]),
        holder=entry["holder"],
        duty_bearer=entry["duty_bearer"],
        certainty=rights.Certainty(entry["certainty"]),
        source=entry.get("source", instrument.source),
        title=entry["title"],
        detail=entry["detail"],
        condition=rights.AllOf(tuple(limits)),
        addressed_to=rights.Addressee(entry.get("addressed_to", "person")),
        time_limit=_time_limit(entry["time_limit"]) if "time_limit" in entry else None,
        cooperation=rights.Cooperation(entry.get("needs_cooperation", "no")),
        remedy=entry.get("remedy", {}),
        in_force=_in_force(entry.get("in_force", {})),
        territory=territory,
        note=entry.get("note", ""),
    )


def _time_limit(entry: dict[str, Any]) -> rights.TimeLimit:
    typed: dict[str, Any] = {
        "measures": rights.Measure,
        "unit": rights.Unit,
        "bound": rights.Bound,
        "pace": rights.Pace,
        "by": date.fromisoformat,
    }
    return rights.TimeLimit(**{key: typed.get(key, lambda x: x)(value) for key, value in entry.items()})


def _instrument(entry: dict[str, Any]) -> rights.Instrument:
    return rights.Instrument(
        id=entry["id"],
        level=rights.Level(entry["level"]),
        short=entry["short"],
        name=entry["name"],
        source=entry["source"],
        in_force=_in_force(entry["in_force"]),
        state=entry.get("state"),
        note=entry.get("note", ""),
    )


def _in_force(entry: dict[str, Any]) -> rights.InForce:
    return rights.InForce(
        start=_day(entry.get("from")), end=_day(entry.get("to")), commenced=entry.get("commenced", True)
    )


def _bindings(entries: list[dict[str, Any]]) -> Iterator[rights.Binding]:
    for entry in entries:
        for state, own in entry["states"].items():
            yield rights.Binding(
                instrument=entry["instrument"],
                state=state,
                start=date.fromisoformat(own["from"]),
                end=_day(own.get("to")),
                certainty=rights.Certainty(own.get("certainty", entry["certainty"])),
                source=own.get("source", entry["source"]),
                note=own.get("note", entry.get("note", "")),
            )


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
