"""Who the person is: the name and the safe way to reach them appear only on request, on record."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tutela.engines.names import is_suspicious
from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.access.models import Section
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.forms import in_words
from tutela.foundation.roles import Permission
from tutela.foundation.vault.fields import reveal_many
from tutela.people import actions
from tutela.people.access import PersonFile, file_for
from tutela.people.choices import country_name, language_name
from tutela.people.details import details_of
from tutela.people.forms import ChangePersonForm, EraseForm
from tutela.people.models import ContactChannel

NAME = ("real_name", "date_of_birth")
CONTACT = ("contact_address", "contact_rules", "code_word")


def _open(
    request: StaffRequest, person_id: UUID, permission: Permission, section: Section = Section.SUMMARY
) -> PersonFile:
    return file_for(
        request.actor, person_id, permission, section=section, purpose=Purpose.CARE, at=request.at
    )


def _page(request: StaffRequest, file: PersonFile, **revealed: Any) -> HttpResponse:
    person = file.person
    context = {
        "file": file,
        "tab": "person",
        "language": language_name(person.language),
        "citizenship": country_name(person.citizenship),
        "channel": ContactChannel(person.contact_channel).label,
        "has_name": bool(person.real_name),
        "may_show_name": request.actor.may(Permission.IDENTITY_READ),
        "may_write": request.actor.may(Permission.CASE_WRITE) and not file.is_shared,
        "may_erase": request.actor.may(Permission.SUPERVISE) and not file.is_shared,
        **revealed,
    }
    return render(request, "people/person.html", context)


@requires(Permission.CASE_READ)
@require_GET
def person(request: StaffRequest, person_id: UUID) -> HttpResponse:
    return _page(request, _open(request, person_id, Permission.CASE_READ))


@requires(Permission.IDENTITY_READ)
@require_POST
def person_name(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Shows the name once. It is no page of its own: it leaves nothing in the history of the browser."""
    file = _open(request, person_id, Permission.IDENTITY_READ, Section.IDENTITY)
    (shown,) = reveal_many([file.person], NAME)
    odd = is_suspicious(shown["real_name"])
    return _page(request, file, name_shown=True, **shown, name_is_odd=bool(odd))


@requires(Permission.CASE_READ)
@require_POST
def person_contact(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Shows how to reach the person safely."""
    file = _open(request, person_id, Permission.CASE_READ, Section.CONTACT)
    (shown,) = reveal_many([file.person], CONTACT)
    return _page(request, file, contact_shown=True, **shown)


@requires(Permission.CASE_WRITE)
@require_http_methods(["GET", "POST"])
def person_change(request: StaffRequest, person_id: UUID) -> HttpResponse:
    file = _open(request, person_id, Permission.CASE_WRITE, Section.IDENTITY)
    country, today = file.person.organisation.country, request.at.date()
    if request.method == "GET":
        initial = {**_as_dict(details_of(file.person)), "version": file.person.version}
        return _change_page(request, file, ChangePersonForm(initial=initial, country=country, today=today))
    form = ChangePersonForm(request.POST, country=country, today=today)
    if not form.is_valid():
        return _change_page(request, file, form, status=422)
    try:
        actions.change_person(
            person=file.person,
            details=form.details(),
            version=form.cleaned_data["version"],
            by=request.actor,
            at=request.at,
        )
    except ChangedMeanwhile:
        return _conflict_page(request, file, form)
    if form.name_warnings():
        messages.warning(
            request, _("The name had hidden or look-alike characters. Please check its spelling.")
        )
    messages.success(request, _("Saved."))
    return redirect("person", person_id=file.person.pk)


def _conflict_page(request: StaffRequest, file: PersonFile, form: ChangePersonForm) -> HttpResponse:
    """What was typed stays; beside it stands what somebody else stored meanwhile."""
    file.person.refresh_from_db()
    now, typed = details_of(file.person), form.details()
    differences = [
        (form.fields[field.name].label, in_words(form.fields[field.name], getattr(now, field.name)))
        for field in fields(now)
        if getattr(now, field.name) != getattr(typed, field.name)
    ]
    form.show_again(version=file.person.version)
    return _change_page(request, file, form, status=409, differences=differences)


def _change_page(
    request: StaffRequest, file: PersonFile, form: ChangePersonForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"file": file, "tab": "person", "form": form, **more}
    return render(request, "people/person_change.html", context, status=status)


def _as_dict(details: actions.PersonDetails) -> dict[str, Any]:
    return {field.name: getattr(details, field.name) for field in fields(details)}


@requires(Permission.SUPERVISE)
@require_http_methods(["GET", "POST"])
def person_erase(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Destroys the keys of a person. A supervisor does it, for good."""
    file = _open(request, person_id, Permission.CASE_WRITE)
    typed = request.POST if request.method == "POST" else None
    form = EraseForm(typed, expected=file.person.pseudonym)
    if typed is not None and form.is_valid():
        actions.erase_person(person=file.person, by=request.actor, at=request.at)
        messages.success(
            request,
            _(
                "The person is erased. Nobody can read this file here again."
                " Older backups keep it until they are deleted."
            ),
        )
        return redirect("files")
    context = {"file": file, "tab": "person", "form": form}
    return render(request, "people/person_erase.html", context, status=422 if typed is not None else 200)
