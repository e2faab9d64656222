"""What the templates of a file say together: facts, signs, networks and alerts, heaviest first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tutela.engines.patterns import NONE, Constant, Slot, Template, describe
from tutela.engines.patterns.alerts import Alert, Series, alerts, confirmed, week_of
from tutela.engines.patterns.entities import CONTACTS, Entity, Kind, entities
from tutela.engines.patterns.networks import Mention, Move, Network, Networks, Sighting, moves, networks
from tutela.engines.patterns.scores import Score, Sign, score
from tutela.operations.patterns.asked import Asked
from tutela.operations.patterns.gathering import Gathered, Seen
from tutela.operations.patterns.keeping import Decided, Decision, Keeping
from tutela.operations.patterns.signs import coordinates_of_places

_AGES = range(18, 61)
_FEW_WORDS = 4
_NAME = re.compile(r"[^\W\d_]{2,20}")
_LEAST_PHONES = 2
"""Adverts with a telephone from which the share that hides it is worth a number."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a template as it is shown: what is always there, or the commonest of a slot."""

    text: str
    slot: int | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """One template: its number in the file, its key, what it says, and why it is worth a look."""

    number: int
    key: str
    template: Template
    seen: Seen
    saved: float
    texts: int
    """Different texts among its adverts, numbers apart."""
    pieces: tuple[Piece, ...]
    contacts: tuple[Entity, ...]
    """In the text of the pieces put together."""
    score: Score
    facts: Mapping[str, float]
    moves: tuple[Move, ...]
    decided: tuple[Decided, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def settled(self) -> Decision | None:
        """What two reviewers agree on, by the last word of each."""
        last = {one.by: one.decision for one in self.decided}
        agreed = [one for one in set(last.values()) if list(last.values()).count(one) > 1]
        return agreed[0] if len(agreed) == 1 and len(last) == list(last.values()).count(agreed[0]) else None


@dataclass(frozen=True, slots=True)
class Study:
    """All that the report says."""

    gathered: Gathered
    templates: tuple[Weighed, ...]
    networks: Networks
    alerts: tuple[Alert, ...]
    """Those that stand on the day of the report."""
    over: int
    """Alerts that ended because nobody confirmed them."""
    signs: tuple[Sign, ...]

    @property
    def keys(self) -> dict[int, str]:
        """The key of each template by its number."""
        return {one.number: one.key for one in self.templates}


def weigh(
    gathered: Gathered, keys: Sequence[str], asked: Asked, keeping: Keeping, signs: tuple[Sign, ...]
) -> Study:
    """Templates by their points, then by their adverts."""
    tied = networks(
        Mention(template, label, count)
        for template, one in enumerate(gathered.seen)
        for label, count in one.contacts.items()
    )
    partners = _partners(tied.networks)
    where = coordinates_of_places()
    decided = _decided(keeping)
    found = [
        _weighed(number, key, gathered, where, partners.get(number, 0), signs, decided.get(key, ()), asked)
        for number, key in enumerate(keys)
    ]
    found.sort(key=lambda one: (-one.score.points, -one.seen.adverts, one.key))
    raised = _alerts(gathered, keys, tied)
    standing = confirmed(raised, at=asked.today, by=_confirmations(decided, keys, tied))
    return Study(gathered, tuple(found), tied, tuple(standing), len(raised) - len(standing), signs)


def _decided(keeping: Keeping) -> dict[str, tuple[Decided, ...]]:
    found: dict[str, tuple[Decided, ...]] = {}
    for one in keeping.decisions():
        found[one.template] = (*found.get(one.template, ()), one)
    return found


def _confirmations(
    decided: Mapping[str, tuple[Decided, ...]], keys: Sequence[str], tied: Networks
) -> dict[str, date]:
    """The last day on which somebody called a template useful, or one of a network."""
    found = {
        key: max(date.fromisoformat(one.at[:10]) for one in said if one.confirms)
        for key, said in decided.items()
        if any(one.confirms for one in said)
    }
    for place, network in enumerate(tied.networks, start=1):
        days = [found[keys[one]] for one in network.templates if keys[one] in found]
        if days:
            found[f"N-{place}"] = max(days)
    return found


def _partners(found: Sequence[Network]) -> dict[int, int]:
    count: dict[int, int] = {}
    for network in found:
        for tie in network.ties:
            for one in (tie.first, tie.second):
                count[one] = count.get(one, 0) + 1
    return count


def _weighed(
    number: int, key: str, gathered: Gathered, where: Mapping[str, tuple[float, float]], partners: int,
    signs: tuple[Sign, ...], decided: tuple[Decided, ...], asked: Asked,
) -> Weighed:  # fmt: skip
    seen = gathered.seen[number]
    texts = list(dict.fromkeys([seen.middle, *seen.texts]))
    template = describe(texts, copies=[max(1, seen.texts[one]) for one in texts])
    pieces = _pieces(template)
    text = "".join(piece.text for piece in pieces)
    went = moves(_sightings(seen, where))
    facts = _facts(seen, template, went, partners)
    named = tuple(one for one in entities(text, regions=asked.regions) if one.kind in CONTACTS)
    return Weighed(
        number, key, template, seen, float(gathered.found.saved[number]),
        int(gathered.found.texts[number]), pieces, named,
        score(text, facts, signs), facts, tuple(went), decided,
    )  # fmt: skip


def _pieces(template: Template) -> tuple[Piece, ...]:
    found: list[Piece] = []
    slots = 0
    for part in template.parts:
        if isinstance(part, Constant):
            text, slot = part.text, None
        else:
            text, slot = (part.values[0][0] if part.values else "…"), slots
            slots += 1
        found.append(Piece((" " if found else "") + text, slot))
    return tuple(found)


def _sightings(seen: Seen, where: Mapping[str, tuple[float, float]]) -> list[Sighting]:
    return [
        Sighting(at, place, *where[place])
        for at, place in zip(seen.times, seen.places, strict=True)
        if place in where
    ]


def _facts(seen: Seen, template: Template, went: Sequence[Move], partners: int) -> dict[str, float]:
    kinds = {label.partition(" ")[0] for label in seen.contacts}
    facts: dict[str, float] = {
        "phones": sum(label.startswith(Kind.PHONE) for label in seen.contacts),
        "names": max((_people(slot) for slot in template.slots), default=0),
        "places": len({place for place in seen.places if place}),
        "weeks": len({week_of(at.date()) for at in seen.times}),
        "too_fast": sum(one.too_fast for one in went),
        "messenger_only": float(kinds == {Kind.HANDLE.value}),
        "tied": partners,
    }
    if seen.with_phone >= _LEAST_PHONES:
        facts["share_obscured"] = seen.obscured / seen.with_phone
    return facts


def _people(slot: Slot) -> int:
    """Different names or ages in a slot of few words: words with a capital, or numbers from 18 to 60."""
    values = [[word.strip(".,!:;()") for word in value.split()] for value, _ in slot.values]
    words = {word for value in values if len(value) <= _FEW_WORDS for word in value}
    names = {word for word in words if _NAME.fullmatch(word) and word[0].isupper() and not word.isupper()}
    ages = {word for word in words if word.isdecimal() and int(word) in _AGES}
    return max(len(names), len(ages))


# ---------------------------------------------------------------- alerts
def _alerts(gathered: Gathered, keys: Sequence[str], tied: Networks) -> list[Alert]:
    series = [_series(key, [one]) for key, one in zip(keys, gathered.seen, strict=True) if one.times] + [
        _series(f"N-{place}", [gathered.seen[one] for one in network.templates])
        for place, network in enumerate(tied.networks, start=1)
        if any(gathered.seen[one].times for one in network.templates)
    ]
    return alerts(series, until=gathered.last.date()) if gathered.last else []


def _series(name: str, parts: Sequence[Seen]) -> Series:
    days = tuple(at.date() for one in parts for at in one.times)
    return Series(name, days, tuple(country for one in parts for country in one.countries))


def unclustered(gathered: Gathered) -> int:
    """Adverts that are of no template."""
    return int((gathered.found.template_of == NONE).sum())
