"""The law library as the rights engine takes it, with the words that pages need around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tutela.engines.rights import Certainty, Library, Provision
from tutela.rights.law import entries
from tutela.rights.law.conditions import ConditionReader, Fact, Texts, read_fact
from tutela.rights.law.files import NotYaml, bound_paths, instrument_paths, read_yaml


class BrokenLaw(ValueError):
    """The library cannot be used; `tutela law check` says where and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rights as a person thinks of them: safety, a place to stay, health."""

    id: str
    label: Texts
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CanonicalRight:
    """One right that several laws may give. `plain` is one sentence to the person."""

    id: str
    category: str
    label: Texts
    plain: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """That a state takes no part in an instrument, and how we know."""

    text: Texts
    source: str
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The list of the states that an instrument binds: whose it is, of which day, and who opted out."""

    instrument: str
    as_of: date
    source: str
    note: str
    opted_out: Mapping[str, OptOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The whole library. `library` is what the engine computes with."""

    library: Library
    provisions: Mapping[str, Provision]
    facts: Mapping[str, Fact]
    groups: tuple[Group, ...]
    group_of: Mapping[str, Group]
    duty_bearers: Mapping[str, Texts]
    rights: Mapping[str, CanonicalRight] = field(default_factory=dict)
    statuses: Mapping[str, Status] = field(default_factory=dict)

    def history(self, entry: str) -> list[Provision]:
        """The entries that this one replaces and is replaced by, oldest first, itself among them."""
        replaced_by = {one.replaces: one.id for one in self.provisions.values() if one.replaces}
        first = entry
        while before := self.provisions[first].replaces:
            first = before
        chain = [first]
        while after := replaced_by.get(chain[-1]):
            chain.append(after)
        return [self.provisions[name] for name in chain]


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
    named = {i: _right(i, entry) for i, entry in _data(root, "law/rights.yaml")["rights"].items()}
    reader = ConditionReader(facts=facts, terms=terms)
    instruments, provisions = [], []
    for path in instrument_paths(root):
        data = read_yaml(path).data
        instruments.append(entries.instrument(data["instrument"]))
        provisions += [entries.provision(entry, instruments[-1], reader) for entry in data["provisions"]]
    bound = [read_yaml(path).data for path in bound_paths(root)]
    categories = [category for group in groups for category in group.categories]
    order = {category: place for place, category in enumerate(categories)}
    return Law(
        library=Library(
            provisions=provisions,
            instruments=instruments,
            bindings=[binding for one in bound for binding in entries.bindings(one)],
            categories=categories,
            rights=sorted(named, key=lambda right: order[named[right].category]),
        ),
        provisions={provision.id: provision for provision in provisions},
        facts=facts,
        groups=groups,
        group_of={category: group for group in groups for category in group.categories},
        duty_bearers=_data(root, "codelists/duty-bearers.yaml")["duty_bearers"],
        rights=named,
        statuses={one["instrument"]: _status(one) for one in bound},
    )


def _data(root: Path, name: str) -> Any:
    return read_yaml(root / name).data


def _group(entry: dict[str, Any]) -> Group:
    return Group(id=entry["id"], label=entry["label"], categories=tuple(entry["categories"]))


def _right(name: str, entry: dict[str, Any]) -> CanonicalRight:
    return CanonicalRight(id=name, category=entry["category"], label=entry["label"], plain=entry["plain"])


def _status(entry: dict[str, Any]) -> Status:
    return Status(
        instrument=entry["instrument"],
        as_of=date.fromisoformat(entry["as_of"]),
        source=entry["source"],
        note=entry.get("note", ""),
        opted_out={
            state: OptOut(
                text=own["text"],
                source=own["source"],
                certainty=Certainty(own.get("certainty", entry["certainty"])),
            )
            for state, own in entry.get("opted_out", {}).items()
        },
    )
