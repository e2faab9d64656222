"""The privacy ledger: nothing acknowledged is lost, nothing spent twice, and what was changed is refused."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.guards.scan import ROOT

from tutela import cli
from tutela.engines.synthesis import epsilon_of, rho_of
from tutela.operations.publishing.budget import affordable
from tutela.operations.publishing.journal import Journal
from tutela.operations.publishing.ledger import Kind, Ledger, What, rho_of_laplace
from tutela.operations.refusals import Refused

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
DELTA = 9.6e-7
WHO = "people assisted"
SURROUNDINGS = {**os.environ, "PYTHONPATH": str(ROOT / "src")}


@pytest.fixture
def ledger(tmp_path) -> Ledger:
    found = Ledger(tmp_path / "ledger.jsonl")
    found.open(population=WHO, epsilon=10.0, delta=1e-9, years_apart=True, at=AT)
    return found


def charge(ledger: Ledger, epsilon: float = 1.0, *, what: What = What.DASHBOARD, **more):
    rho = rho_of(epsilon=epsilon, delta=1e-9)
    return ledger.charge(
        **{"population": WHO, "what": what, "rho": rho, "says": "counts by month", "at": AT, **more}
    )


# ---------------------------------------------------------------- arithmetic
@pytest.mark.parametrize(("releases", "together"), [(5, 10.1), (10, 15.3)])
def test_yearly_releases_at_epsilon_4_compose_as_published(tmp_path, releases, together):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.open(population=WHO, epsilon=20.0, delta=DELTA, years_apart=False, at=AT)
    rho = rho_of(epsilon=4.0, delta=DELTA)
    for year in range(2020, 2020 + releases):
        ledger.charge(population=WHO, what=What.RELEASE, rho=rho, says="yearly", year=year, at=AT)
    assert ledger.read().odometer(WHO).epsilon == pytest.approx(together, abs=0.05)


def test_years_apart_cost_nobody_twice_and_what_concerns_all_is_borne_by_all(ledger):
    charge(ledger, 4.0, what=What.RELEASE, year=2024)
    charge(ledger, 3.0, what=What.RELEASE, year=2025)
    charge(ledger, 1.0)
    read = ledger.read()
    one, three, four = (rho_of(epsilon=epsilon, delta=1e-9) for epsilon in (1.0, 3.0, 4.0))
    assert read.odometer(WHO, 2024).total == pytest.approx(one + four)
    assert read.odometer(WHO, 2025).total == pytest.approx(one + three)
    assert read.odometer(WHO, 2030).total == pytest.approx(one)
    assert read.odometer(WHO).total == pytest.approx(one + four)


def test_what_concerns_all_years_must_fit_the_most_burdened_one(ledger):
    charge(ledger, 9.0, what=What.RELEASE, year=2024)
    with pytest.raises(Refused, match="does not allow this"):
        charge(ledger, 9.0)
    charge(ledger, 9.0, year=2025)


def test_a_refusal_says_what_was_spent_on_what_and_what_is_left(ledger):
    charge(ledger, 9.0, what=What.RELEASE, year=2024, says="annual report")
    with pytest.raises(Refused) as refusal:
        charge(ledger, 9.0, year=2024)
    said = str(refusal.value)
    assert "epsilon 10.00 is the limit, 9.00 is spent, and this would cost 9.00" in said
    assert "line 2, 2026-11-25: release of 2024, epsilon 9.00: annual report" in said
    left = affordable(ledger.read().odometer(WHO, 2024))
    assert f"one more at epsilon {left:.2f}" in said
    assert charge(ledger, left, year=2024).number == 3
    with pytest.raises(Refused):
        charge(ledger, 0.2, year=2024)
    assert len(ledger.read().charges) == 2


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(costs=st.lists(st.floats(0.01, 4.0), max_size=12))
def test_no_order_of_charges_passes_the_limit(tmp_path, costs):
    path = tmp_path / f"{time.monotonic_ns()}.jsonl"
    ledger = Ledger(path)
    limit = ledger.open(population=WHO, epsilon=6.0, delta=1e-9, years_apart=False, at=AT).limit
    taken = []
    for epsilon in costs:
        rho = rho_of(epsilon=epsilon, delta=1e-9)
        try:
            charge(ledger, epsilon)
            taken.append(rho)
        except Refused:
            assert sum(taken) + rho > limit * (1 - 1e-12)
    assert all(total <= limit * (1 + 1e-12) for total in accumulate(taken))
    assert ledger.read().odometer(WHO).epsilon <= 6.0


def test_a_laplace_count_costs_half_its_epsilon_squared():
    assert rho_of_laplace(0.1) == pytest.approx(0.005)
    assert rho_of_laplace(0.1) >= 0.1 * 0.1 / 2


# ---------------------------------------------------------------- once
def test_a_year_is_released_once(ledger):
    charge(ledger, what=What.RELEASE, year=2024)
    with pytest.raises(Refused, match="has a release of 2024 already"):
        charge(ledger, what=What.RELEASE, year=2024)
    charge(ledger, what=What.RELEASE, year=2023)


def test_what_was_withdrawn_stays_paid_and_may_be_begun_again(ledger):
    first = charge(ledger, what=What.RELEASE, year=2024)
    ledger.note(Kind.WITHDRAWN, charge=first.number, says="wrong columns", at=AT)
    charge(ledger, what=What.RELEASE, year=2024)
    assert len(ledger.read().odometer(WHO, 2024).spent) == 2


@pytest.mark.parametrize(
    ("before", "kind", "says"),
    [
        ([], Kind.ERRATUM, "not out"),
        ([], Kind.RELEASED, "cannot have come out"),
        ([Kind.DRAWN], Kind.WITHDRAWN, "only be finished"),
        ([Kind.DRAWN], Kind.DRAWN, "only be finished"),
        ([Kind.DRAWN, Kind.RELEASED], Kind.RELEASED, "cannot have come out"),
        ([Kind.WITHDRAWN], Kind.DRAWN, "was withdrawn"),
    ],
)
def test_only_what_can_have_happened_is_noted(ledger, before, kind, says):
    number = charge(ledger, what=What.RELEASE, year=2024).number
    for one in before:
        ledger.note(one, charge=number, says="x", at=AT)
    lines = ledger.path.read_bytes()
    with pytest.raises(Refused, match=says):
        ledger.note(kind, charge=number, says="x", at=AT)
    assert ledger.path.read_bytes() == lines


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"population": "nobody"}, "knows no “nobody”. It knows: “people assisted”"),
        ({"rho": 0.0}, "above zero"),
        ({"rho": float("nan")}, "above zero"),
        ({"rho": float("inf")}, "above zero"),
        ({"says": "  "}, "Say what is charged"),
    ],
)
def test_a_charge_that_says_nothing_clear_is_refused(ledger, change, says):
    with pytest.raises(Refused, match=says):
        charge(ledger, **change)
    assert ledger.read().charges == ()


def test_a_limit_is_set_once(ledger):
    with pytest.raises(Refused, match="set once"):
        ledger.open(population=WHO, epsilon=100.0, delta=1e-9, years_apart=True, at=AT)
    ledger.open(population="others", epsilon=1.0, delta=1e-9, years_apart=True, at=AT)
    assert ledger.read().population(WHO).epsilon == pytest.approx(10.0)


def test_without_a_file_the_way_to_begin_one_is_said(tmp_path):
    with pytest.raises(Refused, match="tutela ledger open"):
        charge(Ledger(tmp_path / "none.jsonl"))
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- clock
def test_a_clock_that_is_set_back_frees_nothing_and_is_told(ledger):
    charge(ledger, 8.0)
    with pytest.raises(Refused):
        charge(ledger, 8.0, at=AT - timedelta(days=4000))
    late = charge(ledger, 0.5, at=AT - timedelta(days=4000))
    assert ledger.read().behind == (late.number,)
    assert len(ledger.read().odometer(WHO).spent) == 2


# ---------------------------------------------------------------- the file
@pytest.mark.parametrize("end", [b"{", b'{"content":{"at":"2026', None])
def test_an_unfinished_last_line_is_cut_off_and_all_before_it_counts(ledger, end):
    charge(ledger)
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole + (whole.splitlines()[-1] if end is None else end))
    assert len(ledger.read().charges) == 1
    assert charge(ledger, 0.01).number == 3
    assert ledger.path.read_bytes().startswith(whole)
    assert len(ledger.read().charges) == 2


def test_a_line_that_the_note_does_not_know_yet_counts(ledger):
    head = ledger.path.with_name("ledger.jsonl.head")
    before = head.read_bytes()
    charge(ledger)
    head.write_bytes(before)  # killed between the two
    assert len(ledger.read().charges) == 1
    charge(ledger)
    assert head.read_text(encoding="ascii").startswith("3 ")


def test_lines_cut_off_at_the_end_are_missed(ledger):
    for _ in range(3):
        charge(ledger, 0.5)
    lines = ledger.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(b"".join(lines[:-1]))
    with pytest.raises(Refused, match="ends at line 3; 4 were written"):
        ledger.read()
    with pytest.raises(Refused, match="ends at line 3"):
        charge(ledger)
    ledger.path.write_bytes(b"".join(lines[:-1]) + lines[-1][:-5])
    with pytest.raises(Refused, match="ends at line 3"):
        charge(ledger)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_a_line_is_refused(tmp_path, data):
    ledger = Ledger(tmp_path / f"{time.monotonic_ns()}.jsonl")
    ledger.open(population=WHO, epsilon=10.0, delta=1e-9, years_apart=True, at=AT)
    for _ in range(2):
        charge(ledger, 0.5)
    text = ledger.path.read_bytes()
    place = data.draw(st.integers(0, len(text) - 2))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != text[place]))
    ledger.path.write_bytes(text[:place] + bytes([byte]) + text[place + 1 :])
    with pytest.raises(Refused):
        ledger.read()


def test_lines_in_another_order_or_of_another_ledger_are_refused(ledger, tmp_path):
    charge(ledger, 0.5)
    charge(ledger, 0.25)
    lines = ledger.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(lines[0] + lines[2] + lines[1])
    with pytest.raises(Refused, match="line 2 is not what was written"):
        ledger.read()
    ledger.path.write_bytes(lines[0] + lines[1] + lines[1])
    with pytest.raises(Refused, match="line 3 is not what was written"):
        ledger.read()


def test_without_its_note_a_ledger_is_refused(ledger):
    charge(ledger)
    ledger.path.with_name("ledger.jsonl.head").unlink()
    with pytest.raises(Refused, match="is missing"):
        charge(ledger)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200), head=st.binary(max_size=80) | st.none())
def test_whatever_the_files_hold_it_is_read_or_refused(tmp_path, content, head):
    path = tmp_path / f"{time.monotonic_ns()}.jsonl"
    path.write_bytes(content)
    if head is not None:
        path.with_name(path.name + ".head").write_bytes(head)
    said = "read"
    try:
        assert Ledger(path).read().charges == ()
    except Refused as refusal:
        said = str(refusal)
    assert said


def test_a_place_that_is_not_there_or_cannot_be_locked_is_said(tmp_path, ledger, monkeypatch):
    with pytest.raises(Refused, match="There is no folder"):
        Ledger(tmp_path / "none" / "l").open(population=WHO, epsilon=1.0, delta=1e-9, years_apart=True, at=AT)

    def busy(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    with monkeypatch.context() as broken:
        broken.setattr("tutela.operations.publishing.journal.fcntl.flock", busy)
        with pytest.raises(Refused, match="cannot be locked"):
            charge(ledger)
    assert ledger.read().charges == ()


def test_only_the_owner_reads_it(ledger):
    assert ledger.path.stat().st_mode & 0o077 == 0


# ---------------------------------------------------------------- no room, no power, two at once
@pytest.mark.parametrize("where", ["sync", "note"])
def test_where_the_disk_is_full_nothing_is_entered(ledger, monkeypatch, where):
    before = ledger.path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        if where == "note":
            broken.setattr(Path, "replace", full)
        else:
            broken.setattr("tutela.operations.publishing.journal.os.fsync", full)
        with pytest.raises(Refused, match=r"No space left on device\. Nothing was entered"):
            charge(ledger)
    assert ledger.path.read_bytes() == before
    assert charge(ledger).number == 2


def test_where_the_disk_is_full_a_note_that_lags_behind_is_no_crash(ledger, monkeypatch):
    head = ledger.path.with_name("ledger.jsonl.head")
    before = head.read_bytes()
    charge(ledger)
    head.write_bytes(before)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)
        with pytest.raises(Refused, match="cannot be written: No space left"):
            charge(ledger)
    assert len(ledger.read().charges) == 1


def test_a_file_that_cannot_grow_keeps_all_that_it_has(ledger):
    program = (
        "import resource, signal, sys; from pathlib import Path;"
        "from tutela.operations.publishing.journal import Journal;"
        "from tutela.operations.refusals import Refused;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "path = Path(sys.argv[1]); most = path.stat().st_size + 40;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))\n"
        "try:\n"
        "    with Journal(path).held() as held: held.append({'at': 'x' * 200})\n"
        "except Refused as refusal: print(refusal)"
    )
    before = ledger.path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", program, str(ledger.path)],
        capture_output=True,
        text=True,
        check=True,
        env=SURROUNDINGS,
    )
    assert "Nothing was entered" in done.stdout
    assert ledger.path.read_bytes() == before
    assert charge(ledger).number == 2


SPENDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from tutela.operations.publishing.ledger import Ledger, What
from tutela.operations.refusals import Refused
ledger, at = Ledger(Path(sys.argv[1])), datetime(2026, 11, 25, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    try:
        done = ledger.charge(population="people assisted", what=What.QUESTION, rho=0.001, says="q", at=at)
    except Refused:
        break
    print(done.number, flush=True)
"""


