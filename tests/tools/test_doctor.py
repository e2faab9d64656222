"""`./run doctor` looks at what some calculations need more, and is not ill without it."""

from __future__ import annotations

import pytest

from tools import doctor


@pytest.fixture
def bare(monkeypatch):
    """A machine with the application alone."""
    monkeypatch.setattr(doctor.install, "is_installed", lambda lock: lock == "app")
    monkeypatch.setattr(doctor, "call_tutela", lambda *_words: 0)


def examined(capsys) -> dict[str, str]:
    assert doctor.examine() == 0
    return {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line}


@pytest.mark.parametrize("extra", ["places", "spark"])
def test_what_is_not_added_is_told_with_the_command_that_adds_it(bare, extra, capsys):
    line = examined(capsys)[extra]
    assert "missing" in line
    assert line.rstrip().endswith(f"./run add {extra}")


@pytest.mark.parametrize(("version", "found"), [(None, "no Java;"), (11, "Java 11;")])
def test_java_that_spark_cannot_use_is_told_and_is_no_illness(bare, version, found, monkeypatch, capsys):
    monkeypatch.setattr(doctor.machine, "java_version", lambda: version)
    line = examined(capsys)["Java"]
    assert "missing" in line
    assert f"{found} Spark needs 17 or newer, nothing else does" in line


def test_java_that_serves_is_well(bare, monkeypatch, capsys):
    monkeypatch.setattr(doctor.machine, "java_version", lambda: 21)
    assert "ok" in examined(capsys)["Java"]
