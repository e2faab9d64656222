"""Reads people from a file, and makes of each what keys are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pycountry
import yaml

from tutela.engines.matching import Born, Traits, Word, profile_hash
from tutela.engines.names import PROFILE as SKELETONS
from tutela.engines.names import WordKind, skeletons
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated
from tutela.operations.language import number as written
from tutela.operations.refusals import Refused
from tutela.operations.reports import tables
from tutela.operations.reports.tables import Unusable

__all__ = ["LONGEST_REFERENCE", "TRAITS", "Record", "person", "profile", "records", "traits_of"]

LONGEST_REFERENCE = 128
"""Bytes: all that is kept of a question has one length."""
TRAITS = ("given", "family", "born", "sex", "nationality")
_SEXES = {
    **dict.fromkeys(("f", "female", "w", "woman", "girl"), "F"),
    **dict.fromkeys(("m", "male", "man", "boy"), "M"),
    **dict.fromkeys(("x", "other", "another", "non-binary"), "X"),
    **dict.fromkeys(("", "u", "unknown", "not stated"), ""),
}
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"", "no", "n", "false", "0"})
_BORN = re.compile(r"(about |ca\.? ?|~)?(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A person of the answering side: the reference by which it knows them, and what keys are made of."""

    reference: str
    traits: Traits


def profile() -> bytes:
    """What both sides must have the same of: the rules for names, and the letters that these begin with."""
    return profile_hash(f"{SKELETONS}, anyascii {version('anyascii')}")


def records(path: Path, columns: Mapping[str, str], *, today: date) -> tuple[list[Record], int]:
    """Who agreed to be found, and how many did not. Raises Refused with all that is wrong."""
    source = tables.Table(path, columns)
    source.need(("id", "given", "family", "born", "consent"))
    wanted = {
        "id": tables.text, "given": str, "family": str, "born": _born, "sex": _sex,
        "nationality": _nationality, "guessed": _yes,
    }  # fmt: skip
    cells: dict[str, list[Any]] = {
        name: source.values(name, how) if source.has(name) else [None] * len(source)  # type: ignore[arg-type]
        for name, how in wanted.items()
    }
    agreed = source.values("consent", lambda cell: _agreed(cell, today))
    seen: set[str] = set()
    for (line, _row), reference in zip(source.rows, cells["id"], strict=True):
        if reference in seen:
            source.wrong(line, _("this id is in the file twice."))
        if len((reference or "").encode()) > LONGEST_REFERENCE:
            longest = _("this id has more than {count} bytes.")
            source.wrong(line, longest.format(count=written(LONGEST_REFERENCE)))
        seen.add(reference)
    source.refuse_wrong()
    found = [
        Record(
            reference=cells["id"][place],
            traits=_traits({name: column[place] for name, column in cells.items()}),
        )
        for place, one in enumerate(agreed)
        if one
    ]
    return found, len(agreed) - len(found)


def person(content: str, name: str) -> tuple[str, Traits]:
    """The reference of one person, and what keys are made of, from YAML. Raises Refused."""
    try:
        found = yaml.load(content, Loader=yaml.BaseLoader)  # noqa: S506  all as text: No and Null are names
    except (yaml.YAMLError, RecursionError) as error:
        raise Refused(_("{file} is no YAML.").format(file=isolated(name))) from error
    if not isinstance(found, dict) or not found.get("reference"):
        nothing = _("{file} says nothing of a person. It needs {columns}.")
        raise Refused(nothing.format(file=isolated(name), columns=in_a_row(["reference", *TRAITS])))
    if unknown := {str(key) for key in found} - {*TRAITS, "reference"}:
        other = _("{file}: “{column}” is not asked for. Only: {columns}.")
        raise Refused(
            other.format(file=isolated(name), column=min(unknown), columns=in_a_row(["reference", *TRAITS]))
        )
    if lists := [key for key, value in found.items() if not isinstance(value, str)]:
        longer = _("{file}: {column} is more than a line of text.")
        raise Refused(longer.format(file=isolated(name), column=isolated(min(lists))))
    cells = {key: value.strip() for key, value in found.items()}
    try:
        traits = traits_of(cells)
    except Unusable as problem:
        raise Refused(f"{isolated(name)}: {problem}") from problem
    return cells["reference"], traits


def traits_of(cells: Mapping[str, str]) -> Traits:
    """What keys are made of, from words as people wrote them. Raises Unusable."""
    return _traits(
        {
            "given": cells.get("given", ""),
            "family": cells.get("family", ""),
            "born": _born(cells.get("born", "")),
            "sex": _sex(cells.get("sex", "")),
            "nationality": _nationality(cells.get("nationality", "")),
            "guessed": False,
        }
    )


def _traits(read: Mapping[str, Any]) -> Traits:
    born = read["born"]
    if born is not None and read["guessed"]:
        born = Born(born.year, born.month, born.day, guessed=True)
    words = {
        Word(one.coarse, one.latin)
        for name in (read["given"], read["family"])
        for one in skeletons(name or "")
        if one.kind is not WordKind.PARTICLE
    }
    return Traits(
        words=tuple(sorted(words, key=lambda word: word.latin)),
        born=born,
        sex=read["sex"] or "",
        nationality=read["nationality"] or "",
    )


def _born(cell: str) -> Born | None:
    """2005-05-11, 20050511, 2005-05, 2005, or about 2005."""
    if not cell:
        return None
    match = _BORN.fullmatch(cell.lower())
    if not match:
        raise Unusable(_("is no date of birth. Write it like 2005-05-11, 2005 or about 2005."))
    guessed, year, month, day = match[1], int(match[2]), match[3], match[4]
    try:
        date(year, int(month or 1), int(day or 1))
    except ValueError as error:
        raise Unusable(_("is a day that no calendar has.")) from error
    return Born(year, int(month) if month else None, int(day) if day else None, guessed=bool(guessed))


def _sex(cell: str) -> str:
    try:
        return _SEXES[cell.lower()]
    except KeyError as error:
        raise Unusable(_("is none of F, M, X or nothing.")) from error


def _nationality(cell: str) -> str:
    """As three letters of ISO 3166-1."""
    if not cell:
        return ""
    try:
        return str(pycountry.countries.lookup(cell).alpha_3)
    except LookupError as error:
        raise Unusable(_("is no country of ISO 3166-1. Write it like NGA, NG or Nigeria.")) from error


def _yes(cell: str) -> bool:
    if cell.lower() in _YES | _NO:
        return cell.lower() in _YES
    raise Unusable(_("is neither yes nor no."))


def _agreed(cell: str, today: date) -> bool:
    """yes, no, or the last day of a consent."""
    try:
        return date.fromisoformat(cell) >= today
    except ValueError:
        return _yes(cell)
