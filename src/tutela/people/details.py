"""What is written down about a person, in the clear, for as long as somebody works with it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from tutela.foundation.vault.fields import reveal_many
from tutela.people.models import AgeGroup, Person, Sex

SEALED = (
    "real_name",
    "date_of_birth",
    "contact_address",
    "contact_rules",
    "code_word",
    "wishes",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDetails:
    """What is written down about a person. `date_of_birth` is ISO 8601; every text may be empty."""

    real_name: str = ""
    date_of_birth: str = ""
    contact_channel: str = ""
    contact_address: str = ""
    contact_rules: str = ""
    code_word: str = ""
    wishes: str = ""
    language: str = "en"
    needs_interpreter: bool = False
    age_group: str = AgeGroup.UNKNOWN
    sex: str = Sex.UNKNOWN
    citizenship: str = ""


OPEN = tuple(field.name for field in fields(PersonDetails) if field.name not in SEALED)


def details_of(person: Person) -> PersonDetails:
    """What is written down about `person` now. Raises keyring.Erased."""
    (revealed,) = reveal_many([person], SEALED)
    given: dict[str, Any] = {**revealed, **{name: getattr(person, name) for name in OPEN}}
    return PersonDetails(**given)


def is_treated_as_child(person: Person) -> bool:
    """A child, or someone whose age is disputed: the doubt protects (CETS 197, Article 10(3))."""
    return person.age_group in {AgeGroup.CHILD, AgeGroup.DISPUTED}
