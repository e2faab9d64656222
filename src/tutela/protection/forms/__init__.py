"""Forms of a case."""

from tutela.protection.forms.cases import (
    ChangeCaseForm,
    CloseForm,
    FilterForm,
    NewCaseForm,
    ReopenForm,
)
from tutela.protection.forms.team import AssignForm, BreakGlassForm, ConflictForm
from tutela.protection.forms.work import NeedForm, NoteForm, TaskForm

__all__ = [
    "AssignForm",
    "BreakGlassForm",
    "ChangeCaseForm",
    "CloseForm",
    "ConflictForm",
    "FilterForm",
    "NeedForm",
    "NewCaseForm",
    "NoteForm",
    "ReopenForm",
    "TaskForm",
]
