"""Reads records for a release. What is wrong is told by column and line, and never by what a person said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutela.engines.synthesis import Domain, NotInDomain, Records, bounded
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, ngettext
from tutela.operations.language import number as written
from tutela.operations.publishing.asked import Asked
from tutela.operations.publishing.ledger import Account
from tutela.operations.refusals import Refused
from tutela.operations.reports import tables

COUNTS = ("count", "n")
MOST_PEOPLE = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Records to release, and what was not taken of the file: lines of other years, and beyond `most`."""

    records: Records
    lines: int
    other_years: int
    beyond: int
    returning: int = 0
    """People of the year who are in the file in other years too."""


def read(asked: Asked, domain: Domain) -> Read:
    """The records of the year; raises Refused."""
    source = tables.Table(asked.file, asked.columns)
    source.read_as(asked.meanings)
    source.keep(asked.wanted)
    if not len(source):
        raise Refused(_("{file} has no line to read.").format(file=isolated(str(asked.file))))
    lines = len(source)
    further = [name for name in (asked.person, asked.year_column) if name]
    source.need([*domain.names, *further])
    elsewhere = _elsewhere(source, asked)
    if asked.year_column:
        source.keep({asked.year_column: (str(asked.year),)})
        if not len(source):
            no_line = _("No line of {file} has the year {year}.")
            raise Refused(no_line.format(file=isolated(str(asked.file)), year=asked.year))
    held = [source.values(name, str) for name in domain.names]
    times = _times(source, asked, domain)
    source.refuse_wrong()
    try:
        records = domain.encode(zip(*held, strict=True))
    except NotInDomain as problem:
        raise Refused(_not_in_lists(asked, source, problem)) from problem
    _refuse_impossible(source, domain, records)
    records = np.repeat(records, times, axis=0)
    kept = _of_each_person(source, asked, records)
    return Read(
        records=kept,
        lines=lines,
        other_years=lines - len(source),
        beyond=len(records) - len(kept),
        returning=len(elsewhere & {str(one) for one in source.values(asked.person, str)}) if elsewhere else 0,
    )


def refuse_returning(asked: Asked, found: Read, account: Account) -> None:
    """Refuses people in two years where the ledger counts the costs of each year apart."""
    if found.returning and account.population(asked.population).years_apart:
        says = ngettext(
            "{count} person of {year} is in {file} in other years too, and the ledger says that nobody of"
            " “{population}” is: their costs would not be added up. Leave each person in one year, or open a"
            " population without --years-apart.",
            "{count} people of {year} are in {file} in other years too, and the ledger says that nobody of"
            " “{population}” is: their costs would not be added up. Leave each person in one year, or open a"
            " population without --years-apart.",
            found.returning,
        )
        raise Refused(
            says.format(
                count=written(found.returning),
                year=asked.year,
                file=isolated(str(asked.file)),
                population=asked.population,
            )
        )


def _elsewhere(source: tables.Table, asked: Asked) -> set[str]:
    """Who has a line of another year."""
    if not (asked.person and asked.year_column):
        return set()
    people, years = source.values(asked.person, str), source.values(asked.year_column, str)
    return {
        str(one) for one, year in zip(people, years, strict=True) if one and year not in ("", str(asked.year))
    }


def _times(source: tables.Table, asked: Asked, domain: Domain) -> np.ndarray:
    """How many people each line stands for: one, or what a column of counts says."""
    column = next((name for name in COUNTS if source.has(name) and name not in domain.names), "")
    if not column:
        return np.array(source.times, dtype=np.int64)
    if asked.person:
        both = _("A line that counts people ({column}) cannot be of one person ({person}).")
        raise Refused(both.format(column=column, person=asked.person))
    found = np.array([one or 0 for one in source.values(column, _count)], dtype=np.int64)
    if found.sum() > MOST_PEOPLE:
        raise Refused(_("More than {count} people.").format(count=written(MOST_PEOPLE)))
    return found


def _count(value: str) -> int:
    """A count; what stands in its place is not repeated, it may be somebody's name."""
    try:
        return tables.count(value)
    except tables.Unusable as problem:
        raise tables.Unusable(_("is no whole number of zero or more.")) from problem


def _not_in_lists(asked: Asked, source: tables.Table, problem: NotInDomain) -> str:
    """Where codes are not in the lists: columns with how often, and the first lines."""
    head = _("{file}: codes that are not in {codes}:")
    found = [head.format(file=isolated(source.path.name), codes=isolated(asked.codes.name))]
    for name, count in problem.found.items():
        lines_of = ngettext("{column}: {count} line", "{column}: {count} lines", count)
        found.append("  " + lines_of.format(column=name, count=written(count)))
    look = ngettext(
        "Look at line {lines}. Correct the records, or add the code to the list if it is known from outside"
        " the records. What is empty needs “empty: yes”.",
        "Look at lines {lines}. Correct the records, or add the code to the list if it is known from outside"
        " the records. What is empty needs “empty: yes”.",
        len(problem.lines),
    )
    found.append(look.format(lines=in_a_row([str(source.rows[place][0]) for place in problem.lines])))
    return "\n".join(found)


def _refuse_impossible(source: tables.Table, domain: Domain, records: Records) -> None:
    wrong = np.flatnonzero(domain.is_impossible(records))
    if len(wrong):
        says = ngettext(
            "{file}: {count} line says what the lists call impossible. Look at {lines}.",
            "{file}: {count} lines say what the lists call impossible. Look at {lines}.",
            len(wrong),
        )
        raise Refused(
            says.format(
                file=isolated(source.path.name),
                count=written(len(wrong)),
                lines=in_a_row([str(source.rows[place][0]) for place in wrong[:20]]),
            )
        )


def _of_each_person(source: tables.Table, asked: Asked, records: Records) -> Records:
    if not asked.person:
        return records
    people = [str(one) for one in source.values(asked.person, tables.text)]
    source.refuse_wrong()
    return bounded(records, people, most=asked.most)
