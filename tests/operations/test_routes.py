"""`tutela routes`: records in, a network of routes out, or one clear line for each mistake."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tutela import cli
from tutela.engines import routes as engine
from tutela.operations.language import speaking
from tutela.operations.refusals import Refused
from tutela.operations.routes import Asked, places, run, words
from tutela.operations.routes.naming import REGIONS, called
from tutela.operations.routes.places import Gazetteer, Kind, Place
from tutela.operations.routes.reading import read
from tutela.operations.routes.working import work_out

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT.parent / "shared" / "data" / "hti_du_directionality_flows_2008_2016.csv.gz"
HEADING = "origin,transit,destination,year,cases"
INVENTED = (
    "Vietnam,Laos,Thailand,2020,30", "Vietnam,Laos,Thailand,2021,12", "Laos,,Thailand,2020,40",
    "Laos,,Thailand,2021,90", "Nepal,,India,2020,25", "Nepal,,Gulf States,2021,14", "Nepal,India,,2021,9",
    ",India,Qatar,2021,7", "Nepal,,Kuwait,2020,3", "Bhutan,,India,2020,6", "Bhutan,,India,2021,2",
    "Atlantis,,India,2020,11", "Nepal,,,2020,50", "Congo,,Gabon,2020,8",
)  # fmt: skip


def written(folder: Path, *lines: str, name: str = "records.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def reported(tmp_path_factory) -> Path:
    """A report of invented records, written twice."""
    folder = tmp_path_factory.mktemp("routes")
    file = written(folder, HEADING, *INVENTED)
    for name in ("out", "again"):
        asked = Asked(file=file, out=folder / name, origins=("VN",), destinations=("TH",))
        assert run(asked) == 0
    return folder / "out"


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refused(file: Path, **asked: object) -> str:
    with pytest.raises(Refused) as refusal:
        run(Asked(file=file, out=file.parent / "out", **asked))  # type: ignore[arg-type]
    assert not (file.parent / "out").exists()
    return str(refusal.value)


# ---------------------------------------------------------------- the report
def test_routes_carry_the_codes_of_iso_and_regions_their_names(reported):
    found = {
        (one["origin"], one["transit"], one["destination"]): int(one["records"])
        for one in rows(reported, "routes.csv")
    }
    assert found[("VN", "LA", "TH")] == 42
    assert found[("NP", "", "Gulf states")] == 14
    kinds = {one["code"]: one["kind"] for one in rows(reported, "places.csv")}
    assert (kinds["Gulf states"], kinds["LA"]) == ("region", "country")


def test_what_cannot_be_mapped_is_listed_and_left_out(reported):
    assert json.loads((reported / "result.json").read_text())["unread"] == ["Atlantis", "Congo"]
    page = (reported / "report.html").read_text(encoding="utf-8")
    assert "Atlantis" in page
    assert "19 records with a place that was not found" in page
    assert not any(one["destination"] == "GA" for one in rows(reported, "routes.csv"))


def test_a_guess_is_called_one_and_counted_nowhere(reported):
    result = json.loads((reported / "result.json").read_text())
    assert result["guesses"] == [{"origin": "NP", "transit": "IN", "destination": "QA", "at_most": 7}]
    assert ("NP", "IN", "QA") not in {tuple(one.values())[:3] for one in rows(reported, "routes.csv")}
    assert "Each line is a guess." in (reported / "report.html").read_text(encoding="utf-8")


def test_people_on_the_way_are_met_where_the_records_say(reported):
    page = (reported / "report.html").read_text(encoding="utf-8")
    assert '<td>Laos</td><td class="number">42</td><td class="number">100%</td>' in page
    assert "not for stopping them" in page


def test_changes_stand_against_all_other_pairs(reported):
    found = {(one["origin"], one["destination"]): one for one in rows(reported, "changes.csv")}
    laos = found[("LA", "TH")]
    # Bhutan's two records of 2021 are too few to be shown, and so the pair is not there at all.
    before, after = [30, 40, 25, 0], [12, 90, 0, 14]
    assert (laos["before"], laos["after"]) == ("40", "90")
    assert float(laos["p"]) == pytest.approx(engine.changed(before, after).p[1], rel=1e-3)
    assert ("BT", "IN") not in found


def test_a_rare_route_is_nowhere_and_no_number_hangs_on_it(reported, tmp_path):
    without = written(tmp_path, HEADING, *(line for line in INVENTED if "Kuwait" not in line))
    assert run(Asked(file=without, out=tmp_path / "out", origins=("VN",), destinations=("TH",))) == 0
    for name in ("routes.csv", "links.csv", "places.csv", "changes.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (reported / name).read_bytes()
    page = (reported / "report.html").read_text(encoding="utf-8")
    assert "no number hangs on them: 1 route." in page, "its 3 records are not told either"
    everything = "".join(path.read_text(encoding="utf-8") for path in reported.iterdir())
    assert "Kuwait" not in everything
    assert '"KW"' not in everything


somewhere = st.sampled_from(["", "Nepal", "India", "Qatar", "Kuwait", "Europe"])
records = st.lists(
    st.tuples(somewhere, somewhere, somewhere, st.integers(2019, 2021), st.integers(1, 9)),
    min_size=1,
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(records)
def test_no_small_number_is_written_and_none_moves_what_is(tmp_path, made):
    whole: Counter[tuple[str, str, str]] = Counter()
    for *way, _, number in made:
        whole[tuple(way)] += number
    often = [one for one in made if whole[one[:3]] >= 5]
    assume(any(sum(map(bool, one[:3])) > 1 for one in often))
    for name, some in (("all", made), ("often", often)):
        file = written(tmp_path, HEADING, *(",".join(map(str, one)) for one in some))
        assert run(Asked(file=file, out=tmp_path / name, runs=99)) == 0
    for name in ("routes.csv", "links.csv", "places.csv", "changes.csv"):
        assert (tmp_path / "all" / name).read_bytes() == (tmp_path / "often" / name).read_bytes()
        for line in rows(tmp_path / "all", name):
            numbers = [
                int(line[head]) for head in ("records", "in", "out", "before", "after") if head in line
            ]
            assert all(number == 0 or number >= 5 for number in numbers)
    told = [
        one for svg in pictures_in(tmp_path / "all").values() for one in re.findall(r"<title>([^<]*)", svg)
    ]
    assert all(int(number) >= 5 for one in told for number in re.findall(r": (\d+)", one))


def test_the_report_fetches_nothing_and_runs_nothing(reported):
    page = (reported / "report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")


def test_the_same_file_and_seed_give_the_same_bytes(reported):
    for path in reported.iterdir():
        assert path.read_bytes() == (reported.parent / "again" / path.name).read_bytes(), path.name


def test_a_spelling_of_a_stranger_cannot_break_the_page(tmp_path):
    places = written(tmp_path, "spelling,place", "Xanadu,<b>&=1+1", name="places.csv")
    file = written(tmp_path, "origin,destination", *["Xanadu,India"] * 6, *["<i>x,India"] * 6)
    assert run(Asked(file=file, out=tmp_path / "out", places=places)) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<b>&" not in page
    assert "<i>x" not in page
    assert "&lt;b&gt;&amp;=1+1" in page


# ---------------------------------------------------------------- pictures
def pictures_in(folder: Path) -> dict[str, str]:
    """The pictures of a report by their titles."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    return {
        re.search(r"<title[^>]*>([^<]*)", one)[1]: one  # type: ignore[index]
        for one in re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    }


