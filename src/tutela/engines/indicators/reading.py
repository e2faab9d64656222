"""Reading an indicator set from the library, and the checks that it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from tutela.engines.indicators.packs import (
    AgeGroup,
    Basis,
    Caution,
    CombinationRule,
    Dimension,
    DimensionRule,
    Indicator,
    Need,
    Outcome,
    Pack,
    Source,
    Strength,
    Weight,
    Words,
)

__all__ = ["PackInvalid", "load_pack"]

NEVER_CLOSES = "a-screen-never-closes-a-file"

Item = TypeVar("Item")
Choice = TypeVar("Choice", bound=StrEnum)


class PackInvalid(ValueError):
    """An indicator set cannot be used; the message begins with the field that is wrong."""


def load_pack(data: Mapping[str, Any]) -> Pack:
    """Return an indicator set from its YAML, already parsed.

    Raises ``PackInvalid`` naming the field, e.g. ``dimensions.2.indicators.0.weight``.
    """
    top = _Field(data, "")
    pack = Pack(
        id=top["id"].slug(),
        version=top["version"].text(),
        age_group=top["for"].choice(AgeGroup),
        title=top["title"].words(),
        who=top["who"].words(),
        source=_source(top["source"]),
        licence=top["licence"].text(),
        unverified=top["unverified"].words(),
        dimension_rules=top["dimension_rules"].each(_dimension_rule),
        combination_rules=top["combination_rules"].each(_combination_rule),
        otherwise=_outcome(top["otherwise"]),
        unknown=_outcome(top["unknown"]),
        cautions=top["cautions"].each(_caution),
        dimensions=top["dimensions"].each(_dimension),
    )
    _check_whole(pack)
    return pack


class _Field:
    """A value of the file and the path to it, so that an error can say where it is."""

    def __init__(self, value: object, path: str) -> None:
        self.value = value
        self.path = path

    def __getitem__(self, key: str) -> _Field:
        mapping = self._mapping()
        if key not in mapping:
            raise PackInvalid(f"{self._at(key)}: is missing")
        return _Field(mapping[key], self._at(key))

    def __contains__(self, key: str) -> bool:
        return key in self._mapping()

    def wrong(self, what: str) -> PackInvalid:
        return PackInvalid(f"{self.path or 'the file'}: {what}")

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong("must be text")
        return self.value.strip()

    def slug(self) -> str:
        text = self.text()
        if not re.fullmatch(r"[a-z0-9]+(?:[-.][a-z0-9]+)*", text) or len(text) > 60:
            raise self.wrong("must be lower-case letters, digits, hyphens and dots, 60 at most")
        return text

    def number(self) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 1:
            raise self.wrong("must be a whole number of 1 or more")
        return self.value

    def choice(self, choices: type[Choice]) -> Choice:
        try:
            return choices(self.text())
        except ValueError:
            raise self.wrong(f"must be one of {', '.join(choices)}") from None

    def words(self) -> Words:
        languages = {str(code): self[str(code)].text() for code in self._mapping()}
        if "en" not in languages:
            raise self.wrong("needs at least English (en)")
        return MappingProxyType(languages)

    def each(self, read: Callable[[_Field], Item]) -> tuple[Item, ...]:
        if not isinstance(self.value, Sequence) or isinstance(self.value, str) or not self.value:
            raise self.wrong("must be a list with at least one entry")
        return tuple(read(_Field(value, self._at(str(place)))) for place, value in enumerate(self.value))

    def _mapping(self) -> Mapping[str, Any]:
        if not isinstance(self.value, Mapping):
            raise self.wrong("must be a mapping")
        return self.value

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _source(field: _Field) -> Source:
    certainty = field["certainty"].text()
    if certainty not in {"V", "S", "G"}:
        raise field["certainty"].wrong("must be V, S or G")
    return Source(
        title=field["title"].text(),
        publisher=field["publisher"].text(),
        year=field["year"].number(),
        certainty=certainty,
        read_in=field["read_in"].text(),
    )


def _dimension_rule(field: _Field) -> DimensionRule:
    needs = field["needs"].each(_need)
    weights = [weight for need in needs for weight in need.of]
    if len(weights) != len(set(weights)):
        # An indicator must not be counted for two needs of one rule.
        raise field["needs"].wrong("names a weight twice")
    return DimensionRule(id=field["id"].slug(), needs=needs, title=field["title"].words())


def _need(field: _Field) -> Need:
    weights = field["of"].each(lambda weight: weight.choice(Weight))
    return Need(at_least=field["at_least"].number(), of=frozenset(weights))


def _combination_rule(field: _Field) -> CombinationRule:
    return CombinationRule(
        id=field["id"].slug(),
        strength=field["strength"].choice(Strength),
        basis=field["basis"].choice(Basis),
        needs=field["needs"].each(lambda need: need.each(_Field.slug)),
        title=field["title"].words(),
        explanation=field["explanation"].words(),
    )


def _outcome(field: _Field) -> Outcome:
    return Outcome(field["id"].slug(), field["title"].words(), field["explanation"].words())


def _caution(field: _Field) -> Caution:
    return Caution(field["id"].slug(), field["text"].words())


def _dimension(field: _Field) -> Dimension:
    return Dimension(
        id=field["id"].slug(),
        phase=field["phase"].text(),
        element=field["element"].text(),
        palermo=field["palermo"].text(),
        title=field["title"].words(),
        indicators=field["indicators"].each(_indicator),
    )


def _indicator(field: _Field) -> Indicator:
    return Indicator(
        id=field["id"].slug(),
        weight=field["weight"].choice(Weight),
        published=field["published"].text(),
        text=field["text"].words(),
        help=field["help"].words() if "help" in field else None,
    )


def _check_whole(pack: Pack) -> None:
    """Raise ``PackInvalid`` where parts of a set do not fit each other."""
    findings = [*(rule.id for rule in pack.combination_rules), pack.otherwise.id, pack.unknown.id]
    _check_unique("dimensions", (dimension.id for dimension in pack.dimensions))
    _check_unique("indicators", (indicator.id for indicator in pack.indicators))
    _check_unique("dimension_rules", (rule.id for rule in pack.dimension_rules))
    _check_unique("combination_rules", findings)
    _check_unique("cautions", (caution.id for caution in pack.cautions))
    known = {dimension.id for dimension in pack.dimensions}
    for place, rule in enumerate(pack.combination_rules):
        for named in (dimension for need in rule.needs for dimension in need):
            if named not in known:
                raise PackInvalid(f"combination_rules.{place}.needs: no dimension is called {named}")
    if NEVER_CLOSES not in {caution.id for caution in pack.cautions}:
        raise PackInvalid(f"cautions: {NEVER_CLOSES} is missing")
    _check_languages(pack)


def _check_unique(field: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise PackInvalid(f"{field}: {one} is there twice")
        seen.add(one)


def _check_languages(pack: Pack) -> None:
    """Every text must be in the languages of the title: a screen half in another language helps nobody."""
    languages = set(pack.title)
    outcomes: list[Outcome | CombinationRule] = [pack.otherwise, pack.unknown, *pack.combination_rules]
    titled: list[Outcome | CombinationRule | DimensionRule | Dimension] = [*outcomes]
    titled += [*pack.dimension_rules, *pack.dimensions]
    spoken: list[Caution | Indicator] = [*pack.cautions, *pack.indicators]
    texts: list[tuple[str, Words]] = [("who", pack.who), ("unverified", pack.unverified)]
    texts += [(f"{one.id}.title", one.title) for one in titled]
    texts += [(f"{one.id}.explanation", one.explanation) for one in outcomes]
    texts += [(f"{one.id}.text", one.text) for one in spoken]
    texts += [(f"{one.id}.help", one.help) for one in pack.indicators if one.help is not None]
    for path, words in texts:
        if missing := languages - set(words):
            raise PackInvalid(f"{path}: has no text in {', '.join(sorted(missing))}")
