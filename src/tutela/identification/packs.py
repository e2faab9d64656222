"""The indicator sets of the library, read once."""

from __future__ import annotations

from functools import lru_cache

import yaml

from tutela import library_path
from tutela.engines.indicators import AgeGroup, Pack, load_pack
from tutela.people.details import is_treated_as_child
from tutela.people.models import AgeGroup as PersonAge
from tutela.people.models import Person


class NoSuchPack(Exception):
    """The library has no indicator set of this name for this person."""


@lru_cache(maxsize=1)
def packs() -> dict[str, Pack]:
    """Every set, by its id. Raises PackInvalid for a file that cannot be used."""
    paths = sorted((library_path() / "indicators").glob("*.yaml"))
    loaded = (load_pack(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in paths)
    return {pack.id: pack for pack in loaded}


def packs_for(person: Person) -> list[Pack]:
    """The sets that fit this person. Whoever may be a child is screened as one (CETS 197, article 10(3))."""
    wanted = {AgeGroup.CHILD} if is_treated_as_child(person) else {AgeGroup.ADULT}
    if person.age_group == PersonAge.UNKNOWN:
        wanted = set(AgeGroup)
    return [pack for pack in packs().values() if pack.age_group in wanted]


def pack_for(person: Person, name: str) -> Pack:
    """Raises NoSuchPack."""
    found = next((pack for pack in packs_for(person) if pack.id == name), None)
    if found is None:
        raise NoSuchPack
    return found