def test_a_report_has_its_maps_and_streams_each_with_a_table(reported):
    found = pictures_in(reported)
    assert list(found) == [
        "Map of links between countries", "From where to where", "By way of", "Map of where people were found"
    ]  # fmt: skip
    for one in found.values():
        ElementTree.fromstring(one)
    page = (reported / "report.html").read_text(encoding="utf-8")
    assert page.count('aria-label="The picture as a table') == 4
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "Borders are those that Natural Earth 4.1 draws" in page


def test_arrows_show_links_between_countries_and_the_caption_says_what_they_cannot(reported):
    drawn = pictures_in(reported)["Map of links between countries"]
    said = set(re.findall(r"<title>([^<]* to [^<]*)</title>", drawn))
    assert {"Vietnam to Laos: 42 records", "Laos to Thailand: 172 records"} <= said
    assert "Guess: Nepal by way of India to Qatar" in said
    assert "Gulf" not in drawn
    page = (reported / "report.html").read_text(encoding="utf-8")
    assert "1 link with a region at an end cannot be drawn" in page
    assert re.findall(r'class="between"[^>]*><title>([^<]+)', drawn) == ["Laos"]


def test_countries_are_shaded_by_what_ends_in_them_and_no_small_number_is(reported):
    drawn = pictures_in(reported)["Map of where people were found"]
    said = re.findall(r"<title>([^<]*: [^<]*)</title>", drawn)
    assert said.count("Thailand: 172") == 1
    assert not any(one.startswith("Kuwait") for one in said)


