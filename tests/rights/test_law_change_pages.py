"""Pages of changes of law: what a keeper, a supervisor and a caseworker see, and what is refused in words."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.cast import Cast, signed_in
from tests.rights.test_law_changes import (
    CONVENTION,
    HARMLESS,
    changed,
    checked_quickly,
    drafted,
    known_to_be_a_victim,
    never_for_adults,
    proposed,
    published,
    shipped_again,
    text_of,
    worked_off,
)

from tutela.rights.changes import actions, checking
from tutela.rights.changes.models import ChangeStatus, LawChange, LawEffect

__all__ = ["checked_quickly", "shipped_again"]

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture
def about() -> dict[str, object]:
    return {
        "record_id": str(uuid4()),
        "title": "Equal treatment",
        "reason": "The text was read again.",
        "source": "CETS 197, art. 3",
    }


def sent_file(text: str, name: str = "cets-197.yaml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def page_of(cast: Cast, who: str, name: str, **values: object):
    return signed_in(getattr(cast, who), just_now=True).get(reverse(name, kwargs=values))


def test_files_become_a_draft_that_shows_old_beside_new(cast, about):
    about["sent"] = [sent_file(changed(*HARMLESS)[CONVENTION])]
    client = signed_in(cast.lena)
    answer = client.post(reverse("law-change-new"), about)
    change = LawChange.objects.get()
    assert answer.url == reverse("law-change", kwargs={"change_id": change.pk})
    page = client.get(answer.url).content.decode()
    assert HARMLESS[1] in page
    assert "Before" in page
    assert CONVENTION in page


def test_sending_twice_makes_one(cast, about):
    client = signed_in(cast.lena)
    for _ in range(2):
        about["sent"] = [sent_file(changed(*HARMLESS)[CONVENTION])]
        assert client.post(reverse("law-change-new"), about).status_code == 302
    assert LawChange.objects.count() == 1


def test_a_text_that_is_pasted_is_taken_like_a_file(cast, about):
    about |= {"name": "cets-197.yaml", "text": changed(*HARMLESS)[CONVENTION]}
    assert signed_in(cast.lena).post(reverse("law-change-new"), about).status_code == 302
    assert LawChange.objects.get().files.get().path == CONVENTION


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Choose a file, or write one below."),
        ({"sent": [sent_file("x", "note.txt")]}, "does not end in .yaml"),
        ({"sent": [sent_file("a: &x [*x]", "zz.yaml")]}, "anchors or aliases"),
        ({"name": "zz.yaml", "text": "facts: {}"}, "it is no file of an instrument"),
        ({"name": "", "text": "instrument: {}"}, "does not end in .yaml"),
        ({"sent": [sent_file(text_of())]}, "what is in use already"),
        ({"title": ""}, "Choose a file, or write one below."),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_stays(cast, about, given, told):
    answer = signed_in(cast.lena).post(reverse("law-change-new"), about | given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "The text was read again." in page
    assert not LawChange.objects.exists()


def test_mistakes_stand_with_file_line_and_field(cast, about, monkeypatch):
    monkeypatch.setattr(actions, "problems_of", checking.problems_of)
    about["sent"] = [sent_file(changed("strength: shall", "strength: must")[CONVENTION])]
    client = signed_in(cast.lena)
    page = client.get(client.post(reverse("law-change-new"), about).url).content.decode()
    assert f"{CONVENTION}:" in page
    assert "strength" in page
    assert "Ask a second person" not in page


def test_a_list_of_states_is_shown_line_by_line_before_anything_is_in_use(cast, about):
    about |= {"instrument": "cets-197", "as_of": "2026-11-01", "source": "Council of Europe"}
    about["file"] = SimpleUploadedFile(
        "list.csv", b"state,deposited\nTunisia,2026-02-11\nAtlantis,2026-01-01\n"
    )
    client = signed_in(cast.lena)
    refused = client.post(reverse("law-change-list"), about)
    assert refused.status_code == 422
    assert "Atlantis" in refused.content.decode()
    about["file"] = SimpleUploadedFile("list.csv", b"state,deposited\nTunisia,2026-02-11\n")
    page = client.get(client.post(reverse("law-change-list"), about).url).content.decode()
    assert "Tunisia" in page
    assert LawChange.objects.get().files.get().path == "law/bound/cets-197.yaml"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"nothing,here\n1,2\n", b'"', b"state\n" * 3])
def test_a_list_that_is_none_is_refused_in_words(cast, about, content):
    about |= {"instrument": "cets-197", "as_of": "2026-11-01"}
    about["file"] = SimpleUploadedFile("list.csv", content)
    assert signed_in(cast.lena).post(reverse("law-change-list"), about).status_code == 422


def decide(cast: Cast, change: LawChange, who: str, **answer: object):
    client = signed_in(getattr(cast, who), just_now=True)
    return client.post(reverse("law-change-decide", args=[change.pk]), {"version": change.version, **answer})


def test_a_second_person_puts_it_in_use_after_showing_who_they_are(cast):
    change = proposed(cast, changed(*HARMLESS))
    address = reverse("law-change-decide", args=[change.pk])
    assert "still-me" in signed_in(cast.levi).get(address).url
    assert page_of(cast, "levi", "law-change-decide", change_id=change.pk).status_code == 200
    assert decide(cast, change, "levi", answer="publish").status_code == 302
    change.refresh_from_db()
    assert change.status == ChangeStatus.PUBLISHED


def test_its_author_cannot_decide_even_by_hand(cast):
    change = proposed(cast, changed(*HARMLESS))
    assert decide(cast, change, "lena", answer="publish").status_code == 409
    change.refresh_from_db()
    assert change.status == ChangeStatus.PROPOSED


def test_a_refusal_needs_a_reason_and_shows_it(cast):
    change = proposed(cast, changed(*HARMLESS))
    assert decide(cast, change, "levi", answer="refuse").status_code == 422
    assert decide(cast, change, "levi", answer="refuse", note="Zzread it again").status_code == 302
    assert "Zzread it again" in page_of(cast, "lena", "law-change", change_id=change.pk).content.decode()


def test_an_old_page_decides_nothing(cast):
    change = proposed(cast, changed(*HARMLESS))
    change.version -= 1
    assert decide(cast, change, "levi", answer="publish").status_code == 409


@pytest.mark.parametrize("step", ["propose", "take-back", "renew", "return"])
@pytest.mark.parametrize("typed", [{}, {"version": "x"}, {"version": "-1", "record_id": "no"}])
def test_a_button_with_nonsense_behind_it_changes_nothing(cast, step, typed):
    change = drafted(cast, changed(*HARMLESS))
    names = {"take-back": "law-change-withdraw"}
    address = reverse(names.get(step, f"law-change-{step}"), args=[change.pk])
    assert signed_in(cast.lena).post(address, typed).status_code == 422


def test_a_published_change_is_taken_back_by_a_new_one(cast):
    change = published(cast, changed(*HARMLESS))
    client, record_id = signed_in(cast.levi), uuid4()
    for _ in range(2):  # sent twice, made once
        answer = client.post(reverse("law-change-return", args=[change.pk]), {"record_id": record_id})
        assert answer.url == reverse("law-change", args=[record_id])
    assert LawChange.objects.get(pk=record_id).files.get().text == text_of()


def test_a_supervisor_sees_own_files_by_pseudonym_and_a_keeper_sees_none(cast):
    known_to_be_a_victim(cast)
    change = proposed(cast, never_for_adults())
    files = page_of(cast, "carl", "law-change-files", change_id=change.pk).content.decode()
    assert "Heron 4821" in files
    page = page_of(cast, "lena", "law-change", change_id=change.pk).content.decode()
    assert "Heron" not in page
    assert "fewer than 5" in page
    assert "Casa Alba" in page


def test_a_supervisor_finds_on_the_home_page_what_waits_until_somebody_has_looked(cast):
    known_to_be_a_victim(cast)
    change = published(cast, never_for_adults())
    worked_off()
    assert "1 file to look at" in page_of(cast, "carl", "home").content.decode()
    rights = page_of(cast, "bea", "rights", person_id=cast.amina.pk).content.decode()
    where = {"person_id": cast.amina.pk, "change_id": change.pk}
    assert reverse("law-change-in-file", kwargs=where) in rights
    page = page_of(cast, "bea", "law-change-in-file", **where).content.decode()
    assert "It is no longer due" in page
    signed_in(cast.bea).post(reverse("law-change-looked", kwargs=where))
    assert LawEffect.objects.get().seen_by == cast.bea
    assert "to look at" not in page_of(cast, "carl", "home").content.decode()


def test_a_draft_is_nobodys_business_but_the_keepers(cast):
    change = drafted(cast, changed(*HARMLESS))
    assert page_of(cast, "levi", "law-change", change_id=change.pk).status_code == 200
    assert page_of(cast, "carl", "law-change", change_id=change.pk).status_code == 404
    assert page_of(cast, "bea", "law-change", change_id=change.pk).status_code == 404


def test_the_role_counts_only_where_the_operator_says_so(cast):
    cast.rapporteur.keeps_law = False
    cast.rapporteur.save()
    assert page_of(cast, "lena", "law-changes").status_code == 404


def test_what_is_not_published_stands_in_no_file(cast):
    known_to_be_a_victim(cast)
    change = proposed(cast, never_for_adults())
    where = {"person_id": cast.amina.pk, "change_id": change.pk}
    assert page_of(cast, "bea", "law-change-in-file", **where).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens_in_every_language(cast, language):
    known_to_be_a_victim(cast)
    change = published(cast, never_for_adults())
    worked_off()
    waiting = proposed(cast, changed("en: Guaranteed compensation", "en: Compensation"))
    pages = {
        "lena": ["law-changes", "law-change-new", "law-change-list"],
        "carl": ["law-changes"],
    }
    for who, names in pages.items():
        client = signed_in(getattr(cast, who), just_now=True)
        for name in names:
            assert client.get(reverse(name), {"lang": language}).status_code == 200
    for one in (change, waiting):
        assert page_of(cast, "lena", "law-change", change_id=one.pk).status_code == 200
        assert page_of(cast, "carl", "law-change-files", change_id=one.pk).status_code == 200


def test_one_change_is_shown_with_few_queries(cast, django_assert_max_num_queries):
    change = proposed(cast, changed(*HARMLESS))
    client = signed_in(cast.levi)
    address = reverse("law-change", args=[change.pk])
    client.get(address)
    with django_assert_max_num_queries(20):
        client.get(address)
