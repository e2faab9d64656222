"""Whatever is sent: no page breaks, nothing typed is lost, nothing runs, nothing is kept twice."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from tests.proofs.addresses import addresses
from tests.proofs.found_forms import SENTENCE, Form, every_form, plausible
from tests.proofs.walk import forget_haste
from tests.proofs.world import PNG, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TAKEN = {200, 301, 302, 303}
REFUSED = {400, 403, 404, 405, 409, 410, 411, 413, 415, 422, 429}
WRONG = 422  # the form comes back with what is wrong
SCRIPT = "<script>zzrun</script>"
QUERY_WORDS = (
    *("after", "next", "lang", "status", "box", "text", "q", "report", "person", "denied", "before"),
    *("state", "states", "on", "group", "strength"),  # of the library
)

# Typed into every control that takes words.
WORDS = {
    "nulls": "a\x00b",
    "direction marks": "\u202eabc\u2066\u200f\u200b\ufeff",
    "controls": "a\x07\x1b[31mb\x7f\x85",
    "html": f"{SCRIPT}\"'><img src=x onerror=zz>",
    "templates": "{{ 7|add:7 }}{% load static %}${7*7}<%= 7*7 %>%(x)s%s%n{0.__class__}",
    "sql": "'; DROP TABLE people_person; -- \" OR 1=1 /*",
    "paths": "../../../../etc/passwd\r\nSet-Cookie: zz=1",
    "emoji and astral": "👩🏽‍⚖️𝒜\U0010ffff",
    "combining": "e" + "\u0301" * 500,
    "nothing but space": " \t\u3000\u00a0 ",
    "a million letters": "z" * 1_000_000,
    "lines": "line\r\n" * 20_000,
}
# Put where something is chosen, dated or numbered.
CHOICES = ("zz-no-such-choice", "\x00", "-1", "9" * 40, "2026-02-31", "99999-12-31")


_SUMMARY = re.compile(r'id="form-errors".*?</ul>', re.S)
_ITEM = re.compile(r"<li>(?:<a [^>]*>)?(.*?)(?:</a>)?</li>", re.S)


@pytest.fixture(scope="module")
def forms(world: World) -> list[Form]:
    return every_form(world)


class Sent:
    """What was sent where, and what came."""

    def __init__(self, form: Form, what: str, response: HttpResponse) -> None:
        self.form, self.what, self.response = form, what, response

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return "" if self.response.streaming else self.response.content.decode("utf-8", "replace")

    def __str__(self) -> str:
        wrong = _SUMMARY.search(self.text)
        said = _ITEM.findall(wrong.group()) if wrong else []
        return f"{self.status} {self.what}: {self.form} {said}"


def send(
    world: World, form: Form, typed: Any, what: str, *, keep: bool = False, content_type: str | None = None
) -> Sent:
    """Sends a form as whoever found it, or a body of that type; what it did is taken back unless `keep`."""
    forget_haste()
    client = _same_browser(world.clients[form.who])
    client.raise_request_exception = False
    with transaction.atomic():
        if content_type is not None:
            response = client.generic("POST", form.action, typed, content_type=content_type)
        elif form.method == "get":
            response = client.get(form.action, typed)
        else:
            response = client.post(form.action, typed)
        if not keep:
            transaction.set_rollback(True)
    return Sent(form, what, response)


def _same_browser(client: Client) -> Client:
    """A copy with the same cookies, so that signing out signs out the copy."""
    copy = Client()
    copy.handler = client.handler  # a new one would load every middleware again
    for name, morsel in client.cookies.items():
        copy.cookies[name] = morsel.value
    return copy


def listed(found: Iterable[Sent]) -> str:
    return "\n" + "\n".join(map(str, found))


def calm(found: list[Sent]) -> None:
    """Every answer is one that Tutela meant to give."""
    broken = [one for one in found if one.status not in TAKEN | REFUSED]
    assert found
    assert not broken, listed(broken)


def statuses(found: Iterable[Sent]) -> set[int]:
    """What forms that write were answered with: those refused before they were read prove nothing."""
    return {one.status for one in found if one.form.method == "post"}


def everywhere(form: Form, words: str) -> dict[str, Any]:
    """The form with `words` in each control that takes words."""
    return {**form.untouched(), **{one.name: words for one in form.fields.values() if one.is_written}}


# ---------------------------------------------------------------- words
@pytest.mark.parametrize("kind", WORDS)
def test_no_words_break_a_form(world: World, forms: list[Form], kind: str) -> None:
    written = [form for form in forms if any(one.is_written for one in form.fields.values())]
    found = [send(world, form, everywhere(form, WORDS[kind]), kind) for form in written]
    calm(found)
    assert WRONG in statuses(found)


def test_markup_is_shown_as_it_was_typed_and_never_runs(world: World, forms: list[Form]) -> None:
    found = [send(world, form, everywhere(form, WORDS["html"]), "html") for form in forms]
    run = [one for one in found if SCRIPT in one.text or "<img src=x" in one.text]
    assert not run, listed(run)
    assert any(escape(SCRIPT) in one.text for one in found)


def test_templates_and_statements_stay_words(world: World, forms: list[Form]) -> None:
    for kind in ("templates", "sql"):
        found = [send(world, form, everywhere(form, WORDS[kind]), kind) for form in forms]
        assert not [one for one in found if "${14}" in one.text or "14${" in one.text]
        again = [one for one in found if one.status == 422 and form_has_words(one.form)]
        assert again


def form_has_words(form: Form) -> bool:
    return any(one.kind in {"text", "textarea"} for one in form.fields.values())


def test_nothing_typed_is_lost_when_a_form_comes_back(world: World, forms: list[Form]) -> None:
    """A form is refused for one wrong choice, and every word of it is still there."""
    typed = "zz keep these words zz"
    lost, shown = [], 0
    for form in forms:
        words = [one.name for one in form.fields.values() if one.kind in {"text", "textarea", "search"}]
        wrong = {one.name: "zz-no-such-choice" for one in form.fields.values() if one.choices}
        sent = send(world, form, {**everywhere(form, typed), **wrong}, "a wrong choice")
        if form.method == "post" and words and sent.status in {409, 422}:
            shown += 1
            if sent.text.count(typed) < len([name for name in words if _is_shown_again(form, name)]):
                lost.append(sent)
    assert shown > 10
    assert not lost, listed(lost)


def _is_shown_again(form: Form, name: str) -> bool:
    """All but secrets, and traps for machines that fill in everything."""
    return name not in {"secret", "code", "again", "username", "called", "website"}


# ---------------------------------------------------------------- choices, dates, ids, missing things
@pytest.mark.parametrize("value", CHOICES)
def test_no_wrong_choice_date_or_number_breaks_a_form(world: World, forms: list[Form], value: str) -> None:
    found = []
    for form in forms:
        chosen = {
            one.name: value for one in form.fields.values() if not one.is_written and one.kind != "file"
        }
        found.append(send(world, form, {**everywhere(form, "words"), **chosen}, repr(value)))
    calm(found)
    assert WRONG in statuses(found)


def test_a_form_without_anything_is_answered(world: World, forms: list[Form]) -> None:
    found = [send(world, form, {}, "nothing") for form in forms]
    calm(found)
    asking = [one for one in found if any(a.required for a in one.form.fields.values())]
    kept = [one for one in asking if one.form.method == "post" and one.status in TAKEN - {200}]
    assert WRONG in statuses(asking)
    assert not kept, listed(kept)


def test_each_field_may_be_missing_alone(world: World, forms: list[Form]) -> None:
    found = []
    for form in forms:
        whole = everywhere(form, "some plain words that are long enough")
        for name in list(whole)[:8]:
            sent = {key: value for key, value in whole.items() if key != name}
            found.append(send(world, form, sent, f"without {name}"))
    calm(found)
    assert {WRONG, 302} <= statuses(found)


def test_each_field_may_come_many_times(world: World, forms: list[Form]) -> None:
    found = []
    for form in forms:
        thrice = {name: [value, "zz", ""] for name, value in everywhere(form, "a").items()}
        found.append(send(world, form, thrice, "thrice"))
    calm(found)
    assert WRONG in statuses(found)


def test_an_id_that_belongs_to_another_record_makes_nothing(world: World, forms: list[Form]) -> None:
    """The hidden id of a new record, exchanged for one that exists in somebody else's file."""
    creating = [form for form in forms if "record_id" in form.fields]
    assert len(creating) >= 8
    elsewhere = world.places["elsewhere"].values
    found = []
    for form in creating:
        for name, value in elsewhere.items():
            if name.endswith("_id"):
                typed = {**plausible(form), "record_id": str(value)}
                found.append(send(world, form, typed, f"the id of another's {name}"))
    calm(found)


