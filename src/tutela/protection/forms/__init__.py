"""Forms of a case."""

from tutela.protection.forms.cases import (
    ChangeCaseForm,
    CloseForm,
    FilterForm,
    NewCaseForm,
    ReopenForm,
)
from tutela.protection.forms.team import AssignForm, BreakGlassForm, CalledForm, ConflictForm
from tutela.protection.forms.work import NeedForm, NoteForm, TaskForm

__all__ = [
    "AssignForm",
    "BreakGlassForm",
    "CalledForm",
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
