"""Reads records, or a table with its counts, and adds up every margin."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tutela.engines.disclosure import KEYS, Axis, BadTable, Table, counted, flat, grouped
from tutela.operations.language import gettext as _
from tutela.operations.language import isolated, number, short_number
from tutela.operations.refusals import Refused
from tutela.operations.reports import tables
from tutela.operations.reports.tables import Unusable
from tutela.operations.safe_tables import words
from tutela.operations.safe_tables.asked import Asked, Method

COUNTS = ("count", "n")
_SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A table and the lines it was made of. `codes` (lines, axes); `are_people`: one line is one person."""

    table: Table
    codes: np.ndarray
    amounts: np.ndarray
    contributors: np.ndarray
    keys: np.ndarray | None
    secret: np.ndarray | None
    are_people: bool


def read(asked: Asked) -> Read:
    """The file as a table; raises Refused with a line for everything that cannot be used."""
    source = tables.Table(asked.file, asked.columns)
    source.read_as(asked.meanings)
    source.keep(asked.wanted)
    if asked.wanted and not len(source):
        says = _("No line of {file} is one of those that --where asks for.")
        raise Refused(says.format(file=isolated(str(asked.file))))
    if not len(source):
        says = _("{file} has a heading and nothing under it.")
        raise Refused(says.format(file=isolated(str(asked.file))))
    source.need([*asked.by, *asked.within.values(), *_further(asked)])
    count = next((name for name in COUNTS if source.has(name) and name not in asked.by), "")
    amounts = _amounts(source, asked, count)
    if asked.identity and not count and not asked.value:
        _identities(source, asked)
    labels = [source.values(name, _label) for name in asked.by]
    source.refuse_wrong()
    parts = [place for place in range(len(source)) if all(column[place] != asked.total for column in labels)]
    if not parts:
        raise Refused(_("{file} has nothing but totals.").format(file=isolated(str(asked.file))))
    try:
        axes = [
            _axis(source, asked, name, column, parts) for name, column in zip(asked.by, labels, strict=True)
        ]
        source.refuse_wrong()
        places = [{label: code for code, label in enumerate(axis.labels)} for axis in axes]
        codes = np.array([[at[str(c[n])] for at, c in zip(places, labels, strict=True)] for n in parts])
        table = counted(axes, codes, amounts[parts], whole=not asked.value)
    except BadTable as problem:
        raise Refused(f"{isolated(str(asked.file))}: {problem}") from problem
    _compare_totals(source, asked, table, places, labels, amounts)
    return Read(
        table=table,
        codes=codes,
        amounts=amounts[parts],
        contributors=_numbers(source, asked.contributor)[parts],
        keys=_keys(source, asked, count)[parts] if asked.method is Method.KEYS else None,
        secret=_numbers(source, asked.diverse[0])[parts] if asked.diverse else None,
        are_people=not count and not asked.value,
    )


def _further(asked: Asked) -> list[str]:
    names = [asked.value, asked.contributor, asked.identity, asked.diverse[0] if asked.diverse else ""]
    return [name for name in names if name]


def _amounts(source: tables.Table, asked: Asked, count: str) -> np.ndarray:
    """What each line adds: its amount, its count, or one person."""
    read_one: Callable[[str], float] = tables.amount if asked.value else tables.count
    column = asked.value or count
    given = source.values(column, read_one) if column else [1] * len(source)
    return np.array([one or 0 for one in given], dtype=np.float64)


def _label(cell: str) -> str:
    if not cell:
        raise Unusable(_("is empty. Where it is not known write a word for that, such as “unknown”."))
    return cell


def _order(label: str) -> tuple[int, float, str]:
    return (0, float(label), label) if label.isdecimal() else (1, 0.0, label)


def _axis(source: tables.Table, asked: Asked, name: str, column: list[str | None], parts: list[int]) -> Axis:
    labels = sorted({str(column[place]) for place in parts}, key=_order)
    if name not in asked.within:
        return flat(name, labels, total=asked.total)
    group_of: dict[str, str] = {}
    groups = source.values(asked.within[name], _label)
    for place in parts:
        label, group = str(column[place]), str(groups[place])
        if group_of.setdefault(label, group) != group:
            says = _("{label} lies in {group} here, and in {before} above.").format(
                label=isolated(label), group=isolated(group), before=isolated(group_of[label])
            )
            source.wrong(source.rows[place][0], says)
    found: dict[str, list[str]] = {}
    for label in labels:
        found.setdefault(group_of[label], []).append(label)
    return grouped(name, {group: found[group] for group in sorted(found, key=_order)}, total=asked.total)


def _compare_totals(
    source: tables.Table,
    asked: Asked,
    table: Table,
    places: list[dict[str, int]],
    labels: list[list[str | None]],
    amounts: np.ndarray,
) -> None:
    """Lines of totals must be what their parts add up to: else some were rounded or held back before."""
    for place, (line, _cells) in enumerate(source.rows):
        here = [str(column[place]) for column in labels]
        if asked.total not in here:
            continue
        if not all(label in at for label, at in zip(here, places, strict=True)):
            says = _("a total of something that has no line of its own: {labels}.")
            source.wrong(line, says.format(labels=words.row(here)))
            continue
        found = table.values[tuple(at[label] for at, label in zip(places, here, strict=True))]
        if abs(found - amounts[place]) > 1e-6 * max(1.0, found):
            says = _("the total says {total}, the lines that it adds up make {sum}.")
            source.wrong(line, says.format(total=short_number(amounts[place]), sum=short_number(found)))
    source.refuse_wrong()


def _numbers(source: tables.Table, column: str) -> np.ndarray:
    """A number for each different value of a column, or for each line where there is no column."""
    if not column:
        return np.arange(len(source), dtype=np.int64)
    values = source.values(column, str)
    return np.unique(np.array([str(one) for one in values]), return_inverse=True)[1].astype(np.int64)


def _identities(source: tables.Table, asked: Asked) -> list[str]:
    """Who each line is. Raises Refused where somebody stands in two: they would count as two people."""
    identities = [str(one) for one in source.values(asked.identity, _label)]
    source.refuse_wrong()
    if len(set(identities)) < len(identities):
        says = _("The same {column} stands in two lines: one line must be one person.")
        raise Refused(says.format(column=isolated(asked.identity)))
    return identities


def _keys(source: tables.Table, asked: Asked, count: str) -> np.ndarray:
    """The key of each person: the same for the same identity and secret, in every table, for good."""
    if count or asked.value:
        raise Refused(_("Noise by keys is for records with one person a line, not for counts or amounts."))
    if not asked.identity or asked.secret is None:
        raise Refused(
            _("Noise by keys needs --id (the column that tells people apart) and --secret (a file).")
        )
    try:
        secret = asked.secret.read_bytes().strip()
    except OSError as error:
        raise Refused(_("{file} cannot be read.").format(file=isolated(str(asked.secret)))) from error
    if len(secret) < _SHORTEST_SECRET:
        says = _("{file} is too short for a secret: {least} bytes or more.")
        raise Refused(says.format(file=isolated(str(asked.secret)), least=number(_SHORTEST_SECRET)))
    identities = _identities(source, asked)
    digests = [hmac.digest(secret, one.encode(), hashlib.sha256) for one in identities]
    return np.array([int.from_bytes(one[:4], "big") % KEYS for one in digests], dtype=np.int64)
