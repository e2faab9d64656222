"""Words for what pages of a case show in codes: the kinds of deadlines, and the tones of danger and stage."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.foundation.clocks.models import Clock
from tutela.protection.models import Danger, Stage
from tutela.rights import queries, shelf, timing

CLOCK_KINDS: dict[str, Promise] = {
    "grounds": _("Decision of the authority"),
    "recovery": _("End of the recovery period"),
    "referral": _("Answer to a referral"),
}
RIGHT_CLOCKS: dict[str, Promise] = {
    timing.DEADLINE: _("To be given: %(right)s"),
    timing.PROTECTION: _("Comes to its end: %(right)s"),
    timing.REMEDY: _("Last day to challenge: %(right)s"),
    timing.SUSPENSION: _("End of the suspension: %(right)s"),
}
OTHER_CLOCK = _("A legal deadline")

DANGER_TONES = {Danger.HIGH: "danger", Danger.MEDIUM: "warn", Danger.LOW: "good", Danger.UNKNOWN: "neutral"}
STAGE_TONES = {Stage.WAITING: "warn", Stage.RECOVERY: "good", Stage.SUPPORT: "good", Stage.CLOSED: "neutral"}


def clock_words(clock: Clock) -> Promise | str:
    """What a deadline is for: a right by its title in the library of law, or the kind of decision."""
    if clock.kind in timing.KINDS:
        try:
            entry = shelf.entry(clock.source)
        except shelf.NoSuchEntry:  # the library of today has it no longer
            return OTHER_CLOCK
        return str(RIGHT_CLOCKS[clock.kind]) % {"right": queries.title_of(entry.right or entry.id)}
    return CLOCK_KINDS.get(clock.kind, OTHER_CLOCK)


def danger_tone(danger: str) -> str:
    return DANGER_TONES.get(Danger(danger), "neutral")


def stage_tone(stage: str) -> str:
    return STAGE_TONES.get(Stage(stage), "calm")
