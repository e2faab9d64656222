"""Posts from every kind of file: what is read, and what is told of a row that cannot be."""

from __future__ import annotations

import csv
import gzip
import io
import json
from contextlib import suppress
from datetime import UTC, datetime

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tutela.operations.patterns.reading import BadRow, Post, read, text_of_html
from tutela.operations.refusals import Refused

CALL = "Требуются девушки, работа за границей"
WHEN = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)


def posts(path, **columns):
    rows = list(read(path, columns={ours: tuple(given) for ours, given in columns.items()}))
    return [one for one in rows if isinstance(one, Post)], [one for one in rows if isinstance(one, BadRow)]


def test_a_table_with_its_own_names(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(f"nr;title;body;when;land\n7;Job;{CALL};2026-03-04T15:30;ru\n", encoding="utf-8")
    (post,), bad = posts(file, id=["nr"], text=["title", "body"], date=["when"], country=["land"])
    assert not bad
    assert post == Post(2, "7", f"Job\n{CALL}", WHEN, "", "RU", "")


def test_bad_rows_are_told_with_their_line_and_stop_nothing(tmp_path):
    file = tmp_path / "a.csv"
    lines = [
        b"id,text,date", b"1,good,2026-03-04", b"2,too,many,cells", b"3,,2026-03-04",
        b"4,caf\xe9,2026-03-04", b"5,kept,31.02.2026", b'6,"two\nlines",2026-03-04', b"7,last,2026-03-04",
    ]  # fmt: skip
    file.write_bytes(b"\n".join(lines))
    good, bad = posts(file)
    assert [one.id for one in good] == ["1", "5", "6", "7"]
    assert [(one.line, one.lost) for one in bad] == [(3, True), (4, True), (5, True), (6, False)]
    assert "4 columns" in bad[0].reason
    assert "UTF-8" in bad[2].reason
    assert good[1].at is None


def test_json_lines_also_packed(tmp_path):
    file = tmp_path / "a.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        stream.write(json.dumps({"text": CALL, "date": 1772638200}) + "\n{broken\n[1]\n\n")
        stream.write(json.dumps({"text": "\ud800 half a letter"}) + "\n")
    (post,), bad = posts(file)
    assert (post.text, post.at) == (CALL, WHEN)
    assert [one.line for one in bad] == [2, 3, 5]


def test_parquet(tmp_path):
    file = tmp_path / "a.parquet"
    duckdb.sql(
        f"SELECT '{CALL}' AS text, TIMESTAMP '2026-03-04 15:30' AS date UNION ALL SELECT NULL, NULL"
    ).write_parquet(str(file))
    good, bad = posts(file)
    assert [(one.text, one.at) for one in good] == [(CALL, WHEN)]
    assert [one.reason for one in bad] == ["has no text."]


def archive(*pages: tuple[str, bytes]) -> bytes:
    into = io.BytesIO()
    writer = WARCWriter(into, gzip=True)
    for kind, body in pages:
        headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.0")
        record = writer.create_warc_record(
            "http://example.org/job", "response", payload=io.BytesIO(body), http_headers=headers,
            warc_headers_dict={"WARC-Date": "2026-03-04T15:30:00Z"}, length=len(body),
        )  # fmt: skip
        writer.write_record(record)
    return into.getvalue()


def test_a_web_archive_gives_the_words_of_its_pages(tmp_path):
    file = tmp_path / "a.warc.gz"
    page = f"<html><head><title>x</title></head><script>no()</script><p>{CALL}</p><p>call <b>now</b></p>"
    file.write_bytes(archive(("text/html; charset=utf-8", page.encode()), ("image/png", b"\x89PNG")))
    (post,), bad = posts(file)
    assert (post.text, post.at, post.source) == (f"{CALL}\ncall now", WHEN, "http://example.org/job")
    assert "image/png" in bad[0].reason


def test_an_archive_that_breaks_off_gives_what_came_before(tmp_path):
    file = tmp_path / "a.warc.gz"
    whole = archive(("text/plain", b"first"), ("text/plain", b"second"))
    file.write_bytes(whole[:-40])
    good, bad = posts(file)
    assert good[0].text == "first"
    assert bad


def test_a_mailbox(tmp_path):
    file = tmp_path / "a.mbox"
    file.write_text(
        "From a@b Wed Mar  4 15:30:00 2026\nSubject: Job\nDate: Wed, 04 Mar 2026 15:30:00 +0000\n"
        "Content-Type: text/html; charset=utf-8\n\n<p>Work&nbsp;abroad</p>\n\n"
        "From a@b Wed Mar  4 15:30:00 2026\nContent-Type: image/png\n\nxx\n",
        encoding="utf-8",
    )
    (post,), bad = posts(file)
    assert (post.text, post.at) == ("Job\nWork abroad", WHEN)
    assert [one.line for one in bad] == [2]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.xls", "x", "no known kind"),
        ("a.csv", "body\nx\n", "It has: body"),
        ("a.parquet", "no parquet", "no Parquet"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_one_line(tmp_path, name, content, problem):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match=problem) as refused:
        list(read(tmp_path / name, columns={}))
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        list(read(tmp_path / "none.csv", columns={}))


def test_marks_of_a_page_are_no_words():
    assert text_of_html("<style>p{}</style><ul><li>one<li>two &amp; three</ul>") == "one\ntwo & three"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=600), kind=st.sampled_from([".csv", ".jsonl", ".parquet", ".warc", ".mbox"])
)
def test_whatever_a_file_holds_it_is_read_told_or_refused(tmp_path, content, kind):
    file = tmp_path / f"a{kind}"
    file.write_bytes(content)
    rows: list[object] = []
    with suppress(Refused):
        rows = list(read(file, columns={}))
    assert all(one.text if isinstance(one, Post) else one.reason for one in rows)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.text(max_size=40), max_size=8))
def test_every_line_of_a_table_is_a_post_or_told(tmp_path, lines):
    file = tmp_path / "a.csv"
    with file.open("w", encoding="utf-8", errors="surrogatepass", newline="") as stream:
        csv.writer(stream).writerows(
            [["id", "text"], *([str(number), line] for number, line in enumerate(lines))]
        )
    good, bad = posts(file)
    assert len(good) + len(bad) == len(lines)
