"""The published indicator sets and their rules: every edge by example, every promise as a property."""

from __future__ import annotations

import copy
import csv
import json
import random
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tutela.engines.indicators import (
    Answer,
    Assessment,
    DimensionResult,
    DimensionState,
    PackInvalid,
    Strength,
    UnknownIndicator,
    Weight,
    assess,
    load_pack,
)

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "library"
REFERENCE = ROOT.parent / "shared" / "data"
FILES = {path.stem: path for path in sorted((LIBRARY / "indicators").glob("*.yaml"))}
DATA: dict[str, dict[str, Any]] = {
    name: yaml.safe_load(path.read_text("utf-8")) for name, path in FILES.items()
}
PACKS = {name: load_pack(data) for name, data in DATA.items()}
ADULT, CHILD = PACKS["ilo-2009-adult-labour"], PACKS["ilo-2009-child-labour"]
LANGUAGES = {"en", "fr", "es", "ar"}

POSITIVE, NOT_POSITIVE, UNDETERMINED = DimensionState
DECEPTION, COERCION, VULNERABILITY, EXPLOITATION, COERCED, DEPENDENT = (one.id for one in ADULT.dimensions)


def of_weight(dimension: str, weight: str, pack=ADULT) -> list[str]:
    found = next(one for one in pack.dimensions if one.id == dimension)
    return [indicator.id for indicator in found.indicators if indicator.weight == weight]


def chosen(dimension: str, strong: int = 0, medium: int = 0, weak: int = 0) -> list[str]:
    counts = {"strong": strong, "medium": medium, "weak": weak}
    ids = [one for weight, count in counts.items() for one in of_weight(dimension, weight)[:count]]
    assert len(ids) == strong + medium + weak, "the dimension has too few of these"
    return ids


def answered(yes: list[str], rest: Answer = Answer.NO, pack=ADULT) -> dict[str, Answer]:
    return {one.id: Answer.YES if one.id in yes else rest for one in pack.indicators}


def result(assessment: Assessment, dimension: str) -> DimensionResult:
    return next(one for one in assessment.dimensions if one.dimension == dimension)


def positive(*dimensions: str, pack=ADULT, rest: Answer = Answer.NO) -> Assessment:
    """Assess a person of whom every indicator of these dimensions holds."""
    yes = [i.id for one in pack.dimensions if one.id in dimensions for i in one.indicators]
    return assess(pack, answered(yes, rest, pack))


