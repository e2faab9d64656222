"""A status list brought into the library: what it would change is shown first, and bad lines say why."""

from __future__ import annotations

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

import tutela
from tutela.cli import main
from tutela.rights.law import check_law, read_law
from tutela.rights.law.bound_import import Origin, Preview, bound_path, compare, preview, write
from tutela.rights.law.files import read_yaml
from tutela.rights.law.joining import JOINING
from tutela.rights.law.state_names import is_no_state, state_code
from tutela.rights.law.status_list import Treaty, UnusableList, read_status_list

REFERENCE = Path(tutela.__file__).parents[3] / "shared" / "data"
CRC = "crc-1989"
LIST = Origin(source="A list of the depositary", as_of=date(2015, 3, 31))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of the library in which nobody is bound by the Convention on the Rights of the Child."""
    shutil.copytree(tutela.library_path(), tmp_path / "library")
    bound_path(tmp_path / "library", CRC).unlink()
    return tmp_path / "library"


def shown(library: Path, *lines: str, origin: Origin = LIST, named: str = "") -> Preview:
    return preview(library, "\n".join(lines), instrument=CRC, origin=origin, named=named)


def imported(library: Path, *lines: str, origin: Origin = LIST) -> dict[str, Any]:
    write(library, shown(library, *lines, origin=origin))
    return dict(read_yaml(bound_path(library, CRC)).data)


# What a list says


def test_a_state_is_bound_thirty_days_after_its_deposit(library: Path):
    data = imported(library, "participant,deposited", "Viet Nam,1990-02-28", "Zambia,6 Dec 1991")
    assert data["states"] == {
        "VN": {"deposited": "1990-02-28", "from": "1990-09-02"},  # not before the treaty itself
        "ZM": {"deposited": "1991-12-06", "from": "1992-01-05"},
    }
    assert (data["source"], data["as_of"], data["certainty"]) == (LIST.source, "2015-03-31", "S")


def test_what_was_written_is_law_that_the_library_can_be_read_with(library: Path):
    imported(
        library, "participant,deposited,note", 'Norway,8 Jan 1991,"Signed: 1990, see # 3"', "Togo,1 Aug 1990,"
    )
    assert [str(problem) for problem in check_law(library) if "personas" not in problem.file] == []
    bound = {b.state: b for b in read_law(library).library.bindings if b.instrument == CRC}
    assert bound["NO"].note == "Signed: 1990, see # 3"
    assert bound["NO"].start == date(1991, 2, 7)


def test_a_successor_is_bound_from_the_succession_that_the_list_names(library: Path):
    data = imported(library, "participant,ratification_raw", "Slovakia,28 May 1993 d")
    assert data["states"]["SK"]["from"] == "1993-05-28"
    assert "succession" in data["states"]["SK"]["note"]


def test_of_a_state_whose_year_alone_is_known_the_day_is_taken_by_which_it_was_certainly_bound(library: Path):
    data = imported(library, "iso2,year", "SO,2014")
    assert data["states"]["SO"] == {"from": "2015-01-30", "note": "The year alone is known"}


def test_a_list_may_give_the_first_day_itself(library: Path):
    data = imported(library, "iso2,from,deposited", "SO,2014-10-31,", "TG,1990-09-05,1990-08-01")
    assert data["states"]["SO"] == {"from": "2014-10-31"}
    assert data["states"]["TG"] == {"deposited": "1990-08-01", "from": "1990-09-05"}


def test_of_several_treaties_in_a_file_one_must_be_named(library: Path):
    lines = ("treaty,participant,deposited", "CRC,Togo,1 Aug 1990", "CEDAW,Mali,10 Sep 1985")
    with pytest.raises(UnusableList, match="Say which one: CEDAW, CRC"):
        shown(library, *lines)
    with pytest.raises(UnusableList, match=r"has no treaty “CAT”\. It has: CEDAW, CRC"):
        shown(library, *lines, named="CAT")
    assert [joined.state for joined in shown(library, *lines, named="CRC").new] == ["TG"]


def test_who_signed_only_or_is_no_state_is_not_bound(library: Path):
    lines = (
        "participant,status,year",
        "Togo,signatory state,",
        "Mali,no action,",
        "European Union,state party,2003",
    )
    found = shown(library, *lines)
    assert not found.new
    assert [(line.number, line.state) for line in found.left_out] == [(4, "European Union")]


@pytest.mark.parametrize(
    ("line", "state", "reason"),
    [
        ("Atlantis,1 Aug 1990", "Atlantis", "no name of a state"),
        ("Korea,1 Aug 1990", "Korea", "no name of a state"),
        (",1 Aug 1990", "(empty)", "no name of a state"),
        ("QQ,1 Aug 1990", "QQ", "no name of a state"),
        ("Togo,30 Feb 1991", "TG", "not a day of the calendar"),
        ("Togo,1991-13-01", "TG", "not a day of the calendar"),
        ("Togo,1 Abc 1991", "TG", "not a day of the calendar"),
        ("Togo,01/08/1990", "TG", "Write 2002-08-21 or 21 Aug 2002"),
        ("Togo,1 Aug 1990 x", "TG", "“x” after the day is not known"),
        ("Togo,1 Aug 1989", "TG", "the treaty is of 1989-11-20"),
        ("Togo,1 Apr 2015", "TG", "the list is of 2015-03-31"),
    ],
)
def test_a_line_that_cannot_be_used_says_why_and_nothing_is_written(
    library: Path, line: str, state: str, reason: str
):
    found = shown(library, "participant,deposited", "Mali,20 Sep 1990", line)
    assert [(one.number, one.state) for one in found.problems] == [(3, state)]
    assert reason in found.problems[0].reason
    assert not found.can_be_written
    with pytest.raises(UnusableList):
        write(library, found)
    assert not bound_path(library, CRC).exists()


@pytest.mark.parametrize(
    ("year", "reason"),
    [("1988", "1988 cannot be"), ("2016", "2016 cannot be"), ("199", "not a year"), ("l990", "not a year")],
)
def test_a_year_that_cannot_be_says_why(library: Path, year: str, reason: str):
    found = shown(library, "iso2,year", f"TG,{year}")
    assert reason in found.problems[0].reason


def test_a_state_that_stands_twice_with_two_days_is_a_problem_and_with_one_is_not(library: Path):
    twice = shown(library, "participant,deposited", "Togo,1 Aug 1990", "Togo,2 Aug 1991", "Togo,1 Aug 1990")
    assert [line.number for line in twice.problems] == [3]
    assert "line 2 already" in twice.problems[0].reason


def test_a_file_without_a_heading_or_for_no_treaty_is_refused(library: Path):
    with pytest.raises(UnusableList, match="No column tells the state"):
        shown(library, "Togo,1 Aug 1990")
    with pytest.raises(UnusableList, match="No column tells the day"):
        shown(library, "participant", "Togo")
    for instrument in ("gb", "ohchr-principles-2002", "made-up"):
        with pytest.raises(UnusableList, match="is no treaty of this library"):
            preview(library, "iso2,year\nTG,1990", instrument=instrument, origin=LIST)


def test_a_treaty_whose_rule_is_not_known_needs_the_first_day(library: Path):
    text = "iso2,deposited\nTH,2016-07-24"
    found = preview(
        library, text, instrument="actip-2015", origin=Origin(source="A list", as_of=date(2017, 4, 1))
    )
    assert "Add a column “from”" in found.problems[0].reason


# A list held against what is there


def test_what_is_the_same_new_and_changed_is_told_apart(library: Path):
    imported(library, "iso2,deposited", "TG,1990-08-01", "ML,1990-09-20")
    found = shown(library, "iso2,deposited", "TG,1990-08-01", "ML,1990-09-21", "NE,1990-09-30")
    assert [joined.state for joined in found.same] == ["TG"]
    assert [joined.state for joined in found.new] == ["NE"]
    assert [(c.joined.state, c.before, c.after) for c in found.changed] == [
        ("ML", "1990-10-20", "1990-10-21")
    ]


def test_a_newer_list_of_years_adds_states_and_never_blurs_a_known_day(library: Path):
    imported(library, "iso2,deposited", "TG,1990-12-31", "ML,1990-09-20")
    newer = Origin(source="A list of 2022", as_of=date(2022, 1, 1))
    lines = ("iso2,year,status", "TG,1990,state party", "ML,1995,state party", "SO,2015,state party")
    found = shown(library, *lines, origin=newer)
    assert [joined.state for joined in found.known_better] == ["TG"]
    assert [(line.number, line.state) for line in found.doubts] == [(3, "ML")]
    assert "1990-09-20 as the file has it, and in 1995" in found.doubts[0].reason
    write(library, found)
    data = read_yaml(bound_path(library, CRC)).data
    assert data["as_of"] == "2022-01-01"
    assert data["states"]["TG"] == {"deposited": "1990-12-31", "from": "1991-01-30"}
    assert data["states"]["SO"]["source"] == "A list of 2022"


def test_a_list_that_denies_a_party_is_a_doubt_and_takes_nothing_away(library: Path):
    imported(library, "iso2,deposited", "TG,1990-08-01")
    found = shown(library, "iso2,status,year", "TG,no action,")
    assert "is bound here since 1990-09-02; the list says: no action" in found.doubts[0].reason
    assert "TG: {deposited: 1990-08-01, from: 1990-09-02}" in found.text


def test_a_list_that_is_older_than_the_joining_denies_nothing(library: Path):
    imported(library, "iso2,deposited", "TG,1990-08-01")
    older = Origin(source="A list of 1990", as_of=date(1990, 7, 1))
    assert not shown(library, "iso2,status,year", "TG,no action,", origin=older).doubts


def test_an_older_list_does_not_overrule_a_newer_one(library: Path):
    imported(library, "iso2,deposited", "TG,1990-08-01")
    older = Origin(source="An old list", as_of=date(2001, 1, 1))
    found = shown(library, "iso2,deposited", "TG,1990-08-02", "ML,1990-09-20", origin=older)
    assert [line.state for line in found.doubts] == ["TG"]
    write(library, found)
    data = read_yaml(bound_path(library, CRC)).data
    assert data["as_of"] == "2015-03-31"
    assert data["states"]["ML"]["source"] == "An old list"


def test_reservations_notes_and_comments_of_the_file_stay(library: Path):
    path = bound_path(library, CRC)
    path.write_text(
        "# Looked at by a lawyer.\n"
        "instrument: crc-1989\ncertainty: S\nsource: A list\nas_of: 2014-01-01\nnote: Not all is recorded.\n"
        "states:\n"
        "  TG: {deposited: 1990-08-01, from: 1990-09-02, reservations: "
        "[{text: {en: 'Not, here: art. 32'}, provisions: [L163], source: A list}]}\n"
        "opted_out:\n  DK: {text: {en: Never}, source: A list}\n",
        encoding="utf-8",
    )
    before = read_yaml(path).data
    after = imported(library, "iso2,deposited", "TG,1990-08-02", "ML,1990-09-20")
    assert path.read_text(encoding="utf-8").startswith("# Looked at by a lawyer.\n")
    assert after["states"]["TG"]["reservations"] == before["states"]["TG"]["reservations"]
    assert after["states"]["TG"]["deposited"] == "1990-08-02"
    assert (after["note"], after["opted_out"]) == (before["note"], before["opted_out"])


def test_writing_that_fails_leaves_the_old_file_and_no_rest(library: Path, monkeypatch: pytest.MonkeyPatch):
    imported(library, "iso2,deposited", "TG,1990-08-01")
    before = bound_path(library, CRC).read_bytes()
    found = shown(library, "iso2,deposited", "ML,1990-09-20")

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("tutela.rights.law.bound_import.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        write(library, found)
    assert bound_path(library, CRC).read_bytes() == before
    assert not list(bound_path(library, CRC).parent.glob(".*"))


WORDS = some.text(some.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@given(note=WORDS, source=WORDS)
def test_whatever_a_list_says_in_words_comes_back_as_it_was(tmp_path_factory: Any, note: str, source: str):
    text = f"iso2,deposited,note,source\nNO,1991-01-08,{_quoted(note)},{_quoted(source)}"
    treaty = Treaty(in_force=date(1990, 9, 2), joining=JOINING[CRC])
    listed = read_status_list(text, treaty=treaty, as_of=LIST.as_of)
    found = compare(listed, None, instrument=CRC, origin=LIST)
    path = tmp_path_factory.mktemp("bound") / "crc-1989.yaml"
    path.write_text(found.text, encoding="utf-8", newline="")
    own = read_yaml(path).data["states"]["NO"]
    assert own.get("note", "") == note.strip()
    assert own.get("source", LIST.source) == (source.strip() or LIST.source)


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


@given(days=some.lists(some.dates(date(1990, 1, 1), date(2015, 3, 1)), min_size=1, max_size=5))
def test_importing_a_list_twice_changes_nothing(days: list[date]):
    states = ("TG", "ML", "NE", "NO", "SO")
    lines = [f"{state},{day}" for state, day in zip(states, days, strict=False)]
    treaty = Treaty(in_force=date(1990, 9, 2), joining=JOINING[CRC])
    listed = read_status_list("\n".join(["iso2,deposited", *lines]), treaty=treaty, as_of=LIST.as_of)
    first = compare(listed, None, instrument=CRC, origin=LIST)
    data = {
        "instrument": CRC,
        "certainty": "S",
        "source": LIST.source,
        "as_of": "2015-03-31",
        "states": {one.state: {"deposited": str(one.deposited), "from": str(one.start)} for one in first.new},
    }
    again = compare(listed, data, instrument=CRC, origin=LIST)
    assert len(again.same) == len(lines)
    assert [*again.new, *again.changed, *again.doubts] == []
    assert again.text == first.text


# When a treaty begins to bind


@pytest.mark.parametrize(
    ("instrument", "deposited", "start"),
    [
        ("crc-opsc-2000", date(2003, 1, 31), date(2003, 2, 28)),  # one month: February has no 31st
        ("icrmw-1990", date(2004, 9, 15), date(2005, 1, 1)),  # three months, then the first of the next
        ("icrmw-1990", date(2004, 11, 30), date(2005, 3, 1)),
        ("cets-197", date(2007, 10, 24), date(2008, 2, 1)),
        ("ilo-c189-2011", date(2020, 7, 3), date(2021, 7, 3)),
        ("ilo-p029-2014", date(2016, 2, 29), date(2017, 2, 28)),
        ("slavery-convention-1956", date(1990, 5, 1), date(1990, 5, 1)),
        ("cedaw-1979", date(2000, 2, 1), date(2000, 3, 2)),  # a leap year
    ],
)
def test_each_treaty_counts_by_its_own_article(instrument: str, deposited: date, start: date):
    assert JOINING[instrument].binds_from(deposited, in_force=None) == start


def test_nobody_is_bound_before_the_treaty_is_in_force():
    joining = JOINING["untoc-2000"]
    assert joining.binds_from(date(2001, 1, 1), in_force=date(2003, 9, 29)) == date(2003, 9, 29)


# Names


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Congo", "CG"),
        ("Democratic Republic of the Congo", "CD"),
        ("Niger", "NE"),
        ("Nigeria", "NG"),
        ("Republic of Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Côte d’Ivoire", "CI"),
        ("St. Vincent and the Grenadines", "VC"),
        ("Bolivia (Plurinational State of)", "BO"),
        ("The former Yugoslav Republic of Macedonia", "MK"),
        ("TP", "TL"),
        ("gb", None),
        ("Guine", None),
        ("", None),
    ],
)
def test_a_state_is_known_by_its_exact_name_or_not_at_all(written: str, code: str | None):
    assert state_code(written) == code


def test_the_union_is_a_party_and_no_state():
    assert is_no_state("European Union")
    assert not is_no_state("Togo")


# On the command line


def test_the_command_shows_first_and_writes_only_when_told(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "list.csv"
    file.write_text("participant,deposited\nTogo,1 Aug 1990\n", encoding="utf-8-sig")
    order = ["law", "bound", str(file), "--instrument", CRC, "--source", "A list", "--as-of", "2015-03-31"]
    order += ["--library", str(library)]
    assert main(order) == 0
    said = capsys.readouterr().out
    assert f"{file}:2: new: TG from 1990-09-02 (joined 1990-08-01)" in said
    assert "1 new; 0 changed" in said
    assert not bound_path(library, CRC).exists()
    assert main([*order, "--write"]) == 0
    assert bound_path(library, CRC).exists()
    assert main([*order, "--write"]) == 0
    assert "Nothing is new" in capsys.readouterr().out


def test_the_command_names_each_bad_line_and_refuses_to_write(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "list.csv"
    file.write_text("participant,deposited\nAtlantis,1 Aug 1990\nMali,20 Sep 1990\n", encoding="utf-8")
    order = ["law", "bound", str(file), "--instrument", CRC, "--source", "A list", "--as-of", "2015-03-31"]
    order += ["--library", str(library), "--write"]
    assert main(order) == 1
    told = capsys.readouterr()
    assert f"{file}:2: cannot be used: Atlantis" in told.out
    assert "Nothing was written" in told.err
    assert not bound_path(library, CRC).exists()


@pytest.mark.parametrize(
    "order",
    [
        [],
        ["missing.csv", "--instrument", CRC, "--source", "A list", "--as-of", "2015-03-31"],
        ["missing.csv", "--instrument", CRC, "--source", "A list", "--as-of", "31.3.2015"],
    ],
)
def test_an_order_that_lacks_something_is_refused_in_one_sentence(
    order: list[str], capsys: pytest.CaptureFixture[str]
):
    assert main(["law", "bound", *order]) == 1
    assert capsys.readouterr().err.strip()


# The lists of the reference, and what the library holds of them


def _reference(name: str) -> str:
    table = REFERENCE / name
    if not table.exists():
        pytest.skip("the reference tables of treaty status are not beside the project")
    return table.read_text(encoding="utf-8")


@pytest.mark.reference
@pytest.mark.parametrize(
    ("instrument", "named"),
    [
        ("untoc-2000", "UNTOC"),
        ("slavery-convention-1956", "1956 Supplementary Slavery Convention"),
        (CRC, "CRC"),
        ("crc-opsc-2000", "OPSC"),
        ("cedaw-1979", "CEDAW"),
    ],
)
def test_the_library_holds_every_state_of_the_list_of_march_2015(instrument: str, named: str):
    text = _reference("un_treaty_status_2015_zmjones.csv")
    root = tutela.library_path()
    found = preview(root, text, instrument=instrument, origin=LIST, named=named)
    assert [*found.problems, *found.new, *found.changed, *found.doubts] == []
    rows = [
        row for row in csv.DictReader(text.splitlines()) if row["treaty"] == named and row["ratification_raw"]
    ]
    assert len(found.same) == len(rows) - len(found.left_out)


@pytest.mark.reference
def test_of_the_list_of_2022_only_contradictions_are_left():
    text = _reference("un_human_rights_treaty_status_2022.csv")
    origin = Origin(source="A list of 2022", as_of=date(2022, 1, 1))
    for instrument, named, doubts in (
        (CRC, "crc", {"PA", "PK", "PW", "RS"}),
        ("crc-opsc-2000", "op_crc_sc", {"MD", "NZ"}),
        ("cedaw-1979", "cedaw", {"CV", "GM", "PH", "SG"}),
        ("icrmw-1990", "icmw", set()),
    ):
        found = preview(tutela.library_path(), text, instrument=instrument, origin=origin, named=named)
        assert [*found.problems, *found.new, *found.changed] == [], instrument
        assert {line.state for line in found.doubts} == doubts, instrument


def test_every_rule_of_joining_belongs_to_a_treaty_of_the_library():
    instruments = read_law(tutela.library_path()).library.instruments
    for name, joining in JOINING.items():
        assert joining.adopted <= (instruments[name].in_force.start or date.max), name
        assert joining.adopted + timedelta(days=30) < date.max
