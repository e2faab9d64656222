"""What is wrong with a law library, said in plain words, with the line and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

import tutela
from tutela.engines.rights import PERSONAL, REFUSED_ON
from tutela.rights.law import say
from tutela.rights.law.conditions import ConditionError, ConditionReader, FactType, read_fact
from tutela.rights.law.entries import binds_states
from tutela.rights.law.files import (
    FieldPath,
    LawFile,
    NotYaml,
    bound_paths,
    instrument_paths,
    persona_paths,
    read_yaml,
)
from tutela.rights.law.personas import read_personas, surprises
from tutela.rights.law.read import read_law

_FACTS = "law/facts.yaml"
_TERMS = "law/terms.yaml"
_CATEGORIES = "law/categories.yaml"
_RIGHTS = "law/rights.yaml"
_BEARERS = "codelists/duty-bearers.yaml"
_COMMON = {
    _FACTS: "facts_file",
    _TERMS: "terms_file",
    _CATEGORIES: "categories_file",
    _RIGHTS: "rights_file",
    _BEARERS: "duty_bearers_file",
}
_INSTRUMENT = "instrument_file"
_BOUND = "bound_file"
_PERSONAS = "personas_file"
_EVENTS = ("from_event", "before_event", "later_of", "until_event")
_DAYS = frozenset(
    {"deposited", "from", "to", "by", "as_of", "made_on", "withdrawn_on", "read_on", "on", "at"}
)
_NO_DAYS = {"remedy": {"to"}, "reviewed": {"by"}}
"""Where these words say something else than a day."""


@dataclass(frozen=True, slots=True, order=True)
class LawProblem:
    """One thing to mend. `file` is relative to the library; `field` is the place as people read it."""

    file: str
    line: int
    field: str
    message: str
    how_to_mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message} {self.how_to_mend}"


def check_law(path: Path | None = None) -> list[LawProblem]:
    """Everything wrong with the library folder `path` (the shipped one by default), by file and line.

    What names mean is looked at only once every file has the right shape, and what comes out for the invented
    people only once all names mean something.
    """
    checker = _Checker(path or tutela.library_path())
    problems = set(checker.shapes()) or set(checker.meanings()) or set(checker.people())
    return sorted(problems)


class _Checker:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, LawFile] = {}
        schema = json.loads((root / "schema" / "law.schema.json").read_text(encoding="utf-8"))
        self._validators = {
            kind: Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})
            for kind in (*_COMMON.values(), _INSTRUMENT, _BOUND, _PERSONAS)
        }

    # Shape: is it YAML, is each field there, and is it of the right kind?

    def shapes(self) -> Iterator[LawProblem]:
        folders = {_INSTRUMENT: instrument_paths, _BOUND: bound_paths, _PERSONAS: persona_paths}
        self._names = {
            kind: [path.relative_to(self._root).as_posix() for path in paths(self._root)]
            for kind, paths in folders.items()
        }
        for name, kind in _COMMON.items():
            yield from self._shape(name, kind)
        for kind, names in self._names.items():
            for name in names:
                yield from self._shape(name, kind)

    def _shape(self, name: str, kind: str) -> Iterator[LawProblem]:
        try:
            file = self._files[name] = read_yaml(self._root / name)
        except FileNotFoundError:
            yield LawProblem(name, 1, "file", *say.MISSING_FILE)
            return
        except NotYaml as error:
            yield LawProblem(name, error.line, "file", *say.NOT_YAML)
            return
        for where in file.repeated:
            message = f"“{where[-1]}” is written twice, and only the last one would count."
            yield self._problem(name, where, message, "Delete one of the two.")
        for wrong in self._validators[kind].iter_errors(file.data):
            for where, message, how_to_mend in say.in_plain_words(wrong):
                yield self._problem(name, where, message, how_to_mend)

    # Meaning: does everything that is named exist, and do the dates make sense?

    def meanings(self) -> Iterator[LawProblem]:
        facts = self._files[_FACTS].data["facts"]
        terms = self._files[_TERMS].data["terms"]
        self._facts = {name: read_fact(name, entry) for name, entry in facts.items()}
        self._conditions = ConditionReader(
            facts=self._facts, terms={name: entry["condition"] for name, entry in terms.items()}
        )
        self._known = {entry["id"]: (name, entry) for name, _, entry in self._entries()}
        self._rights = self._files[_RIGHTS].data["rights"]
        groups = self._files[_CATEGORIES].data["groups"]
        self._categories = [category for group in groups for category in group["categories"]]
        self._bearers = list(self._files[_BEARERS].data["duty_bearers"])
        broken_terms = list(self._terms(terms))
        yield from broken_terms
        for name, place, entry in self._entries():
            # A broken term would be told again by each of its users.
            yield from self._provision(name, ("provisions", place), entry, read_conditions=not broken_terms)
        yield from self._canonical()
        yield from self._instrument_territories()
        yield from self._ids()
        yield from self._bound()
        yield from self._days()

    # People: does the law give the invented people what their files say?

    def people(self) -> Iterator[LawProblem]:
        law = read_law(self._root)
        for persona in read_personas(self._root):
            for surprise in surprises(persona, law):
                how_to_mend = "Mend the law; or the persona, if the law is right."
                yield self._problem(persona.file, surprise.where, surprise.message, how_to_mend)

    def _terms(self, terms: dict[str, Any]) -> Iterator[LawProblem]:
        for term, entry in terms.items():
            where: FieldPath = ("terms", term)
            if term in self._facts:
                message = f"“{term}” is also the name of a fact."
                yield self._problem(_TERMS, where, message, "Give the term another name.")
            yield from self._condition(_TERMS, (*where, "condition"), entry["condition"])

    def _canonical(self) -> Iterator[LawProblem]:
        for right, entry in self._rights.items():
            yield from self._listed(
                _RIGHTS, ("rights", right, "category"), entry["category"], self._categories
            )

    def _provision(
        self, name: str, where: FieldPath, entry: dict[str, Any], *, read_conditions: bool
    ) -> Iterator[LawProblem]:
        yield from self._listed(name, (*where, "category"), entry["category"], self._categories)
        yield from self._listed(name, (*where, "duty_bearer"), entry["duty_bearer"], self._bearers)
        yield from self._right(name, where, entry)
        for part in ("who", "when", "fulfilled_when"):
            if part in entry and read_conditions:
                yield from self._condition(name, (*where, part), entry[part])
        yield from self._limit(name, (*where, "time_limit"), entry.get("time_limit", {}))
        yield from self._remedy(name, (*where, "remedy"), entry.get("remedy", {}))
        state = self._files[name].data["instrument"].get("state", "none")
        yield from self._territory(name, (*where, "territory"), entry.get("territory", ()), state)
        yield from self._exceptions(name, where, entry)
        yield from self._replaces(name, where, entry)
        yield from self._first_day(name, where, entry)

    def _right(self, name: str, where: FieldPath, entry: dict[str, Any]) -> Iterator[LawProblem]:
        """What somebody can give to a person is a basis of one right; definitions and limits give none."""
        gives = entry["kind"] in PERSONAL and entry.get("addressed_to") != "state"
        if "right" in entry:
            yield from self._listed(name, (*where, "right"), entry["right"], list(self._rights))
        if gives and "right" not in entry:
            how_to_mend = "Add a line “right: …” with the id of a right of law/rights.yaml."
            yield self._problem(name, where, "It is not said which right this gives a person.", how_to_mend)
        if "right" in entry and not gives:
            message = "Only what is owed to a person is a basis of a right."
            yield self._problem(name, (*where, "right"), message, "Delete the line.")

    def _limit(self, name: str, where: FieldPath, limit: dict[str, Any]) -> Iterator[LawProblem]:
        yield from self._events(name, where, limit, also=())
        extension = limit.get("extension", {})
        if "when" in extension:
            yield from self._condition(name, (*where, "extension", "when"), extension["when"])

    def _remedy(self, name: str, where: FieldPath, remedy: dict[str, Any]) -> Iterator[LawProblem]:
        if "to" in remedy:
            yield from self._listed(name, (*where, "to"), remedy["to"], self._bearers)
        yield from self._events(
            name, (*where, "time_limit"), remedy.get("time_limit", {}), also=(REFUSED_ON,)
        )

    def _exceptions(self, name: str, where: FieldPath, entry: dict[str, Any]) -> Iterator[LawProblem]:
        if "exception_to" in entry and entry["kind"] != "limit":
            message = "Only a limit can be an exception to a right."
            yield self._problem(name, (*where, "exception_to"), message, "Write “kind: limit”.")
        for place, touched in enumerate(entry.get("exception_to", ())):
            if touched not in self._known and touched not in self._rights:
                message = f"“{touched}” is no entry and no right."
                how_to_mend = "Write the id of an entry, or of a right of law/rights.yaml."
                yield self._problem(name, (*where, "exception_to", place), message, how_to_mend)

    def _replaces(self, name: str, where: FieldPath, entry: dict[str, Any]) -> Iterator[LawProblem]:
        if "replaces" not in entry:
            return
        old = self._known.get(entry["replaces"], ("", None))[1]
        if old is None or old is entry:
            message = f"There is no other entry “{entry['replaces']}”."
            yield self._problem(name, (*where, "replaces"), message, "Write the id of the entry before.")
        elif not old.get("in_force", {}).get("to", "9999") < entry.get("in_force", {}).get("from", ""):
            message = f"{old['id']} does not end before this entry begins."
            how_to_mend = f"Give {old['id']} “in_force: to”, and this one “in_force: from” on the day after."
            yield self._problem(name, (*where, "replaces"), message, how_to_mend)

    def _first_day(self, name: str, where: FieldPath, entry: dict[str, Any]) -> Iterator[LawProblem]:
        """A treaty binds from a day that is always known; national law has one only where it is written."""
        instrument = self._files[name].data["instrument"]
        days = [one.get("in_force", {}).get("from") for one in (instrument, entry)]
        if "state" in instrument and not any(days) and _has(entry, "from_in_force"):
            message = "“from_in_force” asks for the first day of this law, and none is written."
            how_to_mend = "Write “in_force: {from: …}”, or the day itself: “from: …”."
            yield self._problem(name, where, message, how_to_mend)

    def _listed(self, name: str, where: FieldPath, code: str, known: list[str]) -> Iterator[LawProblem]:
        if code not in known:
            yield self._problem(name, where, f"“{code}” is not in the list.", say.one_of(known))

    def _condition(self, name: str, where: FieldPath, written: Any) -> Iterator[LawProblem]:
        try:
            self._conditions.read(written)
        except ConditionError as error:
            yield self._problem(name, where, error.message, error.how_to_mend)

    def _events(
        self, name: str, where: FieldPath, limit: dict[str, Any], *, also: tuple[str, ...]
    ) -> Iterator[LawProblem]:
        dates = [*also, *(fact.id for fact in self._facts.values() if fact.type is FactType.DATE)]
        for key in _EVENTS:
            written = limit.get(key, ())
            for event in [written] if isinstance(written, str) else written:
                if event not in dates:
                    message = f"“{event}” is not a fact of type date."
                    yield self._problem(name, (*where, key), message, say.one_of(dates))

    def _territory(
        self, name: str, where: FieldPath, codes: Iterable[str], state: str
    ) -> Iterator[LawProblem]:
        for place, code in enumerate(codes):
            if not code.startswith(f"{state}-"):
                message = f"“{code}” is not a part of the state whose law this is ({state})."
                yield self._problem(name, (*where, place), message, "Use the code of a part of that state.")

    def _instrument_territories(self) -> Iterator[LawProblem]:
        for name, instrument in self._instruments():
            codes, state = instrument.get("territory", ()), instrument.get("state", "none")
            yield from self._territory(name, ("instrument", "territory"), codes, state)

    def _ids(self) -> Iterator[LawProblem]:
        seen: dict[str, str] = {}
        for name, where, code in self._named():
            if code in seen:
                message = f"The id “{code}” is already used in {seen[code]}."
                yield self._problem(name, where, message, "Give this one an id of its own.")
            seen[code] = f"{name}, line {self._files[name].line(where)}"

    def _named(self) -> Iterator[tuple[str, FieldPath, str]]:
        for name in self._names[_PERSONAS]:
            for place, persona in enumerate(self._files[name].data["personas"]):
                yield name, ("personas", place, "id"), persona["id"]
        for name, instrument in self._instruments():
            yield name, ("instrument", "id"), instrument["id"]
        for name, place, entry in self._entries():
            yield name, ("provisions", place, "id"), entry["id"]

    def _bound(self) -> Iterator[LawProblem]:
        instruments = {entry["id"]: entry for _, entry in self._instruments()}
        treaties = [name for name, entry in instruments.items() if binds_states(entry)]
        seen: dict[str, str] = {}
        for name in self._names[_BOUND]:
            data = self._files[name].data
            treaty = data["instrument"]
            if treaty not in treaties:
                message = f"The instrument “{treaty}” {_why_not_bound(instruments.get(treaty))}."
                yield self._problem(name, ("instrument",), message, say.one_of(treaties))
            elif treaty in seen:
                message = f"The instrument “{treaty}” has a file already: {seen[treaty]}."
                yield self._problem(name, ("instrument",), message, "Bring the two files together.")
            seen.setdefault(treaty, name)
            for state, own in data["states"].items():
                where: FieldPath = ("states", state)
                yield from self._territory(name, (*where, "territory"), own.get("territory", ()), state)
                yield from self._reservations(name, where, own, treaty)

    def _reservations(
        self, name: str, where: FieldPath, own: dict[str, Any], treaty: str
    ) -> Iterator[LawProblem]:
        certainty = own.get("certainty", self._files[name].data["certainty"])
        for place, reservation in enumerate(own.get("reservations", ())):
            at: FieldPath = (*where, "reservations", place)
            named = reservation["provisions"]
            for number, entry in enumerate(() if named == "all" else named):
                file = self._known.get(entry, ("", None))[0]
                if not file or self._files[file].data["instrument"]["id"] != treaty:
                    message = f"“{entry}” is no entry of {treaty}."
                    how_to_mend = "Write ids of entries of that instrument, or all."
                    yield self._problem(name, (*at, "provisions", number), message, how_to_mend)
            if reservation.get("certainty", certainty) == "G" and reservation.get("effect") != "qualifies":
                message = "What is general knowledge alone takes no right away."
                yield self._problem(name, at, message, "Write “effect: qualifies”, or find a source.")

    def _days(self) -> Iterator[LawProblem]:
        for name, file in self._files.items():
            for where, written in _dated(file.data, ()):
                yield from self._span(name, where, written)

    def _span(self, name: str, where: FieldPath, written: dict[str, Any]) -> Iterator[LawProblem]:
        days: dict[str, date] = {}
        for key in (written.keys() & _DAYS) - _NO_DAYS.get(str(where[-1]) if where else "", set()):
            try:
                days[key] = date.fromisoformat(written[key])
            except ValueError:
                message = f"{written[key]} is not a day of the calendar."
                yield self._problem(name, (*where, key), message, "Write a day that exists.")
        for first, last in (("from", "to"), ("deposited", "from"), ("made_on", "withdrawn_on")):
            if days.keys() >= {first, last} and days[first] > days[last]:
                message = f"“{last}” ({days[last]}) is earlier than “{first}” ({days[first]})."
                yield self._problem(name, (*where, last), message, "Swap or correct the two dates.")

    def _instruments(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for name in self._names[_INSTRUMENT]:
            yield name, self._files[name].data["instrument"]

    def _entries(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        for name, _ in self._instruments():
            for place, entry in enumerate(self._files[name].data["provisions"]):
                yield name, place, entry

    def _problem(self, name: str, where: FieldPath, message: str, how_to_mend: str) -> LawProblem:
        file = self._files[name]
        return LawProblem(name, file.line(where), say.field_name(file.data, where), message, how_to_mend)


def _why_not_bound(instrument: dict[str, Any] | None) -> str:
    if instrument is None:
        return "is not known"
    if "state" in instrument:
        return "is the law of one state and needs no line here"
    return "recommends and binds nobody"


def _dated(data: Any, where: FieldPath) -> Iterator[tuple[FieldPath, dict[str, Any]]]:
    """Every mapping that holds days: in force, bound, or a time limit."""
    if isinstance(data, dict):
        if any(_is_text(data, key) for key in _DAYS):
            yield where, data
        for key, value in data.items():
            yield from _dated(value, (*where, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _dated(value, (*where, place))


def _has(data: Any, key: str) -> bool:
    """Whether this key stands anywhere in the data."""
    if isinstance(data, dict):
        return key in data or any(_has(one, key) for one in data.values())
    return isinstance(data, list) and any(_has(one, key) for one in data)


def _is_text(data: dict[str, Any], key: str) -> bool:
    return isinstance(data.get(key), str)
