"""The pages of Amina's rights, the sheet she can carry, and the library that it all comes from."""

from __future__ import annotations

import io
from datetime import date
from uuid import uuid4

import pikepdf
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override
from tests.cast import AMINA, NOON, Cast, days, signed_in

from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.access.models import Grant, Section, spell
from tutela.foundation.clocks.actions import sweep
from tutela.people.models import Person
from tutela.rights import actions, assess, queries, words
from tutela.rights.law import load_law
from tutela.rights.models import Right, RightStatus, StepKind
from tutela.rights.sheet import Sheet, rights_pdf, sheet_of

EQUAL_TREATMENT, ITS_ENTRY = "no-discrimination", "L025"
REASON = "Zzno place was free this week"
REFUSED = {"kind": "refused", "note": REASON, "on_day": "2026-11-24"}


@pytest.fixture
def presumed(cast: Cast) -> Cast:
    """Amina, whom an authority found to be a victim on reasonable grounds."""
    actions.answer_questions(
        person=cast.amina,
        answers={"identification_status": "presumed", "in_territory": True},
        version=cast.amina.version,
        by=cast.actor("bea"),
        at=NOON,
    )
    return cast


def address(name: str, cast: Cast, **more: str) -> str:
    return reverse(name, kwargs={"person_id": cast.amina.pk, **more})


def answer(cast: Cast, **answers: object) -> None:
    actions.answer_questions(
        person=cast.amina, answers=answers, version=cast.amina.version, by=cast.actor("bea"), at=NOON
    )


def share(cast: Cast, *sections: Section) -> None:
    """Haven may read these parts of Amina's file."""
    Grant.objects.create(
        organisation=cast.casa_alba,
        to_organisation=cast.haven,
        person_id=cast.amina.pk,
        sections=spell(sections),
        purpose="referral",
        basis="consent",
        source_kind="referral",
        source_id=uuid4(),
        granted_at=NOON,
        expires_at=NOON + days(30),
    )


# ---------------------------------------------------------------- who may
@pytest.mark.parametrize("name", ["ben", "dario", "eve", "ora", "hana", "ada", "pia", "rosa"])
@pytest.mark.parametrize("page", ["rights", "rights-answers", "rights-sheet", "rights-for-person"])
def test_to_everyone_else_the_pages_do_not_exist(presumed, name, page):
    client = signed_in(getattr(presumed, name))
    assert client.get(address(page, presumed)).status_code == 404


def test_another_organisation_reads_what_was_shared_and_changes_nothing(presumed):
    share(presumed, Section.SUMMARY, Section.RIGHTS)
    dario = signed_in(presumed.dario)
    page = dario.get(address("right", presumed, right=EQUAL_TREATMENT))
    assert page.status_code == 200
    assert "form" not in page.context or page.context["form"] is None
    assert dario.get(address("rights-answers", presumed)).status_code == 404
    posted = dario.post(
        address("right", presumed, right=EQUAL_TREATMENT), {"kind": "delivered", "version": 1}
    )
    assert posted.status_code == 404
    assert Right.objects.get(right=EQUAL_TREATMENT).status == RightStatus.DUE


def test_notes_stay_with_the_organisation_that_wrote_them(presumed):
    share(presumed, Section.SUMMARY, Section.RIGHTS)
    address_of_right = address("right", presumed, right=EQUAL_TREATMENT)
    signed_in(presumed.bea).post(address_of_right, {**REFUSED, "version": 1})
    assert REASON in signed_in(presumed.bea).get(address_of_right).content.decode()
    assert REASON not in signed_in(presumed.dario).get(address_of_right).content.decode()


# ---------------------------------------------------------------- the list
def test_the_list_says_what_is_owed_by_whom_and_where_it_is_written(presumed):
    page = signed_in(presumed.bea).get(address("rights", presumed)).content.decode()
    assert words.text(load_law().rights[EQUAL_TREATMENT].plain, "en") in page
    assert "Owed by: The state" in page
    assert "art. 3, Council of Europe Convention" in page


