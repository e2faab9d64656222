"""The base of every form: cleans what is typed, carries the id of what it makes or the version it saw."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tutela.engines import names


class PlainText(forms.CharField):
    """Text without control characters, invisible direction marks or broken unicode."""

    default_error_messages = {
        "unreadable": _("This text has characters that cannot be kept. Please type it again.")
    }

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        try:
            typed.encode("utf-8")
        except UnicodeEncodeError as broken:
            raise ValidationError(self.error_messages["unreadable"], code="unreadable") from broken
        if isinstance(self.widget, forms.Textarea):
            return "\n".join(names.clean(line) for line in typed.splitlines()).strip()
        return names.clean(typed)


class CreatingForm(forms.Form):
    """A form that makes a record. It carries the id of that record, so that sending it twice makes one."""

    record_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["record_id"].initial = uuid.uuid4

    def start_anew(self) -> None:
        """What was typed stays, for a record with another id."""
        self.data = _with(self.data, self.add_prefix("record_id"), str(uuid.uuid4()))


class ChangingForm(forms.Form):
    """A form that changes a record. It carries the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def show_again(self, *, version: int) -> None:
        """After ChangedMeanwhile: what was typed stays, and the next saving knows what is stored now."""
        self.data = _with(self.data, self.add_prefix("version"), str(version))


def in_words(field: forms.Field, value: Any) -> str:
    """What a form shows for a stored `value`: the words of a choice, never its code; yes or no."""
    if isinstance(field, forms.BooleanField):
        return gettext("Yes") if value else gettext("No")
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return next((str(label) for code, label in choices if code == value), str(value))
    return "" if value is None else str(value)


def _with(data: Any, name: str, value: str) -> QueryDict:
    typed = cast(QueryDict, data).copy()
    typed[name] = value
    return typed
