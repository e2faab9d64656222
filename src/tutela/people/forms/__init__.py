"""Forms about a person."""

from tutela.people.forms.consent import AnswerFields, ConsentForm
from tutela.people.forms.details import ChangePersonForm, DetailsFields, EraseForm
from tutela.people.forms.documents import DocumentForm

__all__ = ["AnswerFields", "ChangePersonForm", "ConsentForm", "DetailsFields", "DocumentForm", "EraseForm"]
