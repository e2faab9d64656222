"""The one thing to do next in a file."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.people.models import ConsentScope
from tutela.people.queries import ConsentState
from tutela.protection.models import Case, CaseStatus, Stage


@dataclass(frozen=True, slots=True)
class NextStep:
    """`url_name` takes the person's id; `icon` is one of the page's set."""

    title: Promise
    why: Promise
    label: Promise | str
    url_name: str
    icon: str = "forward"
    tone: str = "calm"


CLOSED = NextStep(
    _("This case is closed"),
    _("Nothing is due. It can be opened again."),
    _("Open it again"),
    "case-reopen",
    "folder",
    "neutral",
)
END_FILE = NextStep(
    _("The person no longer wants this file"),
    _("Talk with them, then close or erase it."),
    _("See the tasks"),
    "tasks",
    "alert",
    "danger",
)
SCREEN = NextStep(
    _("Screen together"),
    _("A screening with published indicators shows what may have happened. It decides nothing by itself."),
    _("Go to screening"),
    "screening",
    "search",
)
ASK_CONSENT = NextStep(
    _("Ask whether the authority may be asked"),
    _("Recognition can give the person time to recover and support. They decide."),
    _("Go to consent"),
    "consent",
    "heart",
)
REQUEST = NextStep(
    _("Ask the authority for its decision"),
    _("The person agreed, and a screening is there to send."),
    _("Go to the decision"),
    "decision",
    "scales",
)
WAIT = NextStep(
    _("The authority decides"),
    _("Its time is counted. Meanwhile help goes on."),
    _("See the decision"),
    "decision",
    "clock",
)
RECOVER = NextStep(
    _("Time to recover"),
    _("Nobody may press the person to anything. See what the law gives them now, and by when."),
    _("Go to rights"),
    "rights",
    "shield",
)
SUPPORT = NextStep(
    _("Support goes on"),
    _("See which rights are still open, and who can help."),
    _("Go to rights"),
    "rights",
    "heart",
)


def next_step(case: Case, consents: list[ConsentState]) -> NextStep:
    """From the stage and from what the person agreed to."""
    given = {state.scope: state for state in consents}
    if case.status == CaseStatus.CLOSED:
        return CLOSED
    if given[ConsentScope.KEEP_FILE].is_withdrawn:
        return END_FILE
    if case.stage == Stage.INTAKE:
        return SCREEN
    if case.stage == Stage.SCREENING:
        return REQUEST if given[ConsentScope.REQUEST_DECISION].is_given else ASK_CONSENT
    return {Stage.WAITING: WAIT, Stage.RECOVERY: RECOVER}.get(Stage(case.stage), SUPPORT)