def test_records_of_regions_alone_have_no_map(tmp_path):
    file = written(tmp_path, "origin,destination,cases", "Africa,Europe,9")
    assert run(Asked(file=file, out=tmp_path / "out")) == 0
    assert "Map of links between countries" not in pictures_in(tmp_path / "out")


# ---------------------------------------------------------------- borders
def with_borders(folder: Path, text: str, name: str = "borders.csv") -> Path:
    borders = written(folder, text, name=name)
    file = written(folder, HEADING, *INVENTED, "Laos,,Kosovo,2020,9")
    assert run(Asked(file=file, out=folder / "out", borders=borders)) == 0
    return folder / "out"


def test_a_table_says_whose_a_shape_is_and_the_report_whose_the_table_is(tmp_path):
    out = with_borders(tmp_path, "shape,country\nKosovo,XK\nSomaliland,SO\nSiachen Glacier,")
    drawn = pictures_in(out)["Map of where people were found"]
    assert re.search(r'<g id="ends-of-step-\d">(?:(?!</g>).)*<title>Kosovo: 9</title>', drawn)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Borders are those of the file borders.csv." in page
    assert "Natural Earth" not in page
    assert page.count("borders.csv") > 1, "and among the files read"


def test_without_such_a_table_kosovo_has_an_arrow_and_no_shade(tmp_path):
    file = written(tmp_path, HEADING, *INVENTED, "Laos,,Kosovo,2020,9")
    assert run(Asked(file=file, out=tmp_path / "out")) == 0
    found = pictures_in(tmp_path / "out")
    assert "Laos to Kosovo: 9 records" in found["Map of links between countries"]
    assert not re.search(r"<path[^>]*><title>Kosovo", found["Map of where people were found"])


def test_a_topology_of_ones_own_is_drawn_in_place_of_ours(tmp_path):
    box = [[90, 10], [110, 10], [110, 30], [90, 30], [90, 10]]
    shapes = [{"type": "Polygon", "arcs": [[0]], "id": "THA", "properties": {"name": "All of it"}}]
    made = {
        "type": "Topology", "arcs": [box],
        "objects": {"mine": {"type": "GeometryCollection", "geometries": shapes}},
    }  # fmt: skip
    out = with_borders(tmp_path, json.dumps(made), name="mine.json")
    drawn = pictures_in(out)["Map of where people were found"]
    assert drawn.count("<title>Thailand: 172</title>") == 1
    assert 'class="none"' not in drawn, "there is no other shape"


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("b.csv", "shape,country\nAtlantis,FR", "No shape is called Atlantis"),
        ("b.csv", "shape,country\nKosovo,Serbia", "b.csv:2: country: “Serbia” is no code"),
        ("b.csv", "shape,code\nKosovo,XK", "no column “country”"),
        ("b.json", "{}", "b.json: This is no TopoJSON"),
    ],
)
def test_borders_that_cannot_be_used_say_why(tmp_path, name, text, why):
    borders = written(tmp_path, text, name=name)
    assert why in refused(written(tmp_path, HEADING, *INVENTED), borders=borders)


def test_borders_that_are_not_there_are_refused(tmp_path):
    assert "cannot be read" in refused(written(tmp_path, HEADING, *INVENTED), borders=tmp_path / "no.json")


# ---------------------------------------------------------------- places
@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Burma", "MM"), ("Korea, Republic of", "KR"), ("D.R.C.", "CD"), ("U.A.E", "AE"), ("Kosovo", "XK"),
        ("Gambia, The", "GM"), ("Laos, People's Democratic Republic", "LA"), ("Taiwan, China", "TW"),
        ("Cote d'Ivoire", "CI"), ("  Niger ", "NE"), ("Scotland", "GB"), ("THA", "TH"), ("TH", "TH"),
        ("Eastern Europe", "Eastern Europe"), ("the Gulf", "Gulf states"), ("T.R.N.C.", "Northern Cyprus"),
    ],
)  # fmt: skip
def test_a_spelling_means_one_place(spelling, code):
    found = Gazetteer().find(spelling)
    assert found is not None
    assert found.code == code
    assert found.kind is (Kind.COUNTRY if len(code) == 2 else Kind.REGION)


