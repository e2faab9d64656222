"""Unmistakable words, written wherever words fit, are read on permitted pages and found nowhere else: not in
the database, its journal, a file, a log, a cache, a session, a message, a backup or an error."""

from __future__ import annotations

import base64
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.cache import caches
from django.db import connection
from django.test import Client
from tests import cast as characters
from tests import postgres
from tests.cast import NOON
from tests.proofs import world as worlds
from tests.proofs.addresses import addresses
from tests.proofs.found_forms import Form, every_form, plausible
from tests.proofs.needles import STEM, found_in
from tests.proofs.papers import readable
from tests.proofs.walk import forget_haste
from tests.proofs.world import PHONE, WORD_ARABIC, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TYPED = "zzcanarytypedofsomebody"


@pytest.mark.parametrize(
    "content",
    [
        f"a {STEM.upper()} b".encode(),
        characters.AMINA_ARABIC.encode(),
        json.dumps({"a": WORD_ARABIC}).encode(),
        f"x{STEM}".encode("utf-16-le"),
        base64.b64encode(f"ab{STEM}cd".encode()),
        base64.b64encode(f"a{STEM}cd".encode()),
        base64.b64encode(f"{STEM}cd".encode()),
        STEM.encode().hex().encode(),
        PHONE.encode(),
    ],
)
def test_the_search_finds_every_spelling(content: bytes) -> None:
    assert found_in(content)


def test_the_search_finds_nothing_in_nothing() -> None:
    assert found_in(b"an ordinary page about nobody, \xd8\xa3\xd9\x88") == []


# ---------------------------------------------------------------- a day in which much goes wrong
@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """What Tutela's own log handler writes, at the most talkative level."""
    (handler,) = [one for one in logging.getLogger().handlers if getattr(one, "name", "") == "console"]
    written = io.StringIO()
    root = logging.getLogger()
    level, stream = root.level, handler.stream  # type: ignore[attr-defined]
    handler.stream = written  # type: ignore[attr-defined]
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        handler.stream = stream  # type: ignore[attr-defined]
        root.setLevel(level)


def _visit(world: World) -> dict[str, bytes]:
    """Every page of every file, as those who may and those who may not; what each of them was shown."""
    shown: dict[str, bytes] = {}
    for who, place in (("carl", "assigned"), ("dario", "shared"), ("ada", "shared"), ("hana", "lifeline")):
        shown[who] = b"".join(_pages(world.clients[who], world.places[place].values))
    for who in ("ben", "eve", "ora", "pia", "rosa", "anonymous"):
        shown[who] = b"".join(_pages(world.clients[who], world.places["assigned"].values))
    return shown


def _pages(client: Client, values: dict[str, object]) -> Iterator[bytes]:
    for address in addresses():
        if address.name in {"leave", "account_logout"}:
            continue
        forget_haste()
        response = client.get(address.path(values))
        yield readable(b"".join(response) if response.streaming else response.content)
    for name in ("person-name", "person-contact"):
        (address,) = [one for one in addresses() if one.name == name]
        yield client.post(address.path(values)).content


def _paper(world: World) -> bytes:
    """The sheet of rights for a person to take along: paper is found by others."""
    place = world.places["assigned"]
    (address,) = [one for one in addresses() if one.name == "rights-sheet"]
    response = world.clients["carl"].get(address.path(place.values))
    sheet = readable(response.content)
    assert response.content.startswith(b"%PDF")
    assert world.people["assigned"].pseudonym.encode() in sheet, "nothing on paper can be read"
    return sheet


# What is typed here is kept in the clear on purpose, each for its reason.
KEPT_OPEN = {
    ("invitation/<str:secret>/", "name"): "the name by which colleagues know each other",
}


def _type_everywhere(world: World) -> None:
    """Sends each form with the word in it: some are taken, most come back."""
    for form in every_form(world):
        if form.method == "post" and "sign-out" not in form.route:
            names = [name for name in form.fields if (form.route, name) not in KEPT_OPEN]
            words = {name: TYPED for name in names if form.fields[name].is_written}
            _post(world, form, {**form.untouched(), **words})
            _post(world, form, plausible(form) | words)
            _post(world, form, dict.fromkeys(names, TYPED))
            _post(world, form, {**form.untouched(), **words, "padding": TYPED * 150_000})


def _post(world: World, form: Form, typed: dict[str, Any]) -> None:
    forget_haste()
    client = Client(raise_request_exception=False)
    client.handler = world.clients[form.who].handler  # a new one would load every middleware again
    for name, morsel in world.clients[form.who].cookies.items():
        client.cookies[name] = morsel.value
    client.post(form.action, typed)


