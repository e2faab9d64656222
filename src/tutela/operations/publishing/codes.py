"""Reads the public lists of codes of a release: what may be said of a person, and what cannot be true."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pycountry
import yaml

from tutela.engines.synthesis import BadDomain, Column, Domain
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated
from tutela.operations.refusals import Refused

SHAPES = ("own", "ctdc", "htcds")
"""Headings of the synthetic records: those of the list, of CTDC, or of HTCDS where it has the field."""
_COUNTRIES = {"ISO 3166-1 alpha-2": "alpha_2", "ISO 3166-1 alpha-3": "alpha_3"}
_RANGE = re.compile(r"(\d{1,4})\.\.(\d{1,4})")
_KEYS = {"codes", "and", "empty", "ctdc", "htcds", "says"}


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a column goes in a shape; `values`: what a code is called there, its own word if not listed.

    Columns with one field are joined with semicolons, as lists with several answers are in HTCDS.
    """

    field: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The domain, where its lists come from, and for each shape the heading of each column."""

    domain: Domain
    source: str
    headings: Mapping[str, Mapping[str, Heading]]


def read(path: Path) -> Lists:
    """The lists of a YAML file; raises Refused with one line for each mistake."""
    content = _content(path)
    unknown = sorted(set(content) - {"source", "columns", "impossible"})
    wrong = [_("“{key}” is not known here").format(key=key) for key in unknown]
    columns: list[Column] = []
    headings: dict[str, dict[str, Heading]] = {shape: {} for shape in SHAPES}
    for name, given in content["columns"].items():
        try:
            columns.append(Column(name, _codes(given)))
            for shape in SHAPES:
                headings[shape][name] = _heading(name, given.get(shape, name))
        except ValueError as problem:
            wrong.append(f"{isolated(name)}: {problem}")
    for shape in ("own", "ctdc"):
        fields = [heading.field for heading in headings[shape].values()]
        if len(set(fields)) < len(fields):
            wrong.append(_("two columns have the same name in {shape}").format(shape=isolated(shape.upper())))
    rules = content.get("impossible") or []
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        wrong.append(
            _("impossible: write a list of combinations, as {example}").format(
                example=isolated("- {gender: Man, pregnant: yes}")
            )
        )
    if wrong:
        raise Refused("\n".join(f"{isolated(path.name)}: {one}." for one in wrong))
    try:
        domain = Domain(tuple(columns), tuple({str(a): str(b) for a, b in rule.items()} for rule in rules))
    except BadDomain as problem:
        raise Refused(f"{isolated(path.name)}: {problem}") from problem
    return Lists(domain=domain, source=str(content.get("source", "")), headings=headings)


def _content(path: Path) -> dict[str, Any]:
    try:
        # Every scalar stays text: a code NO is Norway or “no”, never False.
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    except OSError as error:
        raise Refused(_("{file} cannot be read.").format(file=isolated(str(path)))) from error
    except UnicodeDecodeError as error:
        raise Refused(_("{file} is not a text in UTF-8.").format(file=isolated(str(path)))) from error
    except (yaml.YAMLError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f":{where.line + 1}" if where else ""
        no_yaml = _("{place}: this is no YAML that can be read.")
        raise Refused(no_yaml.format(place=isolated(f"{path.name}{line}"))) from error
    if not isinstance(content, dict) or not isinstance(content.get("columns"), dict):
        missing = _("{file}: write “columns:” and under it each column with its codes.")
        raise Refused(missing.format(file=isolated(path.name)))
    return content


def _codes(given: object) -> tuple[str, ...]:
    """The codes of one column; “empty: yes” adds the empty one, which means not stated."""
    if not isinstance(given, dict) or "codes" not in given:
        raise ValueError(_("it needs “codes:”"))
    if unknown := sorted(set(given) - _KEYS):
        others = _("“{key}” is not known here; known are {keys}")
        raise ValueError(others.format(key=unknown[0], keys=in_a_row(sorted(_KEYS))))
    if given.get("empty", "no") not in ("yes", "no"):
        raise ValueError(_("empty is yes or no"))
    codes = [*_list(given["codes"]), *(_list(given["and"]) if "and" in given else ())]
    if given.get("empty") == "yes":
        codes.insert(0, "")
    return tuple(codes)


def _heading(name: str, given: object) -> Heading:
    """A field, or a field with the words that it has for codes: {field: prs_Gender, Man: Masculine}."""
    if isinstance(given, dict) and given.get("field") and all(isinstance(one, str) for one in given.values()):
        return Heading(given["field"], {code: word for code, word in given.items() if code != "field"})
    if isinstance(given, str) and given:
        return Heading(given, {})
    shape = _("a shape is a field’s name, or {example}")
    raise ValueError(shape.format(example=isolated("{field: NAME, CODE: WORD}")))


def _list(given: object) -> list[str]:
    if isinstance(given, list):
        if not all(isinstance(one, str) for one in given):
            raise ValueError(_("a code is a word, not a list"))
        return [one.strip() for one in given]
    text = str(given)
    if text in _COUNTRIES:
        return sorted(getattr(country, _COUNTRIES[text]) for country in pycountry.countries)
    match = _RANGE.fullmatch(text)
    if match and int(match[1]) <= int(match[2]):
        return [str(number) for number in range(int(match[1]), int(match[2]) + 1)]
    says = _("codes are a list, a range as 2015..2026, or one of {lists}; not “{text}”")
    raise ValueError(says.format(lists=in_a_row(list(_COUNTRIES)), text=text[:40]))
