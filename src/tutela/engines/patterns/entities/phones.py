"""Telephone numbers: our own reading proposes, the rules of the world's numbering plans decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import phonenumbers

from tutela.engines.patterns.entities.digits import Run, runs
from tutela.engines.patterns.entities.kinds import Entity, Kind

NOT_VALIDATED = "not validated"
_LENGTHS = range(7, 16)
_LIKELY = range(9, 13)
"""Digits of a number that no plan confirms, kept only as `NOT_VALIDATED`."""


def phones(text: str, *, regions: Sequence[str]) -> list[Entity]:
    """Numbers in `text`, as E.164 where a numbering plan knows them, else their digits.

    `regions` are ISO 3166-1 codes whose national numbers are tried, in order; numbers that begin with + or 00
    need none.
    """
    return [one for run in runs(text) for one in _numbers(run, tuple(regions))]


def _numbers(run: Run, regions: tuple[str, ...]) -> Iterator[Entity]:
    """Longest numbers first, from the left: two numbers side by side are told apart by what is valid."""
    groups, at = run.groups, 0
    rest: list[tuple[str, int, int]] = []
    while at < len(groups):
        found = _longest(groups[at:], regions, plus=run.international and at == 0)
        if found is None:
            rest.append(groups[at])
            at += 1
            continue
        number, region, used = found
        start = run.start if at == 0 else groups[at][1]
        yield Entity(Kind.PHONE, number, start, groups[at + used - 1][2], run.obscured, detail=region)
        at += used
    if len(rest) == len(groups):
        yield from _unconfirmed(run)


def _longest(
    groups: Sequence[tuple[str, int, int]], regions: tuple[str, ...], *, plus: bool
) -> tuple[str, str, int] | None:
    for used in range(len(groups), 0, -1):
        digits = "".join(group[0] for group in groups[:used])
        if len(digits) in _LENGTHS or plus:
            found = _valid(digits, regions, plus)
            if found is not None:
                return *found, used
    return None


def _unconfirmed(run: Run) -> Iterator[Entity]:
    digits = "".join(group[0] for group in run.groups)
    if len(digits) in _LIKELY:
        yield Entity(
            Kind.PHONE, digits, run.groups[0][1], run.groups[-1][2], run.obscured, detail=NOT_VALIDATED
        )


@lru_cache(maxsize=65_536)
def _valid(digits: str, regions: tuple[str, ...], plus: bool) -> tuple[str, str] | None:
    """(E.164, region) of the first plan in which these digits are a number in use."""
    written = "+" + digits.removeprefix("00") if plus else digits
    for region in (None,) if plus else regions:
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return e164, phonenumbers.region_code_for_number(number) or region or ""
    return None
