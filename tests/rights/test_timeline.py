"""The lines of a file say which right they are about, to those whose file it is."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.cast import NOON, Cast, days, signed_in

from tutela.foundation.access.models import Grant, Section, spell
from tutela.people import queries as people
from tutela.rights import actions, queries
from tutela.rights.models import Right, StepKind

EQUAL_TREATMENT = "no-discrimination"


@pytest.fixture
def asked(cast: Cast) -> str:
    """The title of a right that Bea asked for."""
    actions.answer_questions(
        person=cast.amina,
        answers={"identification_status": "presumed", "in_territory": True},
        version=cast.amina.version,
        by=cast.actor("bea"),
        at=NOON,
    )
    right = Right.objects.select_related("person").get(right=EQUAL_TREATMENT)
    actions.follow_right(
        right=right,
        kind=StepKind.REQUESTED,
        version=right.version,
        by=cast.actor("bea"),
        at=NOON,
    )
    return queries.title_of(EQUAL_TREATMENT)


def test_a_line_names_its_right(cast: Cast, asked: str) -> None:
    lines = [line.what for line in people.latest_happenings(cast.amina, most=5)]
    assert f"A right was asked for: {asked}" in lines
    page = signed_in(cast.bea).get(reverse("timeline", args=[cast.amina.pk]))
    assert f"A right was asked for: {asked}" in page.content.decode()


def test_whoever_was_shown_the_timeline_and_no_rights_reads_no_right(cast: Cast, asked: str) -> None:
    Grant.objects.create(
        organisation=cast.casa_alba,
        to_organisation=cast.haven,
        person_id=cast.amina.pk,
        sections=spell([Section.SUMMARY, Section.TIMELINE]),
        purpose="referral",
        basis="consent",
        source_kind="referral",
        source_id=cast.amina.pk,
        granted_at=NOON,
        expires_at=NOON + days(30),
    )
    page = signed_in(cast.dario).get(reverse("timeline", args=[cast.amina.pk])).content.decode()
    assert "A right was asked for" in page
    assert asked not in page
