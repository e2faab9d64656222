"""What each consent means, in the words that are read to a person; a change of words is a new version."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.people.models import ConsentScope

TEXT_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The question, what a yes allows, and what a no or a change of mind leads to."""

    scope: ConsentScope
    question: Promise
    meaning: Promise
    without: Promise


TEXTS: dict[ConsentScope, ConsentText] = {
    text.scope: text
    for text in (
        ConsentText(
            ConsentScope.KEEP_FILE,
            _("May we keep a file about you?"),
            _(
                "We write down what you tell us and what we do for you. It is locked. Only the people who"
                " work with you can open it, and every look leaves a mark that you can ask about."
            ),
            _(
                "Without this we keep nothing and can still give you advice today. If you change your mind"
                " later, a colleague is asked at once to close or erase the file with you."
            ),
        ),
        ConsentText(
            ConsentScope.REFER,
            _("May we ask another service to help you?"),
            _(
                "We may tell a shelter, a doctor or a lawyer what they need to know to help you. Each time we"
                " ask you first whom we tell and what we tell them."
            ),
            _(
                "Without this we tell no other service. If you change your mind, what they can see"
                " ends at once."
            ),
        ),
        ConsentText(
            ConsentScope.REQUEST_DECISION,
            _("May we ask the authority to recognise you as a victim?"),
            _(
                "The authority reads a short statement and decides within days. A yes from them can give you"
                " time to recover, support and the right to stay for that time."
            ),
            _(
                "Without this we do not ask. You still get help from us. What was already sent cannot be"
                " unread, but we can take the request back while it is not decided."
            ),
        ),
        ConsentText(
            ConsentScope.CONTACT,
            _("May we contact you in the way you said?"),
            _("We use only the way, the hours and the code word that you gave us."),
            _("Without this we do not call or write. You come to us when you want to."),
        ),
        ConsentText(
            ConsentScope.STATISTICS,
            _("May we count you in statistics, without your name?"),
            _(
                "Numbers show how many people need help and whether states keep their word. Nobody can"
                " find you in them."
            ),
            _("Without this you are left out of what we publish. Nothing else changes."),
        ),
    )
}