# ---------------------------------------------------------------- bodies
BAD_BYTES = b"\xff\xfe\xed\xa0\x80%ED%A0%80%00%zz"


def _bodies(form: Form) -> Iterable[tuple[str, bytes, str]]:
    names = list(form.fields) or ["a"]
    encoded = "application/x-www-form-urlencoded"
    yield "bad utf-8", b"&".join(name.encode() + b"=" + BAD_BYTES for name in names), encoded
    yield "surrogates", urlencode({name: "%ED%A0%80" for name in names}, safe="%").encode(), encoded
    yield "five megabytes", names[0].encode() + b"=" + b"z" * 5_000_000, encoded
    yield "two thousand fields", "&".join(f"f{number}=1" for number in range(2000)).encode(), encoded
    yield "json", b'{"a": [1, {"b": null}]}', "application/json"
    yield "plain text", b"hello", "text/plain"
    yield "no type", b"a=1", ""
    yield "multipart without a boundary", b"--x\r\n", "multipart/form-data"
    yield (
        "broken multipart",
        b'--x\r\nContent-Disposition: form-data; name="a\r\n\r\n1',
        "multipart/form-data; boundary=x",
    )
    yield "unknown charset", b"a=1", f"{encoded}; charset=zz-9"
    yield "utf-16", "a=1".encode("utf-16"), f"{encoded}; charset=utf-16"


