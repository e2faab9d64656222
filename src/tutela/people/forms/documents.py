"""A paper to add to a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tutela.foundation.forms import CreatingForm, PlainText
from tutela.people import attachments


class DocumentForm(CreatingForm):
    """The content decides what a file is; its name and what the browser says do not."""

    title = PlainText(
        label=_("What is it?"), help_text=_("For example: letter from the hospital."), max_length=120
    )
    content = forms.FileField(
        label=pgettext_lazy("to upload", "File"),
        help_text=_("PDF, JPEG, PNG or plain text, up to 10 MB. It is locked before it is stored."),
        allow_empty_file=False,
        max_length=500,
    )

    def __init__(self, *args: Any, was_cut: bool = False, **options: Any) -> None:
        """`was_cut`: the upload was larger than a form may carry, and was stopped."""
        super().__init__(*args, **options)
        self.was_cut = was_cut
        if was_cut:
            self.fields["content"].required = False

    def clean_content(self) -> UploadedFile[bytes]:
        upload: UploadedFile[bytes] | None = self.cleaned_data["content"]
        if self.was_cut or upload is None or (upload.size or 0) > settings.ATTACHMENT_MAX_BYTES:
            raise ValidationError(_("This file is larger than 10 MB. Choose a smaller one."), code="large")
        try:
            attachments.media_type_of(upload.read())
        except attachments.KindNotAllowed as wrong:
            raise ValidationError(
                _("Only PDF, JPEG, PNG and plain text can be kept. This file is something else."), code="kind"
            ) from wrong
        upload.seek(0)
        return upload
