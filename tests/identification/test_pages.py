"""The pages of screening and of the decision: who may open them, what they keep, what they refuse."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import AMINA, NOON, Cast, days, signed_in
from tests.identification.test_grounds import REASONS, STATEMENT, ask, consent, decide
from tests.identification.test_screening import ADULT, CHILD, SIGNS, TRAFFICKED, begin

from tutela.identification import assess
from tutela.identification.models import GroundsRequest, GroundsStatus, Screening
from tutela.people.models import AgeGroup

ANSWERS = {name: answer.value for name, answer in TRAFFICKED.items()}


def address(name: str, cast: Cast, **more: object) -> str:
    return reverse(name, kwargs={"person_id": cast.amina.pk, **more})


def new_screening(cast: Cast) -> str:
    return address("screening-new", cast, pack=ADULT)


# ---------------------------------------------------------------- who may
@pytest.mark.parametrize("name", ["ben", "dario", "eve", "ora", "hana", "ada", "pia", "rosa"])
@pytest.mark.parametrize("page", ["screening", "decision", "decision-new"])
def test_to_everyone_else_the_pages_do_not_exist(cast, name, page):
    assert signed_in(getattr(cast, name)).get(address(page, cast)).status_code == 404


@pytest.mark.parametrize("name", ["bea", "ben", "carl", "dario", "eve", "hana", "pia", "rosa"])
def test_only_a_decider_has_an_inbox(cast, name):
    assert signed_in(getattr(cast, name)).get(reverse("decisions")).status_code == 404


# ---------------------------------------------------------------- screening
def test_the_way_in_names_what_the_lists_do_not_cover(cast):
    page = signed_in(cast.bea).get(address("screening", cast)).content.decode()
    assert "sexual exploitation" in page
    assert "It never closes a file" in page


def test_a_child_is_not_screened_as_an_adult(cast):
    cast.amina.age_group = AgeGroup.DISPUTED
    cast.amina.save(update_fields=["age_group"])
    bea = signed_in(cast.bea)
    assert bea.get(new_screening(cast)).status_code == 404
    assert bea.get(address("screening-new", cast, pack=CHILD)).status_code == 200


def test_every_question_starts_as_not_asked(cast):
    page = signed_in(cast.bea).get(new_screening(cast)).content.decode()
    assert page.count('value="not_asked" checked') == page.count('class="question"') == 67
    assert page.count('type="radio"') == 4 * 67


def test_a_draft_is_left_and_taken_up_again(cast):
    bea, record_id = signed_in(cast.bea), str(uuid4())
    sent = bea.post(new_screening(cast), {"record_id": record_id, "save": "draft", **ANSWERS})
    assert sent.status_code == 302
    again = bea.get(new_screening(cast))
    assert again.headers["Location"] == address("screening-one", cast, screening_id=record_id)
    page = bea.get(again.headers["Location"]).content.decode()
    assert page.count('value="yes" checked') == len(ANSWERS)


def test_sending_twice_makes_one(cast):
    bea, sent = signed_in(cast.bea), {"record_id": str(uuid4()), "finish": "yes", **ANSWERS}
    first, second = (bea.post(new_screening(cast), sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Screening.objects.count() == 1


def test_the_result_is_in_words_with_its_cautions(cast):
    bea = signed_in(cast.bea)
    sent = bea.post(new_screening(cast), {"record_id": str(uuid4()), "finish": "yes", **ANSWERS}, follow=True)
    page = sent.content.decode()
    assert "Consistent with trafficking for forced labour" in page
    assert "A screen never closes a file" in page
    assert "Because of these answers" in page


def test_an_answer_that_cannot_be_read_is_refused_and_the_others_stay(cast):
    sent = {"record_id": str(uuid4()), "finish": "yes", **ANSWERS}
    sent["deceptive-recruitment.wages"] = "many"
    page = signed_in(cast.bea).post(new_screening(cast), sent)
    assert page.status_code == 422
    assert page.content.decode().count('value="yes" checked') == len(ANSWERS) - 1
    assert not Screening.objects.exists()


def test_nothing_answered_cannot_be_finished(cast):
    page = signed_in(cast.bea).post(new_screening(cast), {"record_id": str(uuid4()), "finish": "yes"})
    assert page.status_code == 422
    assert "Answer at least one question" in page.content.decode()


def test_the_second_to_save_a_draft_sees_what_the_first_answered(cast):
    draft = begin(cast, SIGNS)
    bea, carl = signed_in(cast.bea), signed_in(cast.carl)
    here = address("screening-one", cast, screening_id=draft.pk)
    bea.post(here, {"version": 1, "deceptive-recruitment.wages": "no"})
    page = carl.post(here, {"version": 1, "deceptive-recruitment.wages": "unknown"})
    assert page.status_code == 409
    assert [str(one["value"]) for one in page.context["differences"]] == ["No"]
    saved = carl.post(here, {"version": 2, "deceptive-recruitment.wages": "unknown"})
    assert saved.status_code == 302


def test_two_colleagues_who_begin_at_once_meet_on_one_draft(cast):
    begin(cast, SIGNS)
    sent = {"record_id": str(uuid4()), "deceptive-recruitment.wages": "no"}
    page = signed_in(cast.carl).post(new_screening(cast), sent)
    assert page.status_code == 409
    assert Screening.objects.count() == 1


# ---------------------------------------------------------------- asking
def request_form(cast: Cast, **more: str) -> dict[str, str]:
    given = {"record_id": str(uuid4()), "authority": str(cast.authority.pk), "statement": STATEMENT}
    return {**given, "screening": "", **more}


def test_without_consent_the_page_says_what_comes_first(cast):
    bea = signed_in(cast.bea)
    assert "The person has not agreed yet" in bea.get(address("decision", cast)).content.decode()
    page = bea.post(address("decision-new", cast), request_form(cast))
    assert page.status_code == 422
    assert STATEMENT in page.content.decode()


def test_the_request_is_sent_once_and_its_deadline_is_shown(cast):
    consent(cast)
    bea, sent = signed_in(cast.bea), request_form(cast, screening=str(begin(cast, SIGNS, finish=True).pk))
    for _ in range(2):
        assert bea.post(address("decision-new", cast), sent).status_code == 302
    assert GroundsRequest.objects.count() == 1
    page = bea.get(address("decision", cast)).content.decode()
    assert "in 5 working days" in page
    assert "To be confirmed by a lawyer" in page


def test_an_authority_of_nobody_s_choosing_is_refused(cast):
    consent(cast)
    page = signed_in(cast.bea).post(
        address("decision-new", cast), request_form(cast, authority=str(cast.haven.pk))
    )
    assert page.status_code == 422
    assert not GroundsRequest.objects.exists()


def test_the_request_can_be_taken_back(cast):
    consent(cast)
    request = ask(cast)
    here = address("decision-withdraw", cast, request_id=request.pk)
    assert signed_in(cast.bea).post(here).status_code == 302
    request.refresh_from_db()
    assert request.status == GroundsStatus.WITHDRAWN
    assert signed_in(cast.ada).get(decision_page(request)).status_code == 404


# ---------------------------------------------------------------- deciding
def decision_page(request: GroundsRequest) -> str:
    return reverse("decision-decide", kwargs={"request_id": request.pk})


@pytest.fixture
def asked(cast: Cast) -> GroundsRequest:
    consent(cast)
    return ask(cast, screening=begin(cast, TRAFFICKED, finish=True))


def test_the_inbox_shows_a_pseudonym_and_a_deadline(cast, asked):
    page = signed_in(cast.ada).get(reverse("decisions")).content.decode()
    assert "Heron 4821" in page
    assert "in 5 working days" in page
    assert AMINA not in page


def test_a_broken_address_shows_the_first_page(cast, asked):
    page = signed_in(cast.ada).get(reverse("decisions"), {"after": "nonsense"})
    assert [line.pseudonym for line in page.context["page"].rows] == ["Heron 4821"]


def test_the_authority_sees_what_was_disclosed(cast, asked):
    page = signed_in(cast.ada).get(decision_page(asked)).content.decode()
    assert STATEMENT in page
    assert "Consistent with trafficking for forced labour" in page
    assert AMINA not in page


@pytest.mark.parametrize("name", ["bea", "carl", "dario", "pia", "eve"])
def test_nobody_else_decides(cast, asked, name):
    client = signed_in(getattr(cast, name))
    sent = {"answer": "positive", "reasons": REASONS, "version": 1}
    assert client.post(decision_page(asked), sent).status_code == 404
    asked.refresh_from_db()
    assert asked.status == GroundsStatus.REQUESTED


def test_a_decision_needs_its_reasons_and_keeps_the_answer(cast, asked):
    page = signed_in(cast.ada).post(
        decision_page(asked), {"answer": "negative", "reasons": " ", "version": 1}
    )
    assert page.status_code == 422
    assert page.context["form"]["answer"].value() == "negative"


def test_the_authority_decides_and_sees_its_decision(cast, asked):
    ada = signed_in(cast.ada)
    sent = {"answer": "positive", "reasons": REASONS, "version": 1}
    page = ada.post(decision_page(asked), sent, follow=True).content.decode()
    assert REASONS in page
    decided = ada.get(reverse("decisions"), {"show": "decided"}).content.decode()
    assert "Heron 4821" in decided
    assert "Heron 4821" not in ada.get(reverse("decisions")).content.decode()


def test_a_decision_sent_twice_stays_the_first(cast, asked):
    ada = signed_in(cast.ada)
    ada.post(decision_page(asked), {"answer": "positive", "reasons": REASONS, "version": 1})
    ada.post(decision_page(asked), {"answer": "negative", "reasons": "no", "version": 1})
    asked.refresh_from_db()
    assert asked.status == GroundsStatus.POSITIVE


def test_after_the_grant_has_ended_the_page_is_gone(cast, asked, monkeypatch):
    decide(asked, cast)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + days(40))
    assert signed_in(cast.ada).get(decision_page(asked)).status_code == 404


# ---------------------------------------------------------------- telling her
def test_the_notice_speaks_her_language_and_says_how_to_go_on(cast, asked):
    decide(asked, cast)
    here = address("decision-notice", cast, request_id=asked.pk)
    page = signed_in(cast.bea).get(here).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "30" in page
    assert REASONS in page
    assert AMINA not in page


def test_there_is_no_notice_before_a_decision(cast, asked):
    here = address("decision-notice", cast, request_id=asked.pk)
    assert signed_in(cast.bea).get(here).status_code == 404


def test_that_she_was_told_is_written_down(cast, asked):
    decide(asked, cast)
    here = address("decision-notice", cast, request_id=asked.pk)
    assert signed_in(cast.bea).post(here, {"language": "xx"}).status_code == 302
    asked.refresh_from_db()
    assert asked.notice_given_at is None
    signed_in(cast.bea).post(here, {"language": "ar"})
    asked.refresh_from_db()
    assert asked.notice_language == "ar"


def test_the_answers_in_the_clear_are_nowhere_in_the_row(cast):
    done = begin(cast, SIGNS, finish=True)
    assert assess.answers_of(done)
    assert b"yes" not in bytes(Screening.objects.get(pk=done.pk).answers)