def test_the_list_speaks_the_reader_s_language(presumed):
    page = signed_in(presumed.bea).get(address("rights", presumed) + "?lang=ar").content.decode()
    assert load_law().rights[EQUAL_TREATMENT].label["ar"] in page
    assert 'dir="rtl"' in page


def test_a_right_with_several_bases_is_one_card_that_cites_them_all(presumed):
    page = signed_in(presumed.bea).get(address("rights", presumed)).content.decode()
    card = page.split('<article class="right" id="no-removal">')[1].split("</article>")[0]
    assert page.count('id="no-removal"') == 1
    assert reverse("library-entry", kwargs={"entry": "L027"}) in card
    assert reverse("library-entry", kwargs={"entry": "L243"}) in card


def test_the_next_dates_come_first_with_who_owes_and_in_how_many_working_days(cast):
    answer(cast, identification_status="possible", referred_on=NOON.date())
    page = signed_in(cast.bea).get(address("rights", cast))
    (line,) = page.context["dates"]
    assert (line.right, line.when.working_days) == ("decision-in-time", 5)
    text = page.content.decode()
    assert "in 5 working days" in text
    assert text.index("Next dates") < text.index('<article class="right"')


def test_what_rests_on_general_knowledge_says_so_where_it_stands(presumed):
    shown = signed_in(presumed.bea).get(address("rights", presumed))
    board = shown.context["board"]
    unsure = [card for card in (*board.due, *board.possible) if card.to_be_confirmed]
    assert unsure
    marks = shown.content.decode().count("To be confirmed by a lawyer</span></p>")
    assert marks == len(unsure)


def test_what_the_state_may_do_stands_apart_from_duties_and_is_never_called_one(presumed):
    bea = signed_in(presumed.bea)
    shown = bea.get(address("rights", presumed))
    board = shown.context["board"]
    assert board.possible
    assert {card.best.is_duty for card in board.due} == {True}
    assert {card.best.is_duty for card in board.possible} == {False}
    text = shown.content.decode()
    assert text.index('id="h-possible"') > text.rindex('aria-labelledby="g-')
    page = bea.get(address("right", presumed, right=board.possible[0].right)).content.decode()
    assert "This is not a duty" in page


def test_an_exception_of_the_law_is_shown_and_takes_nothing_away(presumed):
    page = signed_in(presumed.bea).get(address("right", presumed, right="recovery-period"))
    card = page.context["card"]
    assert card.possible_exceptions
    assert not card.exceptions
    assert card.status == "due"
    assert "An exception takes nothing away by itself" in page.content.decode()
    answer(presumed, exception_invoked=True)
    page = signed_in(presumed.bea).get(address("right", presumed, right="recovery-period"))
    card = page.context["card"]
    assert {one.label for one in card.exceptions} == {"Applies, as far as is known"}
    assert card.status == "due"
    assert "The law names an exception" in page.content.decode()


def test_what_the_law_no_longer_gives_is_shown_with_before_now_and_why(presumed):
    answer(presumed, in_territory=None, identification_status="none")
    bea = signed_in(presumed.bea)
    page = bea.get(address("rights", presumed))
    gone = {one.row.right: one for one in page.context["board"].lapsed}
    one = gone[EQUAL_TREATMENT]
    assert one.before == ["art. 3, Council of Europe Convention"]
    assert any("Stage of identification" in line for line in one.failed)
    assert Right.objects.get(right=EQUAL_TREATMENT).status == RightStatus.DUE
    assert bea.post(address("rights-confirm", presumed), {"right": one.key}).status_code == 302
    assert Right.objects.get(right=EQUAL_TREATMENT).status == RightStatus.NOT_DUE


def test_nothing_is_confirmed_that_was_not_ticked_or_has_changed_meanwhile(presumed):
    answer(presumed, identification_status="none")
    bea, page = signed_in(presumed.bea), address("rights-confirm", presumed)
    row = Right.objects.get(right=EQUAL_TREATMENT)
    assert bea.post(page, {}).status_code == 422
    assert bea.post(page, {"right": "rubbish"}).status_code == 422
    assert bea.post(page, {"right": f"{row.pk}:{row.version - 1}"}).status_code == 409
    assert Right.objects.get(right=EQUAL_TREATMENT).status == RightStatus.DUE