def spender(ledger: Ledger, often: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SPENDER, str(ledger.path), str(often)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=SURROUNDINGS,
    )


def begin(running: subprocess.Popen[str]) -> None:
    """Lets a spender that is ready begin to spend."""
    assert running.stdin is not None
    running.stdin.write("go\n")
    running.stdin.flush()


def test_two_at_once_cannot_overspend(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    limit = ledger.open(population=WHO, epsilon=2.0, delta=1e-9, years_apart=True, at=AT).limit
    both = [spender(ledger, 1000) for _ in range(2)]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:
        begin(one)
    told = [one.communicate(timeout=60)[0].split() for one in both]
    numbers = sorted(int(number) for one in told for number in one)
    assert numbers == list(range(2, 2 + int(limit / 0.001)))
    assert ledger.read().odometer(WHO).total <= limit
    assert all(told)


def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.open(population=WHO, epsilon=100.0, delta=1e-9, years_apart=True, at=AT)
    acknowledged: list[int] = []
    for wait in (0.02, 0.05, 0.11):
        running = spender(ledger, 100_000)
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        begin(running)
        time.sleep(wait)
        running.send_signal(signal.SIGKILL)
        acknowledged += [int(number) for number in running.communicate()[0].split("\n")[:-1]]
    numbers = [one.number for one in ledger.read().charges]
    assert acknowledged
    assert set(acknowledged) <= set(numbers)
    assert len(numbers) <= len(acknowledged) + 3  # one of each killed process may not have been told
    assert charge(ledger).number == len(numbers) + 2


def test_epsilon_of_what_was_spent_is_that_of_the_sum(ledger):
    rhos = [charge(ledger, epsilon).rho for epsilon in (0.5, 1.0, 1.5)]
    spent = ledger.read().odometer(WHO)
    assert spent.epsilon == pytest.approx(epsilon_of(rho=sum(rhos), delta=1e-9))


def test_a_journal_keeps_what_it_is_given(tmp_path):
    journal = Journal(tmp_path / "journal")
    with journal.held(new=True) as held:
        for content in ({"a": 1.1}, {"name": "Zoë", "n": [1, 2]}):
            held.append(content)
    assert [line.content for line in journal.lines()] == [{"a": 1.1}, {"name": "Zoë", "n": [1, 2]}]
    first, second = (json.loads(line) for line in journal.path.read_text(encoding="ascii").splitlines())
    assert first["digest"] != second["digest"]


@pytest.mark.parametrize(
    ("spoken", "words"),
    [
        (
            "fr",
            [
                "année la plus chargée",
                "a sa limite",
                "question (2024)",
                "tableaux jusqu’à 2 colonnes",
                "Ligne 4",
            ],
        ),
        (
            "es",
            [
                "año más cargado",
                "tiene su límite",
                "pregunta (2024)",
                "tablas de hasta 2 columnas",
                "Línea 4",
            ],
        ),
        ("ar", ["السنة الأكثر عبئًا", "حدّها", "سؤال (2024)", "جداول عدد أعمدتها 2 على الأكثر", "السطر 4"]),
    ],
)
def test_the_books_are_told_in_the_language_and_kept_in_english(tmp_path, capsys, spoken, words):
    file = tmp_path / "ledger.jsonl"

    def ledger(word: str, *more: str) -> int:
        return cli.main(["ledger", word, str(file), *more, "--language", spoken])

    whom = ("--population", WHO)
    assert ledger("open", *whom, "--epsilon", "4", "--years-apart") == 0
    charge = ("charge", *whom, "--epsilon", "1", "--year", "2024", "--says")
    assert ledger(*charge, "tables of up to 2 columns and synthetic records") == 0
    assert ledger(*charge, "why?") == 0
    assert ledger("unprotected", "--says", "a map") == 0
    assert ledger("show") == 0
    assert ledger("verify") == 0
    assert ledger(*charge, "too much", "--epsilon", "9") == 1
    said = capsys.readouterr()
    told = said.out + said.err
    assert [one for one in words if one not in told] == []
    english = ("has its limit", "could follow", "spent", "Charged", "line", "privacy", "noted", "all years")
    assert [one for one in english if one in told] == []
    assert "why?" in told
    assert '"says":"tables of up to 2 columns and synthetic records"' in file.read_text(encoding="utf-8")