def test_no_body_breaks_a_form(world: World, forms: list[Form]) -> None:
    posted = [form for form in forms if form.method == "post"]
    found = [
        send(world, form, body, what, content_type=kind)
        for form in posted
        for what, body, kind in _bodies(form)
    ]
    calm(found)
    too_large = [one for one in found if one.what == "five megabytes" and one.status not in REFUSED]
    assert not [one for one in too_large if one.form.fields and not one.form.has_file], listed(too_large)


STRANGE = ("\x00", "9" * 30, "\ud800".encode("utf-8", "surrogatepass"))


def test_no_question_in_an_address_breaks_a_page(world: World) -> None:
    found = []
    for address in addresses():
        for who, place in (("carl", "assigned"), ("ora", "assigned"), ("ada", "shared"), ("eve", "assigned")):
            path = address.path(world.places[place].values)
            form = Form(who, path, path, "get", route=address.route)
            first = send(world, form, dict.fromkeys(QUERY_WORDS, "٣"), "?")
            found.append(first)
            if first.status == 200:
                found += [send(world, form, dict.fromkeys(QUERY_WORDS, value), "?") for value in STRANGE]
                break
    calm(found)
    assert sum(one.status == 200 for one in found) > len(addresses())


@pytest.mark.parametrize(
    "path", ["/%00", "/files/%ff%fe/", "/%E2%80%AE", "/tell/%00/", "/library/%00/", "/" + "z" * 5000]
)
def test_no_address_breaks_anything(world: World, path: str) -> None:
    for who in ("carl", "anonymous"):
        client = _same_browser(world.clients[who])
        client.raise_request_exception = False
        assert client.get(path).status_code in REFUSED


# ---------------------------------------------------------------- papers
def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a", b"0" * 50_000_000)
    return packed.getvalue()


