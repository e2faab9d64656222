"""What a stranger tried with `tutela publish` and `compare`: nothing is lost, and nothing told unpaid."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm
from tests.operations.test_publish import compare, here, ledger, manifest, people, publish

from tutela import cli
from tutela.engines.synthesis import rho_of
from tutela.operations import publishing
from tutela.operations.publishing import words
from tutela.operations.publishing.budget import affordable
from tutela.operations.publishing.ledger import Ledger

__all__ = ["here"]


# ---------------------------------------------------------------- nothing is lost
def test_two_at_once_do_not_write_over_each_other(here, monkeypatch, capsys):
    """Both find the folder free; whoever is second must not take the first one's release away."""
    made = publishing.records_of

    def overtaken(*given, **more):
        monkeypatch.setattr(publishing, "records_of", made)
        assert publish(year=2023) == 0
        return made(*given, **more)

    monkeypatch.setattr(publishing, "records_of", overtaken)
    assert publish(year=2024) == 1
    assert "is there already" in capsys.readouterr().err
    assert manifest()["years"] == [2023]
    assert ledger("verify", "--manifest", "out/manifest.json") == 0
    assert publish(year=2024, out="other") == 0
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 2


def test_what_is_out_is_on_the_disk_with_its_names(here, monkeypatch):
    """A file that is on the disk in a folder that is not would be gone after a power failure."""
    synced = []
    fsync = os.fsync

    def noted(handle):
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    assert publish() == 0
    folders = {Path(path).name for path in synced if Path(path).name.startswith(".release-")}
    assert len(folders) == 1


def test_a_folder_that_cannot_be_is_refused_before_anything_is_charged(here, capsys):
    assert publish(out="people.csv/out") == 1
    assert "cannot be written" in capsys.readouterr().err
    assert Ledger(here / "ledger.jsonl").read().charges == ()


# ---------------------------------------------------------------- nobody is told of unpaid
def test_a_look_counts_as_many_lines_of_a_person_as_the_release_did(here, capsys):
    (here / "people.csv").write_text(people(years=(2024,)), encoding="utf-8")
    assert publish("--person", "id") == 0
    capsys.readouterr()
    assert compare() == 1
    assert "--person" in capsys.readouterr().err
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 1
    assert compare("--person", "id") == 0


def test_a_look_is_charged_to_the_year_and_reads_no_other(here, capsys):
    assert publish() == 0
    capsys.readouterr()
    look = [
        "compare",
        "out",
        "people.csv",
        "--ledger",
        "ledger.jsonl",
        "--epsilon",
        "0.5",
        "--out",
        "quality",
    ]
    assert cli.main(look) == 1
    assert "--year-column" in capsys.readouterr().err
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 1


def test_a_person_in_two_years_contradicts_a_ledger_of_years_apart(here, capsys):
    (here / "people.csv").write_text(
        people(years=(2024,)) + "\np0,2023,female,labour,1,NO\np1,2023,female,labour,1,NO\n", encoding="utf-8"
    )
    assert publish("--person", "id") == 1
    said = capsys.readouterr().err
    assert "2 people of 2024 are in people.csv in other years too" in said
    assert "p0" not in said
    assert Ledger(here / "ledger.jsonl").read().charges == ()


def test_where_people_may_be_in_several_years_that_is_no_contradiction(here):
    (here / "people.csv").write_text(
        people(years=(2024,)) + "\np0,2023,female,labour,1,NO\n", encoding="utf-8"
    )
    ledger("open", "--population", "returning", "--epsilon", "8")
    assert publish("--person", "id", "--population", "returning") == 0


def test_a_whole_file_taken_for_one_year_is_told(here, capsys):
    given = ["--codes", "codes.yaml", "--ledger", "ledger.jsonl", "--population", "assisted"]
    assert cli.main(["publish", "people.csv", *given, "--epsilon", "1", "--year", "2024"]) == 0
    assert "Every line was taken for one of 2024" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["Assisted", "ASSISTED", "assisted ", "\N{FULLWIDTH LATIN SMALL LETTER A}ssisted"]
)
def test_another_spelling_is_no_new_budget(here, capsys, name):
    assert ledger("open", "--population", name, "--epsilon", "8") == 1
    assert "has its limit already" in capsys.readouterr().err


