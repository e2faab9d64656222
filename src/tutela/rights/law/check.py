"""What is wrong with a law library, said in plain words, with the line and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

import tutela
from tutela.rights.law import say
from tutela.rights.law.files import FieldPath, LawFile, NotYaml, instrument_paths, read_yaml
from tutela.rights.law.read import ConditionError, ConditionReader, FactType, read_fact

_FACTS = "law/facts.yaml"
_TERMS = "law/terms.yaml"
_CATEGORIES = "law/categories.yaml"
_BOUND = "law/bound.yaml"
_BEARERS = "codelists/duty-bearers.yaml"
_COMMON = {
    _FACTS: "facts_file",
    _TERMS: "terms_file",
    _CATEGORIES: "categories_file",
    _BOUND: "bound_file",
    _BEARERS: "duty_bearers_file",
}
_EVENTS = ("from_event", "before_event", "later_of", "until_event")
_DAYS = ("deposited", "from", "to", "by")


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

    What names mean is looked at only once every file has the right shape.
    """
    checker = _Checker(path or tutela.library_path())
    problems = set(checker.shapes()) or set(checker.meanings())
    return sorted(problems)


class _Checker:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, LawFile] = {}
        schema = json.loads((root / "schema" / "law.schema.json").read_text(encoding="utf-8"))
        self._validators = {
            kind: Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})
            for kind in (*_COMMON.values(), "instrument_file")
        }

    # Shape: is it YAML, is each field there, and is it of the right kind?

    def shapes(self) -> Iterator[LawProblem]:
        instruments = [path.relative_to(self._root).as_posix() for path in instrument_paths(self._root)]
        for name, kind in (_COMMON | dict.fromkeys(instruments, "instrument_file")).items():
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
        broken_terms = list(self._terms(terms))
        yield from broken_terms
        yield from self._provisions(
            read_conditions=not broken_terms
        )  # else each user of a term tells it again
        yield from self._ids()
        yield from self._bindings()
        yield from self._days()

    def _terms(self, terms: dict[str, Any]) -> Iterator[LawProblem]:
        for term, entry in terms.items():
            where: FieldPath = ("terms", term)
            if term in self._facts:
                message = f"“{term}” is also the name of a fact."
                yield self._problem(_TERMS, where, message, "Give the term another name.")
            yield from self._condition(_TERMS, (*where, "condition"), entry["condition"])

    def _provisions(self, *, read_conditions: bool) -> Iterator[LawProblem]:
        groups = self._files[_CATEGORIES].data["groups"]
        categories = [category for group in groups for category in group["categories"]]
        bearers = list(self._files[_BEARERS].data["duty_bearers"])
        for name, place, entry in self._entries():
            where: FieldPath = ("provisions", place)
            yield from self._listed(name, (*where, "category"), entry["category"], categories)
            yield from self._listed(name, (*where, "duty_bearer"), entry["duty_bearer"], bearers)
            for part in ("who", "when"):
                if part in entry and read_conditions:
                    yield from self._condition(name, (*where, part), entry[part])
            yield from self._events(name, (*where, "time_limit"), entry.get("time_limit", {}))
            yield from self._territory(name, (*where, "territory"), entry.get("territory", ()))

    def _listed(self, name: str, where: FieldPath, code: str, known: list[str]) -> Iterator[LawProblem]:
        if code not in known:
            yield self._problem(name, where, f"“{code}” is not in the list.", say.one_of(known))

    def _condition(self, name: str, where: FieldPath, written: Any) -> Iterator[LawProblem]:
        try:
            self._conditions.read(written)
        except ConditionError as error:
            yield self._problem(name, where, error.message, error.how_to_mend)

    def _events(self, name: str, where: FieldPath, limit: dict[str, Any]) -> Iterator[LawProblem]:
        dates = [fact.id for fact in self._facts.values() if fact.type is FactType.DATE]
        for key in _EVENTS:
            if key in limit and limit[key] not in dates:
                message = f"“{limit[key]}” is not a fact of type date."
                yield self._problem(name, (*where, key), message, say.one_of(dates))

    def _territory(self, name: str, where: FieldPath, codes: list[str]) -> Iterator[LawProblem]:
        state = self._files[name].data["instrument"].get("state", "none")
        for place, code in enumerate(codes):
            if not code.startswith(f"{state}-"):
                message = f"“{code}” is not a part of the state whose law this is ({state})."
                yield self._problem(name, (*where, place), message, "Use the code of a part of that state.")

    def _ids(self) -> Iterator[LawProblem]:
        seen: dict[str, str] = {}
        for name, where, code in self._named():
            if code in seen:
                message = f"The id “{code}” is already used in {seen[code]}."
                yield self._problem(name, where, message, "Give this one an id of its own.")
            seen[code] = f"{name}, line {self._files[name].line(where)}"

    def _named(self) -> Iterator[tuple[str, FieldPath, str]]:
        for name, instrument in self._instruments():
            yield name, ("instrument", "id"), instrument["id"]
        for name, place, entry in self._entries():
            yield name, ("provisions", place, "id"), entry["id"]

    def _bindings(self) -> Iterator[LawProblem]:
        national = {entry["id"]: "state" in entry for _, entry in self._instruments()}
        treaties = [name for name, is_national in national.items() if not is_national]
        for place, entry in enumerate(self._files[_BOUND].data["bindings"]):
            name = entry["instrument"]
            if name in treaties:
                continue
            reason = "is the law of one state and needs no line here" if name in national else "is not known"
            where: FieldPath = ("bindings", place, "instrument")
            yield self._problem(_BOUND, where, f"The instrument “{name}” {reason}.", say.one_of(treaties))

    def _days(self) -> Iterator[LawProblem]:
        for name, file in self._files.items():
            for where, written in _dated(file.data, ()):
                yield from self._span(name, where, written)

    def _span(self, name: str, where: FieldPath, written: dict[str, Any]) -> Iterator[LawProblem]:
        days: dict[str, date] = {}
        for key in written.keys() & _DAYS:
            try:
                days[key] = date.fromisoformat(written[key])
            except ValueError:
                message = f"{written[key]} is not a day of the calendar."
                yield self._problem(name, (*where, key), message, "Write a day that exists.")
        for first, last in (("from", "to"), ("deposited", "from")):
            if days.keys() >= {first, last} and days[first] > days[last]:
                message = f"“{last}” ({days[last]}) is earlier than “{first}” ({days[first]})."
                yield self._problem(name, (*where, last), message, "Swap or correct the two dates.")

    def _instruments(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, file in self._files.items():
            if name not in _COMMON:
                yield name, file.data["instrument"]

    def _entries(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        for name, _ in self._instruments():
            for place, entry in enumerate(self._files[name].data["provisions"]):
                yield name, place, entry

    def _problem(self, name: str, where: FieldPath, message: str, how_to_mend: str) -> LawProblem:
        file = self._files[name]
        return LawProblem(name, file.line(where), say.field_name(file.data, where), message, how_to_mend)


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


def _is_text(data: dict[str, Any], key: str) -> bool:
    return isinstance(data.get(key), str)
