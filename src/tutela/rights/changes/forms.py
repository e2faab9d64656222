"""What a keeper of the law sends: files of the library, a list of states, and the words around them."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tutela.foundation.forms import CreatingForm, PlainText
from tutela.rights import words
from tutela.rights.changes.told import WRONG
from tutela.rights.changes.uploads import MOST_BYTES, CannotBeTaken, Sent, Wrong, placed
from tutela.rights.law import load_law

_TOO_LARGE: Final = _("This is more than a change may carry. Send fewer or smaller files.")


class FileList(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files at once."""

    widget = FileList(attrs={"accept": ".yaml"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        if not sent:
            return []
        return [super(ManyFiles, self).clean(one, initial) for one in sent]


class _AboutAChange(CreatingForm):
    """Why, and by what text."""

    title = PlainText(
        label=_("What changes"),
        help_text=_("For example: recovery period in Norway from 1 January."),
        max_length=120,
    )
    reason = PlainText(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    source = PlainText(
        label=_("Text that was read"),
        help_text=_("As people cite it, with the day on which you read it."),
        max_length=500,
    )

    def __init__(self, *args: Any, was_cut: bool = False, **options: Any) -> None:
        """`was_cut`: the upload was larger than a form may carry, and was stopped."""
        super().__init__(*args, **options)
        self.was_cut = was_cut


class FilesForm(_AboutAChange):
    """Files of the library, or the text of one."""

    sent = ManyFiles(
        label=_("Files"),
        required=False,
        help_text=_("Files of the library that end in .yaml, each whole. At most 12, each up to 512 kB."),
    )
    name = PlainText(
        label=_("Name of the file that you write here"),
        required=False,
        help_text=_("For example gb.yaml. Leave it empty when you send files."),
        max_length=80,
    )
    text = forms.CharField(
        label=_("Its whole text"),
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "dir": "ltr"}),
    )

    field_order = ("record_id", "title", "reason", "source", "sent", "name", "text")

    def clean(self) -> dict[str, Any]:
        """`placed`: the texts by their place in the library."""
        given = super().clean() or {}
        if self.was_cut:
            self.add_error("sent", ValidationError(_TOO_LARGE, code="large"))
            return given
        if "sent" not in given or "text" not in given or "name" not in given:
            return given
        sent = [Sent(one.name, one.read(MOST_BYTES + 1)) for one in given["sent"]]
        if given["text"].strip():
            sent.append(Sent(given["name"] or "", given["text"].encode("utf-8", "replace")))
        if not sent:
            self.add_error("sent", ValidationError(_("Choose a file, or write one below."), code="none"))
            return given
        try:
            given["placed"] = placed(sent)
        except CannotBeTaken as refused:
            written = refused.name == given["name"] or not refused.name
            self.add_error("text" if written else "sent", _refusal(refused))
        return given


def _refusal(refused: CannotBeTaken) -> ValidationError:
    told = {"name": refused.name or _("The text"), "why": WRONG[refused.why], "line": refused.line}
    if refused.line:
        return ValidationError(_("%(name)s, line %(line)s: %(why)s."), code=refused.why.name, params=told)
    return ValidationError(_("%(name)s: %(why)s."), code=refused.why.name, params=told)


class ListForm(_AboutAChange):
    """A list of the states that joined a treaty, as the one who keeps it publishes it."""

    instrument = forms.ChoiceField(label=_("Treaty"))
    as_of = forms.DateField(
        label=_("Day of the list"),
        help_text=_("The day on which it stood so."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    file = forms.FileField(
        label=_("The list"),
        required=False,
        help_text=_("A table as CSV in UTF-8: a column with states and one with days. Up to 512 kB."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    field_order = ("record_id", "title", "instrument", "as_of", "file", "reason", "source")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"].label = _("Whose list it is")
        field: Any = self.fields["instrument"]
        field.choices = _treaties()

    def clean(self) -> dict[str, Any]:
        """`csv`: the text of the list."""
        given = super().clean() or {}
        sent = given.get("file")
        if self.was_cut or (sent is not None and (sent.size or 0) > MOST_BYTES):
            self.add_error("file", ValidationError(_TOO_LARGE, code="large"))
        elif sent is None:
            if "file" not in self.errors:
                self.add_error("file", ValidationError(_("Choose the list."), code="none"))
        else:
            try:
                given["csv"] = sent.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", ValidationError(str(WRONG[Wrong.NOT_TEXT]), code="text"))
        return given


def _treaties() -> list[tuple[str, Any]]:
    """What binds states by their joining it."""
    rows = [one for one in load_law().library.instruments.values() if one.is_binding and one.state is None]
    named = sorted((words.text(one.short), one.id) for one in rows)
    return [("", _("Choose a treaty")), *((code, name) for name, code in named)]


class DecisionForm(forms.Form):
    """Yes or no by a second person."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    answer = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("publish", _("Put it in use")), ("refuse", _("Refuse it"))],
        widget=forms.RadioSelect,
    )
    note = PlainText(
        label=_("Why"),
        required=False,
        help_text=_("Needed when you refuse."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("answer") == "refuse" and not given.get("note"):
            self.add_error("note", ValidationError(_("Say why, so that it can be mended."), code="why"))
        return given


class VersionForm(forms.Form):
    """A button for one version of a change."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
