"""The few tags that put components on a page; each draws one template of `components/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, MultiWidget, PasswordInput
from django.template.base import NodeList, Parser, Token
from django.template.loader import render_to_string
from django.template.loader_tags import BlockNode
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tutela.foundation.tables import Table
from tutela.web import charts, dates, marks, tables

register = template.Library()

# In place of Django's: the address of a static file does not change while a process lasts.
register.simple_tag(cache(static), name="static")


# ---------------------------------------------------------------- the same for all
class Settled(template.Node):
    """Drawn once for each language, and in nobody's context: nothing of a person or a request can get in."""

    def __init__(self, nodes: NodeList) -> None:
        self.nodes = nodes
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        language = get_language()
        if language not in self.drawn:
            nobody = template.Context()
            with nobody.bind_template(context.template):  # type: ignore[arg-type]
                self.drawn[language] = self.nodes.render(nobody)
        return self.drawn[language]


@register.tag
def settled(parser: Parser, _token: Token) -> Settled:
    """What lies between depends on the language alone. A block in it could not be filled by another page."""
    nodes = parser.parse(("endsettled",))
    parser.delete_first_token()
    if nodes.get_nodes_by_type(BlockNode):
        raise template.TemplateSyntaxError("What is settled has no blocks.")
    return Settled(nodes)


# ---------------------------------------------------------------- small marks
register.simple_tag(marks.icon)
register.simple_tag(marks.status)
register.simple_tag(marks.rail_links)


@register.filter
def human_date(value: date | None) -> str:
    """A day as people say it, with its year only where that is not plain."""
    return dates.human_date(value, near=_near(value)) if value else ""


@register.filter
def human_moment(value: datetime | None) -> str:
    return dates.human_moment(value, near=_near(value)) if value else ""


@register.filter
def full_date(value: date | None) -> str:
    """A day with its year always: for what is printed and read much later."""
    return dates.human_date(value) if value else ""


def _near(value: date) -> bool:
    return dates.is_near(value, timezone.localdate())


@register.filter
def when(value: date | None) -> str:
    """A moment with its time of day where there is one, a day otherwise."""
    return human_moment(value) if isinstance(value, datetime) else human_date(value)


# ---------------------------------------------------------------- doing
@register.inclusion_tag("components/button.html")
def button(
    label: str, kind: str = "", icon: str = "", url: str = "", name: str = "", value: str = ""
) -> dict[str, str]:
    """A button that submits its form, or a link that looks like one when `url` is given.

    `kind`: first (the one thing to do here), danger, quiet, wide or nothing.
    """
    return {"label": label, "kind": kind, "icon": icon, "url": url, "name": name, "value": value}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A form field whole: label, help, errors and widget, tied together for screen readers."""
    return {
        "field": bound,
        "one_tick": isinstance(bound.field.widget, CheckboxInput),
        "optional": not bound.field.required and not isinstance(bound.field.widget, CheckboxInput),
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(*forms: BaseForm, focus: bool = True) -> dict[str, Any]:
    """What has to be put right, each with a link to its field; nothing when all is well.

    No browser lets a page give back a file or a password: the words then say so.
    """
    wrong = [
        {"label": bound.label, "message": message, "target": _first_input(bound)}
        for form in forms
        for bound in form
        for message in bound.errors
    ]
    general = [message for form in forms for message in form.non_field_errors()]
    widgets = [bound.field.widget for form in forms for bound in form]
    lost = next((word for word, kind in _LOST if any(isinstance(one, kind) for one in widgets)), "")
    return {"wrong": wrong, "general": general, "focus": focus, "lost": lost}


_LOST = (("file", FileInput), ("password", PasswordInput))


def _first_input(bound: BoundField) -> str:
    """The id that a link to this field must lead to: the first choice, or the first part of several."""
    if isinstance(bound.field.widget, MultiWidget):
        return f"{bound.auto_id}_0"
    if bound.field.widget.use_fieldset and len(bound):
        return bound[0].id_for_label
    return bound.id_for_label or bound.auto_id


@register.inclusion_tag("components/pager.html")
def pager(previous_url: str = "", next_url: str = "") -> dict[str, str]:
    """Links to the page before and the page after; no page numbers: lists grow while they are read."""
    return {"previous_url": previous_url, "next_url": next_url}


@register.inclusion_tag("components/tabs.html")
def tabs(tabs: Sequence[Any], label: str) -> dict[str, Any]:
    return {"tabs": tabs, "label": label}


# ---------------------------------------------------------------- telling
@register.simple_block_tag
def notice(content: str, tone: str = "calm", title: str = "") -> SafeString:
    """A framed word to the reader; `tone`: neutral, calm, good, warn or danger."""
    return _drawn("components/notice.html", content=content, tone=tone, title=title, icon=_NOTICE_ICONS[tone])


_NOTICE_ICONS = {"neutral": "info", "calm": "info", "good": "check", "warn": "alert", "danger": "alert"}


@register.filter
def notice_tone(message_tags: str) -> str:
    """The tone of one of Django's messages, from its tags."""
    level = (message_tags or "").split(" ")[-1]
    return {"success": "good", "warning": "warn", "error": "danger"}.get(level, "calm")


