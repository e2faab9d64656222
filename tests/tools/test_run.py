"""`./run`: finds a Python that works, knows its commands, and says so where it does not."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from tools.places import ROOT

from tools import bench, run


def called(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "run", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_command():
    done = called("help")
    assert done.returncode == 0
    assert all(f"./run {name}" in done.stdout for name in run.COMMANDS if name != "serve")


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_the_usual_words_for_help_work(word, capsys):
    assert run.main([word]) == 0
    assert "./run test" in capsys.readouterr().out


def test_an_unknown_command_is_named_and_help_follows():
    done = called("tset")
    assert done.returncode == 2
    assert "'tset'" in done.stderr
    assert "./run test" in done.stderr


@pytest.mark.parametrize(
    ("names", "told"), [((), "Say what to add."), (("sparks",), "There is nothing to add called 'sparks'.")]
)
def test_what_can_be_added_is_told(names, told, capsys, monkeypatch):
    monkeypatch.setattr(run.install, "add", lambda name: pytest.fail(f"{name} was installed"))
    assert run.main(["add", *names]) == 2
    assert capsys.readouterr().err == f"{told} There is: places, spark.\n"


def test_everything_that_is_named_is_added(monkeypatch):
    added = []
    monkeypatch.setattr(run.install, "add", added.append)
    assert run.main(["add", "places", "spark"]) == 0
    assert added == ["places", "spark"]


@pytest.mark.parametrize(("java", "added"), [(True, ["spark"]), (False, [])])
def test_the_whole_suite_adds_spark_where_java_can_run_it(java, added, monkeypatch):
    done = []
    monkeypatch.setattr(run.install, "ensure", lambda _lock: None)
    monkeypatch.setattr(run.install, "add", done.append)
    monkeypatch.setattr(run.machine, "has_java", lambda: java)
    monkeypatch.setattr(run.suite, "run_suite", lambda: 0)
    monkeypatch.setattr(run.suite, "run_pytest", lambda _arguments: 0)
    assert run.main(["test"]) == 0
    assert done == added
    assert run.main(["test", "tests/tools"]) == 0
    assert done == added


def test_a_python_that_fails_is_passed_over(tmp_path):
    """A checkout without .venv, on a PATH where a version manager's shims stand first and refuse."""
    shutil.copy(ROOT / "run", tmp_path / "run")
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shims = tmp_path / "shims"
    shims.mkdir()
    for name in ("python3.13", "python3.12", "python3.11"):
        shim = shims / name
        shim.write_text(f"#!/bin/sh\necho '{name}: command not found' >&2\nexit 127\n", encoding="ascii")
        shim.chmod(0o755)
    (shims / "python3").symlink_to(_python())
    path = f"{shims}:/bin"
    done = subprocess.run(
        [tmp_path / "run", "help"], env={"PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr == ""


def test_without_any_python_the_way_to_one_is_named(tmp_path):
    shutil.copy(ROOT / "run", tmp_path / "run")
    for name in ("dirname", "sh"):
        (tmp_path / name).symlink_to(shutil.which(name))
    done = subprocess.run(
        [tmp_path / "run"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "3.11" in done.stderr


def test_a_benchmark_that_is_not_there_is_named(capsys):
    assert bench.run_benchmark(["nothing"]) == 2
    assert "'nothing'" in capsys.readouterr().err


def test_benchmarks_are_listed_with_what_they_measure(tmp_path, monkeypatch, capsys):
    (tmp_path / "speed.py").write_text('"""How fast it is."""\ndef main(): ...\n', encoding="utf-8")
    (tmp_path / "shared.py").write_text('"""What they share."""\n', encoding="utf-8")
    monkeypatch.setattr(bench, "BENCHMARKS", tmp_path)
    assert bench.benchmarks() == {"speed": "How fast it is."}
    assert bench.run_benchmark([]) == 0
    assert "How fast it is." in capsys.readouterr().out


def _python() -> str:
    """The interpreter itself, not a shim."""
    import sys

    return os.path.realpath(sys.executable)
