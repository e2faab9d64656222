"""States beside each other: page, files and API say the same, with their sources and their limits."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.cast import NOON, Cast, signed_in

from tutela.engines.rights import Verdict, compare
from tutela.rights import words
from tutela.rights.law import load_law
from tutela.rights.library import matrix as matrices
from tutela.rights.library.matrix import LIMITS, LOOKS, MOST_STATES, matrix
from tutela.rights.library.sheets import BYTE_ORDER_MARK, as_csv, as_xlsx, inert, notes

DAY = NOON.date()
LANGUAGES = [code for code, _name in settings.LANGUAGES]
EIGHT = ["GB", "FR", "DE", "IT", "ES", "US", "NL", "TH"]
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def asked(cast: Cast, query: str, page: str = "library-compare"):
    return signed_in(cast.rosa).get(reverse(page) + query)


def verdicts(found: matrices.Matrix) -> dict[tuple[str, str], Verdict]:
    return {(cell.right, cell.state): cell.verdict for row in found.rows for cell in row.cells}


# ---------------------------------------------------------------- what it says
def test_a_cell_says_what_the_engine_says():
    found = verdicts(matrix(EIGHT, day=DAY))
    engine = {key: cell.verdict for key, cell in compare(load_law().library, EIGHT, DAY).items()}
    assert found == engine
    assert set(found.values()) == set(Verdict)


def test_british_time_to_recover_is_stronger_since_it_stands_in_an_act(cast):
    """Forty-five days of guidance were weaker than what the Council of Europe wants of the law itself."""
    for on, verdict in (("2022-12-01", Verdict.WEAKER), ("2026-11-25", Verdict.STRONGER)):
        page = asked(cast, f"?states=GB&on={on}")
        assert verdicts(page.context["matrix"])["recovery-period", "GB"] is verdict
        assert f"{LOOKS[verdict].sign}</span> <span>{LOOKS[verdict].word}" in page.content.decode()


def test_every_look_has_its_own_sign_and_word():
    assert set(LOOKS) == set(Verdict)
    assert len({look.sign for look in LOOKS.values()}) == len(Verdict)
    for language in LANGUAGES:
        with override(language):
            assert len({str(look.word) for look in LOOKS.values()}) == len(Verdict)


def test_a_cell_leads_to_its_sources_on_the_same_day(cast):
    rosa = signed_in(cast.rosa)
    page = rosa.get(reverse("library-compare") + "?states=GB,FR&on=2020-01-01").content.decode()
    address = reverse("library-right", kwargs={"right": "recovery-period"})
    link = f"{address}?states=GB&amp;states=FR&amp;on=2020-01-01#GB"
    assert link in page
    there = rosa.get(link.replace("&amp;", "&").split("#")[0])
    british, french = there.context["page"].cells
    assert (british.state, french.state) == ("GB", "FR")
    assert 'id="GB"' in there.content.decode()
    assert [source.entry for source in british.sources] == ["L243e", "L046"]
    assert [source.kind for source in british.sources] == ["national", "treaty"]
    assert british.sources[1].since == "Since 1 April 2009"


def test_what_rests_on_general_knowledge_says_so_in_its_cell():
    unsure = {
        (cell.right, cell.state)
        for row in matrix(EIGHT, day=DAY).rows
        for cell in row.cells
        if cell.is_unsure
    }
    for key, cell in compare(load_law().library, EIGHT, DAY).items():
        decisive = [*cell.treaty[:1], *cell.national[:1]]
        by_hand = any(
            "G" in {one.provision.certainty, one.binding.certainty if one.binding else ""} for one in decisive
        )
        assert (key in unsure) is by_hand, key


def test_what_was_not_found_is_not_said_to_be_no_law(cast):
    page = asked(cast, "?states=TD").content.decode()
    assert "Nothing found" in page
    for limit in LIMITS:
        assert str(limit) in page


def test_only_the_form_is_shown_while_nothing_was_asked(cast):
    page = asked(cast, "")
    assert page.status_code == 200
    assert page.context["matrix"] is None
    assert 'id="form-errors"' not in page.content.decode()


def test_one_kind_of_right_can_be_compared_alone(cast):
    found = asked(cast, "?states=GB&group=health").context["matrix"]
    law = load_law()
    assert [row.right for row in found.rows] == [
        right for right in law.library.rights if law.group_of[law.rights[right].category].id == "health"
    ]


def test_states_are_named_as_the_reader_s_language_names_them():
    for language, name in (("en", "United Kingdom"), ("fr", "Royaume-Uni"), ("ar", "المملكة المتحدة")):
        with override(language):
            assert matrix(["GB"], day=DAY).states == (("GB", name),)


# ---------------------------------------------------------------- what is typed
@pytest.mark.parametrize(
    "query", ["?states=GB,FR", "?states=GB&states=FR", "?states=gb&states=FR,GB", "?states=,GB,,FR,"]
)
def test_states_may_be_ticked_or_written(cast, query):
    page = asked(cast, query)
    assert [code for code, _name in page.context["matrix"].states] == ["GB", "FR"]
    assert page.content.decode().count(" checked>") == 2


@pytest.mark.parametrize(
    "query",
    [
        "?states=",
        "?states=ZZ",
        "?states=GB&states=<script>zz</script>",
        "?states=GB&on=2026-02-31",
        "?states=GB&on=0001-01-01",
        "?states=GB&on=9999-12-31",
        "?states=GB&group=zz",
        "?on=2026-01-01",
        "?states=%00",
        "?states=\u202eBG",
        "?states=" + ",".join([*EIGHT, "UY"]),
        "?states=" + "A" * 50_000,
        "?" + "states=GB&" * 500 + "states=ZZ",
    ],
)
@pytest.mark.parametrize("page", ["library-compare", "library-compare-csv", "library-compare-xlsx"])
def test_what_cannot_be_compared_is_said(cast, page, query):
    response = asked(cast, query, page)
    assert response.status_code == 422
    assert response["Content-Type"].startswith("text/html")
    assert 'id="form-errors"' in response.content.decode()
    assert "<script>zz" not in response.content.decode()


def test_the_same_state_many_times_is_one(cast):
    page = asked(cast, "?" + "&".join(["states=GB"] * 100))
    assert page.status_code == 200
    assert len(page.context["matrix"].states) == 1


def test_eight_states_at_once_are_drawn_in_a_moment_and_fit_the_wire(cast):
    import gzip

    query = "?states=" + ",".join(EIGHT)
    asked(cast, query)
    rosa, address = signed_in(cast.rosa), reverse("library-compare") + query
    rosa.get(address)
    started = time.process_time()
    page = rosa.get(address)
    assert time.process_time() - started < 1.5
    assert len(gzip.compress(page.content)) < 60_000


# ---------------------------------------------------------------- files
def lines_of(text: str) -> tuple[list[dict[str, str]], list[str]]:
    """The lines of a CSV file by their heads, and the notes at its end."""
    table, notes_at_end = text.removeprefix(BYTE_ORDER_MARK).split("\r\n\r\n")
    return list(csv.DictReader(io.StringIO(table))), [row[0] for row in csv.reader(io.StringIO(notes_at_end))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_csv_file_says_what_the_page_says(cast, language):
    query = f"?states=GB,FR,TD&on=2026-11-25&lang={language}"
    response = asked(cast, query, "library-compare-csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="compare-GB-FR-TD-2026-11-25.csv"'
    table, at_end = lines_of(response.content.decode())
    heads = list(table[0])
    found = asked(cast, query).context["matrix"]
    with override(language):
        expected = {
            (row.label, cell.state_name, cell.word): [source.entry for source in cell.sources] or [""]
            for row in found.rows
            for cell in row.cells
        }
        told = notes(found)
    written: dict[tuple[str, str, str], list[str]] = {}
    for line in table:
        key = (line[heads[0]], line[heads[2]], line[heads[5]])
        written.setdefault(key, []).append(line[heads[8]])
        assert line[heads[4]] == "2026-11-25"
    assert written == expected
    assert at_end == [inert(text) for text in told]
    assert words.day(date(2026, 11, 25), language) in at_end[0]


def cells_of(book: zipfile.ZipFile, sheet: int) -> list[list[str]]:
    """The texts of a sheet, as any reader of the format sees them; no cell may be anything but a text."""
    shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    texts = ["".join(part.text or "" for part in one.iter(f"{SPREADSHEET}t")) for one in shared]
    tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    assert not list(tree.iter(f"{SPREADSHEET}f")), "a formula"
    found = []
    for row in tree.iter(f"{SPREADSHEET}row"):
        assert all(cell.get("t") in {"s", None} for cell in row)
        values = [cell.find(f"{SPREADSHEET}v") for cell in row]
        found.append([texts[int(value.text or "")] if value is not None else "" for value in values])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_spreadsheet_says_what_the_page_says(cast, language):
    query = f"?states=GB,US&lang={language}"
    response = asked(cast, query, "library-compare-xlsx")
    assert response["Content-Disposition"].endswith('compare-GB-US-2026-11-25.xlsx"')
    book = zipfile.ZipFile(io.BytesIO(response.content))
    assert book.testzip() is None
    found = asked(cast, query).context["matrix"]
    first = cells_of(book, 1)
    assert first[0][1:] == [name for _code, name in found.states]
    assert [line[0] for line in first[1:]] == [row.label for row in found.rows]
    assert [[text.split("\n")[0] for text in line[1:]] for line in first[1:]] == [
        [f"{cell.sign} {cell.word}" for cell in row.cells] for row in found.rows
    ]
    with override(language):
        table, at_end = lines_of(as_csv(found))
        assert [line for (line,) in cells_of(book, 3)] == notes(found)
    assert [[inert(text) for text in line] for line in cells_of(book, 2)[1:]] == [
        list(line.values()) for line in table
    ]
    assert len(at_end) == len(cells_of(book, 3))
    is_rtl = b"rightToLeft" in book.read("xl/worksheets/sheet1.xml")
    assert is_rtl is (language == "ar")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "＋1", '=HYPERLINK("http://x")']
)
def test_no_text_becomes_a_formula(text):
    assert inert(text) == f"'{text}"


@given(st.text(max_size=40))
@hypothesis_settings(max_examples=200, deadline=None)
def test_a_text_is_changed_only_where_a_spreadsheet_would_calculate(text):
    safe = inert(text)
    assert safe in (text, f"'{text}")
    assert not re.match(r"\s*[=+\-@\t\r＝＋－＠]", safe)


def test_law_that_looks_like_a_formula_is_a_text_in_both_files(monkeypatch):
    monkeypatch.setattr(matrices.words, "citation", lambda one, in_full=False: "=cmd|' /C calc'!A0")
    found = matrix(["GB"], day=DAY, group="recovery")
    table, _notes = lines_of(as_csv(found))
    assert {line["Where it is written"] for line in table} == {"'=cmd|' /C calc'!A0"}
    book = zipfile.ZipFile(io.BytesIO(as_xlsx(found, at=NOON)))
    assert "=cmd|' /C calc'!A0" in {text for line in cells_of(book, 2) for text in line}


def test_the_same_comparison_is_the_same_file():
    found = matrix(["GB", "FR"], day=DAY)
    assert as_csv(found) == as_csv(matrix(["GB", "FR"], day=DAY))


# ---------------------------------------------------------------- for other programs
def api(cast: Cast, query: str, path: str = "compare"):
    return signed_in(cast.rosa).get(f"/api/v1/library/{path}?{query}")


def test_the_api_compares_as_the_page_does(cast):
    body = api(cast, "states=GB&states=fr&on=2026-11-25").json()
    page = verdicts(asked(cast, "?states=GB,FR&on=2026-11-25").context["matrix"])
    assert {(one["right"], one["state"]): one["verdict"] for one in body["cells"]} == page
    assert (body["states"], body["unknown"], body["day"]) == (["GB", "FR"], [], "2026-11-25")
    (recovery,) = [one for one in body["cells"] if (one["right"], one["state"]) == ("recovery-period", "GB")]
    assert [one["entry"] for one in recovery["national"]] == ["L243b"]
    assert recovery["treaty"][0] == {
        "entry": "L046",
        "instrument": "cets-197",
        "article": "art. 13(1)",
        "strength": "shall_law",
        "certainty": "S",
        "bound_since": "2009-04-01",
        "status_as_of": "2024-09-12",
        "status_is_old": False,
    }
    assert "not that there is no law" in body["limits"]


def test_the_api_compares_one_right_alone(cast):
    body = api(cast, "states=GB&right=guardian").json()
    assert [one["right"] for one in body["cells"]] == ["guardian"]


def test_the_api_tells_what_changed_between_two_days(cast):
    body = api(cast, "state=gb&before=2026-11-25&after=2022-12-01", "differences").json()
    assert (body["state"], body["before"], body["after"], body["is_known"]) == (
        "GB",
        "2022-12-01",
        "2026-11-25",
        True,
    )
    (recovery,) = [one for one in body["rights"] if one["right"] == "recovery-period"]
    assert (recovery["turn"], recovery["verdict_before"], recovery["verdict_after"]) == (
        "changed",
        "weaker",
        "stronger",
    )
    (entry,) = recovery["entries"]
    assert entry["before"] == {"entry": "L243e", "since": "2015-07-31", "until": "2022-12-12"}
    assert (entry["after"]["entry"], entry["aspects"]) == ("L243b", ["strength", "limit"])


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("compare", "", "query.states"),
        ("compare", "states=ZZ", "query.states"),
        ("compare", "states=\u202eGB", "query.states"),
        ("compare", "states=" + "A" * 10_000, "query.states"),
        ("compare", "&".join(f"states={code}" for code in [*EIGHT, "UY"]), "query.states"),
        ("compare", "states=GB&on=zz", "query.on"),
        ("compare", "states=GB&on=0001-01-01", "query.on"),
        ("compare", "states=GB&right=zz", "query.right"),
        ("differences", "state=GB&before=2020-01-01", "query.after"),
        ("differences", "state=ZZ&before=2020-01-01&after=2021-01-01", "query.state"),
        ("differences", "state=GB&before=1066-10-14&after=2021-01-01", "query.before"),
    ],
)
def test_the_api_says_which_part_of_a_question_is_wrong(cast, path, query, field):
    answer = api(cast, query, path)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"].startswith(field)


def test_a_state_of_which_nothing_is_known_is_named(cast):
    import pycountry

    from tutela.rights import shelf

    unknown = min({country.alpha_2 for country in pycountry.countries} - set(shelf.states()))
    body = api(cast, f"states={unknown}").json()
    assert body["unknown"] == [unknown]
    assert {one["verdict"] for one in body["cells"]} == {"missing"}
    assert not api(cast, f"state={unknown}&before=2020-01-01&after=2021-01-01", "differences").json()[
        "is_known"
    ]


@pytest.mark.parametrize(
    "path", ["compare?states=GB", "differences?state=GB&before=2020-01-01&after=2021-01-01"]
)
def test_nobody_without_the_library_compares(cast, client, path):
    assert client.get(f"/api/v1/library/{path}").status_code == 401


def test_no_more_than_eight_states_are_compared():
    assert len(EIGHT) == MOST_STATES
