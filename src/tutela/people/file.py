"""What the person's own stage offers on every page of a file: tabs, and facts beside the pseudonym."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people import pathway
from tutela.people.choices import language_name
from tutela.people.details import is_treated_as_child
from tutela.people.models import AgeGroup, Person

TABS = (
    ("person", _("The person"), "person", Section.SUMMARY, 20),
    ("consent", _("Consent"), "consent", Section.CONSENT, 30),
    ("documents", _("Papers"), "documents", Section.DOCUMENTS, 80),
    ("timeline", _("What happened"), "timeline", Section.TIMELINE, 90),
)


def register() -> None:
    """Called from AppConfig.ready."""
    for key, label, url_name, section, order in TABS:
        pathway.offer_tab(
            pathway.FileTab(key, label, url_name, section, Permission.CASE_READ, Purpose.CARE, order)
        )
    pathway.offer_header(header, section=Section.SUMMARY)


def header(person: Person) -> Iterator[pathway.HeaderFact]:
    """Language, with or without an interpreter, and childhood where it matters."""
    if is_treated_as_child(person):
        yield pathway.HeaderFact(_("Age"), AgeGroup(person.age_group).label, "warn")
    language = capfirst(language_name(person.language))
    if person.needs_interpreter:
        words = _("%(language)s, with an interpreter") % {"language": language}
        yield pathway.HeaderFact(_("Language"), words, "calm")
    else:
        yield pathway.HeaderFact(_("Language"), language)