@pytest.mark.parametrize(
    "spelling", ["Congo", "Korea", "Vitenam", "Neighboring countries", "Region", "Mail", ""]
)
def test_what_looks_alike_is_not_taken(spelling):
    assert Gazetteer().find(spelling) is None


def test_what_looks_alike_is_offered_and_what_somebody_says_is_taken():
    assert Gazetteer().near("Vitenam") == ""
    assert Gazetteer().near("Jaimaica") == "Jamaica"
    own = Gazetteer({"Vitenam": "VN", "the border": "Border of A and B", "congo": "COG"})
    assert [own.find(one).code for one in ("Vitenam", "The border", "Congo")] == [
        "VN",
        "Border of A and B",
        "CG",
    ]


# ---------------------------------------------------------------- in other languages
def test_every_region_of_the_lists_has_a_name_in_every_language():
    assert set(places._REGIONS.values()) == REGIONS


@pytest.mark.parametrize(
    ("spelling", "french", "arabic"),
    [
        ("Nepal", "Népal", "نيبال"), ("Gulf States", "États du Golfe", "دول الخليج"),
        ("Palestine", "Palestine", "فلسطين"), ("Kosovo", "Kosovo", "كوسوفو"),
        ("HK", "Hong Kong", "هونغ كونغ"), ("D.R.C.", "RD Congo", "الكونغو الديمقراطية"),
    ],
)  # fmt: skip
def test_places_are_called_what_the_language_calls_them(spelling, french, arabic):
    found = Gazetteer().find(spelling)
    assert found is not None
    assert called(found) == found.name
    with speaking("fr"):
        assert called(found) == french
    with speaking("ar"):
        assert called(found) == arabic


def test_a_region_of_somebody_s_own_keeps_its_name():
    with speaking("fr"):
        assert called(Place("Guess", "Guess", Kind.REGION)) == "Guess"


def test_a_report_in_french_has_names_in_french_and_files_with_codes(tmp_path, capsys):
    file = written(tmp_path, HEADING, *INVENTED)
    out = tmp_path / "out"
    given = ["routes", str(file), "--out", str(out), "--origins", "VN", "--destinations", "TH"]
    assert cli.main([*given, "--language", "fr"]) == 0
    assert "Lu : 9 lieux, de 2020 à 2021." in capsys.readouterr().err.replace("\u00a0", " ")
    drawn = pictures_in(out)["Carte des liens entre pays"]
    assert "Viêt Nam → Laos" in drawn
    assert "Vietnam" not in (out / "report.html").read_text(encoding="utf-8")
    assert {"Vietnam", "Gulf states"} <= {one["name"] for one in rows(out, "places.csv")}


def test_in_arabic_streams_run_from_right_to_left(tmp_path):
    file = written(tmp_path, HEADING, *INVENTED)
    with speaking("ar"):
        assert run(Asked(file=file, out=tmp_path / "out")) == 0
    drawn = pictures_in(tmp_path / "out")["من أين إلى أين"]
    heads = re.findall(r'<text class="head" x="([\d.]+)"[^>]*>([^<]+)', drawn)
    assert [word for _, word in sorted((float(x), word) for x, word in heads)] == ["إلى", "من"]


def test_very_small_parts_of_chance_are_written_with_their_power():
    assert [words.tiny(one) for one in (0.0312, 3e-9, 1.234e-10, 0.0, 1.0)] == [
        "0.031", "3e-09", "1.2e-10", "0", "1"
    ]  # fmt: skip
    with speaking("es"):
        assert words.tiny(1.234e-10) == "1,2e-10"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (["--before", "20", "--after", "2020"], "no son años"),
        (["--origins", "TH", "--destinations", "TH"], "a ambos lados del corte"),
        (["--origins", "FR", "--destinations", "TH"], "Ninguna ruta menciona FR"),
        (["--least-shown", "500"], "Ninguna ruta tiene 500 registros o más"),
    ],
)
def test_a_refusal_is_told_in_the_language(tmp_path, capsys, given, why):
    file = written(tmp_path, HEADING, *INVENTED)
    assert cli.main(["routes", str(file), "--out", str(tmp_path / "out"), "--language", "es", *given]) == 1
    assert why in capsys.readouterr().err


