"""What the measurements of cases need to know of an installation, told as JSON from inside it."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import django

EMAILS = {
    "bea": "bea@casa-alba.example",
    "carl": "carl@casa-alba.example",
    "ada": "ada@bridge-authority.example",
}
RECENT = 20_000
FILES = 300
DECISIONS = 1_000
MOST_FOUND = 2_000
QUERY = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def tell() -> None:
    """Cookies of three colleagues, files to open, names to search, requests to decide; how many queries each
    page takes, and how many milliseconds the search takes in the database."""
    django.setup()
    from django.conf import settings
    from django.test import Client

    random.seed(4)
    users = {name: _user(email) for name, email in EMAILS.items()}
    clients = {name: Client() for name in users}
    for name, client in clients.items():
        client.force_login(users[name])
    known = _rows(users)
    cookie = settings.SESSION_COOKIE_NAME
    known |= {
        "cookies": {name: client.cookies[cookie].value for name, client in clients.items()},
        "cookie": cookie,
        "token": settings.CSRF_COOKIE_NAME,
        "search": _search_times(users["carl"], known["names"]),
        "queries": {
            "list": _queries(clients["carl"], "/files/"),
            "list, own": _queries(clients["bea"], "/files/"),
            "search": _queries(clients["carl"], "/files/", q=known["names"][0]),
            "open": _queries(clients["carl"], f"/files/{known['files'][0]}/"),
            "inbox": _queries(clients["ada"], "/decisions/"),
        },
    }
    print(json.dumps(known))


def _user(email: str) -> Any:
    from tutela.foundation.organisations.models import User

    return User.objects.select_related("organisation").get(email=email)


def _rows(users: dict[str, Any]) -> dict[str, Any]:
    from tutela.foundation.access.scope import Scope, within
    from tutela.foundation.vault.fields import reveal
    from tutela.identification.models import GroundsRequest
    from tutela.people.models import Person
    from tutela.protection.models import Case

    with within(Scope(system=True)):
        held = Case.objects.filter(organisation_id=users["carl"].organisation_id)
        newest = held.filter(status="open").order_by("-opened_at").values_list("person_id", flat=True)
        files = random.sample(list(newest[:RECENT]), FILES)
        people = Person.objects.filter(pk__in=files).exclude(real_name=b"")
        names = [_two_words(reveal(person, "real_name")) for person in people]
        asked = GroundsRequest.objects.filter(
            authority_id=users["ada"].organisation_id, status="requested"
        ).order_by("id")
        return {
            "total": Case.objects.count(),
            "held": held.count(),
            "files": [str(pk) for pk in files],
            "names": names,
            "requests": [(str(row.pk), row.version) for row in asked[:DECISIONS]],
        }


def _two_words(name: str) -> str:
    """The first and the last: what somebody on the telephone understands."""
    words = name.split()
    return f"{words[0]} {words[-1]}"


def _search_times(user: Any, names: list[str]) -> list[tuple[float, int]]:
    """Milliseconds and people found, for each name."""
    from django.utils import timezone

    from tutela.foundation.access.decision import Actor
    from tutela.foundation.access.scope import Scope, within
    from tutela.people.queries import found

    spent = []
    for name in names:
        with within(Scope(organisation_id=user.organisation_id, at=timezone.now())):
            started = time.perf_counter()
            people = found(Actor.of(user), name, most=MOST_FOUND)
            spent.append(((time.perf_counter() - started) * 1000, len(people)))
    return spent


def _queries(client: Any, address: str, **asked: str) -> int:
    """Of the second look: the first one fills what is kept in memory."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    send = client.post if asked else client.get
    send(address, asked)
    with CaptureQueriesContext(connection) as seen:
        response = send(address, asked)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    return sum(query["sql"].startswith(QUERY) for query in seen.captured_queries)
