"""Watching the texts that were read: what changed in a clone is told, and nothing is fetched."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tutela.engines.rights import Origin
from tutela.operations import law_watch
from tutela.operations.law_watch import CannotTell, held_against
from tutela.operations.refusals import Refused

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
READ_ON = date(2026, 11, 21)


def git(clone: Path, *arguments: str, day: str = "2026-01-01") -> str:
    moment = f"{day}T12:00:00Z"
    known = {
        "GIT_AUTHOR_DATE": moment,
        "GIT_COMMITTER_DATE": moment,
        "HOME": str(clone),
        "PATH": "/usr/bin:/bin",
    }
    named = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    command = ["git", *named, "-C", str(clone), *arguments]
    return subprocess.run(command, env=known, check=True, capture_output=True, text=True).stdout.strip()


def written(clone: Path, text: str, *, day: str, path: str = "uk/act.md") -> str:
    (clone / path).parent.mkdir(parents=True, exist_ok=True)
    (clone / path).write_text(text)
    git(clone, "add", ".")
    git(clone, "commit", "-q", "-m", "text", day=day)
    return git(clone, "rev-parse", "HEAD")


@pytest.fixture
def clones(tmp_path: Path) -> Path:
    clone = tmp_path / "owner" / "laws"
    clone.mkdir(parents=True)
    git(clone, "init", "-q")
    written(clone, "as it was read", day="2026-11-01")
    return tmp_path


def origin(**other: object) -> Origin:
    return Origin(**{"repository": "owner/laws", "path": "uk/act.md", "read_on": READ_ON} | other)  # type: ignore[arg-type]


def test_a_text_that_stands_as_it_was_read_is_not_told(clones):
    written(clones / "owner" / "laws", "another act", day="2026-11-24", path="uk/other.md")
    assert held_against(clones, origin()) is None


def test_a_text_that_was_changed_since_is_told_with_the_day(clones):
    written(clones / "owner" / "laws", "amended", day="2026-11-23")
    written(clones / "owner" / "laws", "amended twice", day="2026-11-24")
    turned = held_against(clones, origin())
    assert turned is not None
    assert (turned.times, turned.last_on) == (2, "2026-11-24")


def test_a_text_that_was_changed_and_changed_back_is_as_it_was_read(clones):
    written(clones / "owner" / "laws", "amended", day="2026-11-23")
    written(clones / "owner" / "laws", "as it was read", day="2026-11-24")
    assert held_against(clones, origin()) is None


def test_a_commit_counts_more_than_a_day(clones):
    commit = written(clones / "owner" / "laws", "amended", day="2026-11-23")
    assert held_against(clones, origin(commit=commit)) is None


def test_a_folder_of_texts_is_one_text(clones):
    written(clones / "owner" / "laws", "amended", day="2026-11-23")
    assert held_against(clones, origin(path="uk")) is not None


def test_a_text_that_is_gone_is_told(clones):
    clone = clones / "owner" / "laws"
    git(clone, "rm", "-q", "uk/act.md")
    git(clone, "commit", "-q", "-m", "gone", day="2026-11-24")
    turned = held_against(clones, origin())
    assert turned is not None
    assert turned.last_on == "2026-11-24"


@pytest.mark.parametrize(
    "other",
    [
        {"repository": "owner/elsewhere"},
        {"repository": "../owner/laws"},
        {"path": "uk/never.md"},
        {"path": "--output=/tmp/x"},
        {"read_on": date(2020, 1, 1)},
        {"commit": "0" * 40},
    ],
)
def test_what_a_clone_cannot_say_is_said_so(clones, other):
    with pytest.raises(CannotTell):
        held_against(clones, origin(**other))


def test_the_command_tells_which_entries_to_read_again(clones, tmp_path, capsys):
    clone = tmp_path / "legalize-dev" / "legalize-uk"
    clone.mkdir(parents=True)
    git(clone, "init", "-q")
    written(clone, "as it was read", day="2026-11-01", path="uk/ukpga-2015-30.md")
    assert law_watch.watch(tmp_path) == 0
    written(clone, "amended", day="2026-11-24", path="uk/ukpga-2015-30.md")
    capsys.readouterr()
    assert law_watch.watch(tmp_path) == 1
    told = capsys.readouterr().out
    assert "changed: legalize-dev/legalize-uk uk/ukpga-2015-30.md" in told
    assert "Read again: gb" in told


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(Refused):
        law_watch.watch(tmp_path / "nowhere")
