"""Commands speak every language of Tutela, without Django, and no report is left half in English."""

from __future__ import annotations

import ast
import hashlib
import html
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from tests.operations.test_linking import HEADING, invented, written
from tools.messages import read, sentences

from tutela import cli
from tutela.operations import language
from tutela.operations.language import speaking
from tutela.operations.publishing import comparing
from tutela.operations.reports import pages


def test_english_is_what_is_spoken_until_somebody_says_otherwise():
    assert language.gettext("Referrals") == "Referrals"
    with speaking("fr"):
        assert language.gettext("Referrals") == "Orientations"
        with speaking("ar"):
            assert language.gettext("Referrals") == "الإحالات"
        assert language.spoken() == "fr"
    assert language.gettext("Referrals") == "Referrals"


def test_a_sentence_that_no_catalogue_has_is_said_in_english():
    with speaking("es"):
        assert language.gettext("Nobody ever wrote this.") == "Nobody ever wrote this."
        assert language.ngettext("{count} of these", "{count} of those", 3) == "{count} of those"
        assert language.pgettext("door", "Nobody ever wrote this.") == "Nobody ever wrote this."


def test_a_language_that_is_not_spoken_is_refused():
    with pytest.raises(ValueError, match="tlh"), speaking("tlh"):
        pass


def test_arabic_counts_in_six_ways():
    with speaking("ar"):
        said = {language.ngettext("in %(count)s day", "in %(count)s days", n) for n in (0, 1, 2, 3, 11, 100)}
    assert len(said) > 4


@pytest.mark.parametrize(
    ("spoken", "number", "short", "part", "day", "items"),
    [
        ("en", "1,234.5", "0.05", "12%", "25 Nov 2026", "a, b and c"),
        ("fr", "1\u202f234,5", "0,05", "12\xa0%", "25 nov. 2026", "a, b et c"),
        ("es", "1.234,5", "0,05", "12\xa0%", "25 nov 2026", "a, b y c"),
        ("ar", "1,234.5", "0.05", "12%", "25 نوفمبر 2026", "a وb وc"),
    ],
)
def test_numbers_days_and_lists_are_written_as_people_write_them(spoken, number, short, part, day, items):
    with speaking(spoken):
        assert language.number(1234.5, decimals=1) == number
        assert language.short_number(0.05) == short
        assert language.percent(0.12) == part
        assert language.day(date(2026, 11, 25)) == day
        assert language.listed(["a", "b", "c"]) == items
        assert language.listed(["a"]) == "a"


def test_numbers_are_rounded_as_python_rounds_them():
    for value in (2.675, 0.125, -1234.565, 0.0, 1e-9, 12345678.9):
        assert language.number(value, decimals=2) == f"{value:,.2f}"


