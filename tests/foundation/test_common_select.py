"""A choice that is the same for everybody is drawn once, in each language, and remembers nobody's answer."""

from __future__ import annotations

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tutela.foundation.forms import CommonSelect

CHOICES = [("", _("Any")), ("open", _("Open"))]


class Plain(forms.Form):
    state = forms.ChoiceField(choices=CHOICES, required=False)


class Common(forms.Form):
    state = forms.ChoiceField(choices=CHOICES, required=False, widget=CommonSelect)


def drawn(form: type[forms.Form], answer: str) -> str:
    return str(form({"state": answer})["state"])


def test_it_looks_like_any_other_choice_in_every_language():
    for code in ("en", "fr", "ar", "en"):
        with translation.override(code):
            for answer in ("", "open", ""):
                assert drawn(Common, answer) == drawn(Plain, answer)


def test_an_answer_that_is_none_is_not_kept():
    kept = Common.base_fields["state"].widget.drawn
    before = len(kept)
    for number in range(50):
        assert "odd" not in drawn(Common, f"odd {number}")
    assert len(kept) <= before + 1
