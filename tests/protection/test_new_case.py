"""The form for a new case: consent first, nothing lost, sent twice it opens one."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import AMINA, signed_in

from tutela.people import queries
from tutela.people.models import ConsentScope
from tutela.protection.actions import CaseFacts
from tutela.protection.models import Case, Need

NEW = "/files/new/"


def typed(**more):
    return {
        "record_id": str(uuid4()),
        "keep_file": "yes",
        "request_decision": "no",
        "given_by": "person",
        "asked_in": "ar",
        "with_interpreter": "on",
        "danger": "high",
        "exploitation": "labour",
        "country": "GB",
        "region": "GB-WLS",
        "needs": ["safe_place", "doctor"],
        "urgent_needs": "on",
        "real_name": AMINA,
        "age_group": "adult",
        "sex": "female",
        "citizenship": "MA",
        "language": "ar",
        "contact_channel": "phone",
        "contact_address": "020 7946 0958",
        "contact_rules": "Only mornings.",
        **more,
    }


def test_one_page_opens_the_whole_case(bea):
    response = bea.post(NEW, typed(), follow=True)
    case = Case.objects.get()
    assert case.reference in response.text
    assert AMINA not in response.text
    assert queries.consent_is_given(case.person, ConsentScope.KEEP_FILE)
    assert not queries.consent_is_given(case.person, ConsentScope.REQUEST_DECISION)
    assert queries.current_consent(case.person, ConsentScope.STATISTICS) is None
    assert Need.objects.filter(person=case.person, urgent=True).count() == 2


def test_the_form_sent_twice_opens_one_case(bea):
    form = typed()
    first, second = bea.post(NEW, form), bea.post(NEW, form)
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert Case.objects.count() == 1


def test_somebody_elses_record_id_opens_nothing_of_theirs(cast, case):
    hana = signed_in(cast.hana)
    response = hana.post(NEW, typed(record_id=str(case.person_id)))
    assert response.status_code == 422
    assert "Only mornings." in response.text
    assert Case.objects.count() == 1


def test_consent_alone_is_enough(bea):
    least = {
        "record_id": str(uuid4()),
        "keep_file": "yes",
        "given_by": "person",
        "asked_in": "en",
        "danger": "unknown",
        "exploitation": "unknown",
        "country": "GB",
        "age_group": "unknown",
        "sex": "unknown",
        "language": "en",
    }
    assert bea.post(NEW, least).status_code == 302


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("keep_file", "no"),
        ("keep_file", ""),
        ("given_by", "nobody"),
        ("danger", "extreme"),
        ("country", ""),
        ("needs", ["gold"]),
        ("contact_address", "12"),
        ("region", "Kent"),
        ("region", "FR-IDF"),
        ("report_id", "x"),
    ],
)
def test_a_wrong_answer_keeps_everything_that_was_typed_and_opens_nothing(bea, field, wrong):
    response = bea.post(NEW, typed(**{field: wrong}))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Only mornings." in response.text
    assert not Case.objects.exists()


def test_a_child_needs_no_consent_and_is_asked_all_the_same(bea):
    assert bea.post(NEW, typed(age_group="disputed", given_by="nobody")).status_code == 302


@pytest.mark.parametrize("who", ["eve", "ada", "pia", "rosa", "ora"])
def test_only_those_who_open_cases_see_the_form(cast, who):
    client = signed_in(getattr(cast, who))
    assert client.get(NEW).status_code == 404
    assert client.post(NEW, typed()).status_code == 404


def change(case):
    return reverse("case-change", kwargs={"person_id": case.person_id})


def test_the_second_saver_of_the_situation_sees_both(bea, carl, case):
    facts = {"country": "GB", "exploitation": "unknown", "version": "1"}
    assert carl.post(change(case), {**facts, "danger": "high", "region": "GB-SCT"}).status_code == 302
    response = bea.post(change(case), {**facts, "danger": "low", "region": "GB-WLS"})
    assert response.status_code == 409
    assert "Scotland" in response.text
    assert "Wales" in response.text
    again = {**facts, "danger": "low", "region": "GB-WLS", "version": "2"}
    assert bea.post(change(case), again).status_code == 302
    assert Case.objects.get().region == "GB-WLS"


def test_the_regions_offered_are_those_of_the_country_that_was_chosen(bea, case):
    """Without a script the page learns of another country when it is sent."""
    assert "Scotland" in bea.get(change(case)).text
    facts = {"country": "FR", "exploitation": "unknown", "danger": "low", "version": "1"}
    wrong = bea.post(change(case), {**facts, "region": "GB-SCT"})
    assert wrong.status_code == 422
    assert "not a part of the country" in wrong.text
    assert "Bretagne" in wrong.text
    assert "Scotland" not in wrong.text
    assert bea.post(change(case), {**facts, "region": "FR-BRE"}).status_code == 302
    page = bea.get(reverse("file", kwargs={"person_id": case.person_id})).text
    assert "France" in page
    assert "Bretagne" in page


def test_the_database_keeps_a_region_in_its_country(case):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(country="FR", region="GB-SCT")
    with pytest.raises(ValueError, match="country"):
        CaseFacts(country="FR", region="GB-SCT")


def test_closing_needs_a_reason_and_words(bea, case):
    address = reverse("case-close", kwargs={"person_id": case.person_id})
    assert bea.post(address, {"version": "1", "reason": "", "note": ""}).status_code == 422
    assert bea.post(address, {"version": "9", "reason": "moved", "note": "To Leeds."}).status_code == 409
    assert bea.post(address, {"version": "1", "reason": "moved", "note": "To Leeds."}).status_code == 302
    reopen = reverse("case-reopen", kwargs={"person_id": case.person_id})
    assert bea.post(reopen, {"note": ""}).status_code == 422
    assert bea.post(reopen, {"note": "She called."}).status_code == 302
    assert Case.objects.get().status == "open"