# ---------------------------------------------------------------- mistakes
@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["a,b", "1,2"], "no column “origin”"),
        ([HEADING], "nothing under it"),
        ([HEADING, "Nepal,,India,2020,-3"], "records.csv:2: cases: “-3” is no whole number"),
        ([HEADING, "Nepal,,India,20,3"], "records.csv:2: year: “20” is no year"),
        ([HEADING, "Nepal,,India,soon,3"], "records.csv:2: year"),
        ([HEADING, "Atlantis,,India,2020,9"], "no line tells two places"),
        ([HEADING, "Nepal,,India,2020,4"], "No route is told by 5 records or more"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path, lines, why):
    assert why in refused(written(tmp_path, *lines))


def test_places_that_no_route_tells_are_refused(tmp_path):
    file = written(tmp_path, HEADING, *INVENTED)
    assert "No route tells FR" in refused(file, origins=("FR",), destinations=("TH",))
    assert "both sides" in refused(file, origins=("TH",), destinations=("TH",))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--origins", "NP"], "go together"),
        (["--before", "2020"], "go together"),
        (["--before", "2021", "--after", "2020"], "before --after begins"),
        (["--before", "20", "--after", "2020"], "are no years"),
        (["--level", "2"], "between 0 and 1"),
        (["--least-shown", "0"], "1 or more"),
        (["--column", "origin"], "equals sign"),
        (["--column", "origin=from"], "no column “from”"),
    ],
)
def test_words_that_make_no_sense_are_refused(tmp_path, capsys, words, why):
    file = written(tmp_path, HEADING, *INVENTED)
    assert cli.main(["routes", str(file), "--out", str(tmp_path / "out"), *words]) != 0
    assert why in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_columns_of_two_names_and_regions_left_out(tmp_path):
    file = written(tmp_path, "from,since,to,n", *["Nepal,,India,6", ",Laos,Gulf,9", ",Laos,Thailand,8"])
    columns = {"origin": "from + since", "destination": "to", "cases": "n"}
    assert run(Asked(file=file, out=tmp_path / "out", columns=columns, regions=False)) == 0
    assert [one["origin"] for one in rows(tmp_path / "out", "routes.csv")] == ["LA", "NP"]
    assert "9 with a region" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_dry_run_writes_nothing(tmp_path, capsys):
    file = written(tmp_path, HEADING, *INVENTED)
    assert run(Asked(file=file, out=tmp_path / "out", dry_run=True)) == 0
    assert "dry run" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ["Nepal", "India", "Congo", "Europe", "2020", "-1", "1e9", "=1", "NaN", "9"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(st.lists(st.lists(cells, min_size=1, max_size=6), max_size=8))
def test_any_file_gives_a_report_or_a_refusal(tmp_path, table):
    file = tmp_path / "any.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([HEADING.split(","), *table])
    try:
        assert run(Asked(file=file, out=tmp_path / "fuzz", least_shown=1, runs=99)) == 0
    except Refused as refusal:
        told = str(refusal)
    else:
        told = (tmp_path / "fuzz" / "report.html").read_text(encoding="utf-8")
    assert told


# ---------------------------------------------------------------- public records
@pytest.fixture(scope="module")
def public(tmp_path_factory) -> Asked:
    if not PUBLIC.exists():
        pytest.skip("the public records of routes are not beside the project")
    folder = tmp_path_factory.mktemp("public")
    file = folder / "flows.csv"
    file.write_bytes(gzip.decompress(PUBLIC.read_bytes()))
    columns = {
        "origin": "Origin_Country+Origin Country/Region",
        "transit": "Transit_Country",
        "destination": "Destination_Country",
        "year": "Years",
    }
    return Asked(file=file, out=folder / "out", columns=columns, least_shown=1)


@pytest.mark.reference
def test_the_public_records_are_read_whole(public):
    study = read(public)
    used = sum(number for _, number in study.rows)
    assert used + study.unplaced + study.partial == 22_246
    assert used > 0.95 * 22_246
    assert study.years == tuple(range(2008, 2017))
    assert {"Vitenam", "Congo", "Neighboring countries"} <= set(study.unread)
    assert {"Europe", "Middle East"} <= {one.code for one in study.places if one.kind is Kind.REGION}


@pytest.mark.reference
def test_the_public_records_show_war_and_a_new_state(public):
    """From 2012 on: out of Syria, and to South Sudan, which did not exist before."""
    study = read(public)
    found = work_out(public, study).compared
    assert found is not None
    sure = {
        (study.places[a].code, study.places[b].code)
        for a, b, q in zip(found.origin, found.destination, found.changes.q, strict=True)
        if q <= 0.05
    }
    assert {("SY", "LB"), ("UG", "SS")} <= sure
    assert found.years == ((2008, 2011), (2012, 2016))
