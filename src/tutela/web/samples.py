"""Invented content for the page that shows every component."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tutela.foundation.tables import Column, Name, Table
from tutela.web import charts, dates
from tutela.web.components import (
    Deadline,
    DeadlineState,
    Fact,
    Link,
    RightCard,
    Step,
    Tab,
    Tile,
    TimelineEntry,
    Tone,
)


class SampleForm(forms.Form):
    """One field of every kind."""

    called = forms.CharField(
        label=gettext_lazy("What should we call you?"),
        help_text=gettext_lazy("Any name you like. It does not have to be your own."),
    )
    contact = forms.ChoiceField(
        label=gettext_lazy("How may we reach you?"),
        widget=forms.RadioSelect,
        choices=[
            ("here", gettext_lazy("Only on this page")),
            ("phone", gettext_lazy("By phone")),
            ("friend", gettext_lazy("Through someone I trust")),
        ],
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("What do you need now?"),
        help_text=gettext_lazy("Choose as many as you like."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("bed", gettext_lazy("A safe place to sleep")),
            ("doctor", gettext_lazy("A doctor")),
            ("lawyer", gettext_lazy("A lawyer")),
        ],
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Which language is easiest?"),
        choices=[("en", "English"), ("fr", "Français"), ("es", "Español"), ("ar", "العربية")],
    )
    since = forms.DateField(
        label=gettext_lazy("Since when?"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    words = forms.CharField(
        label=gettext_lazy("Anything else?"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    agreed = forms.BooleanField(label=gettext_lazy("I have read how my words are kept"))


class TellForm(forms.Form):
    """A short version of a report, for the public layout."""

    happening = forms.CharField(
        label=gettext_lazy("What is happening?"),
        help_text=gettext_lazy("Write as much or as little as you want. You do not have to give any name."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    danger = forms.ChoiceField(
        label=gettext_lazy("Is someone in danger right now?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", gettext_lazy("Yes")),
            ("no", gettext_lazy("No")),
            ("unsure", gettext_lazy("I do not know")),
        ],
    )


def components_page(query: dict[str, str], *, at: datetime) -> dict[str, Any]:
    """The context of the page as seen `at`; `?empty` shows the form before anybody has typed."""
    return {
        "form": SampleForm() if "empty" in query else SampleForm({"called": "Noor", "contact": "letter"}),
        "steps": _steps(at),
        "tabs": _tabs(),
        "tiles": _tiles(),
        "deadlines": _deadlines(at),
        "rights": _rights(at),
        "timeline": _timeline(at),
        "facts": _facts(),
        "table": _table(),
        "bars": _bars(),
        "lines": _lines(at),
        "map": _map(),
    }


def _steps(at: datetime) -> list[Step]:
    return [
        Step(label=_("Someone speaks up"), state="done", note=_day(at, 22)),
        Step(label=_("Identification"), state="done", note=_day(at, 13)),
        Step(label=_("Protection"), state="now", url="#pathway"),
        Step(label=_("Justice"), state="later"),
        Step(label=_("A life of one's own"), state="later"),
    ]


def _day(at: datetime, days_ago: int) -> str:
    return dates.human_date(at - timedelta(days=days_ago), near=True)


def _tabs() -> list[Tab]:
    return [
        Tab(label=_("Overview"), url="#tabs", current=True),
        Tab(label=_("Rights"), url="#tabs", count=7),
        Tab(label=_("Plan"), url="#tabs"),
        Tab(label=_("Documents"), url="#tabs", count=2),
        Tab(label=_("Who looked"), url="#tabs"),
    ]


def _tiles() -> list[Tile]:
    return [
        Tile(value=24, label=_("Open cases"), note=_("4 new this week"), url="#tiles"),
        Tile(value=3, label=_("Due this week"), tone=Tone.WARN, url="#tiles"),
        Tile(value=1, label=_("Past the legal date"), tone=Tone.DANGER, url="#tiles"),
        Tile(value=58, label=_("Rights delivered"), note=_("since January"), tone=Tone.GOOD),
    ]


def _deadlines(at: datetime) -> list[Deadline]:
    return [
        _deadline(at, 22, DeadlineState.RUNNING),
        _deadline(at, 5, DeadlineState.WARNED),
        _deadline(at, -2, DeadlineState.BREACHED),
        Deadline(due=at.date() + timedelta(days=6), state=DeadlineState.PAUSED, days=6),
        Deadline(due=at.date() - timedelta(days=5), state=DeadlineState.MET, days=-5),
    ]


def _deadline(at: datetime, days: int, state: DeadlineState) -> Deadline:
    """Counted in days from Monday to Friday: no country's holidays in a sample."""
    first = min(at.date(), at.date() + timedelta(days=days))
    weekdays = sum((first + timedelta(days=day)).weekday() < 5 for day in range(1, abs(days) + 1))
    return Deadline(
        due=at.date() + timedelta(days=days),
        state=state,
        days=days,
        working_days=weekdays if days > 0 else -weekdays,
    )


