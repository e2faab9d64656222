"""What the law gives this person, followed until it is delivered, refused, ended or breached."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tutela.foundation.clocks.models import Clock
from tutela.foundation.organisations.models import User
from tutela.foundation.vault.fields import SealedField
from tutela.people.models import PersonRecord
from tutela.rights.changes.models import LawChange, LawEdition, LawEffect, LawFile, LawPass

__all__ = ["LawChange", "LawEdition", "LawEffect", "LawFile", "LawPass"]


class RightStatus(models.TextChoices):
    """Where a right stands. What leads from one to the other is in `life.py`."""

    DUE = "due", _("Due")
    REQUESTED = "requested", _("Requested")
    GRANTED = "granted", _("Granted")
    DELIVERED = "delivered", _("Delivered")
    REFUSED = "refused", _("Refused")
    CHALLENGED = "challenged", _("Refusal challenged")
    SUSPENDED = "suspended", _("Suspended")
    BREACHED = "breached", _("Not given in time")
    ENDED = "ended", _("Ended early")
    NOT_DUE = "not_due", _("No longer due")


class StepKind(models.TextChoices):
    """What happened to a right."""

    DUE = "due", _("The law gives it")
    REQUESTED = "requested", _("It was asked for")
    GRANTED = "granted", _("It was promised or granted")
    DELIVERED = "delivered", _("The person has received it")
    REFUSED = "refused", _("It was refused")
    CHALLENGED = "challenged", _("The refusal was challenged")
    WON = "won", _("The challenge was won: it is due again")
    LOST = "lost", _("The challenge was lost")
    SUSPENDED = "suspended", _("It was suspended")
    RESUMED = "resumed", _("It goes on after a suspension")
    EXTENDED = "extended", _("Its time was extended")
    ENDED = "ended", _("It was ended early")
    TAKEN_UP = "taken_up", _("It was taken up again")
    BREACHED = "breached", _("It was not given in time")
    SEEN = "seen", _("Somebody looked at what was not given in time")
    RAN_OUT = "ran_out", _("A time that was limited came to its end")
    LOOKED = "looked", _("Somebody looked at that end")
    FULFILLED = "fulfilled", _("What is known shows that it was given")
    MOVED = "moved", _("It has another last day")
    LAPSED = "lapsed", _("The law no longer gives it, as far as is known")
    FOUNDED = "founded", _("The law gives it after all")
    CONFIRMED = "confirmed", _("Somebody confirmed that it is no longer due")
    CLOSED = "closed", _("The person was erased")


class Reason(models.TextChoices):
    """Why a right was suspended or ended. Whoever writes it down says more in a note."""

    OWN_WISH = "own_wish", _("The person wishes it so")
    LEFT = "left", _("The person left the country")
    REVOKED = "revoked", _("The authority took its decision back")
    PUBLIC_ORDER = "public_order", _("The authority says: public order")
    IMPROPER_CLAIM = "improper_claim", _("The authority says: victim status is claimed improperly")
    OTHER = "other", _("Something else")


class Lapse(models.TextChoices):
    """Why the law would no longer give a right. Until a person has confirmed it, nothing is taken away."""

    FACTS = "facts", _("What is known has changed")
    LAW = "law", _("The law has changed")
    PLACE = "place", _("The case now lies in another country")


class Look(models.TextChoices):
    """A time that was limited has come to its end, and somebody has to look."""

    PROTECTION = "protection", _("The time of this protection has come to its end")
    SUSPENSION = "suspension", _("The suspension has come to its end")
    REMEDY = "remedy", _("The time to challenge the refusal has run out")


class Right(PersonRecord):
    """One right of one person under the law of one state.

    `right` is its id in the library of law (safe-housing), or that of an entry that belongs to no right.
    `bases` are the entries that give it, best first, as last worked out. `before` is where a suspension or a
    lost challenge leads back to. `decided_on` is the day of the refusal or of the early end."""

    right = models.CharField(max_length=48)
    country = models.CharField(max_length=2)
    status = models.CharField(max_length=12, choices=RightStatus.choices, default=RightStatus.DUE)
    bases = models.JSONField(default=list, blank=True)
    due_since = models.DateField()
    before = models.CharField(max_length=12, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    by_facts = models.BooleanField(default=False)
    lapse = models.CharField(max_length=8, blank=True, choices=Lapse.choices)
    lapsed_on = models.DateField(null=True, blank=True)
    look = models.CharField(max_length=12, blank=True, choices=Look.choices)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "right", "country"], name="right_once_per_person"),
            models.CheckConstraint(
                condition=models.Q(status__in=RightStatus.values), name="right_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(lapsed_on__isnull=True, lapse="")
                | (models.Q(lapsed_on__isnull=False) & ~models.Q(lapse="")),
                name="right_lapsed_on_and_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["suspended", "challenged"]) | ~models.Q(before=""),
                name="right_knows_the_way_back",
            ),
        ]


class RightStep(PersonRecord):
    """One step in the life of a right, with its evidence. Never edited.

    `status` is where it stood afterwards; `on_day` the day of a decision, or to which something lasts."""

    right = models.ForeignKey(Right, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=StepKind.choices)
    status = models.CharField(max_length=12, choices=RightStatus.choices)
    reason = models.CharField(max_length=16, blank=True, choices=Reason.choices)
    on_day = models.DateField(null=True, blank=True)
    note = SealedField()
    document_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class RightBreach(PersonRecord):
    """A right that was not given in time. It stays, whatever happens to the right and to the case.

    It waits for a person until it is seen, and is open until the right is given, refused or at its end."""

    right = models.ForeignKey(Right, on_delete=models.PROTECT, related_name="breaches")
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="+")
    missed_at = models.DateTimeField()
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seen_at__isnull=True, seen_by__isnull=True)
                | models.Q(seen_at__isnull=False, seen_by__isnull=False),
                name="breach_seen_at_and_by",
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "missed_at"],
                condition=models.Q(seen_at__isnull=True) | models.Q(settled_at__isnull=True),
                name="breach_that_waits",
            )
        ]


class RightsLook(PersonRecord):
    """When one colleague last went through what had changed in the rights of a person."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "user"], name="one_look_per_colleague")]