@pytest.mark.parametrize(("spoken", "way"), [("en", "ltr"), ("fr", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_a_page_says_its_language_and_which_way_it_is_written(spoken, way):
    with speaking(spoken):
        page = pages.page(title="T", sections=[])
    assert f'<html lang="{spoken}" dir="{way}">' in page
    assert ("Made with Tutela" in page) == (spoken == "en")


def test_numbers_on_web_pages_and_in_reports_are_the_same():
    from tutela.web.dates import locale_of

    for spoken in language.CODES:
        with speaking(spoken):
            assert language.locale() == locale_of(spoken)


def test_a_command_speaks_without_django():
    """Django takes longer to start than most of these commands to calculate."""
    code = (
        "import sys\nfrom tutela.operations.language import gettext, speaking\nfrom tutela import cli\n"
        "from tutela.operations.reports import pages\n"
        "with speaking('fr'): print(gettext('Referrals'))\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'django'])"
    )
    places = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=places
    )
    assert done.stdout.split("\n")[:2] == ["Orientations", "[]"]


# ---------------------------------------------------------------- whole commands
def _cases(folder: Path) -> Path:
    """Cases of nobody at twelve places through three months, more of them at one place at the end."""
    file, dice, first = folder / "cases.csv", random.Random(5), date(2026, 1, 1)
    lines = [(dice.randrange(12), dice.randrange(90)) for _ in range(150)] + [(3, 85)] * 14
    rows = [f"P{at},{48 + at % 4 / 2},{2 + at / 9:.3f},{first + timedelta(days=day)}" for at, day in lines]
    file.write_text("\n".join(["place,lat,lon,date", *rows]) + "\n", encoding="utf-8")
    return file


def _people(folder: Path) -> Path:
    """Records of nobody, few of them in some cells."""
    file, dice = folder / "people.csv", random.Random(7)
    given = {
        "country": ("KHM", "VNM", "NGA", "UKR"),
        "form": ("labour", "sexual", "organs"),
        "sex": ("f", "m"),
    }
    rows = [
        [
            str(number),
            *(dice.choices(values, range(len(values) * 2, len(values), -1))[0] for values in given.values()),
        ]
        for number in range(90)
    ]
    rows += [["90", "UKR", "other", "f"]]
    file.write_text("\n".join(",".join(row) for row in [["id", *given], *rows]) + "\n", encoding="utf-8")
    return file


def _secret(folder: Path) -> Path:
    file = folder / "secret"
    file.write_text("not a real secret, for tests", encoding="utf-8")
    return file


def _lists(folder: Path) -> Path:
    """Two hundred people of nobody on three lists."""
    file, dice = folder / "lists.csv", random.Random(7)
    rows = [[*("01"[dice.random() < 0.4] for _ in range(3)), "fm"[at % 2]] for at in range(200)]
    lines = [",".join(row) for row in rows if "1" in row[:3]]
    file.write_text("\n".join(["police,ngo,hotline,sex", *lines]) + "\n", encoding="utf-8")
    return file


def _records(folder: Path) -> list[object]:
    """Two files of nobody, a third of the people in both."""
    first, second, _same = invented(240)
    names = ("shelter.csv", "hotline.csv")
    return [
        written(folder, HEADING, *lines, name=name)
        for lines, name in zip((first, second), names, strict=True)
    ]


def _adverts(folder: Path) -> Path:
    """Adverts of nobody: two texts that come back with another name and number, and two rows with a fault."""
    file, first = folder / "adverts.csv", date(2026, 1, 5)
    work = (
        "Girls wanted for hotel work abroad no experience needed registration fee is required ask {} call {}"
    )
    care = "Our girls wait for you in a quiet house near the old station ask {} call {}"
    rows = [
        f"{work.format(name, f'06 12 34 56 7{at % 2}')},{first + timedelta(weeks=at)},{place}"
        for at, (name, place) in enumerate(
            zip(["Anna", "Maria", "Elena", "Sofia", "Nina", "Olga"], ["Paris", "Lyon"] * 3, strict=True)
        )
    ]
    rows += [f"{care.format(name, '06 12 34 56 71')},2026-03-02,Riga" for name in ("Ina", "Vera", "Ida")]
    rows += ["A bicycle in good order to give away,32 May,", ",2026-03-02,"]
    file.write_text("\n".join(["text,date,place", *rows]) + "\n", encoding="utf-8")
    return file


def _ways(folder: Path) -> Path:
    """Records of nobody's way through three countries and a region in two years, and of no place."""
    file = folder / "ways.csv"
    lines = [
        "Nepal,,India,2020,25",
        "Nepal,India,Qatar,2021,9",
        "Nepal,India,,2021,9",
        ",India,Kuwait,2021,7",
    ]
    lines += ["India,,Gulf states,2020,30", "Atlantis,,India,2021,6"]
    file.write_text("\n".join(["origin,transit,destination,year,cases", *lines]) + "\n", encoding="utf-8")
    return file


def _weeks(folder: Path) -> Path:
    """Cases of nobody at two places, week by week for two and a half years."""
    file, dice, first = folder / "weeks.csv", random.Random(6), date(2024, 1, 1)
    rows = [
        f"{first + timedelta(weeks=week)},{place},{dice.randrange(1, most)}"
        for week in range(131)
        for place, most in (("Harbour", 12), ("Market", 20))
    ]
    file.write_text("\n".join(["date,place,cases", *rows]) + "\n", encoding="utf-8")
    return file


def _link(folder: Path) -> Path:
    file = folder / "links.csv"
    file.write_text("place,other\nHarbour,Market\n", encoding="utf-8")
    return file


def _books(folder: Path) -> list[object]:
    """A ledger for people who are released once a year, always a new one."""
    ledger = folder / "ledger.jsonl"
    for old in folder.glob("ledger.jsonl*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    limit = ["--population", "nobody", "--epsilon", "20", "--years-apart"]
    assert cli.main(["ledger", "open", str(ledger), *limit]) == 0
    return ["--ledger", ledger]


def _publish(folder: Path, year: int) -> list[object]:
    """What `tutela publish` is told for records of nobody, which are all taken for ones of this year."""
    codes = folder / "codes.yaml"
    codes.write_text(
        "columns:\n  country: {codes: [KHM, VNM, NGA, UKR], empty: yes}\n"
        "  form: {codes: [labour, sexual, organs, other]}\n  sex: {codes: [f, m]}\n",
        encoding="utf-8",
    )
    whom = ["--population", "nobody", "--year", year, "--epsilon", 2]
    return [_people(folder), "--codes", codes, *whom, "--test-seed", year]


def _release(folder: Path, books: list[object], year: int) -> Path:
    out = folder / str(year)
    shutil.rmtree(out, ignore_errors=True)
    assert cli.main([str(one) for one in ["publish", *_publish(folder, year), *books, "--out", out]]) == 0
    return out


def _years(folder: Path) -> list[object]:
    books = _books(folder)
    return [_release(folder, books, 2024), _release(folder, books, 2025), *books]


def _compared(folder: Path) -> list[object]:
    books = _books(folder)
    return [_release(folder, books, 2024), _people(folder), *books, "--epsilon", 1]


COMMANDS: dict[str, tuple[str, Callable[[Path], list[object]]]] = {
    "hotspots": (
        "hotspots",
        lambda folder: [_cases(folder), "--time", "week", "--runs", 19, "--analyses", 3],
    ),
    "hotspots --local": ("hotspots", lambda folder: [_cases(folder), "--local", "--runs", 19]),
    "prevalence": (
        "prevalence",
        lambda folder: [_lists(folder), "--replicates", 100, "--samples", 200],
    ),
    "routes": (
        "routes",
        lambda folder: [_ways(folder), "--origins", "NP", "--destinations", "QA", "--runs", 99],
    ),
    "check-tables": ("safe_tables", lambda folder: [_people(folder), "--by", "country,form,sex"]),
    "check-tables --method round": (
        "safe_tables",
        lambda folder: [_people(folder), "--by", "country,form", "--method", "round", "--seed", 3],
    ),
    "check-tables --method keys": (
        "safe_tables",
        lambda folder: [
            _people(folder),
            "--by",
            "form",
            "--method",
            "keys",
            "--id",
            "id",
            "--secret",
            _secret(folder),
        ],
    ),
    "warn": (
        "early_warning",
        lambda folder: [_cases(folder), "--column", "series=place", "--column", "group=lat"],
    ),
    "warn --time": (
        "early_warning",
        lambda folder: [_cases(folder), "--column", "received=date", "--time", "day", "--method", "c3"],
    ),
    "link": ("linking", lambda folder: [*_records(folder), "--show-names"]),
    "link --wrong": ("linking", lambda folder: [_records(folder)[0], "--wrong", "0.0001"]),
    "patterns": (
        "patterns",
        lambda folder: [
            *(_adverts(folder), "--keep", folder / "kept", "--regions", "FR", "--workers", 2),
            *("--basis", "Art. 6(1)(e)", "--purpose", "Referral"),
        ],
    ),
    "forecast": (
        "forecast",
        lambda folder: [_weeks(folder), "--links", _link(folder), "--from", "2025-04-01"],
    ),
    "publish": ("publishing", lambda folder: [*_publish(folder, 2024), *_books(folder)]),
    "add-releases": ("publishing", _years),
    "compare": ("publishing", _compared),
    "forecast --time month": ("forecast", lambda folder: [_weeks(folder), "--time", "month", "--ahead", 1]),
}
"""Each command that speaks: its package below operations, and small arguments, made in a folder. Its report
goes to --out."""

_OUT = {"patterns": "--report"}


every_sentence = cache(sentences)


@cache
def _said_in(spoken: str) -> frozenset[object]:
    """What stands in the catalogue of a language."""
    return frozenset(message.string for message in read(spoken) if isinstance(message.string, str))


@cache
def _of_package(package: str) -> list[str]:
    """Sentences of a package that would be known again in a report."""
    return [
        text
        for message in every_sentence()
        if message.id and any(place.startswith(f"operations/{package}/") for place, _ in message.locations)
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
        if len(text) > 12 and "{" not in text
    ]


def _drawn(command: str, folder: Path, spoken: str, capsys) -> tuple[str, dict[str, bytes]]:
    """Words of the page and of the terminal, and the files for other programs."""
    _, arguments = COMMANDS[command]
    out = folder / spoken
    given = [command.split()[0], *arguments(folder), _OUT.get(command, "--out"), out, "--language", spoken]
    capsys.readouterr()
    with pytest.MonkeyPatch.context() as same:  # noise that no seed is given for
        same.setattr(comparing, "token_bytes", random.Random(11).randbytes)
        assert cli.main([str(one) for one in given]) == 0
    said = capsys.readouterr()
    page = (out / "report.html").read_text(encoding="utf-8")
    way = "rtl" if spoken == "ar" else "ltr"
    assert f'<html lang="{spoken}" dir="{way}">' in page
    words = html.unescape(re.sub(r"<style>.*?</style>", "", page, flags=re.S)) + said.out + said.err
    digest = hashlib.sha256(page.encode()).hexdigest().encode()  # what a manifest says of the page is its own
    files = [path for path in out.iterdir() if path.suffix != ".html"]
    return words, {path.name: path.read_bytes().replace(digest, b"of the page") for path in files}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_english_is_left_in_a_report(command, tmp_path, capsys):
    sentences_of_it = _of_package(COMMANDS[command][0])
    english, plain = _drawn(command, tmp_path, "en", capsys)
    assert sum(text in english for text in sentences_of_it) > 10
    for spoken in (code for code in language.CODES if code != "en"):
        words, files = _drawn(command, tmp_path, spoken, capsys)
        left = [text for text in sentences_of_it if text in words and text not in _said_in(spoken)]
        assert not left, spoken
        assert files == plain, "what other programs read is the same in every language"


def test_a_refusal_is_put_into_words_of_the_language(tmp_path, capsys):
    missing = tmp_path / "none.csv"
    assert cli.main(["hotspots", str(missing), "--language", "fr"]) == 1
    assert capsys.readouterr().err == f"{missing} ne peut pas être lu.\n"


def test_no_sentence_is_marked_inside_an_f_string():
    """There the collector of sentences does not see it, and it would stay in English."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sorted(Path(language.__file__).parent.rglob("*.py"))
        for outer in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(outer, ast.JoinedStr)
        for call in ast.walk(outer)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"_", "gettext", "ngettext", "pgettext", "npgettext"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]
    assert not hidden
