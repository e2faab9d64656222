"""What is written about a person: who they are, what they agreed to, the papers in their file."""

from tutela.people.actions.consent import ConsentAnswer, NotForAnAdult, record_consent
from tutela.people.actions.documents import add_document
from tutela.people.actions.persons import change_person, erase_person, index_again, open_person
from tutela.people.details import PersonDetails

__all__ = [
    "ConsentAnswer",
    "NotForAnAdult",
    "PersonDetails",
    "add_document",
    "change_person",
    "erase_person",
    "index_again",
    "open_person",
    "record_consent",
]