def _rights(at: datetime) -> list[RightCard]:
    return [
        RightCard(
            title=_("Time to recover and decide"),
            meaning=_(
                "For at least 30 days nobody may send you out of the country. You have help and a safe place."
            ),
            article=_("Article 13"),
            instrument=_("Council of Europe Convention on Action against Trafficking"),
            duty_bearer=_("the competent authority"),
            status=_("Due"),
            tone=Tone.WARN,
            deadline=_deadline(at, 5, DeadlineState.WARNED),
            source_url="https://www.coe.int/en/web/conventions/full-list?module=treaty-detail&treatynum=197",
            links=[
                Link(label=_("Mark as delivered"), url="#rights"),
                Link(label=_("It was refused"), url="#rights"),
            ],
        ),
        RightCard(
            title=_("Medical care"),
            meaning=_("Urgent treatment without payment, and an interpreter while you are treated."),
            article=_("Article 12(1)(b)"),
            instrument=_("Council of Europe Convention on Action against Trafficking"),
            duty_bearer=_("the health service"),
            status=_("Delivered"),
            tone=Tone.GOOD,
            confirmed=False,
        ),
    ]


def _timeline(at: datetime) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            at=at - timedelta(hours=17),
            what=_("The shelter accepted the referral"),
            who="Haven North",
            tone=Tone.GOOD,
            detail=_("A room is free from tomorrow. A worker who speaks Tigrinya will be there."),
        ),
        TimelineEntry(
            at=at - timedelta(days=2),
            what=_("The decision is two days late"),
            who=_("the clock"),
            tone=Tone.DANGER,
        ),
        TimelineEntry(
            at=at - timedelta(days=13),
            what=_("Consent given for a referral to one shelter"),
            who="B. Amsel",
            tone=Tone.WARN,
            url="#timeline",
        ),
        TimelineEntry(at=at.date() - timedelta(days=22), what=_("A report came in through the portal")),
    ]


def _facts() -> list[Fact]:
    return [
        Fact(label=_("Called"), value="Noor"),
        Fact(label=_("Language"), value=_("Arabic, with an interpreter")),
        Fact(
            label=_("Safe to contact"),
            value=_("By text, on weekdays before noon. Never leave a voice message."),
        ),
        Fact(label=_("Age"), value=_("17, disputed: treated as a child")),
        Fact(label=_("Guardian"), value=""),
        Fact(label=_("Caseworker"), value="B. Amsel", url="#facts"),
    ]


def _table() -> Table:
    return Table(
        label=_("Cases that need a look"),
        columns=[
            Column(_("Case")),
            Column(_("Stage")),
            Column(_("Next date")),
            Column(_("Rights open"), number=True),
        ],
        rows=[
            [Name("QUIET-LARK-41", "#table"), _("Identification"), _("in 3 working days"), 5],
            [Name("AMBER-REED-07", "#table"), _("Protection"), _("today"), 2],
            [Name("STILL-WATER-88", "#table"), _("Protection"), _("2 working days late"), 9],
            [Name("NORTH-ELM-15", "#table"), _("Justice"), _("in 12 days"), 1],
        ],
    )


def _bars() -> charts.Chart:
    rows = [
        (_("Safe housing"), 42),
        (_("Legal advice"), 37),
        (_("Medical care"), 31),
        (_("Interpreter"), 18),
        (_("Return, if wished"), 6),
    ]
    return charts.bar_chart(
        _("Rights that are still due"),
        rows,
        summary=_("Housing is what people wait for most."),
        label_name=_("Right"),
        value_name=_("People"),
    )


def _lines(at: datetime) -> charts.Chart:
    months = [dates.month_in_words(_months_ago(at.date(), back)) for back in range(5, -1, -1)]
    series = {
        _("Cases opened"): list(zip(months, [12, 15, 11, 19, 22, 18], strict=True)),
        _("Decisions in time"): list(zip(months, [8, 9, 10, 12, 13, 16], strict=True)),
    }
    return charts.line_chart(
        _("Opened and decided"), series, summary=_("Decisions are catching up."), period_name=_("Month")
    )


def _months_ago(day: date, back: int) -> date:
    """The first day of the month that many months before the month of `day`."""
    years, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return date(years, month + 1, 1)


def _map() -> charts.Chart:
    values = {
        "NG": 41,
        "RO": 33,
        "VN": 28,
        "GB": 24,
        "ER": 19,
        "PH": 15,
        "CO": 12,
        "BG": 9,
        "ET": 8,
        "BD": 5,
        "MT": 2,
    }
    return charts.country_map(
        _("Where people came from"), values, summary=_("Invented numbers, for show."), value_name=_("People")
    )
