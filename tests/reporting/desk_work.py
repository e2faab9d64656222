"""How people tell, come back and answer in these tests."""

from __future__ import annotations

import re
from uuid import uuid4

from django.test import Client
from tests.cast import NOON

from tutela.foundation.access.decision import SYSTEM
from tutela.reporting import actions
from tutela.reporting.models import Desk

STORY = "Zzkanari: they keep our passports in the yellow house"
PLACE = "Zzkanari Lane 9"
NUMBER = re.compile(r'id="number">([\d ]{29})<')


def open_desk(organisation, slug: str = "lifeline", **options) -> Desk:
    given = {"name": "Lifeline", "country": "gb", "emergency_number": "999", **options}
    return actions.new_desk(organisation=organisation, slug=slug, by=SYSTEM, at=NOON, **given)


def story(**changes) -> dict[str, str]:
    """What a browser sends when somebody tells."""
    filled = {
        "record_id": str(uuid4()),
        "what": STORY,
        "where": PLACE,
        "danger": "soon",
        "answer": "yes",
        "language": "ar",
    }
    return {name: value for name, value in {**filled, **changes}.items() if value is not None}


def tell(slug: str = "lifeline", *, client: Client | None = None, headers=None, **changes):
    return (client or Client()).post(f"/tell/{slug}/", story(**changes), headers=headers)


def number_in(response) -> str:
    return NUMBER.search(response.content.decode())[1]


def come_back(number: str, slug: str = "lifeline", **more):
    return Client().post(f"/tell/{slug}/answer/", {"secret": number, **more})


def hidden(response, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', response.content.decode())[1]


def write(page, words: str, slug: str = "lifeline", **more):
    """Sends the form of an open mailbox."""
    sent = {"token": hidden(page, "token"), "record_id": hidden(page, "record_id"), "words": words, **more}
    return Client().post(f"/tell/{slug}/answer/", sent)
