"""Help asked and given between organisations: consent, scope, end, outcome."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.cast import NOON, days, signed_in

from tutela.cooperation import actions
from tutela.cooperation.access import referral_for
from tutela.cooperation.models import Referral, ReferralStatus
from tutela.foundation.access.decision import SYSTEM, Purpose
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.models import Grant, Section
from tutela.foundation.audit.models import Event
from tutela.foundation.changes import ChangedMeanwhile
from tutela.foundation.roles import Permission
from tutela.people.access import file_for
from tutela.people.models import Consent, ConsentScope, Happening
from tutela.web.dates import human_date

MESSAGE = "She needs a quiet room on the ground floor, zzquietroom."


@pytest.fixture
def consented(cast):
    Consent.objects.create(
        organisation=cast.casa_alba,
        person=cast.amina,
        scope=ConsentScope.REFER,
        version=1,
        given=True,
        language="ar",
        text_version="1",
        at=NOON,
        recorded_by=cast.bea,
    )
    return cast


def send(cast, *, to=None, sections=(Section.NEEDS,), record_id=None, ends=30):
    return actions.send_referral(
        person=cast.amina,
        record_id=record_id or uuid4(),
        to=to or cast.haven,
        service="shelter",
        urgent=True,
        sections=sections,
        message=MESSAGE,
        expires_at=NOON + days(ends),
        by=cast.actor("bea"),
        at=NOON,
    )


def answer(cast, referral, *, accepted=True, reason="", version=1, at=NOON):
    return actions.answer_referral(
        referral=referral, accepted=accepted, reason=reason, version=version, by=cast.actor("dario"), at=at
    )


def dario_sees(cast, section, *, at=NOON):
    try:
        file_for(
            cast.actor("dario"),
            cast.amina.pk,
            Permission.CASE_READ,
            section=section,
            purpose=Purpose.REFERRAL,
            at=at,
        )
    except AccessDenied:
        return False
    return True


def test_without_consent_nobody_is_asked(cast):
    with pytest.raises(actions.ConsentMissing):
        send(cast)
    assert not Referral.objects.exists()
    assert not Grant.objects.exists()


def test_before_the_answer_the_receiver_sees_the_summary_only(consented):
    send(consented)
    assert dario_sees(consented, Section.SUMMARY)
    assert not dario_sees(consented, Section.NEEDS)


# What the label of the summary says; a file has more that is not said in it.
IN_THE_SUMMARY = ("Heron 4821", "Arabic", "Adult")
NOT_IN_THE_SUMMARY = ("Morocco", "Female", "What this person agreed to", "CA-2026", "Safe contact", "Locked")


def pages_of_the_file(cast):
    dario = signed_in(cast.dario)
    answers = {
        tab: dario.get(f"/files/{cast.amina.pk}/{tab}") for tab in ("", "person/", "consent/", "team/")
    }
    return {tab: one.content.decode() if one.status_code == 200 else "" for tab, one in answers.items()}


@pytest.fixture
def with_case(consented):
    from tutela.protection.models import Case

    Case.objects.create(
        organisation=consented.casa_alba,
        person=consented.amina,
        reference="CA-2026-00001",
        country="GB",
        exploitation="labour",
        opened_at=NOON,
        opened_by=consented.bea,
    )
    return consented


def test_before_the_answer_the_pages_say_what_the_label_says_and_no_more(with_case):
    referral = send(with_case, sections=list(Section))
    pages = pages_of_the_file(with_case)
    pages["referral"] = signed_in(with_case.dario).get(f"/referrals/{referral.pk}/").content.decode()
    assert all(word in pages["person/"] for word in IN_THE_SUMMARY)
    assert all(word in pages["referral"] for word in IN_THE_SUMMARY)
    for name, page in pages.items():
        assert not [word for word in NOT_IN_THE_SUMMARY if word in page], name
    assert (pages["consent/"], pages["team/"]) == ("", "")
    listed = signed_in(with_case.dario).get("/files/").content.decode()
    assert "Heron 4821" not in listed


@pytest.mark.parametrize(
    ("section", "tab", "words"),
    [
        (Section.IDENTITY, "person/", {"Morocco", "Female", "Locked"}),
        (Section.CONTACT, "person/", {"Safe contact"}),
        (Section.CONSENT, "consent/", {"What this person agreed to"}),
        (Section.CASE, "", {"CA-2026"}),
    ],
)
def test_after_the_answer_each_section_opens_what_its_label_says(with_case, section, tab, words):
    answer(with_case, send(with_case, sections=[section]))
    page = pages_of_the_file(with_case)[tab]
    assert {word for word in NOT_IN_THE_SUMMARY if word in page} == words


def test_after_accepting_the_receiver_sees_what_was_agreed_and_no_more(consented):
    answer(consented, send(consented))
    assert dario_sees(consented, Section.NEEDS)
    assert not dario_sees(consented, Section.IDENTITY)
    assert not dario_sees(consented, Section.NEEDS, at=NOON + days(31))


def test_declining_needs_a_reason_and_closes_the_file(consented):
    referral = send(consented)
    with pytest.raises(ValueError, match="reason"):
        answer(consented, referral, accepted=False)
    answer(consented, referral, accepted=False, reason="We are full until Monday.")
    assert not dario_sees(consented, Section.SUMMARY)
    seen = referral_for(consented.actor("bea"), referral.pk, at=NOON)
    assert seen.referral.status == ReferralStatus.DECLINED


def test_only_who_was_asked_answers_and_says_what_came_of_it(consented):
    """The answer is written in the sender's scope, so the action itself asks who answers."""
    referral, hana = send(consented), consented.actor("hana")
    with pytest.raises(actions.NotAsked):
        actions.answer_referral(referral=referral, accepted=True, reason="", version=1, by=hana, at=NOON)
    referral = answer(consented, referral)
    with pytest.raises(actions.NotAsked):
        actions.finish_referral(referral=referral, outcome="x", version=2, by=hana, at=NOON)


