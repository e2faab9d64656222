"""The pages of Amina's rights, the sheet she can carry, and the library that it all comes from."""

from __future__ import annotations

import io
from uuid import uuid4

import pikepdf
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from tests.cast import AMINA, NOON, Cast, days, signed_in

from tutela.foundation.access.models import Grant, Section, spell
from tutela.people.models import Person
from tutela.rights import actions, assess, queries, words
from tutela.rights.law import load_law
from tutela.rights.models import Right, RightStatus
from tutela.rights.sheet import rights_sheet

EQUAL_TREATMENT = "L025"
REASON = "Zzno place was free this week"


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
@pytest.mark.parametrize("page", ["rights", "rights-answers", "rights-sheet"])
def test_to_everyone_else_the_pages_do_not_exist(presumed, name, page):
    client = signed_in(getattr(presumed, name))
    assert client.get(address(page, presumed)).status_code == 404


def test_another_organisation_reads_what_was_shared_and_changes_nothing(presumed):
    share(presumed, Section.SUMMARY, Section.RIGHTS)
    dario = signed_in(presumed.dario)
    page = dario.get(address("right", presumed, entry=EQUAL_TREATMENT))
    assert page.status_code == 200
    assert "form" not in page.context or page.context["form"] is None
    assert dario.get(address("rights-answers", presumed)).status_code == 404
    posted = dario.post(
        address("right", presumed, entry=EQUAL_TREATMENT), {"status": "delivered", "version": 1}
    )
    assert posted.status_code == 404
    assert Right.objects.get(entry=EQUAL_TREATMENT).status == RightStatus.DUE


def test_notes_stay_with_the_organisation_that_wrote_them(presumed):
    share(presumed, Section.SUMMARY, Section.RIGHTS)
    address_of_right = address("right", presumed, entry=EQUAL_TREATMENT)
    signed_in(presumed.bea).post(address_of_right, {"status": "refused", "note": REASON, "version": 1})
    assert REASON in signed_in(presumed.bea).get(address_of_right).content.decode()
    assert REASON not in signed_in(presumed.dario).get(address_of_right).content.decode()


# ---------------------------------------------------------------- the list
def test_the_list_says_what_is_owed_by_whom_and_where_it_is_written(presumed):
    page = signed_in(presumed.bea).get(address("rights", presumed)).content.decode()
    provision = load_law().provisions[EQUAL_TREATMENT]
    assert provision.title["en"] in page
    assert "Owed by: The state" in page
    assert "art. 3, Council of Europe Convention" in page


def test_the_list_speaks_the_reader_s_language(presumed):
    page = signed_in(presumed.bea).get(address("rights", presumed) + "?lang=ar").content.decode()
    assert load_law().provisions[EQUAL_TREATMENT].title["ar"] in page
    assert 'dir="rtl"' in page


def test_what_rests_on_general_knowledge_says_so(presumed):
    page = signed_in(presumed.bea).get(address("rights", presumed)).content.decode()
    found = assess.assess(Person.objects.get(pk=presumed.amina.pk), at=NOON)
    unsure = sum(one.to_be_confirmed for one in found.due)
    assert unsure
    assert page.count('<p class="small"><span class="tag tone-warn">') == unsure


def test_what_the_state_may_do_is_never_called_a_duty(presumed):
    found = assess.assess(Person.objects.get(pk=presumed.amina.pk), at=NOON)
    may = [one.provision for one in found.due if one.provision.strength in {"may", "consider"}]
    assert may
    page = signed_in(presumed.bea).get(address("right", presumed, entry=may[0].id)).content.decode()
    assert "This is not a duty" in page


def test_the_name_is_not_on_the_page(presumed):
    assert AMINA not in signed_in(presumed.bea).get(address("rights", presumed)).content.decode()


def test_an_empty_list_asks_the_first_questions(cast):
    page = signed_in(cast.bea).get(address("rights", cast))
    assert "identification_status" in page.context["form"].fields
    assert page.context["is_stale"] is bool(page.context["groups"])


def test_the_list_is_brought_up_to_date_with_one_button(cast):
    cast.amina.facts = {"identification_status": "presumed"}
    cast.amina.save(update_fields=["facts"])
    bea = signed_in(cast.bea)
    assert bea.get(address("rights", cast)).context["is_stale"]
    assert bea.post(address("rights-update", cast)).status_code == 302
    assert not bea.get(address("rights", cast)).context["is_stale"]
    assert Right.objects.filter(person=cast.amina, entry=EQUAL_TREATMENT).exists()


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
    page = signed_in(presumed.bea).get(address("right", presumed, entry=EQUAL_TREATMENT))
    assert any("Stage of identification" in line for line in page.context["held"])


def test_a_refusal_without_a_reason_is_asked_for_it(presumed):
    page = signed_in(presumed.bea).post(
        address("right", presumed, entry=EQUAL_TREATMENT), {"status": "refused", "note": "", "version": 1}
    )
    assert page.status_code == 422
    assert "note" in page.context["form"].errors