@register.simple_block_tag
def empty_state(content: str, title: str, icon: str = "arch") -> SafeString:
    """What belongs on an empty page, and how to add it."""
    return _drawn("components/empty.html", content=content, title=title, icon=icon)


def _drawn(name: str, **context: Any) -> SafeString:
    return SafeString(render_to_string(name, context))


@register.simple_tag(takes_context=True)
def deadline(context: Any, due: Any) -> SafeString:
    """A due date as people count it: a `components.Deadline`, or a stored clock seen at `request.at`."""
    return marks.deadline(due, at=_moment(context))


def _moment(context: Any) -> datetime | None:
    """That of the request; pages of samples and errors have none."""
    return getattr(context.get("request"), "at", None)


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    return {"entries": entries}


@register.inclusion_tag("components/pathway.html")
def pathway(steps: Iterable[Any], label: str = "") -> dict[str, Any]:
    """How far a person's way has come: a row of doorways."""
    return {"steps": steps, "label": label}


@register.inclusion_tag("components/right.html", takes_context=True)
def rights_card(context: Any, right: Any) -> dict[str, Any]:
    return {"right": right, "request": context.get("request")}


@register.inclusion_tag("components/facts.html")
def facts(rows: Iterable[Any]) -> dict[str, Any]:
    """A list of names and values."""
    return {"rows": rows}


@register.inclusion_tag("components/tiles.html")
def tiles(tiles: Iterable[Any]) -> dict[str, Any]:
    return {"tiles": tiles}


@register.simple_tag(takes_context=True)
def table(context: Any, table: Table) -> SafeString:
    """A whole table from columns and rows; it stacks on a narrow screen."""
    return tables.draw(table, at=_moment(context))


# ---------------------------------------------------------------- pictures
@register.inclusion_tag("components/chart.html")
def chart(chart: charts.Chart) -> dict[str, Any]:
    return {"chart": chart}


@register.inclusion_tag("components/chart.html")
def bar_chart(title: str, rows: Sequence[tuple[str, float]], **words: str) -> dict[str, Any]:
    """Bars, drawn on the server; `rows` are (label, value); `words`: summary, label_name, value_name."""
    return {"chart": charts.bar_chart(title, rows, **words)}


@register.inclusion_tag("components/chart.html")
def line_chart(title: str, series: Mapping[str, Sequence[tuple[str, float]]], **words: str) -> dict[str, Any]:
    """Lines over time, drawn on the server; `series` maps a name to its (period, value) points."""
    return {"chart": charts.line_chart(title, series, **words)}


@register.inclusion_tag("components/chart.html")
def country_map(title: str, values: Mapping[str, float], **words: str) -> dict[str, Any]:
    """A map of countries, drawn on the server; `values` maps ISO 3166 codes to numbers."""
    return {"chart": charts.country_map(title, values, **words)}
