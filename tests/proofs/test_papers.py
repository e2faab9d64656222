"""A name in a PDF is found wherever it stands, although the bytes of the file do not show it."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
import typst
from tests import cast as characters
from tests.proofs.needles import STEM, found_in
from tests.proofs.papers import readable

from tutela.rights.sheet import FONTS

ARABIC = characters.AMINA_ARABIC


def printed(text: str, folder: Path, *, title: str = "A sheet") -> bytes:
    """A page as the product makes them, with the same fonts and the same writer."""
    source = folder / "page.typ"
    head = f'#set document(title: "{title}")\n#set text(lang: "ar", font: ("Noto Sans", "Noto Sans Arabic"))'
    source.write_text(f"{head}\n{text}\n", encoding="utf-8")
    paper: bytes = typst.compile(
        input=source, font_paths=[FONTS], ignore_system_fonts=True, pdf_standards=["ua-1"]
    )
    return paper


@pytest.mark.parametrize("words", [f"a {STEM} b", ARABIC, f"for {ARABIC}, at noon"])
def test_words_on_a_page_are_found(tmp_path: Path, words: str) -> None:
    paper = printed(words, tmp_path)
    assert found_in(paper) == [], "the bytes show it: this proof proves nothing"
    assert found_in(readable(paper))


def test_a_title_is_found(tmp_path: Path) -> None:
    assert found_in(readable(printed("nothing", tmp_path, title=ARABIC)))


def test_an_ordinary_page_is_no_find(tmp_path: Path) -> None:
    said = readable(printed("an ordinary page", tmp_path))
    assert found_in(said) == []
    assert b"ordinary" in said


@pytest.mark.parametrize("place", ["a stream", "a string", "a string in UTF-16", "a compressed object"])
def test_a_name_planted_inside_is_found(place: str) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    planted = {
        "a stream": lambda: pdf.make_stream(f"<x>{STEM} {'-' * 200}</x>".encode()),
        "a string": lambda: pikepdf.String(STEM),
        "a string in UTF-16": lambda: pikepdf.String(ARABIC),
        "a compressed object": lambda: pdf.make_indirect(pikepdf.Dictionary(Deep=pikepdf.Array([STEM]))),
    }
    pdf.Root.Planted = planted[place]()
    written = io.BytesIO()
    pdf.save(
        written,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        recompress_flate=True,
    )
    assert found_in(written.getvalue()) == [], "the bytes show it: this proof proves nothing"
    assert found_in(readable(written.getvalue()))


def test_what_is_no_pdf_stays_as_it_is() -> None:
    assert readable(b"<p>%PDF</p>") == b"<p>%PDF</p>"
