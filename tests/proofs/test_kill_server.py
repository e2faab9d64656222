"""The web server is killed while forms are being sent: what it had answered is kept, and sent again, the rest
is kept once."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from tests.cast import NOON, signed_in, whole_cast
from tests.proofs import server
from tests.proofs.other_process import is_whole, surroundings
from tools.machine import free_port
from tools.places import ROOT

from tutela.foundation.access.scope import Scope, within
from tutela.foundation.audit import log
from tutela.foundation.audit.models import Event
from tutela.foundation.vault import fields
from tutela.people.models import Happening, Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LIVES = 2
NOTES = 30  # answered in each life before the end comes
SENDERS = 3
TOKEN = "t" * 32
STARTS_WITHIN = 30.0


@dataclass
class Browser:
    """Bea's browser, and what became of the notes that she sent with it."""

    person: UUID
    session: str
    port: int = 0
    answered: list[UUID] = field(default_factory=list)
    unanswered: list[UUID] = field(default_factory=list)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and page. Raises OSError or http.client.HTTPException when nothing comes."""
        cookies = {settings.SESSION_COOKIE_NAME: self.session, settings.CSRF_COOKIE_NAME: TOKEN}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode({**form, "csrfmiddlewaretoken": TOKEN}) if form is not None else None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def send(self, note: UUID) -> bool:
        """Whether an answer came."""
        form = {"record_id": str(note), "text": f"note {note}"}
        try:
            status, page = self.ask("POST", f"/files/{self.person}/notes/new/", form)
        except (OSError, http.client.HTTPException):
            return False
        assert status == 302, page.decode()[:500]
        return True

    def send_until(self, enough: Flag) -> None:
        """Notes, one after the other, until the server is gone."""
        for _ in count():
            note = uuid4()
            if not self.send(note):
                self.unanswered.append(note)
                return
            self.answered.append(note)
            if len(self.answered) >= NOTES:
                enough.set()


@pytest.fixture
def browser(transactional_db: None) -> Browser:
    with within(Scope(system=True)):
        cast = whole_cast()
        session = signed_in(cast.bea).cookies[settings.SESSION_COOKIE_NAME].value
    return Browser(cast.amina.pk, session)


@contextmanager
def serving(browser: Browser, var: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The real server, in a group of processes of its own; all of it is killed at the end, with SIGKILL."""
    browser.port = free_port(first=21_000)
    command = [sys.executable, "-m", "tests.proofs.server", str(browser.port)]
    process = subprocess.Popen(command, cwd=ROOT, env=surroundings(var), start_new_session=True)
    try:
        deadline = time.monotonic() + STARTS_WITHIN
        while not _is_up(browser):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _is_up(browser: Browser) -> bool:
    try:
        return browser.ask("GET", "/files/")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def killed_while_sending(browser: Browser, var: Path) -> None:
    """One life of the server: several send at once, and none of them has stopped when it is killed."""
    lives = [Browser(browser.person, browser.session) for _ in range(SENDERS)]
    enough = Flag()
    with serving(browser, var) as process:
        senders = [Thread(target=one.send_until, args=[enough]) for one in lives]
        for one, sender in zip(lives, senders, strict=True):
            one.port = browser.port
            sender.start()
        came = enough.wait(timeout=60)
        os.killpg(process.pid, signal.SIGKILL)
        for sender in senders:
            sender.join(timeout=30)
    assert came, "too few answers"
    for one in lives:
        browser.answered += one.answered
        browser.unanswered += one.unanswered


def test_it_is_noon_in_the_server_too() -> None:
    assert server.NOON == NOON


def test_nothing_answered_is_lost_when_the_server_is_killed(browser: Browser, var: Path) -> None:
    for _ in range(LIVES):
        killed_while_sending(browser, var)
    assert len(browser.answered) >= LIVES * NOTES
    assert len(browser.unanswered) == LIVES * SENDERS, "nobody was sending when the end came"
    with within(Scope(system=True)):
        kept = set(Happening.objects.filter(kind="note.added").values_list("object_id", flat=True))
    assert not set(browser.answered) - kept
    assert kept <= {*browser.answered, *browser.unanswered}
    with serving(browser, var):
        # Whoever got no answer sends again, with the id that stands in the form.
        assert all(browser.send(note) for note in browser.unanswered)
        status, page = browser.ask("GET", f"/files/{browser.person}/timeline/")
    assert status == 200
    shown = set(map(UUID, re.findall(r"note ([0-9a-f-]{36})", page.decode())))
    assert shown
    assert shown <= {*browser.answered, *browser.unanswered}
    _everything_is_kept_once(browser)


def _everything_is_kept_once(browser: Browser) -> None:
    sent = {*browser.answered, *browser.unanswered}
    with within(Scope(system=True)):
        notes = list(Happening.objects.select_related("person").filter(kind="note.added"))
        assert Counter(note.object_id for note in notes) == Counter(sent)
        texts = fields.reveal_many(notes, ["note"])
        assert [text["note"] for text in texts] == [f"note {note.object_id}" for note in notes]
        events = Event.objects.filter(verb="note.add").values_list("object_id", flat=True)
        assert Counter(events) == Counter(note.pk for note in notes)
        assert Person.objects.count() == 1
        log.sequence(at=NOON)
        assert log.verify().events == Event.objects.count()
    is_whole()
