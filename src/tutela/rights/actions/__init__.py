"""Writes down what is due to a person, starts its clocks, and follows each right to its end."""

from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.clocks.actions import NoExtension
from tutela.rights.actions.answers import answer_questions
from tutela.rights.actions.late import mark_breached, mark_run_out, see_breaches
from tutela.rights.actions.life import (
    BeyondTheLaw,
    DayMissing,
    NotInThisFile,
    ReasonMissing,
    confirm_lapsed,
    extend_right,
    follow_right,
    look_at_end,
)
from tutela.rights.actions.sync import end_at_erasure, look_through, sync_at_milestone, sync_rights
from tutela.rights.life import NotPossible
from tutela.rights.steps import Given

__all__ = [
    "BeyondTheLaw",
    "ChangedMeanwhile",
    "DayMissing",
    "Given",
    "NoExtension",
    "NotInThisFile",
    "NotPossible",
    "ReasonMissing",
    "answer_questions",
    "confirm_lapsed",
    "end_at_erasure",
    "extend_right",
    "follow_right",
    "look_at_end",
    "look_through",
    "mark_breached",
    "mark_run_out",
    "see_breaches",
    "sync_at_milestone",
    "sync_rights",
]
