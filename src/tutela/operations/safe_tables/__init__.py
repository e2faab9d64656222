"""`tutela check-tables`: says what in a table is unsafe and why, and writes one that may be published."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Iterator

import numpy as np

from tutela.engines.disclosure import BASES, BadTable, CannotProtect, Needs, NoAnswer, anonymity
from tutela.operations.refusals import Refused
from tutela.operations.reports.tables import columns_of, meanings_of, wanted_of
from tutela.operations.safe_tables import report, words
from tutela.operations.safe_tables.asked import Asked, Method
from tutela.operations.safe_tables.protecting import Published, needs_of, protect
from tutela.operations.safe_tables.protecting import to_terminal as _tell
from tutela.operations.safe_tables.reading import Read, read

__all__ = ["Asked", "Method", "asked_of", "run"]

_MOST_TOLD = 20


def run(asked: Asked) -> int:
    """Reads, says what is unsafe, protects, writes. What is unsafe is said at the terminal only."""
    found = read(asked)
    table = found.table
    number = float(table.values.flat[-1])
    _tell(f"Read {number:,.0f} {asked.value or 'people'} in {table.inner.size:,} cells and their totals.")
    if found.are_people and not asked.identity:
        _tell("Each line was taken for one person. If somebody can stand in two, say --id COLUMN to see it.")
    if not asked.value and number < asked.threshold:
        raise Refused(f"Fewer than {asked.threshold} people: nothing about so few can be published.")
    _gates(asked, found)
    seed = secrets.randbits(64) if asked.seed is None else asked.seed
    try:
        needs = needs_of(asked, found)
        for line in _unsafe(asked, found, needs):
            print(line)
        published = protect(asked, found, needs, chance=np.random.default_rng(seed), tell=_tell)
    except (BadTable, CannotProtect, NoAnswer) as problem:
        raise Refused(str(problem)) from problem
    _tell(_loss(asked, found, needs, published))
    if asked.method is Method.ROUND:
        _tell(f"Seed {seed}: keep it as secret as the data. Who knows it can undo some of the rounding.")
    if asked.dry_run:
        print("Everything can be used. Nothing was written: this was a dry run.")
        return 0
    for path in report.write(asked, published):
        print(path)
    return 0


def asked_of(options: argparse.Namespace) -> Asked:
    """The command line, as `tutela.cli` lets it be written."""
    by = _names(options.by)
    if not by:
        raise Refused("Say what people are told apart by: --by A,B names columns of the file.")
    if len(set(by)) < len(by):
        raise Refused("--by names a column twice.")
    if options.threshold < 2 or (options.protection is not None and options.protection < 1):
        raise Refused("--threshold is 2 or more, --protection 1 or more.")
    if options.base not in BASES:
        raise Refused(f"--base is one of {', '.join(map(str, BASES))}.")
    method = Method(options.method)
    if options.value and method is not Method.SUPPRESS:
        raise Refused("Amounts can be held back; they are not rounded and get no noise here.")
    if method is Method.KEYS and options.protection is not None:
        raise Refused("--protection is for numbers that are held back or rounded: noise by keys proves none.")
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
                f"--within {one}: write a column of --by, an equals sign, and the column of its groups."
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
        raise Refused(f"--dominance {given}: write how many and what share, as 2,85.") from error


def _diverse(given: str) -> tuple[str, int] | None:
    if not given:
        return None
    column, equals, number = given.partition("=")
    if not (column and equals and number.isdecimal()):
        raise Refused(f"--diverse {given}: write a column, an equals sign and how many values, as form=2.")
    return column, int(number)


def _gates(asked: Asked, found: Read) -> None:
    """Says k and l of records, and refuses where less is there than was asked for."""
    if not found.are_people:
        if asked.least_k > 1 or asked.diverse:
            raise Refused("--least-k and --diverse look at records with one person a line.")
        return
    seen = anonymity(found.codes, found.secret)
    _tell(f"The smallest group that shares {', '.join(asked.by)} has {seen.k:,} people (k).")
    if seen.k < asked.least_k:
        raise Refused(f"k is {seen.k}, less than {asked.least_k}: use fewer or coarser columns.")
    if asked.diverse and seen.l is not None:
        column, least = asked.diverse
        _tell(f"The least varied of these groups has {seen.l:,} values of {column} (l).")
        if seen.l < least:
            raise Refused(f"l of {column} is {seen.l}, less than {least}: use fewer or coarser columns.")


def _unsafe(asked: Asked, found: Read, needs: Needs) -> Iterator[str]:
    """Each unsafe cell and why, the first few of many."""
    number = int(needs.unsafe.sum())
    yield f"{number:,} of {found.table.values.size:,} cells are unsafe{':' if number else '.'}"
    for risk, mask in needs.risks.items():
        cells = np.argwhere(mask)
        for cell in cells[:_MOST_TOLD]:
            labels = [axis.labels[code] for axis, code in zip(found.table.axes, cell, strict=True)]
            value = found.table.values[tuple(cell)]
            yield f"  {', '.join(labels)}: {value:,g} {asked.value or 'people'}: {words.RISKS[risk]}"
        if len(cells) > _MOST_TOLD:
            yield f"  … and {len(cells) - _MOST_TOLD:,} more: {words.RISKS[risk]}"


def _loss(asked: Asked, found: Read, needs: Needs, published: Published) -> str:
    if asked.method is not Method.SUPPRESS:
        moved = np.abs(published.table.values - found.table.values)
        return f"Numbers move by {moved.mean():.2f} on average, {moved.max():g} at most."
    inner = tuple(slice(axis.parts) for axis in found.table.axes)
    gone = float(found.table.values[inner][published.hidden[inner]].sum())
    share = gone / max(float(found.table.values.flat[-1]), 1e-9)
    return (
        f"Held back: {int(needs.unsafe.sum()):,} unsafe cells and {published.complements:,} more to protect"
        f" them; {share:.1%} of {asked.value or 'people'} are in inner cells that are not shown."
    )
