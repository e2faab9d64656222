"""The life of a right as a table: which step leads where, and who may take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tutela.rights.models import Reason, RightStatus, StepKind

S, K = RightStatus, StepKind

BACK: Final = None
"""Where it came from: the status before a suspension, or the refusal that was challenged."""

_ALWAYS: Final = {K.ENDED: S.ENDED, K.CONFIRMED: S.NOT_DUE, K.CLOSED: S.NOT_DUE}
_GIVEN: Final = {K.DELIVERED: S.DELIVERED, K.FULFILLED: S.DELIVERED}
_WAITING: Final = {
    **_GIVEN,
    K.REFUSED: S.REFUSED,
    K.SUSPENDED: S.SUSPENDED,
    **_ALWAYS,
    K.BREACHED: S.BREACHED,
}

MOVES: Final[Mapping[RightStatus, Mapping[StepKind, RightStatus | None]]] = {
    S.DUE: {K.REQUESTED: S.REQUESTED, K.GRANTED: S.GRANTED, **_WAITING},
    S.REQUESTED: {K.GRANTED: S.GRANTED, **_WAITING},
    S.GRANTED: _WAITING,
    # What was given can stop: then it is asked for again, refused, or suspended.
    S.DELIVERED: {
        K.REQUESTED: S.REQUESTED,
        K.REFUSED: S.REFUSED,
        K.SUSPENDED: S.SUSPENDED,
        **_ALWAYS,
        K.DUE: S.DUE,
    },
    S.REFUSED: {K.CHALLENGED: S.CHALLENGED, K.GRANTED: S.GRANTED, **_GIVEN, **_ALWAYS},
    S.CHALLENGED: {K.WON: S.DUE, K.LOST: BACK, **_GIVEN, **_ALWAYS},
    S.SUSPENDED: {K.RESUMED: BACK, **_GIVEN, K.REFUSED: S.REFUSED, **_ALWAYS},
    S.BREACHED: {
        K.REQUESTED: S.REQUESTED,
        K.GRANTED: S.GRANTED,
        **_GIVEN,
        K.REFUSED: S.REFUSED,
        **_ALWAYS,
    },
    S.ENDED: {K.TAKEN_UP: S.DUE, K.CHALLENGED: S.CHALLENGED, K.CLOSED: S.NOT_DUE},
    S.NOT_DUE: {K.DUE: S.DUE, K.FULFILLED: S.DELIVERED},
}
"""From each status, what each step leads to, in the order in which people choose. Others are not possible."""

BY_LAW: Final = frozenset({K.DUE, K.BREACHED, K.FULFILLED, K.CONFIRMED, K.CLOSED})
"""Steps of the law, of the sweep of clocks, or with an action of their own: nobody picks them from a list."""

WAITING: Final = (S.DUE, S.REQUESTED, S.GRANTED)
"""Not given yet: a promise is not the thing. Here a deadline runs."""

PROTECTED: Final = (*WAITING, S.DELIVERED, S.SUSPENDED, S.BREACHED)
"""Where the time of a protection runs."""

SETTLED: Final = frozenset({S.DELIVERED, S.REFUSED, S.ENDED, S.NOT_DUE})
"""Where what was not given in time is no longer waited for. That it was late stays on record."""

OVER: Final = frozenset({S.ENDED, S.NOT_DUE})

NEEDS_A_NOTE: Final = frozenset({K.REFUSED, K.SUSPENDED, K.ENDED, K.TAKEN_UP})
"""Decisions that take something away, or undo that: without a reason nobody can challenge them."""

NEEDS_A_DAY: Final = frozenset({K.REFUSED, K.CHALLENGED, K.ENDED})
"""Steps whose day counts: a time limit may run from it."""

NEEDS_A_REASON: Final = frozenset({K.SUSPENDED, K.ENDED})

NOT_THE_STATES: Final = frozenset({Reason.OWN_WISH, Reason.LEFT})
"""Ends that no authority decided, so that there is nothing to challenge."""


class NotPossible(Exception):
    """A right in this status does not take this step."""


def after(status: str, kind: StepKind, *, before: str = "") -> RightStatus:
    """Where a step leads from `status`. Raises NotPossible."""
    try:
        to = MOVES[RightStatus(status)][kind]
    except KeyError as unknown:
        raise NotPossible from unknown
    return RightStatus(before) if to is BACK else to


def choices(status: str) -> list[StepKind]:
    """What a person may write down next."""
    return [kind for kind in MOVES[RightStatus(status)] if kind not in BY_LAW]