def _break(world: World) -> list[bytes]:
    """Pages that fail with the name in the failure, and addresses that carry it."""
    client = world.clients["carl"]
    client.raise_request_exception = False
    person = world.places["assigned"].person_id
    failure = ValueError(f"{TYPED} {characters.AMINA} {characters.AMINA_ARABIC}")
    failed = []
    for where in ("tutela.people.queries.timeline_page", "tutela.people.queries.consents_of"):
        with mock.patch(where, side_effect=failure):
            failed += [client.get(f"/files/{person}/{page}/") for page in ("timeline", "consent")]
    assert 500 in {response.status_code for response in failed}
    with mock.patch("tutela.reporting.actions.receive_report", side_effect=failure):
        failed.append(client.get(f"/tell/{TYPED}/"))
    failed += [
        client.get(f"/{TYPED}/{characters.AMINA}/"),
        client.get(f"/files/?q={characters.AMINA}&text={TYPED}&after={TYPED}"),
        client.get(f"/api/v1/cases?text={TYPED}&stage={TYPED}"),
        client.get(f"/files/{person}/", headers={"user-agent": TYPED, "referer": TYPED}),
        client.get("/", headers={"host": f"{TYPED}.example"}),
    ]
    client.raise_request_exception = True
    return [response.content for response in failed if response.status_code in {400, 404, 500}]


@pytest.fixture
def aftermath(transactional_db: None, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What is left of such a day, by where it lies."""
    from tutela.foundation.access.decision import SYSTEM
    from tutela.foundation.access.scope import Scope, within
    from tutela.foundation.audit import log
    from tutela.foundation.clocks.actions import sweep

    with within(Scope(system=True)):
        world = worlds.build()
    with everything_logged() as written:
        shown = _visit(world)
        _type_everywhere(world)
        errors = _break(world)
        with within(Scope(system=True)):
            sweep(by=SYSTEM, at=NOON)
            log.sequence(at=NOON)
    streams = capfd.readouterr()
    return {
        "shown": shown,
        "paper": _paper(world),
        "errors": b"".join(errors),
        "log": written.getvalue().encode(),
        "streams": (streams.out + streams.err).encode("utf-8", "replace"),
        "backup": _backup(tmp_path),
    }


def _backup(folder: Path) -> bytes:
    from tutela.operations import backup

    file = folder / "tutela.backup"
    if connection.vendor == "postgresql":
        from tests.conftest import as_owner

        with as_owner():
            backup.write(file)
    else:
        backup.write(file)
    return file.read_bytes()


# ---------------------------------------------------------------- what is left of it
def test_the_words_are_where_they_belong_and_nowhere_else(aftermath: dict[str, Any], var: Path) -> None:
    shown: dict[str, bytes] = aftermath["shown"]
    for who, word in (
        ("carl", b"zzcanaryidentityofassigned"),
        ("carl", b"zzcanarycontactofassigned"),
        ("carl", b"zzcanarytimelineofassigned"),
        ("carl", b"zzcanarydocumentsofassigned"),
        ("dario", b"zzcanaryneedsofshared"),
        ("ada", b"zzcanarygroundsofshared"),
        ("hana", b"zzcanaryreportoflifeline"),
    ):
        assert word in shown[who], f"{who} cannot read {word.decode()}: the proof proves nothing"
    assert characters.AMINA_ARABIC.encode() in shown["carl"]
    left = {
        **{f"pages of {who}": shown[who] for who in ("ben", "eve", "ora", "pia", "rosa", "anonymous")},
        "paper": aftermath["paper"],
        "error pages": aftermath["errors"],
        "log": aftermath["log"],
        "output": aftermath["streams"],
        "backup": aftermath["backup"],
        "mail": b"".join(message.message().as_bytes() for message in mail.outbox),
        "pictures": repr(caches["pictures"]._cache).encode(),
        "sessions": _sessions(),
        **_files(var),
        **_tables(),
    }
    assert len(left["log"]) > 1000
    assert any(name.startswith("table ") for name in left)
    assert {place: found for place, content in left.items() if (found := found_in(content))} == {}


def _sessions() -> bytes:
    """Sessions opened, with the messages that wait in them."""
    from django.contrib.sessions.models import Session

    opened = [session.get_decoded() for session in Session.objects.all()]
    assert opened
    return json.dumps(opened, ensure_ascii=False, default=str).encode()


def _files(var: Path) -> dict[str, bytes]:
    """Every file that Tutela keeps: on SQLite the database and its write-ahead log are among them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
    found = {str(path.relative_to(var)): path.read_bytes() for path in var.rglob("*") if path.is_file()}
    assert any(name.startswith("attachments/") for name in found)
    return found


def _tables() -> dict[str, bytes]:
    """Every row of every table: on PostgreSQL read by the administrator, whom no policy stops."""
    if connection.vendor == "postgresql":
        from tests.conftest import database_urls

        found = postgres.rows_as_text(database_urls())
    else:
        found = _sqlite_rows_as_text()
    return {f"table {name}": text for name, text in found.items()}


def _sqlite_rows_as_text() -> dict[str, bytes]:
    """The same as in the file, but one can see where."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            values = [value for row in cursor.fetchall() for value in row]
            found[name] = b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in values)
    return found