def test_whoever_was_away_reads_what_changed_until_they_say_that_they_have_seen_it(presumed):
    actions.follow_right(
        right=Right.objects.select_related("person").get(right=EQUAL_TREATMENT),
        kind=StepKind.REFUSED,
        version=1,
        given=actions.Given(note=REASON, on_day=NOON.date()),
        by=presumed.actor("carl"),
        at=NOON,
    )
    bea = signed_in(presumed.bea)
    shown = bea.get(address("rights", presumed))
    assert "It was refused" in [line.what for line in shown.context["news"]]
    assert REASON not in shown.content.decode()
    assert bea.post(address("rights-gone-through", presumed)).status_code == 302
    assert bea.get(address("rights", presumed)).context["news"] == []


def test_a_right_that_was_not_given_in_time_is_said_at_the_top_to_whoever_leads(cast):
    answer(cast, identification_status="possible", referred_on=NOON.date())
    sweep(by=SYSTEM, at=NOON + days(8))
    bea = signed_in(cast.bea)
    assert [one["right"] for one in bea.get(address("rights", cast)).context["late"]] == ["decision-in-time"]
    assert "Rights not given in time" in bea.get(reverse("home")).content.decode()
    assert "Rights not given in time" in signed_in(cast.carl).get(reverse("overview")).content.decode()
    page = address("right-late", cast, right="decision-in-time")
    version = Right.objects.get(right="decision-in-time").version
    assert bea.post(page, {"version": version, "seen": "Called the authority"}).status_code == 302
    assert bea.get(address("rights", cast)).context["late"] == []
    assert "Rights not given in time" in signed_in(cast.carl).get(reverse("overview")).content.decode()


def test_the_name_is_not_on_the_page(presumed):
    assert AMINA not in signed_in(presumed.bea).get(address("rights", presumed)).content.decode()


def test_an_empty_list_asks_the_first_questions(cast):
    page = signed_in(cast.bea).get(address("rights", cast))
    assert "identification_status" in page.context["form"].fields
    assert page.context["board"].is_stale is bool(page.context["board"].due)


def test_the_list_is_brought_up_to_date_with_one_button(cast):
    cast.amina.facts = {"identification_status": "presumed"}
    cast.amina.save(update_fields=["facts"])
    bea = signed_in(cast.bea)
    assert bea.get(address("rights", cast)).context["board"].is_stale
    assert bea.post(address("rights-update", cast)).status_code == 302
    assert not bea.get(address("rights", cast)).context["board"].is_stale
    assert Right.objects.filter(person=cast.amina, right=EQUAL_TREATMENT).exists()


# ---------------------------------------------------------------- answers
def test_answers_given_on_the_page_are_kept_and_the_others_untouched(presumed):
    bea = signed_in(presumed.bea)
    version = Person.objects.get(pk=presumed.amina.pk).version
    response = bea.post(address("rights-answers", presumed), {"version": version, "complained": "yes"})
    assert response.status_code == 302
    stored = Person.objects.get(pk=presumed.amina.pk).facts
    assert stored == {"identification_status": "presumed", "in_territory": True, "complained": True}


def test_not_known_takes_an_answer_back(presumed):
    version = Person.objects.get(pk=presumed.amina.pk).version
    signed_in(presumed.bea).post(
        address("rights-answers", presumed), {"version": version, "in_territory": "unknown"}
    )
    assert "in_territory" not in Person.objects.get(pk=presumed.amina.pk).facts


