"""Whether a question may be answered: rules of the answering side alone, none about whom it is asked.

Guessing is possible only online, one question at a time, and so these limits are what bounds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tutela.engines.matching.messages import Purpose, Question, Why

__all__ = ["Counted", "Limits", "refuses"]

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one agency that asks another. `clock`: seconds that two clocks may differ by."""

    a_day: int = 50
    a_month: int = 500
    caseworker_a_day: int = 5
    person_days: int = 90
    canary_hits: int = 2
    clock: int = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A question that was answered before."""

    at: datetime
    number: bytes
    caseworker: bytes
    subject: bytes


def refuses(
    question: Question,
    *,
    at: datetime,
    limits: Limits,
    past: Iterable[Counted],
    profile: bytes,
    table: bytes,
    purposes: Collection[Purpose],
) -> Why:
    """Why a question is refused, or Why.ANSWERED. `past`: what was answered; a day is one of UTC."""
    before = list(past)
    return _unfit(question, at, limits, profile, table, purposes) or _too_many(question, at, limits, before)


def _unfit(
    question: Question,
    at: datetime,
    limits: Limits,
    profile: bytes,
    table: bytes,
    purposes: Collection[Purpose],
) -> Why:
    if question.profile != profile:
        return Why.PROFILE
    if question.table != table:
        return Why.TABLE
    if abs(at.timestamp() - question.at) > limits.clock:
        return Why.CLOCK
    if question.purpose not in purposes:
        return Why.PURPOSE
    today = at.astimezone(UTC).date()
    if question.consent_until < (today - _EPOCH).days or not any(question.consent):
        return Why.CONSENT
    return Why.ANSWERED


def _too_many(question: Question, at: datetime, limits: Limits, before: list[Counted]) -> Why:
    today = at.astimezone(UTC).date()
    days = [one.at.astimezone(UTC).date() for one in before]
    if any(one.number == question.number for one in before):
        return Why.REPLAY
    if sum(day == today for day in days) >= limits.a_day:
        return Why.DAY
    if sum((day.year, day.month) == (today.year, today.month) for day in days) >= limits.a_month:
        return Why.MONTH
    mine = sum(
        day == today and one.caseworker == question.caseworker for day, one in zip(days, before, strict=True)
    )
    if mine >= limits.caseworker_a_day:
        return Why.CASEWORKER
    since = at - timedelta(days=limits.person_days)
    if any(one.subject == question.subject and one.at > since for one in before):
        return Why.PERSON
    return Why.ANSWERED
