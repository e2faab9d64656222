"""`tutela check-tables`: says what in a table is unsafe and why, and writes one that may be published."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Iterator, Sequence

import numpy as np

from tutela.engines.disclosure import BASES, BadTable, CannotProtect, Needs, NoAnswer, anonymity
from tutela.operations.language import gettext as _
from tutela.operations.language import in_a_row, isolated, ngettext, percent, short_number
from tutela.operations.language import number as written
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import columns_of, meanings_of, wanted_of
from tutela.operations.reports.telling import tell
from tutela.operations.safe_tables import report, words
from tutela.operations.safe_tables.asked import Asked, Method
from tutela.operations.safe_tables.protecting import Published, needs_of, protect
from tutela.operations.safe_tables.reading import Read, read

__all__ = ["Asked", "Method", "asked_of", "run"]

_MOST_TOLD = 20


def run(asked: Asked) -> int:
    """Reads, says what is unsafe, protects, writes. What is unsafe is said at the terminal only."""
    found = read(asked)
    _tell_what_was_read(asked, found)
    _gates(asked, found)
    seed = secrets.randbits(64) if asked.seed is None else asked.seed
    try:
        needs = needs_of(asked, found)
        for line in _unsafe(asked, found, needs):
            print(line)
        published = protect(asked, found, needs, chance=np.random.default_rng(seed), tell=tell)
    except (BadTable, CannotProtect, NoAnswer) as problem:
        raise Refused(str(problem)) from problem
    tell(_loss(asked, found, needs, published))
    if asked.method is Method.ROUND:
        secret = _("Seed {seed}: keep it as secret as the data. Who knows it can undo some of the rounding.")
        tell(secret.format(seed=seed))
    if asked.dry_run:
        print(_("Everything can be used. Nothing was written: this was a dry run."))
        return 0
    for path in report.write(asked, published):
        print(path)
    return 0


def asked_of(options: argparse.Namespace) -> Asked:
    """The command line, as `tutela.cli` lets it be written."""
    by = _names(options.by)
    if not by:
        raise Refused(_("Say what people are told apart by: --by A,B names columns of the file."))
    if len(set(by)) < len(by):
        raise Refused(_("--by names a column twice."))
    if options.threshold < 2 or (options.protection is not None and options.protection < 1):
        raise Refused(_("--threshold is 2 or more, --protection 1 or more."))
    if options.base not in BASES:
        raise Refused(_("--base is one of {bases}.").format(bases=in_a_row([written(one) for one in BASES])))
    method = Method(options.method)
    if options.value and method is not Method.SUPPRESS:
        raise Refused(_("Amounts can be held back; they are not rounded and get no noise here."))
    if method is Method.KEYS and options.protection is not None:
        raise Refused(
            _("--protection is for numbers that are held back or rounded: noise by keys proves none.")
        )
    return Asked(
        file=options.file,
        out=options.out,
        by=by,
        within=_within(options.within, by),
        margins=_some(options.margins),
        sensitive=_some(options.sensitive),
        threshold=options.threshold,
        protection=options.protection,
        zeros=options.zeros,
        value=options.value,
        contributor=options.contributor,
        percent=options.percent,
        dominance=_dominance(options.dominance),
        method=method,
        base=options.base,
        identity=options.id,
        secret=options.secret,
        least_k=options.least_k,
        diverse=_diverse(options.diverse),
        total=options.total,
        columns=columns_of(options.column),
        wanted=wanted_of(options.where),
        meanings=meanings_of(options.read_as),
        seed=options.seed,
        dry_run=options.dry_run,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _some(text: str) -> tuple[str, ...] | None:
    """all: None; none: nothing; else the columns that are named."""
    return None if text == "all" else () if text == "none" else _names(text)


def _within(given: list[str], by: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in given:
        column, equals, group = (part.strip() for part in one.partition("="))
        if not (equals and group and column in by):
            raise Refused(
                _("{option}: write a column of --by, an equals sign, and the column of its groups.").format(
                    option=isolated(f"--within {one}")
                )
            )
        found[column] = group
    return found


def _dominance(given: str) -> tuple[int, float] | None:
    if not given:
        return None
    try:
        number, share = given.split(",")
        return int(number), float(share)
    except ValueError as error:
        says = _("{option}: write how many and what share, as 2,85.")
        raise Refused(says.format(option=isolated(f"--dominance {given}"))) from error


def _diverse(given: str) -> tuple[str, int] | None:
    if not given:
        return None
    column, equals, number = given.partition("=")
    if not (column and equals and number.isdecimal()):
        says = _("{option}: write a column, an equals sign and how many values, as form=2.")
        raise Refused(says.format(option=isolated(f"--diverse {given}")))
    return column, int(number)


def _tell_what_was_read(asked: Asked, found: Read) -> None:
    """Raises Refused where there are too few people for anything to be said."""
    total = float(found.table.values.flat[-1])
    cells = written(found.table.inner.size)
    if asked.value:
        says = _("Read. Total of {column}: {total}. Cells, besides totals: {cells}.")
        tell(says.format(column=isolated(asked.value), total=written(total), cells=cells))
        return
    tell(
        _("Read. People: {people}. Cells, besides totals: {cells}.").format(
            people=written(total), cells=cells
        )
    )
    if found.are_people and not asked.identity:
        tell(
            _("Each line was taken for one person. If somebody can stand in two, say --id COLUMN to see it.")
        )
    if total < asked.threshold:
        says = _("Fewer than {least} people: nothing about so few can be published.")
        raise Refused(says.format(least=written(asked.threshold)))


def _gates(asked: Asked, found: Read) -> None:
    """Says k and l of records, and refuses where less is there than was asked for."""
    if not found.are_people:
        if asked.least_k > 1 or asked.diverse:
            raise Refused(_("--least-k and --diverse look at records with one person a line."))
        return
    seen = anonymity(found.codes, found.secret)
    smallest = ngettext(
        "The smallest group that shares {columns} has {count} person (k).",
        "The smallest group that shares {columns} has {count} people (k).",
        seen.k,
    )
    tell(smallest.format(columns=words.row(asked.by), count=written(seen.k)))
    if seen.k < asked.least_k:
        says = _("k is {found}, less than {least}: use fewer or coarser columns.")
        raise Refused(says.format(found=written(seen.k), least=written(asked.least_k)))
    if asked.diverse and seen.l is not None:
        _refuse_uniform(*asked.diverse, seen.l)


def _refuse_uniform(column: str, least: int, found: int) -> None:
    """Says l, and refuses where a group has fewer values of a column than it should."""
    says = ngettext(
        "The least varied of these groups has {count} value of {column} (l).",
        "The least varied of these groups has {count} values of {column} (l).",
        found,
    )
    tell(says.format(count=written(found), column=isolated(column)))
    if found < least:
        says = _("l of {column} is {found}, less than {least}: use fewer or coarser columns.")
        raise Refused(says.format(column=isolated(column), found=written(found), least=written(least)))


def _unsafe(asked: Asked, found: Read, needs: Needs) -> Iterator[str]:
    """Each unsafe cell and why, the first few of many."""
    yield _how_many_unsafe(int(needs.unsafe.sum()), found.table.values.size)
    for risk, mask in needs.risks.items():
        cells = np.argwhere(mask)
        for cell in cells[:_MOST_TOLD]:
            labels = [axis.labels[code] for axis, code in zip(found.table.axes, cell, strict=True)]
            yield "  " + _unsafe_cell(asked, labels, float(found.table.values[tuple(cell)]), words.risk(risk))
        more = len(cells) - _MOST_TOLD
        if more > 0:
            says = ngettext("… and {count} more: {risk}", "… and {count} more: {risk}", more)
            yield "  " + says.format(count=written(more), risk=words.risk(risk))


def _how_many_unsafe(count: int, cells: int) -> str:
    if not count:
        return _("No cell is unsafe. Cells: {cells}.").format(cells=written(cells))
    says = ngettext("{count} of {cells} cells is unsafe:", "{count} of {cells} cells are unsafe:", count)
    return says.format(count=written(count), cells=written(cells))


def _unsafe_cell(asked: Asked, labels: Sequence[str], value: float, risk: str) -> str:
    cell = words.row([words.label(one, asked.total) for one in labels])
    if asked.value:
        says = _("{cell}: {amount} of {column}: {risk}")
        return says.format(cell=cell, amount=short_number(value), column=isolated(asked.value), risk=risk)
    says = ngettext("{cell}: {count} person: {risk}", "{cell}: {count} people: {risk}", int(value))
    return says.format(cell=cell, count=short_number(value), risk=risk)


def _loss(asked: Asked, found: Read, needs: Needs, published: Published) -> str:
    if asked.method is not Method.SUPPRESS:
        moved = np.abs(published.table.values - found.table.values)
        says = _("Numbers move by {mean} on average, {most} at most.")
        return says.format(mean=written(moved.mean(), decimals=2), most=short_number(moved.max()))
    inner = tuple(slice(axis.parts) for axis in found.table.axes)
    gone = float(found.table.values[inner][published.hidden[inner]].sum())
    share = percent(gone / max(float(found.table.values.flat[-1]), 1e-9), decimals=1)
    unsafe, others = written(int(needs.unsafe.sum())), written(published.complements)
    if asked.value:
        says = _(
            "Held back. Unsafe cells: {unsafe}. More to protect them: {others}. In inner cells that are not "
            "shown: {share} of {column}."
        )
        return says.format(unsafe=unsafe, others=others, share=share, column=isolated(asked.value))
    says = _(
        "Held back. Unsafe cells: {unsafe}. More to protect them: {others}. In inner cells that are not "
        "shown: {share} of all people."
    )
    return says.format(unsafe=unsafe, others=others, share=share)