@pytest.mark.parametrize(
    "wrong",
    [{"complained": "perhaps"}, {"reasonable_grounds_on": "soon"}, {"reasonable_grounds_on": "2031-01-01"}],
)
def test_what_cannot_be_an_answer_is_refused_and_what_was_typed_stays(presumed, wrong):
    version = Person.objects.get(pk=presumed.amina.pk).version
    page = signed_in(presumed.bea).post(
        address("rights-answers", presumed), {"version": version, "in_danger": "yes", **wrong}
    )
    assert page.status_code == 422
    assert page.context["form"]["in_danger"].value() == "yes"
    assert "in_danger" not in Person.objects.get(pk=presumed.amina.pk).facts


def test_the_second_to_answer_sees_what_is_stored_now(presumed):
    bea = signed_in(presumed.bea)
    old = Person.objects.get(pk=presumed.amina.pk).version
    bea.post(address("rights-answers", presumed), {"version": old, "complained": "yes"})
    page = bea.post(address("rights-answers", presumed), {"version": old, "complained": "no"})
    assert page.status_code == 409
    assert (
        page.context["stored_now"]
        == [
            {"label": "Has made a complaint", "value": "Yes"},
            *[line for line in page.context["stored_now"] if line["label"] != "Has made a complaint"],
        ]
        or {"label": "Has made a complaint", "value": "Yes"} in page.context["stored_now"]
    )
    fresh = page.context["fresh_version"]
    assert (
        bea.post(address("rights-answers", presumed), {"version": fresh, "complained": "no"}).status_code
        == 302
    )


# ---------------------------------------------------------------- one right
def test_why_says_what_held(presumed):
    page = signed_in(presumed.bea).get(address("right", presumed, right=EQUAL_TREATMENT))
    assert any("Stage of identification" in line for line in page.context["card"].best.held)


def test_an_entry_leads_to_the_right_that_it_is_a_basis_of(presumed):
    found = signed_in(presumed.bea).get(address("right", presumed, right=ITS_ENTRY))
    assert found.headers["Location"] == address("right", presumed, right=EQUAL_TREATMENT)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"kind": "refused", "note": "", "on_day": "2026-11-24"}, "note"),
        ({"kind": "refused", "note": REASON, "on_day": ""}, "on_day"),
        ({"kind": "refused", "note": REASON, "on_day": "2027-11-24"}, "on_day"),
        ({"kind": "refused", "note": REASON, "on_day": "soon"}, "on_day"),
        ({"kind": "suspended", "note": REASON, "on_day": "2026-12-24"}, "reason"),
        ({"kind": "suspended", "note": REASON, "reason": "other", "on_day": "2026-10-24"}, "on_day"),
        ({"kind": "won", "note": REASON}, "kind"),
        ({"kind": "", "note": REASON}, "kind"),
    ],
)
def test_a_step_that_cannot_be_is_asked_for_again_with_what_was_typed(presumed, typed, wrong):
    page = signed_in(presumed.bea).post(
        address("right", presumed, right=EQUAL_TREATMENT), {**typed, "version": 1}
    )
    assert page.status_code == 422
    assert wrong in page.context["form"].errors
    assert page.context["form"]["note"].value() == typed["note"]
    assert Right.objects.get(right=EQUAL_TREATMENT).status == RightStatus.DUE


def test_the_second_to_write_sees_where_it_stands_now(presumed):
    bea, page = signed_in(presumed.bea), address("right", presumed, right=EQUAL_TREATMENT)
    assert bea.post(page, {"kind": "requested", "note": "", "version": 1}).status_code == 302
    second = bea.post(page, {**REFUSED, "version": 1})
    assert second.status_code == 409
    assert REASON in second.content.decode()
    assert second.context["version"] == 2
    assert bea.post(page, {**REFUSED, "version": 2}).status_code == 302


def test_a_right_nobody_has_written_down_yet_can_be_followed_at_once(cast):
    cast.amina.facts = {"identification_status": "presumed"}
    cast.amina.save(update_fields=["facts"])
    page = address("right", cast, right=EQUAL_TREATMENT)
    sent = signed_in(cast.bea).post(page, {"kind": "delivered", "note": "", "version": 1})
    assert sent.status_code == 302
    assert Right.objects.get(person=cast.amina, right=EQUAL_TREATMENT).status == RightStatus.DELIVERED


