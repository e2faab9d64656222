"""Papers in a person's file: sealed when they come, opened chunk by chunk when they are asked for."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tutela.foundation.access.decision import Purpose
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.http import StaffRequest, requires
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people import actions, attachments, queries
from tutela.people.access import PersonFile, document_in, file_for
from tutela.people.forms import DocumentForm
from tutela.people.models import Document


def _open(request: StaffRequest, person_id: UUID, permission: Permission) -> PersonFile:
    return file_for(
        request.actor, person_id, permission, section=Section.DOCUMENTS, purpose=Purpose.CARE, at=request.at
    )


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "POST"])
def documents(request: StaffRequest, person_id: UUID) -> HttpResponse:
    if request.method == "GET":
        return _page(request, _open(request, person_id, Permission.CASE_READ), DocumentForm())
    file = _open(request, person_id, Permission.CASE_WRITE)
    form = DocumentForm(request.POST, request.FILES, was_cut=_was_cut(request))
    if not form.is_valid():
        return _page(request, file, form, status=422)
    document_id = form.cleaned_data["record_id"]
    if not _is_there(file, document_id):
        actions.add_document(
            person=file.person,
            title=form.cleaned_data["title"],
            content=form.cleaned_data["content"].read(),
            by=request.actor,
            at=request.at,
            document_id=document_id,
        )
        messages.success(request, _("The paper is in the file, locked."))
    return redirect("documents", person_id=person_id)


def _was_cut(request: StaffRequest) -> bool:
    """Whether the upload was stopped because it outgrew what a form may carry."""
    sent = int(request.META.get("CONTENT_LENGTH") or 0)
    return "content" not in request.FILES and sent > settings.ATTACHMENT_MAX_BYTES


def _is_there(file: PersonFile, document_id: UUID) -> bool:
    try:
        document_in(file, document_id)
    except AccessDenied:
        return False
    return True


def _page(request: StaffRequest, file: PersonFile, form: DocumentForm, status: int = 200) -> HttpResponse:
    context = {
        "file": file,
        "tab": "documents",
        "papers": queries.papers_of(file.person),
        "form": form,
        "may_write": request.actor.may(Permission.CASE_WRITE) and not file.is_shared,
    }
    return render(request, "people/documents.html", context, status=status)


@requires(Permission.CASE_READ)
@require_GET
def document(request: StaffRequest, person_id: UUID, document_id: UUID) -> HttpResponse:
    """The content, as a file to keep and never as a page to run; its name says nothing of the person."""
    file = _open(request, person_id, Permission.CASE_READ)
    paper = document_in(file, document_id)
    try:
        content = attachments.read(paper)
    except FileNotFoundError as lost:
        raise Http404 from lost
    response = StreamingHttpResponse(content, content_type=paper.media_type)
    response["Content-Disposition"] = f'attachment; filename="{_safe_name(file, paper)}"'
    response["Content-Length"] = str(paper.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Encoding"] = "identity"  # so that no middleware packs it: its length is known
    return cast(HttpResponse, response)


def _safe_name(file: PersonFile, paper: Document) -> str:
    return f"{slugify(file.person.pseudonym)}-{str(paper.pk)[:8]}.{attachments.EXTENSIONS[paper.media_type]}"
