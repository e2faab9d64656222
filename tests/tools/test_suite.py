"""The closing table tells the truth: what passed, failed, was skipped, why, and what enables it."""

from __future__ import annotations

import pytest
from tools.suite import Outcome, Step
from tools.table import table

from tools import suite

JUNIT = """<testsuites><testsuite>
<testcase name="a"/>
<testcase name="b"><failure message="no"/></testcase>
<testcase name="c"><error message="broke"/></testcase>
<testcase name="d"><skipped message="no Chromium. To enable: apt-get install chromium"/></testcase>
<testcase name="e"><skipped message="no Chromium. To enable: apt-get install chromium"/></testcase>
</testsuite></testsuites>"""


def test_a_report_is_counted(tmp_path):
    (tmp_path / "junit.xml").write_text(JUNIT, encoding="utf-8")
    outcome = suite.read_junit("journeys", tmp_path / "junit.xml", code=1, seconds=2.0)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 2, 2)
    assert (outcome.why, outcome.enable) == ("no Chromium.", "apt-get install chromium")


def test_a_run_that_broke_down_counts_as_a_failure(tmp_path):
    outcome = suite.read_junit("engines", tmp_path / "none.xml", code=3, seconds=0.1)
    assert outcome.failed == 1
    assert "exit code 3" in outcome.why


def test_a_step_without_any_test_is_a_skip(tmp_path):
    outcome = suite.read_junit("engines", tmp_path / "none.xml", code=suite.NOTHING_COLLECTED, seconds=0.1)
    assert (outcome.failed, outcome.skipped) == (0, 1)


@pytest.mark.parametrize(
    ("outcomes", "strict", "code"),
    [
        ([Outcome("a", passed=3)], True, 0),
        ([Outcome("a", passed=3, failed=1)], False, 1),
        ([Outcome("a", passed=3, skipped=1)], False, 0),
        ([Outcome("a", passed=3, skipped=1)], True, 1),
    ],
)
def test_the_exit_code_is_that_of_the_worst(outcomes, strict, code, capsys):
    assert suite.report(outcomes, strict=strict) == code
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert last == f"3 passed, {outcomes[0].failed} failed, {outcomes[0].skipped} skipped"


def test_a_stopped_suite_that_ran_nothing_still_reports(capsys):
    assert suite.report([], strict=False) == 0
    assert capsys.readouterr().out.strip().endswith("0 passed, 0 failed, 0 skipped")


def test_a_step_that_lacks_something_is_skipped_with_the_command(capsys):
    step = Step("journeys", ("tests/tools",), missing=lambda: ("no Chromium", "apt-get install chromium"))
    outcome = suite.run_step(step)
    assert (outcome.skipped, outcome.why, outcome.enable) == (1, "no Chromium", "apt-get install chromium")
    assert "apt-get install chromium" in capsys.readouterr().out


def test_a_step_over_tests_that_are_not_there_is_skipped():
    assert suite.run_step(Step("none", ("tests/nowhere",))).skipped == 1


def test_every_test_belongs_to_a_step():
    """What the Django steps leave out is what other steps name."""
    apart = set(suite.OTHER_TESTS)
    named = {path for step in suite.steps() for path in step.paths} - {"tests"}
    assert named == apart


def test_a_table_lines_up():
    assert table(("a", "number"), [("x", 7), ("long", 12)]).splitlines() == [
        "a     number",
        "----  ------",
        "x          7",
        "long      12",
    ]


def test_a_table_of_nothing_has_its_heads():
    assert table(("a", "b"), []).splitlines()[0] == "a  b"