def test_a_right_that_the_law_does_not_have_is_not_found(presumed):
    assert signed_in(presumed.bea).get(address("right", presumed, right="L999")).status_code == 404


def test_the_life_of_a_right_is_told_with_days_reasons_and_notes(presumed):
    bea, page = signed_in(presumed.bea), address("right", presumed, right=EQUAL_TREATMENT)
    bea.post(page, {"kind": "ended", "reason": "left", "note": REASON, "on_day": "2026-11-24", "version": 1})
    told = bea.get(page).context["steps"][0]
    assert told["what"] == "It was ended early: 24 November 2026"
    assert told["detail"] == f"The person left the country · {REASON}"


def recovering(cast: Cast) -> str:
    answer(cast, reasonable_grounds_on=NOON.date())
    return address("right-extend", cast, right="recovery-period")


def test_a_period_is_extended_on_its_page(presumed):
    page, bea = recovering(presumed), signed_in(presumed.bea)
    version = Right.objects.get(right="recovery-period").version
    typed = {"until": "2027-02-01", "why": "Her doctor asks for it", "version": version}
    assert bea.post(page, typed).status_code == 302
    shown = bea.get(address("right", presumed, right="recovery-period"))
    assert shown.context["card"].lasts.due == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [({"until": "2026-11-26", "why": "x"}, "until"), ({"until": "2027-02-01", "why": ""}, "why")],
)
def test_an_extension_that_cannot_be_keeps_what_was_typed(presumed, typed, wrong):
    page = recovering(presumed)
    version = Right.objects.get(right="recovery-period").version
    shown = signed_in(presumed.bea).post(page, {**typed, "version": version})
    assert shown.status_code == 422
    assert wrong in shown.context["extend_form"].errors
    assert typed["until"] in shown.content.decode()


def test_the_end_of_a_protection_asks_for_a_look_and_is_looked_at(presumed):
    recovering(presumed)
    sweep(by=SYSTEM, at=NOON + days(60))
    bea, right = signed_in(presumed.bea), {"right": "recovery-period"}
    shown = bea.get(address("rights", presumed))
    assert "please look" in shown.content.decode()
    assert "recovery-period" in {card.right for card in shown.context["board"].to_look_at}
    version = Right.objects.get(**right).version
    sent = bea.post(address("right-look", presumed, **right), {"version": version, "seen": "Goes on"})
    assert sent.status_code == 302
    again = bea.post(address("right-look", presumed, **right), {"version": version, "seen": "Goes on"})
    assert again.status_code == 409
    board = bea.get(address("rights", presumed)).context["board"]
    assert "recovery-period" not in {card.right for card in board.to_look_at}


