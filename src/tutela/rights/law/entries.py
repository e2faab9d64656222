"""Entries of the law library, from what YAML holds to the dataclasses of the rights engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tutela.engines import rights
from tutela.rights.law.conditions import ConditionReader

Entry = Mapping[str, Any]


def provision(entry: Entry, instrument: rights.Instrument, reader: ConditionReader) -> rights.Provision:
    conditions = [reader.read(entry[part]) for part in ("who", "when") if part in entry]
    territory = tuple(entry.get("territory", ()))
    if territory:
        conditions.append(rights.FactIs(rights.REGION, frozenset(territory)))
    return rights.Provision(
        id=entry["id"],
        instrument=instrument.id,
        article=entry["article"],
        kind=rights.Kind(entry["kind"]),
        category=entry["category"],
        right=entry.get("right", ""),
        strength=rights.Strength(entry["strength"]),
        holder=entry["holder"],
        duty_bearer=entry["duty_bearer"],
        certainty=rights.Certainty(entry["certainty"]),
        source=entry.get("source", instrument.source),
        title=entry["title"],
        detail=entry["detail"],
        condition=rights.AllOf(tuple(conditions)),
        fulfilled_when=reader.read(entry["fulfilled_when"]) if "fulfilled_when" in entry else None,
        exception_to=tuple(entry.get("exception_to", ())),
        replaces=entry.get("replaces", ""),
        addressed_to=rights.Addressee(entry.get("addressed_to", "person")),
        time_limit=time_limit(entry["time_limit"], reader) if "time_limit" in entry else None,
        cooperation=rights.Cooperation(entry.get("needs_cooperation", "no")),
        remedy=_remedy(entry["remedy"], reader) if "remedy" in entry else None,
        in_force=_in_force(entry.get("in_force", {})),
        territory=territory,
        note=entry.get("note", ""),
        origin=_origin(entry),
        reviewed=_reviewed(entry),
    )


def time_limit(entry: Entry, reader: ConditionReader) -> rights.TimeLimit:
    written = dict(entry)
    events = written.pop("from_event", ())
    extension = written.pop("extension", None)
    typed: dict[str, Any] = {
        "measures": rights.Measure,
        "unit": rights.Unit,
        "bound": rights.Bound,
        "pace": rights.Pace,
        "by": date.fromisoformat,
        "minimum": _length,
        "maximum": _length,
        "first_day": rights.FirstDay,
        "last_day": rights.LastDay,
    }
    return rights.TimeLimit(
        from_events=(events,) if isinstance(events, str) else tuple(events),
        extension=_extension(extension, reader) if extension else None,
        **{key: typed.get(key, lambda x: x)(value) for key, value in written.items()},
    )


def _length(entry: Entry) -> rights.Length:
    return rights.Length(entry["amount"], rights.Unit(entry["unit"]))


def _extension(entry: Entry, reader: ConditionReader) -> rights.Extension:
    return rights.Extension(
        length=_length(entry),
        text=entry["text"],
        times=entry.get("times", 1),
        when=reader.read(entry["when"]) if "when" in entry else None,
    )


def _remedy(entry: Entry, reader: ConditionReader) -> rights.Remedy:
    return rights.Remedy(
        text=entry["text"],
        to=entry.get("to", ""),
        time_limit=time_limit(entry["time_limit"], reader) if "time_limit" in entry else None,
        article=entry.get("article", ""),
        certainty=rights.Certainty(entry["certainty"]) if "certainty" in entry else None,
    )


def instrument(entry: Entry) -> rights.Instrument:
    return rights.Instrument(
        id=entry["id"],
        level=rights.Level(entry["level"]),
        short=entry["short"],
        name=entry["name"],
        source=entry["source"],
        in_force=_in_force(entry["in_force"]),
        state=entry.get("state"),
        note=entry.get("note", ""),
        is_binding=entry.get("binding", True),
        territory=tuple(entry.get("territory", ())),
        counting=_counting(entry["counting"]) if "counting" in entry else None,
        origin=_origin(entry),
        reviewed=_reviewed(entry),
    )


def binds_states(entry: Entry) -> bool:
    """Whether states join this instrument: it is not the law of one of them, and more than advice."""
    return "state" not in entry and bool(entry.get("binding", True))


def _counting(entry: Entry) -> rights.Counting:
    return rights.Counting(
        first_day=rights.FirstDay(entry.get("first_day", "excluded")),
        last_day=rights.LastDay(entry.get("last_day", "as_it_falls")),
        source=entry["source"],
    )


def _in_force(entry: Entry) -> rights.InForce:
    return rights.InForce(
        start=_day(entry.get("from")), end=_day(entry.get("to")), commenced=entry.get("commenced", True)
    )


def _origin(entry: Entry) -> rights.Origin | None:
    if "origin" not in entry:
        return None
    written = entry["origin"]
    return rights.Origin(
        repository=written["repository"],
        path=written["path"],
        commit=written.get("commit", ""),
        read_on=date.fromisoformat(written["read_on"]),
    )


def _reviewed(entry: Entry) -> rights.Reviewed | None:
    if "reviewed" not in entry:
        return None
    return rights.Reviewed(by=entry["reviewed"]["by"], on=date.fromisoformat(entry["reviewed"]["on"]))


def bindings(entry: Entry) -> Iterator[rights.Binding]:
    """The states that one file of `bound/` names."""
    for state, own in entry["states"].items():
        yield rights.Binding(
            instrument=entry["instrument"],
            state=state,
            start=date.fromisoformat(own["from"]),
            end=_day(own.get("to")),
            certainty=rights.Certainty(own.get("certainty", entry["certainty"])),
            source=own.get("source", entry["source"]),
            note=own.get("note", entry.get("note", "")),
            as_of=date.fromisoformat(entry["as_of"]),
            deposited=_day(own.get("deposited")),
            territory=tuple(own.get("territory", ())),
            reservations=tuple(
                _reservation(one, own.get("certainty", entry["certainty"]))
                for one in own.get("reservations", ())
            ),
        )


def _reservation(entry: Entry, certainty: str) -> rights.Reservation:
    return rights.Reservation(
        text=entry["text"],
        source=entry["source"],
        provisions=None if entry["provisions"] == "all" else frozenset(entry["provisions"]),
        takes_away=entry.get("effect", "takes_away") == "takes_away",
        certainty=rights.Certainty(entry.get("certainty", certainty)),
        made_on=_day(entry.get("made_on")),
        withdrawn_on=_day(entry.get("withdrawn_on")),
    )


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