def test_the_second_to_write_sees_where_it_stands_now(presumed):
    bea, page = signed_in(presumed.bea), address("right", presumed, entry=EQUAL_TREATMENT)
    assert bea.post(page, {"status": "requested", "note": "", "version": 1}).status_code == 302
    second = bea.post(page, {"status": "refused", "note": REASON, "version": 1})
    assert second.status_code == 409
    assert REASON in second.content.decode()
    assert second.context["fresh_version"] == 2


def test_a_right_nobody_has_written_down_yet_can_be_followed_at_once(cast):
    cast.amina.facts = {"identification_status": "presumed"}
    cast.amina.save(update_fields=["facts"])
    page = address("right", cast, entry=EQUAL_TREATMENT)
    sent = signed_in(cast.bea).post(page, {"status": "delivered", "note": "", "version": 1})
    assert sent.status_code == 302
    assert Right.objects.get(person=cast.amina, entry=EQUAL_TREATMENT).status == RightStatus.DELIVERED


def test_an_entry_that_the_law_does_not_have_is_not_found(presumed):
    assert signed_in(presumed.bea).get(address("right", presumed, entry="L999")).status_code == 404


# ---------------------------------------------------------------- on paper
@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_the_sheet_is_tagged_titled_and_says_its_language(presumed, language):
    response = signed_in(presumed.bea).get(address("rights-sheet", presumed) + f"?lang={language}")
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


def test_the_sheet_comes_in_the_person_s_own_language(presumed):
    response = signed_in(presumed.bea).get(address("rights-sheet", presumed))
    with pikepdf.open(io.BytesIO(response.content)) as pdf:
        assert str(pdf.Root.Lang) == "ar"


def test_words_on_the_sheet_are_never_read_as_instructions(presumed):
    person = Person.objects.get(pk=presumed.amina.pk)
    person.pseudonym = '#panic("x") *y* $z$ ]'
    found = assess.assess(person, at=NOON)
    rights = queries.rights_of(person, country="GB")
    pdf = rights_sheet(person=person, found=found, rights=rights, language="en", at=NOON)
    assert pdf.startswith(b"%PDF")


def test_without_anything_due_there_is_still_a_sheet(cast):
    found = assess.Assessment(country="GB", day=NOON.date(), known={}, entitlements=())
    pdf = rights_sheet(person=cast.amina, found=found, rights={}, language="fr", at=NOON)
    assert pdf.startswith(b"%PDF")


# ---------------------------------------------------------------- the library
def test_the_library_is_open_to_its_readers(cast):
    for name in ("rosa", "bea", "ada", "eve"):
        assert signed_in(getattr(cast, name)).get(reverse("library")).status_code == 200


def test_the_library_can_be_narrowed_to_one_state_and_kind(cast):
    rosa = signed_in(cast.rosa)
    everything = rosa.get(reverse("library")).context["count"]
    british = rosa.get(reverse("library"), {"state": "GB"}).context
    safety = rosa.get(reverse("library"), {"state": "GB", "category": "safety"}).context
    assert everything == len(load_law().library.provisions)
    assert everything > british["count"] > safety["count"] > 0
    instruments = load_law().library.instruments
    assert not any(instruments[one["id"]].state not in {None, "GB"} for one in british["instruments"])


def test_the_law_is_cited_in_the_language_of_the_reader():
    convention = load_law().library.instruments["cets-197"]
    with override("ar"):
        assert words.article("art. 13(1)") == "المادة 13(1)"
        assert words.text(convention.short) == "اتفاقية مجلس أوروبا"
        assert words.article("Modern Slavery Act 2015, s. 50") == "Modern Slavery Act 2015, s. 50"


def test_every_entry_has_a_page(cast):
    rosa = signed_in(cast.rosa)
    for entry, provision in load_law().provisions.items():
        page = rosa.get(reverse("library-entry", kwargs={"entry": entry}))
        assert page.status_code == 200, entry
        assert page.context["line"]["article"] == provision.article


def test_an_unknown_entry_is_not_found(cast):
    assert signed_in(cast.rosa).get(reverse("library-entry", kwargs={"entry": "L999"})).status_code == 404


# ---------------------------------------------------------------- for other programs
def test_the_api_gives_the_rights_of_a_person_to_those_who_may_see_them(presumed):
    path = f"/api/v1/files/{presumed.amina.pk}/rights"
    body = signed_in(presumed.bea).get(path).json()
    assert body["country"] == "GB"
    assert EQUAL_TREATMENT in {right["entry"] for right in body["rights"]}
    assert signed_in(presumed.dario).get(path).status_code == 404


def test_the_api_gives_the_library_of_one_state(cast):
    found = signed_in(cast.rosa).get("/api/v1/library/entries", {"state": "gb"}).json()
    assert {"L242", EQUAL_TREATMENT} <= {entry["entry"] for entry in found}
    assert not any(entry["instrument"].startswith("fr") for entry in found)
