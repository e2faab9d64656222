"""Finds every form by walking the pages that people of the cast can open, as a browser would see it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve
from tests.cast import NOON, days
from tests.proofs.addresses import Address, addresses
from tests.proofs.world import PNG, World

# Who opens which pages: together they see every form that there is.
VISITS = (
    ("bea", "assigned"),
    ("bea", "shared"),
    ("bea", "ended"),
    ("carl", "assigned"),
    ("carl", "ended"),
    ("carl", "unassigned"),
    ("dario", "unassigned"),
    ("dario", "shared"),
    ("ada", "shared"),
    ("eve", "assigned"),
    ("ora", "assigned"),
    ("hana", "lifeline"),
    ("anonymous", "assigned"),
    ("newcomer", "assigned"),
)
WRITTEN = {"text", "textarea", "search", "email", "tel", "url", "password", "number"}


@dataclass(slots=True)
class Field:
    """One control: its name, kind and value, and what can be chosen."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)
    required: bool = False
    max_length: int | None = None

    @property
    def is_written(self) -> bool:
        return self.kind in WRITTEN


@dataclass(slots=True)
class Form:
    """A form as somebody found it."""

    who: str
    page: str
    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)
    route: str = ""

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        return self.method, self.route, tuple(sorted(self.fields))

    @property
    def has_file(self) -> bool:
        return any(one.kind == "file" for one in self.fields.values())

    def untouched(self) -> dict[str, Any]:
        """What a browser sends of it when nothing was typed."""
        return {
            one.name: one.value for one in self.fields.values() if one.value or one.is_written or one.choices
        }

    def __str__(self) -> str:
        return f"{self.who} {self.method.upper()} /{self.route} {sorted(self.fields)}"


class _Reader(HTMLParser):
    """Collects forms, and controls that name the form that they belong to."""

    def __init__(self, who: str, page: str) -> None:
        super().__init__()
        self.who, self.page = who, page
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select: Field | None = None
        self.textarea: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.page, given.get("action", "") or self.page)
            self.open = Form(self.who, self.page, action, given.get("method", "get").lower())
            self.forms.append(self.open)
        elif self.open is not None and tag in {"input", "select", "textarea", "button"}:
            self._control(tag, given)
        elif tag == "option" and self.select is not None:
            self.select.choices.append(given.get("value", ""))
            if "selected" in given:
                self.select.value = given.get("value", "")

    def _control(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        kind = given.get("type", "text") if tag == "input" else tag
        assert self.open is not None
        if not name or name == "csrfmiddlewaretoken":
            return
        one = self.open.fields.setdefault(name, Field(name, kind))
        one.required |= "required" in given
        one.max_length = int(given["maxlength"]) if given.get("maxlength") else one.max_length
        if kind in {"radio", "checkbox", "button"}:
            one.choices.append(given.get("value", "on"))
            if "checked" in given:
                one.value = given.get("value", "on")
        elif tag == "select":
            self.select = one
        elif tag == "textarea":
            self.textarea = one
        else:
            one.value = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            # As a browser does: the first line break after the tag is not part of the text.
            self.textarea.value += data if self.textarea.value else data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None


def forms_on(who: str, page: str, html: str) -> list[Form]:
    """The forms of one page whose address is ours."""
    reader = _Reader(who, page)
    reader.feed(html)
    for form in reader.forms:
        try:
            form.route = resolve(urlsplit(form.action).path).route
        except Resolver404:
            form.route = f"(nowhere) {form.action}"
    return reader.forms


def every_form(world: World) -> list[Form]:
    """One of each, however many pages show it."""
    found: dict[tuple[str, str, tuple[str, ...]], Form] = {}
    for who, place in VISITS:
        for page, html in _pages(world.clients[who], world.places[place].values):
            for form in forms_on(who, page, html):
                found.setdefault(form.key, form)
    return list(found.values())


def _pages(client: Client, values: dict[str, object]) -> Iterator[tuple[str, str]]:
    for address in addresses():
        if not _may_be_opened(address):
            continue
        path = address.path(values)
        response = client.get(path)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.status_code == 200 and is_page and not response.streaming:
            yield path, response.content.decode()
    for name in ("person-name", "person-contact"):
        (address,) = [one for one in addresses() if one.name == name]
        path = address.path(values)
        response = client.post(path)
        if response.status_code == 200:
            yield path, response.content.decode()


def _may_be_opened(address: Address) -> bool:
    """All but what makes paper, and what ends the session of whoever asks."""
    return address.name not in {"rights-sheet", "leave", "account_logout"}


def plausible(form: Form) -> dict[str, Any]:
    """The form filled in so that it may well be taken."""
    typed: dict[str, Any] = {}
    for one in form.fields.values():
        if one.name in FILLED and not (one.name == "region" and one.choices):
            typed[one.name] = FILLED[one.name]
        elif one.value and not one.is_written:
            typed[one.name] = one.value
        elif one.choices:
            typed[one.name] = "yes" if "yes" in one.choices else next(filter(None, one.choices), "")
        elif one.kind == "date":
            typed[one.name] = (NOON + days(20)).date().isoformat()
        elif one.kind == "email":
            typed[one.name] = "somebody.new@casaalba.example"
        elif one.kind == "file":
            typed[one.name] = _png()
        elif one.is_written:
            typed[one.name] = one.value or SENTENCE
    return typed


SENTENCE = "zz a plain sentence of some length"
FILLED: dict[str, Any] = {
    "date_of_birth": "1991-03-17",
    "contact_channel": "",
    "contact_address": "",
    "region": "",
    "forced_act_on": "2026-10-30",
    "first_contact_on": "2026-11-01",
    "conclusive_decision_on": "2026-11-02",
    "on_day": "2026-11-20",
    # Traps: a person leaves them empty.
    "again": "",
    "username": "",
    "website": "",
    # What only some forms call so.
    "urgent": "",
}


def _png() -> io.BytesIO:
    file = io.BytesIO(PNG)
    file.name = "paper.png"
    return file