def test_the_sender_sees_what_came_of_it(consented):
    referral = answer(consented, send(consented))
    actions.finish_referral(
        referral=referral, outcome="She has a room.", version=2, by=consented.actor("dario"), at=NOON
    )
    assert not dario_sees(consented, Section.NEEDS)
    page = signed_in(consented.bea).get(f"/referrals/{referral.pk}/")
    assert "She has a room." in page.content.decode()


def test_taken_back_it_shows_nothing_more(consented):
    referral = answer(consented, send(consented))
    actions.revoke_referral(referral=referral, version=2, by=consented.actor("bea"), at=NOON)
    assert not dario_sees(consented, Section.SUMMARY)
    with pytest.raises(actions.AlreadyAnswered):
        actions.finish_referral(
            referral=referral, outcome="x", version=3, by=consented.actor("dario"), at=NOON
        )


def test_a_change_of_mind_takes_every_referral_back(consented):
    answer(consented, send(consented))
    Consent.objects.create(
        organisation=consented.casa_alba,
        person=consented.amina,
        scope=ConsentScope.REFER,
        version=2,
        given=False,
        language="ar",
        text_version="1",
        at=NOON,
        recorded_by=consented.bea,
    )
    actions.revoke_without_consent(consented.amina, by=consented.actor("bea"), at=NOON)
    assert not dario_sees(consented, Section.SUMMARY)
    assert Referral.objects.get().status == ReferralStatus.REVOKED


def test_it_ends_on_its_day(consented):
    send(consented, ends=2)
    assert actions.expire_referrals(by=SYSTEM, at=NOON + days(1)) == 0
    assert actions.expire_referrals(by=SYSTEM, at=NOON + days(2)) == 1
    assert Referral.objects.get().status == ReferralStatus.EXPIRED


def test_police_are_never_asked_to_help(consented):
    consented.police.accepts_referrals = True
    with pytest.raises(actions.ReceiverUnfit):
        send(consented, to=consented.police)
    with pytest.raises(actions.ReceiverUnfit):
        send(consented, to=consented.casa_alba)


@pytest.mark.parametrize("ends", [0, -1, 400])
def test_an_end_is_after_today_and_within_a_year(consented, ends):
    with pytest.raises(ValueError, match="within a year"):
        send(consented, ends=ends)


def test_sent_twice_it_is_sent_once(consented):
    record_id = uuid4()
    assert send(consented, record_id=record_id) == send(consented, record_id=record_id)
    assert Referral.objects.count() == 1


def test_two_colleagues_answer_and_the_second_sees_the_conflict(consented):
    referral = send(consented)
    again = Referral.objects.select_related("person").get(pk=referral.pk)
    answer(consented, referral)
    with pytest.raises(ChangedMeanwhile):
        answer(consented, again, accepted=False, reason="full")
    assert Referral.objects.get().status == ReferralStatus.ACCEPTED


def test_words_are_sealed_at_rest_and_each_step_leaves_its_mark(consented):
    referral = answer(consented, send(consented), reason="zzwelcome")
    row = Referral.objects.get()
    assert b"zzquietroom" not in bytes(row.message)
    assert b"zzwelcome" not in bytes(row.answer)
    verbs = set(Event.objects.filter(object_id=referral.pk).values_list("verb", flat=True))
    assert {"referral.sent", "referral.accepted"} <= verbs
    assert Happening.objects.filter(kind="referral.accepted", person=consented.amina).exists()


