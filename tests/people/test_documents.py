"""Papers: the content decides what they are; they rest sealed and leave as files that no browser runs."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.cast import NOON, signed_in

from tutela.engines import envelopes
from tutela.people import actions, attachments, queries
from tutela.people.models import Document

PDF = b"%PDF-1.7\n1 0 obj\nUnmistakable words of a paper\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(40)


def address(person):
    return reverse("documents", kwargs={"person_id": person.pk})


def upload(content, name="paper.pdf", media_type="application/pdf", **more):
    file = SimpleUploadedFile(name, content, content_type=media_type)
    return {"record_id": str(uuid4()), "title": "Letter from the hospital", "content": file, **more}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        ("Elle a dit : « je reste ».\n".encode(), "text/plain"),
    ],
)
def test_the_bytes_say_what_a_file_is(content, kind):
    assert attachments.media_type_of(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00" + bytes(60),
        b"PK\x03\x04" + bytes(60),
        b"GIF89a" + bytes(60),
        b"<html><script>alert(1)</script>",
        b"  <svg xmlns='http://www.w3.org/2000/svg'/>",
        b"words\x00words",
        b"\xff\xfe\xfdwords",
    ],
)
def test_anything_else_is_refused(content):
    with pytest.raises(attachments.KindNotAllowed):
        attachments.media_type_of(content)


def test_a_paper_is_added_and_comes_back_whole_as_a_file(bea, person):
    assert bea.post(address(person), upload(PDF)).status_code == 302
    paper = Document.objects.get(person=person)
    response = bea.get(reverse("document", kwargs={"person_id": person.pk, "document_id": paper.pk}))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment; ")
    assert "hospital" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"


def test_neither_words_nor_title_rest_in_the_clear(bea, person, settings):
    bea.post(address(person), upload(PDF))
    paper = Document.objects.get(person=person)
    assert (
        b"Unmistakable" not in (settings.ATTACHMENTS / str(person.data_key_id) / str(paper.pk)).read_bytes()
    )
    assert b"hospital" not in bytes(paper.title)
    assert [line.title for line in queries.papers_of(person)] == ["Letter from the hospital"]


def test_a_paper_that_was_altered_on_the_disk_is_not_given(cast, person, settings):
    paper = actions.add_document(person=person, title="x", content=PDF, by=cast.actor("bea"), at=NOON)
    place = settings.ATTACHMENTS / str(person.data_key_id) / str(paper.pk)
    place.write_bytes(place.read_bytes()[:-1] + b"\x00")
    with pytest.raises(envelopes.EnvelopeDamaged):
        b"".join(attachments.read(paper))


def test_a_program_that_calls_itself_a_pdf_is_refused_and_the_title_kept(bea, person):
    response = bea.post(address(person), upload(b"MZ\x90\x00" + bytes(60)))
    assert response.status_code == 422
    assert "Letter from the hospital" in response.text
    assert not Document.objects.exists()


def test_a_file_that_is_too_large_is_refused(bea, person, settings):
    settings.ATTACHMENT_MAX_BYTES = 1000
    response = bea.post(address(person), upload(b"words " * 500, media_type="text/plain"))
    assert response.status_code == 422
    assert "larger" in response.text
    assert not Document.objects.exists()


def test_a_form_without_a_file_says_so(bea, person):
    response = bea.post(address(person), {"record_id": str(uuid4()), "title": "Letter"})
    assert response.status_code == 422


def test_a_paper_sent_twice_is_kept_once(bea, person):
    record_id = str(uuid4())
    for _time in range(2):
        assert bea.post(address(person), upload(PDF, record_id=record_id)).status_code == 302
    assert Document.objects.count() == 1


def test_the_paper_of_one_file_is_not_found_in_another(bea, cast, person):
    paper = actions.add_document(person=person, title="x", content=PDF, by=cast.actor("bea"), at=NOON)
    wrong = reverse("document", kwargs={"person_id": cast.amina.pk, "document_id": paper.pk})
    assert bea.get(wrong).status_code == 404


@pytest.mark.parametrize("who", ["ben", "dario", "eve"])
def test_others_find_no_papers(cast, person, who):
    paper = actions.add_document(person=person, title="x", content=PDF, by=cast.actor("bea"), at=NOON)
    client = signed_in(getattr(cast, who))
    assert client.get(address(person)).status_code == 404
    assert client.post(address(person), upload(PDF)).status_code == 404
    one = reverse("document", kwargs={"person_id": person.pk, "document_id": paper.pk})
    assert client.get(one).status_code == 404