PAPERS: dict[str, Callable[[], bytes]] = {
    "program.pdf": lambda: b"MZ" + b"\x90" * 600,
    "page.html": lambda: f"<html>{SCRIPT}</html>".encode(),
    "picture.svg": lambda: f'<svg xmlns="http://www.w3.org/2000/svg">{SCRIPT}</svg>'.encode(),
    "bomb.zip": _zip_bomb,
    "script.png": lambda: b"#!/bin/sh\n\x00\x01",
    "empty.pdf": lambda: b"",
    "huge.png": lambda: PNG + b"\x00" * 11_000_000,
    "../../up.exe": lambda: b"\x7fELF" + b"\x00" * 100,
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_wrong_paper_is_refused_and_its_title_kept(world: World, forms: list[Form], name: str) -> None:
    from tutela.people.models import Document

    (form,) = [form for form in forms if form.has_file and "documents" in form.route]
    before = Document.objects.count()
    file = io.BytesIO(PAPERS[name]())
    file.name = name
    sent = send(world, form, {**form.untouched(), "title": "zz my title", "content": file}, name, keep=True)
    assert sent.status in {413, 422}, sent
    assert "zz my title" in sent.text
    assert Document.objects.count() == before


@pytest.mark.parametrize(
    "content", [PNG + f"<html>{SCRIPT}</html>".encode(), b"%PDF-1.7\n" + SCRIPT.encode() + b"\n%%EOF"]
)
def test_a_paper_that_is_two_things_at_once_is_only_ever_a_file_to_keep(
    world: World, forms: list[Form], content: bytes
) -> None:
    from tutela.people.models import Document

    (form,) = [form for form in forms if form.has_file and "documents" in form.route]
    file = io.BytesIO(content)
    file.name = "two.html"
    record_id = str(uuid4())
    with transaction.atomic():
        sent = send(
            world, form, {"record_id": record_id, "title": "two", "content": file}, "polyglot", keep=True
        )
        assert sent.status in {302, 422}
        if Document.objects.filter(pk=record_id).exists():
            given = _same_browser(world.clients[form.who]).get(f"{form.action}{record_id}/")
            assert given.headers["Content-Disposition"].startswith("attachment")
            assert given.headers["X-Content-Type-Options"] == "nosniff"
            assert not given.headers["Content-Type"].startswith("text/")
            assert b"".join(given) == content
        transaction.set_rollback(True)


# ---------------------------------------------------------------- the same form twice, and two at once
def _counts() -> dict[str, int]:
    """Rows of every table but those that rightly grow with every look."""
    from django.apps import apps

    left_out = {"audit_event", "django_session"}
    with connection.cursor() as cursor:
        found = {}
        for model in apps.get_models():
            table = model._meta.db_table
            if table not in left_out and model._meta.managed:
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                found[table] = cursor.fetchone()[0]
    return found


def test_a_form_that_is_sent_twice_makes_one_record(world: World, forms: list[Form]) -> None:
    """Every form that makes a record, filled in and sent twice: the second time nothing is added."""
    creating = [form for form in forms if "record_id" in form.fields and form.method == "post"]
    twice, refused = [], []
    for form in creating:
        with transaction.atomic():
            typed = {**plausible(form), **{name: "yes" for name in form.fields if "." in name}}
            before = _counts()
            first = send(world, form, typed, "once", keep=True)
            after = _counts()
            if first.status == 422 or after == before:
                refused.append(first)
            else:
                for file in (value for value in typed.values() if isinstance(value, io.BytesIO)):
                    file.seek(0)
                second = send(world, form, typed, "twice", keep=True)
                if _counts() != after or second.status not in TAKEN:
                    twice.append(second)
            transaction.set_rollback(True)
    assert not refused, listed(refused)
    assert not twice, listed(twice)


def test_who_saves_second_sees_the_conflict_and_loses_nothing(world: World, forms: list[Form]) -> None:
    """Every form that changes a record, sent with a version that is no longer the stored one."""
    changing = [form for form in forms if "version" in form.fields and form.method == "post"]
    assert len(changing) >= 8
    wrong, seen = [], set()
    for form in changing:
        typed = {**plausible(form), "version": "999"}
        sent = send(world, form, typed, "stale")
        words = [value for name, value in typed.items() if str(value).startswith(SENTENCE)]
        if sent.status != 409 or any(word not in sent.text for word in words):
            wrong.append(sent)
        seen.add(form.route)
    assert not wrong, listed(wrong)


# ---------------------------------------------------------------- in the reader's language
_ARABIC = re.compile(r"[\u0600-\u06ff]")


def test_what_is_wrong_is_said_in_arabic_to_who_reads_arabic(world: World, forms: list[Form]) -> None:
    strange, shown = [], 0
    for form in forms:
        action = f"{urlsplit(form.action).path}?lang=ar"
        asked = Form(form.who, form.page, action, form.method, form.fields, form.route)
        wrong = {one.name: "zz-no-such-choice" for one in form.fields.values() if one.choices}
        # What a form asks for takes the place of all that stood in the address.
        kept = {"lang": "ar"} if form.method == "get" else {}
        for typed in ({}, {**everywhere(form, "x"), **wrong}):
            sent = send(world, asked, {**typed, **kept}, "in Arabic")
            summary = _SUMMARY.search(sent.text)
            if sent.status != 422 or summary is None:
                continue
            shown += 1
            items = _ITEM.findall(summary.group())
            if 'dir="rtl"' not in sent.text or not all(_ARABIC.search(item) for item in items):
                sent.what = f"in Arabic: {items}"
                strange.append(sent)
    assert shown > 20
    assert not strange, listed(strange)
