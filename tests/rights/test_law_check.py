"""What `tutela law check` says: each breakage in plain words, on its line, with how to mend it."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

import tutela
from tutela.engines.rights import entitlements
from tutela.rights.law import BrokenLaw, check_law, read_law

CETS = "law/council-of-europe/cets-197.yaml"
GB = "law/national/gb.yaml"
PALERMO = "law/bound/palermo-protocol-2000.yaml"
PEOPLE = "law/personas/gb.yaml"


KEPT = {
    "national": {"gb"},
    "international": {"palermo-protocol-2000"},
    "eu": {"directive-2011-36", "directive-2012-29", "directive-2004-81"},
    "council-of-europe": {"cets-197"},
    "personas": {"gb"},
}
"""Enough of the library to break: every check reads all of it."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(tutela.library_path() / "schema", tmp_path / "schema")
    shutil.copytree(tutela.library_path() / "codelists", tmp_path / "codelists")
    shutil.copytree(tutela.library_path() / "law", tmp_path / "law")
    treaties = KEPT["international"] | KEPT["eu"] | KEPT["council-of-europe"]
    for folder, names in (KEPT | {"bound": treaties}).items():
        for path in (tmp_path / "law" / folder).glob("*.yaml"):
            if path.stem not in names:
                path.unlink()
    return tmp_path