# The files -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", FILES)
def test_every_file_satisfies_the_schema_and_is_named_after_its_id(name: str) -> None:
    schema = json.loads((LIBRARY / "schema" / "indicators.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(DATA[name], schema)
    assert PACKS[name].id == name


@pytest.mark.parametrize("name", FILES)
def test_every_text_is_in_four_languages_and_none_is_a_copy_of_the_english(name: str) -> None:
    for indicator in PACKS[name].indicators:
        for words in filter(None, (indicator.text, indicator.help)):
            assert set(words) == LANGUAGES
            assert len(set(words.values())) == 4, indicator.id
            assert any("\u0600" <= letter <= "\u06ff" for letter in words["ar"])


def test_no_two_indicators_of_a_dimension_read_the_same() -> None:
    for pack in PACKS.values():
        for dimension in pack.dimensions:
            for language in LANGUAGES:
                texts = [indicator.text[language] for indicator in dimension.indicators]
                assert len(texts) == len(set(texts)), (dimension.id, language)


@pytest.mark.parametrize(
    ("pack", "counts"), [(ADULT, [10, 10, 16, 9, 15, 7]), (CHILD, [10, 10, 15, 8, 15, 7])]
)
def test_the_sets_have_the_published_numbers_of_indicators(pack, counts: list[int]) -> None:
    assert [len(dimension.indicators) for dimension in pack.dimensions] == counts


def test_the_source_is_said_to_be_secondary_and_what_is_left_out_is_said() -> None:
    for pack in PACKS.values():
        assert pack.source.certainty == "S"
        assert "sexual exploitation" in pack.unverified["en"]


def test_an_indicator_of_both_sets_has_one_wording() -> None:
    adult = {one.id: (one.published, dict(one.text)) for one in ADULT.indicators}
    child = {one.id: (one.published, dict(one.text)) for one in CHILD.indicators}
    assert set(child) < set(adult)
    assert all(adult[one] == words for one, words in child.items())
    assert not any(one.weight is Weight.WEAK for one in CHILD.indicators)


@pytest.mark.reference
@pytest.mark.parametrize(("pack", "column"), [(ADULT, "adult_labour"), (CHILD, "child_labour")])
def test_wording_and_weights_are_those_of_the_reference_table(pack, column: str) -> None:
    table = REFERENCE / "ilo_delphi_2009_indicators.csv"
    if not table.exists():
        pytest.skip(f"{table.name} is not beside this checkout")
    with table.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row[column]]
    encoded = [
        (str(place), one.published, one.weight[0].upper())
        for place, dimension in enumerate(pack.dimensions, 1)
        for one in dimension.indicators
    ]
    assert encoded == [(row["dimension"][0], row["indicator"], row[column]) for row in rows]


# The dimension rule: each edge, all other questions answered no -------------------------------------
@pytest.mark.parametrize(
    ("dimension", "strong", "medium", "weak", "rule"),
    [
        (DECEPTION, 0, 0, 0, ""),
        (DECEPTION, 1, 0, 0, ""),
        (DECEPTION, 0, 1, 0, ""),
        (DECEPTION, 0, 2, 0, ""),
        (DECEPTION, 0, 0, 1, ""),
        (DECEPTION, 0, 1, 1, ""),
        (VULNERABILITY, 0, 0, 2, ""),
        (VULNERABILITY, 0, 1, 2, ""),
        (COERCED, 2, 0, 0, "two-strong"),
        (COERCED, 4, 10, 1, "two-strong"),
        (DECEPTION, 1, 1, 0, "one-strong-and-another"),
        (DECEPTION, 1, 0, 1, "one-strong-and-another"),
        (DECEPTION, 1, 8, 1, "one-strong-and-another"),
        (DECEPTION, 0, 3, 0, "three-medium"),
        (DECEPTION, 0, 3, 1, "three-medium"),
        (DECEPTION, 0, 2, 1, "two-medium-and-weak"),
        (VULNERABILITY, 0, 2, 2, "two-medium-and-weak"),
    ],
)
def test_each_edge_of_the_dimension_rule(
    dimension: str, strong: int, medium: int, weak: int, rule: str
) -> None:
    yes = chosen(dimension, strong, medium, weak)
    found = result(assess(ADULT, answered(yes)), dimension)
    assert found.rule == rule
    assert found.state is (POSITIVE if rule else NOT_POSITIVE)
    assert set(found.because) <= set(yes)
    assert bool(found.because) == bool(rule)


def test_the_rule_names_the_answers_that_fired_it_and_no_others() -> None:
    yes = chosen(COERCED, strong=2, medium=1)
    assert result(assess(ADULT, answered(yes)), COERCED).because == tuple(yes[:2])


def test_one_strong_alone_is_open_while_any_other_question_is() -> None:
    answers = answered(chosen(DECEPTION, strong=1)) | {DECEPTION + ".wages": Answer.UNKNOWN}
    found = result(assess(ADULT, answers), DECEPTION)
    assert found.state is UNDETERMINED
    assert found.missing == (DECEPTION + ".wages",)
    assert found.open_rules == ("one-strong-and-another",)


def test_an_open_question_that_cannot_change_the_result_is_not_said_to_be_missing() -> None:
    answers = answered(chosen(DECEPTION, medium=1)) | {
        DECEPTION + ".wages": Answer.NO,
        DECEPTION + ".education": Answer.UNKNOWN,
    }
    found = result(assess(ADULT, answers), DECEPTION)
    assert found.state is NOT_POSITIVE
    assert found.missing == ()


def test_not_asked_unknown_and_absent_are_the_same_to_the_rules() -> None:
    assert (
        assess(ADULT, {})
        == assess(ADULT, answered([], Answer.UNKNOWN))
        == assess(ADULT, answered([], Answer.NOT_ASKED))
    )


# The combination rule --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("dimensions", "finding", "strength"),
    [
        ([DECEPTION, EXPLOITATION, COERCED], "trafficking-forced-labour", Strength.CONSISTENT),
        ([COERCION, EXPLOITATION, COERCED], "trafficking-forced-labour", Strength.CONSISTENT),
        (
            [VULNERABILITY, EXPLOITATION, COERCED],
            "trafficking-through-vulnerability",
            Strength.POSSIBLY_CONSISTENT,
        ),
        (
            [DECEPTION, EXPLOITATION, DEPENDENT],
            "trafficking-through-vulnerability",
            Strength.POSSIBLY_CONSISTENT,
        ),
        ([DECEPTION, EXPLOITATION], "deceived-and-exploited", Strength.CONCERN),
        ([COERCION, EXPLOITATION], "exploited-with-other-means", Strength.CONCERN),
        ([EXPLOITATION, COERCED], "exploited-with-other-means", Strength.CONCERN),
        ([EXPLOITATION], "exploited-worker", Strength.LABOUR_RIGHTS),
        ([DECEPTION], "recruited-by-means", Strength.CONCERN),
        ([COERCION, COERCED], "recruited-by-means", Strength.CONCERN),
        ([COERCED], "no-exploitation-so-far", Strength.NONE_SO_FAR),
        ([], "no-exploitation-so-far", Strength.NONE_SO_FAR),
    ],
)
def test_each_combination_for_an_adult(dimensions: list[str], finding: str, strength: Strength) -> None:
    found = positive(*dimensions).finding
    assert (found.rule, found.strength) == (finding, strength)
    assert found.is_settled
    assert set(found.because) <= set(dimensions)
    assert set(found.title) == LANGUAGES