# ---------------------------------------------------------------- for the person
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("large", ["", "1"])
def test_the_sheet_is_tagged_titled_and_says_its_language(presumed, language, large):
    response = signed_in(presumed.bea).get(
        address("rights-sheet", presumed) + f"?lang={language}&large={large}"
    )
    assert response["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(response.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang).startswith(language)
        assert str(pdf.docinfo["/Title"])
        with pdf.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
        fonts = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert any("NotoSansArabic" in font for font in fonts) == (language == "ar")


def test_large_print_takes_more_paper(presumed):
    bea, page = signed_in(presumed.bea), address("rights-sheet", presumed)
    counts = []
    for query in ("?lang=en", "?lang=en&large=1"):
        with pikepdf.open(io.BytesIO(bea.get(page + query).content)) as pdf:
            counts.append(len(pdf.pages))
    assert counts[1] > counts[0] * 1.5


def test_the_sheet_comes_in_the_person_s_own_language(presumed):
    response = signed_in(presumed.bea).get(address("rights-sheet", presumed))
    with pikepdf.open(io.BytesIO(response.content)) as pdf:
        assert str(pdf.Root.Lang) == "ar"


def advice(sheet: Sheet) -> list[str]:
    """Everything that the sheet says to do, with its headings."""
    return [told for title, lines in sheet.advice for told in (title, *lines)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_the_person_speaks_their_language_and_says_what_to_do(presumed, language):
    response = signed_in(presumed.bea).get(address("rights-for-person", presumed) + f"?lang={language}")
    page, sheet = response.content.decode(), response.context["sheet"]
    assert f'lang="{language}"' in page
    assert response["Content-Language"] == language
    for told in (sheet.title, *advice(sheet), sheet.call, sheet.danger):
        assert escape(told) in page
    assert "<script" not in page
    assert AMINA not in page
    if language != "en":
        english = sheet_of(presumed.amina, language="en", at=NOON)
        assert not {sheet.title, *advice(sheet)} & {english.title, *advice(english)}


def test_the_page_for_the_person_comes_in_large_print_and_keeps_it_in_another_language(presumed):
    page = signed_in(presumed.bea).get(address("rights-for-person", presumed) + "?lang=fr&large=1")
    assert 'class="flow flow-wide own large"' in page.content.decode()
    assert "?lang=es&amp;large=1" in page.content.decode()


def test_what_was_given_is_told_apart_and_what_is_refused_says_until_when_to_challenge(presumed):
    rows = {row.right: row for row in Right.objects.select_related("person").all()}
    for name, kind in ((EQUAL_TREATMENT, StepKind.DELIVERED), ("health-care", StepKind.REFUSED)):
        actions.follow_right(
            right=rows[name],
            kind=kind,
            version=rows[name].version,
            given=actions.Given(note=REASON, on_day=NOON.date()),
            by=presumed.actor("bea"),
            at=NOON,
        )
    sheet = sheet_of(presumed.amina, language="en", at=NOON)
    title = queries.title_of(EQUAL_TREATMENT, "en")
    assert title in sheet.given
    assert title not in {card.title for card in sheet.cards}
    (refused,) = [
        card for card in sheet.cards if card.title.startswith(queries.title_of("health-care", "en"))
    ]
    assert ("How far it has come", "Refused") in refused.rows


def test_words_on_the_sheet_are_never_read_as_instructions(presumed):
    person = Person.objects.select_related("organisation").get(pk=presumed.amina.pk)
    person.pseudonym = '#panic("x") *y* $z$ ]'
    pdf = rights_pdf(sheet_of(person, language="en", at=NOON), at=NOON)
    assert pdf.startswith(b"%PDF")


def test_without_anything_due_there_is_still_a_sheet(cast, monkeypatch):
    monkeypatch.setattr(assess, "entitlements", lambda *given, **more: [])
    sheet = sheet_of(cast.amina, language="fr", at=NOON)
    assert (sheet.cards, sheet.dates) == ([], [])
    assert rights_pdf(sheet, at=NOON).startswith(b"%PDF")


def test_the_law_is_cited_in_the_language_of_the_reader():
    convention = load_law().library.instruments["cets-197"]
    with override("ar"):
        assert words.article("art. 13(1)") == "المادة 13(1)"
        assert words.text(convention.short) == "اتفاقية مجلس أوروبا"
        assert words.article("Modern Slavery Act 2015, s. 50") == "Modern Slavery Act 2015, s. 50"


# ---------------------------------------------------------------- for other programs
def test_the_api_gives_the_rights_of_a_person_to_those_who_may_see_them(presumed):
    path = f"/api/v1/files/{presumed.amina.pk}/rights"
    body = signed_in(presumed.bea).get(path).json()
    assert body["country"] == "GB"
    (right,) = [right for right in body["rights"] if right["right"] == EQUAL_TREATMENT]
    assert ITS_ENTRY in {basis["entry"] for basis in right["bases"]}
    assert signed_in(presumed.dario).get(path).status_code == 404


def test_the_api_gives_the_library_of_one_state(cast):
    found = signed_in(cast.rosa).get("/api/v1/library/entries", {"state": "gb"}).json()
    assert {"L242", ITS_ENTRY} <= {entry["entry"] for entry in found}
    assert not any(entry["instrument"].startswith("fr") for entry in found)
