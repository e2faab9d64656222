"""The pages of a case as colleagues meet them."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.cast import AMINA, signed_in

from tutela.people.models import Person

OWN_PAGES = [
    "file",
    "person",
    "person-change",
    "consent",
    "documents",
    "timeline",
    "needs",
    "tasks",
    "team",
    "note-new",
    "case-change",
    "case-close",
]


def address(name, case, **more):
    return reverse(name, kwargs={"person_id": case.person_id, **more})


@pytest.mark.parametrize("name", OWN_PAGES)
def test_bea_opens_every_page_of_her_case_and_reads_no_name_on_it(bea, case, name):
    response = bea.get(address(name, case))
    assert response.status_code == 200
    assert case.person.pseudonym in response.text
    if name != "person-change":  # the page on which the name is changed
        assert AMINA not in response.text


@pytest.mark.parametrize("name", OWN_PAGES)
@pytest.mark.parametrize("who", ["ben", "dario", "eve", "hana", "pia", "ada", "rosa"])
def test_for_others_no_page_exists(cast, case, who, name):
    assert signed_in(getattr(cast, who)).get(address(name, case)).status_code == 404


@pytest.mark.parametrize("name", ["home", "files", "file-new"])
def test_bea_opens_her_lists(bea, case, name):
    assert bea.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["home", "files", "overview", "emergencies"])
def test_carl_opens_his_lists(carl, case, name):
    assert carl.get(reverse(name)).status_code == 200


def test_months_are_written_as_the_reader_writes_them(carl, case):
    ((_label, months),) = carl.get(reverse("overview"), {"lang": "fr"}).context["month_series"].items()
    written = {month.split()[0] for month, _count in months}
    assert len(written) == 12
    assert {"févr.", "juin", "juil.", "août"} <= written


@pytest.mark.parametrize("who", ["eve", "ada", "rosa", "ora", "pia", "hana"])
def test_everybody_has_a_day(cast, who):
    assert signed_in(getattr(cast, who)).get("/").status_code == 200


def test_without_signing_in_there_is_only_the_way_to_sign_in(client, case):
    response = client.get(address("file", case))
    assert response.status_code == 302


def test_an_erased_person_has_no_pages(bea, case, cast):
    Person.objects.filter(pk=case.person_id).update(erased_at=case.opened_at)
    assert bea.get(address("file", case)).status_code == 404