def break_and_check(root: Path, file: str, old: str, new: str) -> tuple[list[str], list[str]]:
    """Replace the first `old` by `new`; return what was found, and the file as it then is, in lines."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [str(problem) for problem in check_law(root)], path.read_text(encoding="utf-8").splitlines()


BREAKAGES = [
    # file, what is replaced, by what, a line on which the problem is reported, what it says
    (
        CETS,
        "strength: shall\n",
        "strength: must\n",
        "strength: must",
        "L025, strength: “must” is not allowed",
    ),
    (CETS, "    certainty: V\n", "", "- id: L025", "L025: “certainty” is missing. Add a line"),
    (CETS, "      ar: المساواة في المعاملة\n", "", "    title:", "L025, title: The Arabic text is missing."),
    (
        CETS,
        "    holder:",
        "    owner: me\n    holder:",
        "    owner: me",
        "“owner” is not a field that is known",
    ),
    (
        CETS,
        "      amount: 30\n",
        "      amount: thirty\n",
        "amount: thirty",
        "L046, time_limit, amount: This should be",
    ),
    (CETS, "      amount: 30\n", "", "time_limit:", "only make sense together. Add amount."),
    (
        CETS,
        "who: possible_victim",
        "who: [victim]",
        "who: [victim]",
        "L025, who: This condition is not written",
    ),
    (CETS, "who: possible_victim", "who: vitcim", "who: vitcim", "no fact or term called “vitcim”"),
    (CETS, "who: possible_victim", "who: age_group", "who: age_group", "“age_group” is not a yes-or-no fact"),
    (
        CETS,
        "is: uncertain",
        "is: doubtful",
        "is: doubtful",
        "“doubtful” is not an answer of the fact “age_group”",
    ),
    (
        CETS,
        "when: needs_interpreter",
        "when: {fact: in_danger, is: often}",
        "is: often",
        "no values to choose from",
    ),
    (
        CETS,
        "duty_bearer: state",
        "duty_bearer: crown",
        "duty_bearer: crown",
        "“crown” is not in the list. Use one of",
    ),
    (
        CETS,
        "category: language",
        "category: words",
        "category: words",
        "L037, category: “words” is not in the list",
    ),
    (CETS, "- id: L026", "- id: L025", "article: art. 10(1)", "The id “L025” is already used in"),
    (CETS, "- id: L026", "- id: 26", "- id: 26", "This should be text"),
    (
        CETS,
        "from_event: reasonable_grounds_on",
        "from_event: grounds",
        "from_event: grounds",
        "not a fact of type date",
    ),
    (
        CETS,
        "level: council_of_europe",
        "level: council_of_europe\n  state: FR",
        "instrument:",
        "Only national law",
    ),
    (
        CETS,
        "    kind: safeguard\n",
        "    kind: safeguard\n    kind: duty\n",
        "kind: duty",
        "“kind” is written twice",
    ),
    (CETS, "provisions:", "provisions: [", "- id: L025", "The file cannot be read from here on."),
    (GB, "from: 2023-01-30", "from: 2023-01-30\n      to: 2022-01-30", "to: 2022", "is earlier than “from”"),
    (GB, "from: 2023-01-30", "from: 2023-02-30", "from: 2023-02-30", "is not a day of the calendar"),
    (GB, "from: 2023-01-30", "from: 30.1.2023", "from: 30.1.2023", "Write year-month-day"),
    (GB, "[GB-ENG, GB-WLS]", "[FR-75, GB-WLS]", "FR-75", "not a part of the state"),
    (GB, "  state: GB\n", "", "instrument:", "“state” is missing"),
    (
        PALERMO,
        "from: 2009-02-20",
        "from: 2009-01-20",
        "2009-01-20",
        "earlier than “deposited”",
    ),
    (
        PALERMO,
        "palermo-protocol-2000",
        "palermo",
        "palermo",
        "The instrument “palermo” is not known",
    ),
    (
        PALERMO,
        "palermo-protocol-2000",
        "gb",
        "instrument: gb",
        "the law of one state",
    ),
    (
        "law/terms.yaml",
        "{any: [possible_victim, complained]}",
        "victim_of_crime",
        "condition: victim_of_crime",
        "itself",
    ),
    (CETS, "    right: no-removal\n", "", "- id: L027", "It is not said which right this gives"),
    (CETS, "right: no-removal", "right: no-remove", "right: no-remove", "“no-remove” is not in the list"),
    (
        CETS,
        "    exception_to: [L046, L047]\n",
        "    exception_to: [L046, L999]\n",
        "L999",
        "“L999” is no entry and no right",
    ),
    (
        CETS,
        "    right: no-removal\n",
        "    right: no-removal\n    exception_to: [L046]\n",
        "exception_to",
        "Only a limit can be an exception",
    ),
    (
        CETS,
        "from_event: reasonable_grounds_on",
        "from_event: [grounds, referred_on]",
        "[grounds",
        "“grounds” is not",
    ),
    (
        CETS,
        "from_event: reasonable_grounds_on",
        "from_event: [referred_on]",
        "[referred_on]",
        "no list of events",
    ),
    (
        CETS,
        "when: needs_interpreter",
        "when: {fact: age_group, from: 2013-04-06}",
        "from: 2013",
        "is not a date",
    ),
    (
        CETS,
        "when: needs_interpreter",
        "when: {fact: referred_on, before: 2013-02-30}",
        "before: 2013",
        "not a day of the calendar",
    ),
    (
        CETS,
        "when: needs_interpreter",
        "when: {fact: referred_on, from_in_force: false}",
        "from_in_force",
        "This condition is not written",
    ),
    (
        CETS,
        "  in_force:\n",
        "  counting: {first_day: sometimes, source: a law}\n  in_force:\n",
        "sometimes",
        "“sometimes” is not allowed here. Use one of: excluded, included.",
    ),
    (
        CETS,
        "  in_force:\n",
        "  counting: {first_day: excluded}\n  in_force:\n",
        "counting",
        "“source” is missing",
    ),
    (
        GB,
        "      to: competent_authority\n",
        "      to: crown\n",
        "to: crown",
        "remedy, to: “crown” is not in the list",
    ),
    (
        GB,
        "        from_event: refused_on\n",
        "        from_event: refusal\n",
        "from_event: refusal",
        "remedy, time_limit, from_event: “refusal” is not a fact of type date",
    ),
    (GB, "replaces: L243c", "replaces: L243z", "L243z", "There is no other entry “L243z”"),
    (GB, "to: 2022-12-12", "to: 2022-12-20", "replaces", "L243c does not end before this entry begins"),
    (PALERMO, "as_of: 2015-03-31\n", "", "instrument:", "“as_of” is missing"),
    (PALERMO, "as_of: 2015-03-31", "as_of: March 2015", "as_of", "Write year-month-day"),
    (
        PALERMO,
        "AE: {deposited: 2009-01-21, from: 2009-02-20}",
        "AE: {from: 2009-02-20, territory: [FR-75]}",
        "FR-75",
        "not a part of the state",
    ),
    (
        PALERMO,
        "AE: {deposited: 2009-01-21, from: 2009-02-20}",
        "AE: {from: 2009-02-20, reservations: [{text: {en: No.}, provisions: [L046], source: a list}]}",
        "L046",
        "“L046” is no entry of palermo-protocol-2000",
    ),
    (
        PALERMO,
        "AE: {deposited: 2009-01-21, from: 2009-02-20}",
        "AE: {from: 2009-02-20, reservations: "
        "[{text: {en: No.}, provisions: [L008], source: memory, certainty: G}]}",
        "certainty: G",
        "What is general knowledge alone takes no right away. Write “effect: qualifies”",
    ),
    (
        PALERMO,
        "AE: {deposited: 2009-01-21, from: 2009-02-20}",
        "AE: {from: 2009-02-20, reservations: [{text: {en: No.}, provisions: all, source: a list, "
        "made_on: 2009-01-21, withdrawn_on: 2008-01-21}]}",
        "made_on: 2009-01-21",
        "“withdrawn_on” (2008-01-21) is earlier than “made_on” (2009-01-21)",
    ),
    (
        GB,
        "  in_force:\n    from: 2015-07-31\n",
        "  in_force:\n    to: 2030-01-01\n",
        "id: L231",
        "“from_in_force” asks for the first day of this law, and none is written",
    ),
    (
        "law/rights.yaml",
        "category: asylum",
        "category: refuge",
        "category: refuge",
        "“refuge” is not in the list",
    ),
    (
        PEOPLE,
        "at least 2026-12-23",
        "at least 2026-12-25",
        "due:",
        "and ends at least 2026-12-23. Mend the law",
    ),
    (PEOPLE, "{L242: 2026-11-25", "{L242: soon", "due:", "Write a day such as 2026-07-15"),
    (
        PEOPLE,
        "age_group: adult",
        "age_group: grown",
        "age_group: grown",
        "“grown” is no answer. Write one of adult",
    ),
    (
        PEOPLE,
        "facts: {identification_status",
        "facts: {identification_state",
        "identification_state",
        "Did you mean “identification_status”?",
    ),
    (PEOPLE, "id: gb-negative-decision", "id: gb-public-order", "gb-public-order", "is already used in"),
    ("law/terms.yaml", "  adult:", "  in_danger:", "  in_danger:", "also the name of a fact"),
    (
        "law/facts.yaml",
        "type: choice",
        "type: list",
        "type: list",
        "identification_status, type: “list” is not",
    ),
    ("law/categories.yaml", "[health]", "[]", "categories: []", "This is empty"),
    ("codelists/duty-bearers.yaml", "    en: The state\n", "", "  state:", "The English text is missing"),
]


@pytest.mark.parametrize(("file", "old", "new", "line", "says"), BREAKAGES, ids=[row[4] for row in BREAKAGES])
def test_each_breakage_is_reported_in_plain_words_on_its_line(copy, file, old, new, line, says):
    problems, lines = break_and_check(copy, file, old, new)
    told = [problem for problem in problems if says in problem]
    assert told, problems
    place, number, _ = told[0].split(":", 2)
    assert place == file
    near = lines[
        int(number) - 1 : int(number) + 1
    ]  # a wrong id is reported on its line, and the next names it
    assert any(line in text for text in near), (told[0], near)


def test_a_missing_file_is_said_to_be_missing(copy):
    (copy / "law" / "terms.yaml").unlink()
    assert [problem.message for problem in check_law(copy)] == ["This file is missing."]


def test_one_mistake_is_told_once(copy):
    problems, _ = break_and_check(copy, CETS, "duty_bearer: state", "duty_bearer: crown")
    assert len(problems) == 1


def test_adding_a_state_is_copying_one_file(copy):
    text = (copy / GB).read_text(encoding="utf-8").replace("id: gb", "id: xx").replace("GB", "XX")
    renumbered = re.sub(r"- id: L(\d+)", r"- id: L9\1", text)
    (copy / "law" / "national" / "xx.yaml").write_text(renumbered, encoding="utf-8")
    assert [str(problem) for problem in check_law(copy)] == []
    found = entitlements({}, read_law(copy).library, state="XX", at=date(2026, 11, 25))
    assert "L9243" in {entitlement.provision.id for entitlement in found}


def test_a_library_that_cannot_be_read_says_which_command_tells_why(copy):
    (copy / CETS).write_text("provisions: [", encoding="utf-8")
    with pytest.raises(BrokenLaw, match="tutela law check"):
        read_law(copy)