# ---------------------------------------------------------------- pages
def typed(cast, **changes):
    return {
        "record_id": str(uuid4()),
        "to": str(cast.haven.pk),
        "service": "shelter",
        "sections": ["needs"],
        "message": MESSAGE,
        "until": (NOON + days(20)).date().isoformat(),
        **changes,
    }


def test_bea_asks_and_dario_answers(consented):
    sent = signed_in(consented.bea).post(f"/files/{consented.amina.pk}/referrals/new/", typed(consented))
    assert sent.status_code == 302
    referral = Referral.objects.get()
    dario = signed_in(consented.dario)
    inbox = dario.get("/referrals/").content.decode()
    assert "Heron 4821" in inbox
    assert MESSAGE in dario.get(f"/referrals/{referral.pk}/").content.decode()
    answered = dario.post(f"/referrals/{referral.pk}/answer/", {"accepted": "yes", "version": 1})
    assert answered.status_code == 302
    assert signed_in(consented.bea).get(f"/files/{consented.amina.pk}/referrals/").status_code == 200


def test_the_last_day_that_is_shown_is_the_day_that_was_chosen(consented):
    last = (NOON + days(30)).date()
    page = signed_in(consented.bea).post(
        f"/files/{consented.amina.pk}/referrals/new/", typed(consented, until=last.isoformat()), follow=True
    )
    assert human_date(Referral.objects.get().expires_at, "en", near=True) in page.content.decode()
    assert Referral.objects.get().expires_at.date() == last


def test_a_wrong_form_comes_back_with_what_was_typed(consented):
    page = signed_in(consented.bea).post(
        f"/files/{consented.amina.pk}/referrals/new/", typed(consented, until="2020-01-01")
    )
    assert page.status_code == 422
    assert "zzquietroom" in page.content.decode()
    assert not Referral.objects.exists()


def test_the_page_says_so_when_consent_is_missing(cast):
    page = signed_in(cast.bea).post(f"/files/{cast.amina.pk}/referrals/new/", typed(cast))
    assert page.status_code == 422
    assert "has not agreed" in page.content.decode()


@pytest.mark.parametrize("name", ["ben", "eve", "ora", "hana", "ada", "pia", "rosa"])
def test_nobody_else_sees_a_referral(consented, name):
    referral = send(consented)
    assert signed_in(getattr(consented, name)).get(f"/referrals/{referral.pk}/").status_code == 404


def test_a_second_answer_shows_how_it_stands(consented):
    referral = send(consented)
    dario = signed_in(consented.dario)
    dario.post(f"/referrals/{referral.pk}/answer/", {"accepted": "yes", "version": 1})
    late = dario.post(f"/referrals/{referral.pk}/answer/", {"accepted": "no", "reason": "x", "version": 1})
    assert late.status_code == 409


def test_the_sender_cannot_answer_for_the_receiver(consented):
    referral = send(consented)
    page = signed_in(consented.bea).post(
        f"/referrals/{referral.pk}/answer/", {"accepted": "yes", "version": 1}
    )
    assert page.status_code == 409
    assert Referral.objects.get().status == ReferralStatus.SENT


def test_a_long_list_comes_in_pages(consented):
    for _ in range(27):
        send(consented)
    first = signed_in(consented.dario).get("/referrals/?box=in")
    assert first.content.decode().count('<th scope="row">') == 25
    after = first.context["page"].following
    second = signed_in(consented.dario).get("/referrals/", {"box": "in", "after": after})
    assert second.content.decode().count('<th scope="row">') == 2
    assert signed_in(consented.dario).get("/referrals/?box=in&after=nonsense").status_code == 200


@pytest.mark.parametrize("meanwhile", [0, 1])
def test_words_that_came_too_late_are_not_lost(consented, meanwhile):
    referral = send(consented)
    if meanwhile:
        answer(consented, referral)
    late = signed_in(consented.dario).post(
        f"/referrals/{referral.pk}/answer/", {"accepted": "no", "reason": "zzlatewords", "version": 9}
    )
    assert late.status_code == 409
    assert "zzlatewords" in late.content.decode()


def test_an_ended_referral_stays_on_both_lists_while_the_file_is_closed(consented):
    referral = answer(consented, send(consented))
    actions.finish_referral(
        referral=referral, outcome="She has a room.", version=2, by=consented.actor("dario"), at=NOON
    )
    dario = signed_in(consented.dario)
    page = dario.get(f"/referrals/{referral.pk}/")
    assert page.status_code == 200
    assert "Heron 4821" in page.content.decode()
    assert MESSAGE not in page.content.decode()
    assert "Heron 4821" in dario.get("/referrals/?box=in&all=1").content.decode()
    assert dario.get(f"/files/{consented.amina.pk}/").status_code == 404
