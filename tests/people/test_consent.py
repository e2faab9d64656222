"""Consent has versions, is asked for each thing apart, and a change of mind has effects at once."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import NOON, days

from tutela.foundation.audit.models import Event
from tutela.people import actions, pathway, queries
from tutela.people.actions import ConsentAnswer, NotForAnAdult
from tutela.people.consents import TEXTS
from tutela.people.happenings import SENTENCES
from tutela.people.models import Consent, ConsentScope, Happening, Person

YES = ConsentAnswer(given=True, language="ar", with_interpreter=True)
NO = ConsentAnswer(given=False, language="ar")


def record(cast, person, scope, answer, at=NOON):
    return actions.record_consent(person=person, scope=scope, answer=answer, by=cast.actor("bea"), at=at)


def test_every_question_has_its_words_and_every_answer_its_line():
    assert set(TEXTS) == set(ConsentScope)
    for scope in ConsentScope:
        for answer in ("given", "refused", "withdrawn"):
            kind = f"consent.{answer}/{scope}"
            assert kind in SENTENCES
            assert len(kind) <= Happening._meta.get_field("kind").max_length


def test_a_change_of_mind_is_a_new_version_and_the_old_answer_stays(cast, person):
    record(cast, person, ConsentScope.REFER, YES)
    record(cast, person, ConsentScope.REFER, NO, at=NOON + days(1))
    state = next(state for state in queries.consents_of(person) if state.scope == ConsentScope.REFER)
    assert [(answer.version, answer.given) for answer in state.answers] == [(2, False), (1, True)]
    assert state.is_withdrawn
    assert not queries.consent_is_given(person, ConsentScope.REFER)
    assert state.answers[1].with_interpreter


def test_only_a_yes_that_becomes_a_no_is_a_withdrawal(cast, person, monkeypatch):
    reached = []
    monkeypatch.setattr(pathway, "reached", lambda milestone, *args, **more: reached.append(milestone))
    record(cast, person, ConsentScope.REFER, NO)
    assert reached == []
    record(cast, person, ConsentScope.REFER, YES)
    record(cast, person, ConsentScope.REFER, NO)
    assert reached == [pathway.Milestone.CONSENTED, pathway.Milestone.CONSENT_WITHDRAWN]


def test_an_answer_leaves_an_event_and_a_line(cast, person):
    consent = record(cast, person, ConsentScope.KEEP_FILE, YES)
    event = Event.objects.get(object_id=consent.pk)
    assert (event.verb, event.details["scope"]) == ("consent.given", "keep_file")
    assert Happening.objects.filter(kind="consent.given/keep_file", object_id=consent.pk).exists()


def test_nobody_answers_for_an_adult(cast, person):
    answer = ConsentAnswer(given=True, language="ar", given_by="nobody")
    with pytest.raises(NotForAnAdult):
        record(cast, person, ConsentScope.KEEP_FILE, answer)


@pytest.mark.parametrize("age_group", ["child", "disputed"])
def test_a_child_and_someone_whose_age_is_disputed_are_protected_without_being_asked(cast, person, age_group):
    Person.objects.filter(pk=person.pk).update(age_group=age_group)
    answer = ConsentAnswer(given=True, language="ar", given_by="nobody")
    assert record(cast, Person.objects.get(pk=person.pk), ConsentScope.KEEP_FILE, answer).given


def page(person, scope="refer"):
    return reverse("consent-answer", kwargs={"person_id": person.pk, "scope": scope})


def typed(**more):
    return {"record_id": str(uuid4()), "given": "yes", "given_by": "person", "asked_in": "ar", **more}


def test_bea_writes_an_answer_down(bea, person):
    response = bea.post(page(person), typed())
    assert response.status_code == 302
    assert queries.consent_is_given(person, ConsentScope.REFER)


def test_an_answer_that_is_sent_twice_is_written_once(bea, person):
    form = typed()
    assert bea.post(page(person), form).status_code == 302
    assert bea.post(page(person), form).status_code == 302
    assert Consent.objects.filter(person=person).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"given": ""}, {"given": "perhaps"}, {"asked_in": "xx"}, {"given_by": "nobody"}, {"record_id": "no"}],
)
def test_a_wrong_answer_is_shown_again_and_written_nowhere(bea, person, wrong):
    response = bea.post(page(person), typed(**wrong))
    assert response.status_code == 422
    assert not Consent.objects.filter(person=person).exists()


def test_a_question_that_does_not_exist_has_no_page(bea, person):
    assert bea.get(page(person, scope="everything")).status_code == 404
