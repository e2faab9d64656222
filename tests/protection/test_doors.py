"""Whoever works on no file is led to their own work, and a stranger at the staff's door to the portal."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import NOON, Cast, days, signed_in

from tutela.foundation.clocks.models import Clock
from tutela.protection.terms import OTHER_CLOCK, clock_words
from tutela.web.templatetags.tutela import full_date, human_date

DOORS = {"eve": ["colleagues"], "ora": ["audit"], "ada": ["decisions"], "rosa": ["library"]}


@pytest.mark.parametrize(("name", "doors"), DOORS.items())
def test_the_first_page_leads_to_the_work_of_each_role(cast: Cast, name: str, doors: list[str]) -> None:
    page = signed_in(getattr(cast, name)).get(reverse("home")).content.decode()
    main = page.partition("<main")[2]
    assert set(re.findall(r'class="tile" href="([^"]+)"', main)) >= {reverse(door) for door in doors}


def test_a_stranger_at_the_door_of_staff_finds_the_portal(cast: Cast) -> None:
    page = Client().get("/", follow=True).content.decode()
    assert page.count(f'href="{reverse("tell")}"') == 2


def test_a_deadline_says_which_right_it_is_for() -> None:
    assert clock_words(Clock(kind="right", source="L242")) == "To be given: A decision in time"
    assert str(clock_words(Clock(kind="grounds", source="L242"))) == "Decision of the authority"
    assert clock_words(Clock(kind="right", source="L9999")) is OTHER_CLOCK


def test_a_year_is_left_out_where_it_is_plain_and_never_on_paper() -> None:
    assert human_date(NOON + days(1)) == "Thu 26 Nov"
    assert human_date(NOON + days(300)).endswith("2027")
    assert full_date(NOON + days(1)) == "Thu, 26 Nov 2026"