def test_a_child_needs_no_means() -> None:
    found = positive(EXPLOITATION, pack=CHILD).finding
    assert (found.rule, found.strength) == ("child-trafficking", Strength.CONSISTENT)
    assert found.because == (EXPLOITATION,)


@pytest.mark.parametrize("means", [DECEPTION, COERCION, VULNERABILITY, COERCED, DEPENDENT])
def test_a_child_deceived_or_coerced_is_a_concern_before_any_exploitation(means: str) -> None:
    assert positive(means, pack=CHILD).finding.strength is Strength.CONCERN


def test_a_finding_says_what_open_questions_could_still_make_of_it() -> None:
    found = positive(EXPLOITATION, rest=Answer.UNKNOWN).finding
    assert found.rule == "exploited-worker"
    assert not found.is_settled
    assert found.could_become[0] == "trafficking-forced-labour"
    assert "recruited-by-means" not in found.could_become


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_when_nothing_is_known_nothing_is_found(pack) -> None:
    assessment = assess(pack, {})
    assert {one.state for one in assessment.dimensions} == {UNDETERMINED}
    assert assessment.finding.strength is Strength.NOT_ENOUGH_KNOWN
    assert {i for one in assessment.dimensions for i in one.missing} == {i.id for i in pack.indicators}


def test_an_answer_to_an_unknown_indicator_is_refused() -> None:
    with pytest.raises(UnknownIndicator):
        assess(CHILD, {EXPLOITATION + ".social-protection": Answer.YES})


# Properties ------------------------------------------------------------------------------------------
def answers_for(pack) -> st.SearchStrategy[dict[str, Answer]]:
    return st.fixed_dictionaries({}, optional={one.id: st.sampled_from(Answer) for one in pack.indicators})


CASES = st.sampled_from(sorted(PACKS)).flatmap(
    lambda name: st.tuples(st.just(PACKS[name]), answers_for(PACKS[name]))
)


@given(CASES, st.randoms())
def test_an_answer_turned_to_yes_never_takes_a_positive_away(case, chance: random.Random) -> None:
    pack, answers = case
    before = assess(pack, answers)
    after = assess(pack, answers | {chance.choice(pack.indicators).id: Answer.YES})
    for then, now in zip(before.dimensions, after.dimensions, strict=True):
        if then.state is POSITIVE:
            assert now.state is POSITIVE
    order = [rule.id for rule in pack.combination_rules] + [pack.otherwise.id, pack.unknown.id]
    if before.finding.because:
        assert order.index(after.finding.rule) <= order.index(before.finding.rule)