def test_a_chance_that_would_leave_somebody_unprotected_is_refused(here, capsys):
    """At delta 0.001 a thing that publishes one record in a thousand whole would keep the promise."""
    for made in (
        lambda: publish("--delta", "0.001"),
        lambda: ledger("open", "--population", "others", "--epsilon", "8", "--delta", "0.001"),
        lambda: ledger(
            "charge", "--population", "assisted", "--epsilon", "1", "--delta", "0.001", "--says", "x"
        ),
    ):
        assert made() == 1
        assert "one in 1,000,000" in capsys.readouterr().err
    assert publish() == 0
    assert compare("--delta", "0.001") == 1
    assert len(Ledger(here / "ledger.jsonl").read().charges) == 1


def test_of_an_untouched_budget_all_can_be_spent_and_is_said_to_be(here, capsys):
    ledger("show")
    assert "0.00 spent, 8.00 could follow" in capsys.readouterr().out
    assert publish(epsilon=8.0) == 0
    ledger("show")
    assert "8.00 spent, 0.00 could follow" in capsys.readouterr().out


@pytest.mark.parametrize("first", [0.37, 1.0, 3.33, 7.9])
def test_what_is_said_to_be_left_can_be_spent_and_no_hundredth_more(here, first):
    publish(epsilon=first)
    left = affordable(Ledger(here / "ledger.jsonl").read().odometer("assisted", 2024))
    assert compare(epsilon=f"{left + 0.01:.2f}", out="more") == 1
    assert compare(epsilon=f"{left:.2f}") == 0


def test_a_dry_look_says_whether_there_is_enough_left(here, capsys):
    assert publish(epsilon=7.0) == 0
    capsys.readouterr()
    assert compare("--dry-run", epsilon="7") == 0
    assert "It is not enough. What is left would pay for epsilon 3." in capsys.readouterr().out
    assert compare("--dry-run", epsilon="1") == 0
    assert "not enough" not in capsys.readouterr().out


def test_a_wrong_number_is_not_repeated(here, capsys):
    (here / "people.csv").write_text(
        "year,sex,form,age,country,count\n2024,male,labour,1,NO,Amina-the-only-one\n", encoding="utf-8"
    )
    assert publish() == 1
    said = capsys.readouterr().err
    assert "people.csv:2: count" in said
    assert "Amina" not in said


# ---------------------------------------------------------------- what is promised
@pytest.mark.parametrize("epsilon", [0.5, 1.0, 4.0, 8.0])
def test_which_of_two_answers_a_person_gave_is_promised_apart(epsilon):
    """Taking a person out and putting another in are two steps: zCDP of two steps is four times rho."""
    rho = rho_of(epsilon=epsilon, delta=1e-9)
    # a yes-or-no column measured alone: the answers are two apart where one person is one
    distance = 2 * np.sqrt(2 * rho)
    right = 100 * norm.cdf(distance / 2)
    assert right > words.guesses(rho)  # the promise of “counted or not” does not cover it
    assert right <= words.guesses(4 * rho)


def test_a_page_about_hardly_anybody_speaks_of_no_fewer_than_nobody(here):
    head, one = "year,sex,form,age,country", "2024,male,labour,1,NO"
    (here / "people.csv").write_text(f"{head}\n{one}\n", encoding="utf-8")
    for seed in range(8):  # in one of them the noisy number is surely below zero
        ledger("open", "--population", f"few {seed}", "--epsilon", "8")
        assert publish("--population", f"few {seed}", "--test-seed", str(seed), out=f"few-{seed}") == 0
    pages = [(here / f"few-{seed}" / "report.html").read_text(encoding="utf-8") for seed in range(8)]
    assert min(manifest(f"few-{seed}")["people"]["about"] for seed in range(8)) < 0
    assert any("About 0 people" in page for page in pages)
    assert not any("About -" in page for page in pages)


def test_the_page_says_both_promises(here):
    assert publish() == 0
    found = manifest()["privacy"]
    rho = found["rho"]
    assert found["right_guesses_in_100_at_most"] == words.guesses(rho)
    assert found["right_guesses_which_answer_in_100_at_most"] == words.guesses(4 * rho)
    page = (here / "out" / "report.html").read_text(encoding="utf-8")
    assert f"which of two answers was recorded is right in at most {words.guesses(4 * rho)} of 100" in page
