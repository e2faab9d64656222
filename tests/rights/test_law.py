"""The shipped law library: whole, translated, and no surer than its sources."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pycountry
import pytest
from django.utils.translation import override
from jsonschema import Draft202012Validator

import tutela
from tutela.engines.rights import (
    REFUSED_ON,
    Addressee,
    Certainty,
    Condition,
    Cooperation,
    FactSince,
    Provision,
    Strength,
    facts_in,
)
from tutela.rights import shelf, words
from tutela.rights.law import FactType, check_law, load_law
from tutela.rights.law.joining import JOINING

REFERENCE = Path(__file__).parents[3] / "shared" / "data"
LANGUAGES = ("en", "fr", "es", "ar")


# The library itself


def test_the_shipped_library_has_no_problem():
    assert [str(problem) for problem in check_law()] == []


def test_the_published_schema_is_a_schema():
    text = (tutela.library_path() / "schema" / "law.schema.json").read_text(encoding="utf-8")
    Draft202012Validator.check_schema(json.loads(text))


def conditions_of(provision: Provision) -> list[Condition]:
    limit = provision.time_limit
    extends = limit.extension.when if limit and limit.extension else None
    several = (provision.condition, provision.fulfilled_when, extends)
    return [one for one in several if one is not None]


def test_every_fact_category_right_and_duty_bearer_is_used():
    law = load_law()
    provisions = law.provisions.values()
    asked = {fact for p in provisions for one in conditions_of(p) for fact in facts_in(one)}
    remedies = [p.remedy for p in provisions if p.remedy]
    limits = [one.time_limit for one in (*provisions, *remedies) if one.time_limit]
    dated = {event for limit in limits for event in limit.events} - {REFUSED_ON}
    assert asked | dated == set(law.facts)
    used = {p.category for p in provisions} | {right.category for right in law.rights.values()}
    assert used == set(law.group_of)
    assert {p.right for p in provisions} - {""} == set(law.rights)
    owed_by = {p.duty_bearer for p in provisions} | {one.to for one in remedies}
    assert owed_by - {""} == set(law.duty_bearers)


def test_a_date_is_compared_and_never_taken_for_an_answer():
    law = load_law()
    for provision in law.provisions.values():
        for condition in conditions_of(provision):
            for test in shelf.tests_in(condition):
                is_date = law.facts[test.fact].type is FactType.DATE
                assert is_date == isinstance(test, FactSince), provision.id


def test_what_a_person_reads_is_translated_into_every_language():
    law = load_law()
    for provision in law.provisions.values():
        if provision.addressed_to is Addressee.STATE:
            continue
        limit = [provision.time_limit.text] if provision.time_limit else []
        remedy = [provision.remedy.text] if provision.remedy else []
        for texts in (provision.title, provision.detail, *limit, *remedy):
            assert len({texts[language] for language in LANGUAGES}) == 4, provision.id
            assert re.search(r"[\u0600-\u06ff]", texts["ar"]), provision.id
            assert not re.search(r"[A-Za-z]", texts["ar"]), provision.id


def test_help_that_asks_for_no_cooperation_does_not_look_at_it():
    for provision in load_law().provisions.values():
        asks = "cooperates" in facts_in(provision.condition)
        if provision.cooperation is Cooperation.NO:
            assert not asks, provision.id


def test_a_citation_names_instrument_and_article():
    provision = load_law().provisions["L046"]
    assert words.citation(provision) == "art. 13(1), Council of Europe Convention"
    assert words.citation(provision, in_full=True).startswith("art. 13(1), Council of Europe Convention on")
    with override("ar"):
        assert words.citation(provision) == "المادة 13(1)، اتفاقية مجلس أوروبا"
        latin = words.citation(load_law().provisions["L243"])
        assert latin.startswith("\u2068Nationality and Borders Act 2022, s. 61\u2069، ")


def test_the_number_of_an_act_is_not_turned_round_in_a_line_from_right_to_left():
    short = load_law().library.instruments["directive-2011-36"].short
    assert words.text(short, "fr") == "Directive 2011/36/UE"
    assert words.text(short, "ar") == "التوجيه \u20682011/36/EU\u2069"


READ_SINCE_THE_TABLE = {
    "L138": "ILO C029, the text",
    "L264": "Immoral Traffic (Prevention) Act 1956, s. 17, at easyadvocacy.com",
    "L265": "Bharatiya Nagarik Suraksha Sanhita 2023, s. 396, at law.emunshi.ai",
    "L266": "the scheme of 2021, as the ministry announced it",
    "L247": "the Home Office, January 2026, on support after a positive decision",
    "L254": "the Thai regulations of January 2017, as the press told of them",
    "L270": "Myria, the Belgian Federal Migration Centre",
    "L272": "the Swedish Aliens Act, the text",
    "L273": "the Irish arrangements, as told to the Dáil",
    "L274": "the Norwegian regulations and guideline at udiregelverk.no",
    "L276": "the Canadian department, since February 2025",
    "L277": "the South African Act, s. 15, and its commencement at lawlibrary.org.za",
    "L278": "the Australian department",
}
"""Rows of which more was found than the table has; their entries may be surer, and each names its source."""

DECIDED_FROM_THE_TEXT = {
    "L107": "the table gives no strength",
    "L219b": "the exception of the same clause, which takes away and gives nothing",
    "L222c": "8 U.S.C. 1184(o)(7)(C) says “shall” where the rest of the row says “may”",
    "L230": "the table gives no strength",
    "L243c": "the guidance before the Act",
    "L243d": "the guidance before the Act",
    "L243e": "the guidance before the Act",
    "L243f": "the guidance before the Act",
    "L250b": "the ban on cells in a section that otherwise says “may”",
    "L264c": "an order that the person need not want: the magistrate may make it",
    "L265b": "subsection (6) says “may”",
    "L272b": "the permit that follows the time to think asks for co-operation",
    "L272c": "public order, which gives nothing",
    "L273c": "the permission that follows the time to think asks for co-operation",
    "L290a": "“soll” binds as a rule: below “shall”",
    "L290b": "“soll” binds as a rule: below “shall”",
    "L295c": "art. 18(5) says that the permit can be extended or converted",
    "L324c": "judgment C-470/16: no complaint is asked for any more",
    "L324d": "judgment C-470/16: no complaint is asked for any more",
}
"""Entries that differ from their row in strength or in what they ask for, each with the reason."""


@pytest.mark.reference
def test_every_row_of_the_table_is_there_and_no_surer_than_its_source():
    rows = _reference_rows()
    provisions = load_law().provisions
    assert {name[:4] for name in provisions} == set(rows)
    order = "VSG"
    surer, other = set(), set()
    for name, ours in provisions.items():
        row = rows[name[:4]]
        assert ours.category == row["category"], name
        if order.index(ours.certainty) < order.index(row["certainty"]):
            surer.add(name[:4])
        if not (_same_strength(ours.strength, row["strength"]) and _same_cooperation(ours.cooperation, row)):
            other.add(name)
    assert surer == set(READ_SINCE_THE_TABLE)
    assert other == set(DECIDED_FROM_THE_TEXT)


def _reference_rows() -> dict[str, dict[str, str]]:
    table = REFERENCE / "legal_entitlements.csv"
    if not table.exists():
        pytest.skip("the reference table of entitlements is not beside the project")
    with table.open(encoding="utf-8") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


def _same_strength(ours: Strength, theirs: str) -> bool:
    """Mixed rows ("SHALL / MAY") were decided from the text; plain ones keep their word."""
    words = theirs.lower()
    if words == "expectation":
        return ours is Strength.GUIDANCE
    if words == "shall consider":
        return ours is Strength.CONSIDER
    mixed = {word.strip() for word in words.split("/")}
    return ours in mixed or (" " in words and ours in (Strength.SHALL, Strength.MAY))


def _same_cooperation(ours: Cooperation, row: dict[str, str]) -> bool:
    """Where the row points to the certification (L210), that entry is the one that asks."""
    return ours == row["cooperation_required"].replace("see certification", "no")


@pytest.mark.reference
def test_the_palermo_protocol_binds_thirty_days_after_the_deposit_that_the_un_published():
    table = REFERENCE / "un_treaty_status_2015_zmjones.csv"
    if not table.exists():
        pytest.skip("the reference table of treaty status is not beside the project")
    with table.open(encoding="utf-8") as lines:
        deposits = {
            row["participant"]: row["ratification_raw"] for row in csv.DictReader(lines) if _palermo(row)
        }
    # Whoever joined after that list has a source and a note of their own.
    bindings = [
        b for b in load_law().library.bindings if b.instrument == "palermo-protocol-2000" and b.deposited
    ]
    assert len(bindings) == len(deposits) - 1  # the European Union is a party, and no state
    checked = 0
    for binding in bindings:
        name = pycountry.countries.get(alpha_2=binding.state).name
        if name in deposits:
            first = _deposit(deposits[name]) + timedelta(days=30)
            assert binding.start == max(first, date(2003, 12, 25)), name
            checked += 1
    assert checked > 130


def test_a_first_day_is_counted_from_the_deposit_by_the_treaty_itself():
    library = load_law().library
    checked = 0
    for binding in library.bindings:
        rule = JOINING.get(binding.instrument)
        if rule and binding.deposited and "succession" not in binding.note:
            start = library.instruments[binding.instrument].in_force.start
            counted = rule.binds_from(binding.deposited, in_force=start)
            assert binding.start == counted, (binding.instrument, binding.state)
            checked += 1
    assert checked > 1000


def test_what_a_state_declared_is_said_in_every_language_with_its_source():
    said = [one for binding in load_law().library.bindings for one in binding.reservations]
    assert len(said) > 10
    for one in said:
        assert set(one.text) == set(LANGUAGES), one.text
        assert one.source
        assert one.takes_away is False or one.certainty is not Certainty.GENERAL


def test_a_declaration_that_was_taken_back_no_longer_stands_from_that_day():
    (germany,) = (b for b in load_law().library.bindings if (b.instrument, b.state) == ("crc-1989", "DE"))
    (declared,) = germany.reservations
    assert declared.withdrawn_on == date(2010, 7, 15)
    assert declared.covers("L161a", date(2010, 7, 14))
    assert not declared.covers("L161a", date(2010, 7, 15))


def _palermo(row: dict[str, str]) -> bool:
    return row["mtdsg"] == "18-12-a" and row["ratification_raw"].strip() != ""


def _deposit(written: str) -> date:
    day, month, year = written.split()[:3]
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return date(int(year), months.index(month) + 1, int(day))