@given(CASES, st.randoms())
def test_undetermined_means_that_the_open_answers_decide(case, chance: random.Random) -> None:
    pack, answers = case
    before = assess(pack, answers)
    missing = {i for one in before.dimensions for i in one.missing}
    all_yes = assess(pack, answers | dict.fromkeys(missing, Answer.YES))
    open_answers = {one.id for one in pack.indicators if answers.get(one.id) not in {Answer.YES, Answer.NO}}
    all_no = assess(pack, answers | dict.fromkeys(open_answers, Answer.NO))
    guess = assess(
        pack, answers | {one: chance.choice([Answer.YES, Answer.NO]) for one in sorted(open_answers)}
    )
    for then, yes, no, guessed in zip(*(a.dimensions for a in (before, all_yes, all_no, guess)), strict=True):
        if then.state is UNDETERMINED:
            assert (yes.state, no.state) == (POSITIVE, NOT_POSITIVE)
        else:
            assert yes.state is no.state is guessed.state is then.state


@given(CASES, st.randoms())
def test_a_settled_finding_stays_whatever_the_open_answers_turn_out_to_be(
    case, chance: random.Random
) -> None:
    pack, answers = case
    found = assess(pack, answers).finding
    opened = [one.id for one in pack.indicators if answers.get(one.id) not in {Answer.YES, Answer.NO}]
    later = assess(pack, answers | {one: chance.choice([Answer.YES, Answer.NO]) for one in opened}).finding
    if found.is_settled:
        assert later.rule == found.rule
    else:
        assert later.rule in {found.rule, *found.could_become, pack.otherwise.id}


@given(CASES, st.randoms())
def test_the_order_of_answers_does_not_matter(case, chance: random.Random) -> None:
    pack, answers = case
    shuffled = list(answers.items())
    chance.shuffle(shuffled)
    assert assess(pack, dict(shuffled)) == assess(pack, answers)


@given(CASES)
def test_every_result_carries_the_cautions_and_no_number(case) -> None:
    pack, answers = case
    assessment = assess(pack, answers)
    assert "a-screen-never-closes-a-file" in assessment.cautions
    for part in (assessment, assessment.finding, *assessment.dimensions):
        assert not any(isinstance(getattr(part, name), int | float) for name in type(part).__slots__)


# Refusals --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["id"], "Not a slug", "id: must be lower-case"),
        (["for"], "everyone", "for: must be one of adult, child"),
        (["title"], {"fr": "Sans anglais"}, "title: needs at least English"),
        (["source", "certainty"], "sure", "source.certainty: must be V, S or G"),
        (
            ["dimensions", 2, "indicators", 0, "weight"],
            "huge",
            "dimensions.2.indicators.0.weight: must be one of",
        ),
        (
            ["dimensions", 0, "indicators", 3, "text", "ar"],
            " ",
            "dimensions.0.indicators.3.text.ar: must be text",
        ),
        (["dimensions", 0, "indicators", 3, "text"], {"en": "Only English"}, "has no text in ar, es, fr"),
        (
            ["dimensions", 1, "id"],
            "deceptive-recruitment",
            "dimensions: deceptive-recruitment is there twice",
        ),
        (
            ["dimension_rules", 0, "needs", 0, "at_least"],
            0,
            "dimension_rules.0.needs.0.at_least: must be a whole",
        ),
        (
            ["dimension_rules", 1, "needs", 1, "of"],
            ["strong"],
            "dimension_rules.1.needs: names a weight twice",
        ),
        (
            ["combination_rules", 0, "needs", 0],
            ["magic"],
            "combination_rules.0.needs: no dimension is called magic",
        ),
        (["combination_rules"], [], "combination_rules: must be a list with at least one entry"),
        (["cautions", 0, "id"], "another", "cautions: a-screen-never-closes-a-file is missing"),
        (["unknown"], "?", "unknown: must be a mapping"),
    ],
)
def test_a_wrong_file_is_refused_with_the_field_that_is_wrong(
    path: list[Any], value: object, message: str
) -> None:
    data = copy.deepcopy(DATA["ilo-2009-adult-labour"])
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(PackInvalid) as refused:
        load_pack(data)
    assert message in str(refused.value)


@pytest.mark.parametrize("field", sorted(DATA["ilo-2009-adult-labour"]))
def test_no_field_may_be_left_out(field: str) -> None:
    data = {key: value for key, value in DATA["ilo-2009-adult-labour"].items() if key != field}
    with pytest.raises(PackInvalid, match=f"^{field}: is missing"):
        load_pack(data)
