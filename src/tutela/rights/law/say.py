"""Errors of the law's JSON Schema in words for someone who writes law, not code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jsonschema import ValidationError

from tutela.rights.law.conditions import HOW_TO_WRITE
from tutela.rights.law.files import FieldPath

LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic"}

MISSING_FILE = ("This file is missing.", "Put it back, or copy it from a release.")
NOT_YAML = (
    "The file cannot be read from here on.",
    "Check the indentation, and put text that holds a colon followed by a space into quotes.",
)
UNREADABLE_CONDITION = ("This condition is not written in a way that can be read.", HOW_TO_WRITE)
_EITHER = {
    "from_event": ("This is no event and no list of events.", "Write one event, or a list of two or more."),
    "provisions": ("This is neither “all” nor a list of entries.", "Write all, or a list such as [L046]."),
}
_PATTERNS = {
    r"^\d{4}-\d{2}-\d{2}$": "Write year-month-day, such as 2026-07-15.",
    r"^\d{2}-\d{2}$": 'Write month-day in quotes, such as "09-30".',
    r"^L\d{3,}[a-z]?$": "Write L and a number, such as L046, with a letter where one row became several.",
    "^[A-Z]{2}$": "Write the two capital letters of ISO 3166-1, such as FR.",
    "^[A-Z]{2}-[A-Z0-9]{1,3}$": "Write an ISO 3166-2 code, such as GB-ENG.",
    "^[a-z][a-z0-9_]*$": "Write small letters, numbers and underscores only.",
    "^[a-z0-9-]+$": "Write small letters, numbers and hyphens only.",
    r"^(L\d{3,}[a-z]?|[a-z0-9-]+)$": "Write the id of an entry, such as L046, or of a right of rights.yaml.",
    r"^(at least |at most )?\d{4}-\d{2}-\d{2}$": (
        "Write a day such as 2026-07-15, “at least” or “at most” and a day, or ~ for none."
    ),
}
_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "null": "nothing",
}

Said = tuple[FieldPath, str, str]


def one_of(known: Iterable[str]) -> str:
    return f"Use one of: {', '.join(known)}."


def in_plain_words(error: ValidationError) -> Iterator[Said]:
    """Where, what and how to mend; several where one error of the schema covers several fields."""
    where = tuple(error.absolute_path)
    if error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield where, *_missing(name)
    elif error.validator == "additionalProperties":
        known = error.schema["properties"]
        for name in error.instance.keys() - known.keys():
            yield (*where, name), f"“{name}” is not a field that is known here.", one_of(known)
    elif error.validator == "dependentRequired":
        yield where, "Some fields of this time limit only make sense together.", _together(error)
    else:
        yield where, *_wrong_value(error)


def _missing(name: str) -> tuple[str, str]:
    what = f"The {LANGUAGES[name]} text" if name in LANGUAGES else f"“{name}”"
    return f"{what} is missing.", f"Add a line “{name}: …”."


def _together(error: ValidationError) -> str:
    given = error.instance
    needed = {field for key, fields in error.validator_value.items() if key in given for field in fields}
    return f"Add {' and '.join(sorted(needed - given.keys()))}."


def _wrong_value(error: ValidationError) -> tuple[str, str]:
    value, rule = error.instance, error.validator_value
    match error.validator:
        case "anyOf":
            return _EITHER.get(str([*error.absolute_path, ""][-2:][0]), UNREADABLE_CONDITION)
        case "enum":
            return f"“{value}” is not allowed here.", one_of(rule)
        case "const":
            return f"“{value}” is not allowed here.", f"Write {str(rule).lower()}, or delete the field."
        case "pattern":
            return f"“{value}” is not written as it should be.", _PATTERNS[rule]
        case "type":
            wanted = " or ".join(_TYPES.get(one, "a block of fields") for one in _listed(rule))
            return (
                f"This should be {wanted}.",
                f"Write {wanted}; quote text that looks like a number.",
            )
        case "minLength" | "minItems" | "minProperties":
            return "This is empty or too short.", "Fill it in, or delete the field."
        case "not":
            return "Only national law names a state.", "Delete “state”, or write “level: national”."
        case _:
            return "This value is not allowed here.", "Compare with a neighbouring entry."


def _listed(rule: Any) -> list[str]:
    return [rule] if isinstance(rule, str) else list(rule)


def field_name(data: Any, where: FieldPath) -> str:
    """The place as people read it: "L046, time_limit, unit" rather than numbers of list items."""
    words: list[str] = []
    for step in where:
        data = _step(data, step)
        if isinstance(step, str):
            words.append(step)
        elif isinstance(data, dict) and "id" in data:
            words = [str(data["id"])]
        else:
            words.append(str(step + 1))
    return ", ".join(words) or "file"


def _step(data: Any, step: str | int) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):
        return None
