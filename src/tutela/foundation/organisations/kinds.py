"""The kinds of organisation that meet along the pathway, and the room each one belongs to."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    SERVICE_PROVIDER = "service_provider", _("Service provider")
    COMPETENT_AUTHORITY = "competent_authority", _("Competent authority")
    POLICE = "police", _("Police")
    PROSECUTION = "prosecution", _("Prosecution")
    COURT_LIAISON = "court_liaison", _("Court liaison")
    HEALTH = "health", _("Health service")
    LABOUR_INSPECTORATE = "labour_inspectorate", _("Labour inspectorate")
    HOTLINE = "hotline", _("Hotline")
    CONSULATE = "consulate", _("Consulate")
    INTERNATIONAL = "international", _("International organisation")
    STATISTICS_OFFICE = "statistics_office", _("Statistics office")
    RAPPORTEUR = "rapporteur", _("National rapporteur")
    COMPANY = "company", _("Company")


class Compartment(TextChoices):
    """Protection and enforcement are separate rooms: help never depends on talking to police."""

    PROTECTION = "protection", _("Protection")
    DECISION = "decision", _("Identification decisions")
    ENFORCEMENT = "enforcement", _("Enforcement")
    OUTSIDE = "outside", _("Outside case work")


_COMPARTMENTS = {
    Kind.SERVICE_PROVIDER: Compartment.PROTECTION,
    Kind.HEALTH: Compartment.PROTECTION,
    Kind.HOTLINE: Compartment.PROTECTION,
    Kind.INTERNATIONAL: Compartment.PROTECTION,
    Kind.CONSULATE: Compartment.PROTECTION,
    Kind.COMPETENT_AUTHORITY: Compartment.DECISION,
    Kind.POLICE: Compartment.ENFORCEMENT,
    Kind.PROSECUTION: Compartment.ENFORCEMENT,
    Kind.COURT_LIAISON: Compartment.ENFORCEMENT,
    Kind.LABOUR_INSPECTORATE: Compartment.ENFORCEMENT,
    Kind.STATISTICS_OFFICE: Compartment.OUTSIDE,
    Kind.RAPPORTEUR: Compartment.OUTSIDE,
    Kind.COMPANY: Compartment.OUTSIDE,
}


def compartment_of(kind: str) -> Compartment:
    return _COMPARTMENTS[Kind(kind)]
