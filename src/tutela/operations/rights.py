"""Says what the law gives somebody of whom a file of facts is known, for a terminal or another program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tutela.engines.rights import Entitlement, MergedRight, Standing, Value
from tutela.operations.refusals import Refused
from tutela.rights import words
from tutela.rights.api import calculated
from tutela.rights.calculator import Calculation, NoSuchDay, NoSuchState, calculate
from tutela.rights.law import load_law
from tutela.rights.law.answers import read_answers
from tutela.rights.law.files import NotYaml, read_yaml

MOST_QUESTIONS = 8


def show(file: Path, *, state: str, day: str, language: str, as_json: bool) -> int:
    """Prints the rights of the person whose facts the file holds; exit code 0 once they are worked out."""
    found = _calculated(_facts_in(file), state=state, day=day)
    with translation.override(language):
        if as_json:
            print(calculated(found).model_dump_json(indent=2))
        else:
            print("\n".join(_lines(found)))
    return 0


def _facts_in(file: Path) -> dict[str, Value]:
    try:
        written: Any = read_yaml(file).data
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} cannot be read.") from error
    except NotYaml as error:
        raise Refused(f"{file}:{error.line}: this is neither YAML nor JSON from here on.") from error
    if not isinstance(written, dict | None):
        raise Refused(f"{file} should hold facts, one a line: in_danger: yes")
    facts, wrong = read_answers(written or {}, load_law().facts)
    if wrong:
        raise Refused("\n".join(f"{file}: {one.fact}: {one.message}" for one in wrong))
    return facts


def _calculated(facts: dict[str, Value], *, state: str, day: str) -> Calculation:
    try:
        return calculate(facts, state=state, day=date.fromisoformat(day))
    except NoSuchState as error:
        raise Refused(f"“{state}” is no state. Write its two letters (ISO 3166-1), such as GB.") from error
    except (NoSuchDay, ValueError) as error:
        raise Refused(f"“{day}” is not a day that can be used. Write it like 2026-11-25.") from error


def _lines(found: Calculation) -> Iterator[str]:
    place, day = words.country(found.state), words.day(found.day)
    yield _("%(country)s, on %(day)s") % {"country": place, "day": day}
    yield _("This is information, not legal advice.")
    if not found.is_known:
        yield _("This library knows nothing of this state yet. That does not mean that it has no law.")
    elif all(one.standing is Standing.NOT_DUE for one in found.rights):
        yield _("By these facts, nothing that this library knows is due.")
    for title, standings in (
        (_("Due"), {Standing.DUE}),
        (_("Given already"), {Standing.FULFILLED}),
        (_("Depends on what is not known yet"), {Standing.DEPENDS}),
        (_("Not accepted by this state"), {Standing.RESERVED}),
    ):
        yield from _section(title, [one for one in found.rights if one.standing in standings])
    yield from _questions(found)


def _section(title: str, rights: list[MergedRight]) -> Iterator[str]:
    if not rights:
        return
    yield f"\n{title.upper()}"
    law, group = load_law(), ""
    for one in rights:
        known = law.rights.get(one.right)
        category = known.category if known else one.best.provision.category
        if law.group_of[category].id != group:
            group = law.group_of[category].id
            yield f"\n{words.text(law.group_of[category].label)}"
        yield f"  {words.right_label(one)}"
        if one.standing is Standing.DUE:
            yield f"    {words.right_in_plain_words(one)}"
        yield from (f"    · {line}" for base in one.bases for line in _basis(base))


def _basis(one: Entitlement) -> Iterator[str]:
    if one.standing is Standing.NOT_DUE:
        return
    parts = [str(words.FORCE[one.provision.strength]), words.citation(one.provision)]
    limit = one.provision.time_limit
    parts += [
        words.text(limit.text) if limit else "",
        words.until(limit, one.ends) if limit and one.ends else "",
        str(words.TRUST[one.certainty]) if one.to_be_confirmed else "",
    ]
    yield " – ".join(part for part in parts if part)
    if one.standing is Standing.DEPENDS:
        asked = _(", ").join(words.label(fact) for fact in one.asks)
        yield _("depends on: %(facts)s") % {"facts": asked}
    for exception in one.exceptions:
        if exception.standing is Standing.DUE:
            yield _("an exception may apply: %(what)s") % {"what": words.text(exception.provision.title)}


def _questions(found: Calculation) -> Iterator[str]:
    asked = found.questions()[:MOST_QUESTIONS]
    if asked:
        heading = _("What would help us know more")
        yield f"\n{heading.upper()}\n"
        yield from (f"  {fact}: {words.question(fact)}" for fact in asked)
