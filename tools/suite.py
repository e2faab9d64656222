"""Runs the whole test suite step by step, and ends with a table of what ran, what did not, and why."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tools import machine
from tools.places import ROOT, VENV_PYTHON, surroundings
from tools.table import table

OTHER_TESTS = ("tests/engines", "tests/guards", "tests/tools", "tests/test_packaging.py")
TO_ENABLE = " To enable: "
NOTHING_COLLECTED = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step came to; `why` and `enable` speak of what was skipped or what stopped the step."""

    step: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    why: str = ""
    enable: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the suite: pytest over some paths, unless something that it needs is missing."""

    name: str
    paths: tuple[str, ...]
    options: tuple[str, ...] = ()
    missing: Callable[[], tuple[str, str] | None] = field(default=lambda: None)


CHECKS: dict[str, tuple[str, ...]] = {
    "format": ("-m", "ruff", "format", "--check", "."),
    "lint": ("-m", "ruff", "check", "."),
    "types": ("-m", "mypy"),
    "imports": ("-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-logo"),
}


def run_suite() -> int:
    """Every step in turn and the closing table; 0 when nothing failed (nor was skipped, where STRICT=1)."""
    outcomes = []
    try:
        outcomes.append(run_checks())
        outcomes.extend(run_step(step) for step in steps())
    except KeyboardInterrupt:
        print("\nStopped. What had run until then:")
        report(outcomes, strict=False)
        return 130
    return report(outcomes, strict=os.environ.get("STRICT") == "1")


def steps() -> list[Step]:
    """The steps that are pytest runs, quickest to tell first."""
    both_cores = ("-n", str(min(os.cpu_count() or 2, 4)))
    apart = (*(f"--ignore={path}" for path in OTHER_TESTS), "-m", "not journey")
    return [
        Step("engines", ("tests/engines",), both_cores),
        Step("Django on SQLite", ("tests",), (*both_cores, *apart, "--database=sqlite")),
        Step("Django on PostgreSQL", ("tests",), (*both_cores, *apart, "--database=postgres"), _no_postgres),
        Step("guards and packaging", ("tests/guards", "tests/tools", "tests/test_packaging.py"), both_cores),
        Step(
            "browser journeys", ("tests",), (*both_cores, "--database=sqlite", "-m", "journey"), _no_browser
        ),
    ]


def run_checks() -> Outcome:
    """Format, lint, types and import rules: each counts as one test."""
    started = time.monotonic()
    broken = [name for name, command in CHECKS.items() if not _check(name, command)]
    return Outcome(
        "check",
        passed=len(CHECKS) - len(broken),
        failed=len(broken),
        seconds=time.monotonic() - started,
        why=f"failed: {', '.join(broken)}" if broken else "",
        enable="./run format" if {"format", "lint"} & set(broken) else "",
    )


def run_step(step: Step) -> Outcome:
    """One pytest run, counted from its own JUnit report."""
    print(f"\n=== {step.name} ===", flush=True)
    paths = [path for path in step.paths if (ROOT / path).exists()]
    lacking = step.missing() if paths else (f"there is no {' or '.join(step.paths)}", "")
    if lacking:
        why, enable = lacking
        print(f"Skipped: {why}.{TO_ENABLE + enable if enable else ''}")
        return Outcome(step.name, skipped=1, why=why, enable=enable)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        junit = Path(folder) / "junit.xml"
        code = run_pytest([*paths, "-q", f"--junitxml={junit}", *step.options])
        return read_junit(step.name, junit, code=code, seconds=time.monotonic() - started)


def run_pytest(arguments: Sequence[str]) -> int:
    """pytest in .venv, from the root of the checkout."""
    command = [str(VENV_PYTHON), "-m", "pytest", *arguments]
    child = subprocess.Popen(command, cwd=ROOT, env=surroundings(TUTELA_MODE="test"))
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.wait()  # it had the same Ctrl-C: let it stop its database first
        raise


def read_junit(name: str, junit: Path, *, code: int, seconds: float) -> Outcome:
    """Counts of a JUnit report; a run that broke down without a failed test counts as one failure."""
    cases = ElementTree.parse(junit).getroot().iter("testcase") if junit.exists() else iter(())
    passed = failed = 0
    reasons = []
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif (skip := case.find("skipped")) is not None:
            reasons.append(skip.get("message", ""))
        else:
            passed += 1
    if code == NOTHING_COLLECTED:
        return Outcome(name, skipped=1, seconds=seconds, why="there is no test in this step yet")
    if code != 0 and not failed:
        return Outcome(name, passed, 1, len(reasons), seconds, f"pytest stopped with exit code {code}", "")
    why, enable = _in_short(reasons)
    return Outcome(name, passed, failed, len(reasons), seconds, why, enable)


def report(outcomes: Sequence[Outcome], *, strict: bool) -> int:
    """Prints the closing table and the closing line; the exit code of it all."""
    rows = [
        (o.step, o.passed, o.failed, o.skipped, round(o.seconds), "; ".join(filter(None, [o.why, o.enable])))
        for o in outcomes
    ]
    heads = ("step", "passed", "failed", "skipped", "seconds", "why, and the command that mends it")
    print("\n" + table(heads, rows) + "\n")
    passed, failed, skipped = (
        sum(getattr(outcome, count) for outcome in outcomes) for count in ("passed", "failed", "skipped")
    )
    if strict and skipped:
        print("STRICT=1: what was skipped counts as failed.")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or (strict and skipped) else 0


def _check(name: str, command: tuple[str, ...]) -> bool:
    print(f"\n=== {name} ===", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        env = surroundings(TUTELA_MODE="test", TUTELA_VAR=scratch)
        return subprocess.run([str(VENV_PYTHON), *command], cwd=ROOT, env=env, check=False).returncode == 0


def _in_short(reasons: Sequence[str]) -> tuple[str, str]:
    """The first reasons in one line, and the first command that would enable something."""
    split = [reason.partition(TO_ENABLE) for reason in dict.fromkeys(reasons)]
    whys = list(dict.fromkeys(why for why, _, _ in split if why))
    more = f" and {len(whys) - 2} more reasons" if len(whys) > 2 else ""
    return "; ".join(whys[:2]) + more, next((command for _, _, command in split if command), "")


def _no_postgres() -> tuple[str, str] | None:
    if os.environ.get("TUTELA_TEST_POSTGRES_URL") or machine.find_postgres():
        return None
    return "no PostgreSQL server on this machine", machine.how_to_install("postgresql")


def _no_browser() -> tuple[str, str] | None:
    if machine.find_chromium():
        return None
    return "no Chromium on this machine", machine.how_to_install("chromium")
