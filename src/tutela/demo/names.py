"""Invented names, in the script that people of a country write."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tutela.people.models import Sex

_FILE = Path(__file__).with_name("names.yaml")


@dataclass(frozen=True, slots=True)
class Culture:
    """Words that names are made of. Without family names the second one is a father's given name."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool

    def name(self, sex: str, *, chance: Random) -> str:
        given = chance.choice(self._given(sex))
        second = chance.choice(self.family or self.male)
        return f"{second} {given}" if self.family_first else f"{given} {second}"

    def _given(self, sex: str) -> tuple[str, ...]:
        if sex == Sex.FEMALE:
            return self.female
        return self.male if sex == Sex.MALE else self.female + self.male


@dataclass(frozen=True, slots=True)
class Home:
    """The culture and the language of people with one citizenship."""

    culture: Culture
    language: str


@lru_cache(maxsize=1)
def homes() -> dict[str, Home]:
    """By ISO 3166-1 code of citizenship."""
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    cultures = {name: _culture(raw) for name, raw in data["cultures"].items()}
    return {code: Home(cultures[raw["culture"]], raw["language"]) for code, raw in data["countries"].items()}


def _culture(raw: dict[str, Any]) -> Culture:
    return Culture(
        female=tuple(raw["female"]),
        male=tuple(raw["male"]),
        family=tuple(raw.get("family", ())),
        family_first=raw.get("order") == "family-first",
    )


def new_name(citizenship: str, sex: str, *, chance: Random) -> str:
    """A name for somebody of this citizenship (ISO 3166-1) and sex."""
    return homes()[citizenship].culture.name(sex, chance=chance)
