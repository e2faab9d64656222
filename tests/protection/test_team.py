"""Who works on a file, who must not, and what happens in an emergency."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import NOON, days, signed_in

from tutela.foundation.access.models import Assignment, BreakGlass
from tutela.foundation.audit.models import Event
from tutela.people.models import Happening
from tutela.protection import actions

REASON = "She called from the street and nobody answers the phone."


def leads(case):
    rows = Assignment.objects.filter(person_id=case.person_id, until__isnull=True, is_lead=True)
    return [row.user.display_name for row in rows]


def assign(cast, case, who, *, is_lead):
    return actions.assign(
        person=case.person, user=getattr(cast, who), is_lead=is_lead, by=cast.actor("carl"), at=NOON
    )


def test_a_new_lead_takes_over_and_the_old_one_stays_on_the_file(cast, case):
    assign(cast, case, "ben", is_lead=True)
    assert leads(case) == ["Ben"]
    assert Assignment.objects.filter(person_id=case.person_id, until__isnull=True).count() == 2


@pytest.mark.parametrize("who", ["eve", "dario"])
def test_only_colleagues_who_work_on_files_are_assigned(cast, case, who):
    with pytest.raises(actions.CannotSeeFiles):
        assign(cast, case, who, is_lead=False)


def test_somebody_always_stays(cast, case):
    with pytest.raises(actions.LastColleague):
        actions.unassign(person=case.person, user=cast.bea, by=cast.actor("carl"), at=NOON)


def test_a_conflict_closes_the_file_to_a_colleague_whatever_the_role(cast, case):
    for who in ("bea", "carl"):
        actions.declare_conflict(person=case.person, user=getattr(cast, who), by=cast.actor(who), at=NOON)
        client = signed_in(getattr(cast, who))
        assert client.get(file(case)).status_code == 404
        assert case.person.pseudonym not in client.get(reverse("files")).text
        assert client.get(emergency(case)).status_code == 404
    with pytest.raises(actions.InConflict):
        assign(cast, case, "bea", is_lead=False)


def file(case):
    return reverse("file", kwargs={"person_id": case.person_id})


def emergency(case):
    return reverse("break-glass", kwargs={"person_id": case.person_id})


def broken(cast, case, **more):
    client = signed_in(cast.ben)
    typed = {"record_id": str(uuid4()), "justification": REASON, **more}
    return client, client.post(emergency(case), typed)


def test_in_an_emergency_ben_opens_the_file_loudly_and_on_record(cast, case):
    client, response = broken(cast, case)
    assert response.status_code == 302
    opened = client.get(file(case))
    assert opened.status_code == 200
    assert "Emergency opening" in opened.text
    assert Event.objects.filter(verb="glass.break", actor_id=cast.ben.pk).count() == 1
    assert Happening.objects.filter(kind="glass.broken", person=case.person).exists()


def test_the_emergency_ends_by_itself(cast, case):
    client, _response = broken(cast, case)
    BreakGlass.objects.update(opened_at=NOON - days(365), expires_at=NOON - days(364))
    assert client.get(file(case)).status_code == 404


@pytest.mark.parametrize("justification", ["", "urgent", "x" * 1001])
def test_an_emergency_needs_a_reason_in_words(cast, case, justification):
    client, response = broken(cast, case, justification=justification)
    assert response.status_code == 422
    assert client.get(file(case)).status_code == 404


@pytest.mark.parametrize("who", ["dario", "hana", "eve", "pia"])
def test_no_emergency_opens_another_organisations_file(cast, case, who):
    client = signed_in(getattr(cast, who))
    typed = {"record_id": str(uuid4()), "justification": REASON}
    assert client.post(emergency(case), typed).status_code == 404


def test_carl_reviews_bens_emergency_and_ben_cannot(cast, case, carl):
    client, _response = broken(cast, case)
    opening = BreakGlass.objects.get()
    review = reverse("emergency-review", kwargs={"opening_id": opening.pk})
    assert client.post(review, {"review": "justified"}).status_code == 404
    assert REASON in carl.get(reverse("emergencies")).text
    assert carl.post(review, {"review": "not"}).status_code == 302
    opening.refresh_from_db()
    assert (opening.review, opening.reviewed_by_id) == ("not", cast.carl.pk)
    assert client.get(file(case)).status_code == 404  # not justified: it ends at once


def test_nobody_reviews_their_own(cast, case):
    opening = actions.break_glass(person=case.person, justification=REASON, by=cast.actor("carl"), at=NOON)
    with pytest.raises(actions.ReviewedByThemselves):
        actions.review_glass(opening=opening, justified=True, by=cast.actor("carl"), at=NOON)


def test_bea_may_declare_her_own_conflict_but_not_bens(cast, case, bea):
    address = reverse("conflict", kwargs={"person_id": case.person_id})
    assert bea.post(address, {"user": str(cast.ben.pk)}).status_code == 404
    assert bea.post(address, {"user": str(cast.bea.pk)}).status_code == 302
    assert bea.get(file(case)).status_code == 404


def test_only_a_supervisor_assigns(cast, case, bea, carl):
    address = reverse("team-assign", kwargs={"person_id": case.person_id})
    typed = {"user": str(cast.ben.pk), "is_lead": "on"}
    assert bea.post(address, typed).status_code == 404
    assert carl.post(address, typed).status_code == 302
    assert leads(case) == ["Ben"]
    assert carl.post(address, {"user": str(cast.dario.pk)}).status_code == 422


def test_the_look_at_the_pseudonym_before_the_glass_is_broken_leaves_a_mark(cast, case):
    assert signed_in(cast.ben).get(emergency(case)).status_code == 200
    (look,) = Event.objects.filter(verb="look.summary", actor_id=cast.ben.pk, person_id=case.person_id)
    assert look.organisation_id == cast.casa_alba.pk


def test_the_reason_is_sealed_at_rest_and_read_by_the_reviewer(cast, case):
    actions.break_glass(person=case.person, justification=REASON, by=cast.actor("ben"), at=NOON)
    assert b"street" not in bytes(BreakGlass.objects.get().justification)
    assert REASON in signed_in(cast.carl).get(reverse("emergencies")).text


def test_the_glass_is_broken_once_however_often_the_form_is_sent(cast, case):
    typed = {"justification": REASON, "record_id": str(uuid4())}
    client = signed_in(cast.ben)
    assert [client.post(emergency(case), typed).status_code for _ in range(2)] == [302, 302]
    assert BreakGlass.objects.count() == 1


def review_of(opening):
    return reverse("emergency-review", kwargs={"opening_id": opening.pk})


def test_a_review_without_an_answer_decides_nothing(cast, case):
    opening = actions.break_glass(person=case.person, justification=REASON, by=cast.actor("ben"), at=NOON)
    assert signed_in(cast.carl).post(review_of(opening), {}).status_code == 422
    opening.refresh_from_db()
    assert opening.reviewed_at is None


def test_a_supervisor_in_conflict_neither_sees_nor_reviews_the_emergency(cast, case):
    opening = actions.break_glass(person=case.person, justification=REASON, by=cast.actor("ben"), at=NOON)
    actions.declare_conflict(person=case.person, user=cast.carl, by=cast.actor("carl"), at=NOON)
    client = signed_in(cast.carl)
    assert case.person.pseudonym not in client.get(reverse("emergencies")).text
    assert client.post(review_of(opening), {"review": "justified"}).status_code == 404


@pytest.mark.parametrize("called", ["reference", "pseudonym"])
def test_the_way_to_a_file_in_an_emergency_starts_from_what_was_said_aloud(cast, case, called):
    said = {"reference": case.reference.lower(), "pseudonym": case.person.pseudonym.lower()}[called]
    ben = signed_in(cast.ben)
    assert reverse("emergency") in ben.get(reverse("files")).text
    response = ben.post(reverse("emergency"), {"called": said})
    assert (response.status_code, response["Location"]) == (302, emergency(case))


@pytest.mark.parametrize("who", ["ben", "dario"])
def test_what_nobody_here_is_called_leads_nowhere(cast, case, who):
    said = "26-ZZZZZ" if who == "ben" else case.reference
    assert signed_in(getattr(cast, who)).post(reverse("emergency"), {"called": said}).status_code == 422
