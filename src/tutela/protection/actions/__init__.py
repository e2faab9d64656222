"""What is written in a case, by topic."""

from tutela.protection.actions.cases import (
    CaseFacts,
    CaseIsClosed,
    CaseIsOpen,
    ConsentMissing,
    Intake,
    change_case,
    close_case,
    open_case,
    reopen_case,
)
from tutela.protection.actions.glass import ReviewedByThemselves, break_glass, review_glass
from tutela.protection.actions.stages import (
    after_consent_withdrawn,
    after_decision_requested,
    after_negative_grounds,
    after_positive_grounds,
    after_screening,
)
from tutela.protection.actions.team import (
    CannotSeeFiles,
    InConflict,
    LastColleague,
    assign,
    declare_conflict,
    unassign,
)
from tutela.protection.actions.work import add_note, add_task, finish_task, meet_need, note_need

__all__ = [
    "CannotSeeFiles",
    "CaseFacts",
    "CaseIsClosed",
    "CaseIsOpen",
    "ConsentMissing",
    "InConflict",
    "Intake",
    "LastColleague",
    "ReviewedByThemselves",
    "add_note",
    "add_task",
    "after_consent_withdrawn",
    "after_decision_requested",
    "after_negative_grounds",
    "after_positive_grounds",
    "after_screening",
    "assign",
    "break_glass",
    "change_case",
    "close_case",
    "declare_conflict",
    "finish_task",
    "meet_need",
    "note_need",
    "open_case",
    "reopen_case",
    "review_glass",
    "unassign",
]
