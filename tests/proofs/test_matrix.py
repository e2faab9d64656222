"""Who may do what: every address, asked by everyone, about every kind of file, beside a reviewed table."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable

import pytest
from tests.proofs import matrix, walk
from tests.proofs.addresses import Address
from tests.proofs.walk import ANY_PLACE, MADE_UP, NO_PLACE, OUTSIDE, STRANGERS, Answer, Question, ask
from tests.proofs.world import World, word

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EVERY_PART = frozenset(
    {
        "pseudonym",
        "identity",
        "contact",
        "wishes",
        "needs",
        "timeline",
        "documents",
        "grounds",
        "referral",
        "report",
        "emergency",
    }
)
FILE = EVERY_PART - {"report", "emergency"}

# What each of them may read, written down by hand: the oracle that owes nothing to the code.
# A report is read at its desk by whoever works there; an emergency by whoever reviews it.
MAY_READ: dict[str, dict[str, frozenset[str]]] = {
    "bea": dict.fromkeys(("assigned", "shared", "ended"), FILE),
    "ben": {"emergency": FILE},
    "carl": {
        **dict.fromkeys(("assigned", "unassigned", "shared", "ended", "emergency"), EVERY_PART),
        "conflict": frozenset({"report"}),
    },
    "dario": {
        "elsewhere": FILE,
        "shared": frozenset({"pseudonym", "needs", "referral"}),
        "unassigned": frozenset({"pseudonym", "referral"}),
    },
    "hana": {"lifeline": frozenset({"report"})},
    "ada": dict.fromkeys(("unassigned", "shared", "ended"), frozenset({"pseudonym", "grounds"})),
}

# A caseworker who breaks the glass is asked for the reason beside the pseudonym of the file.
BEFORE_THE_GLASS = "break-glass"
# Both sides keep the record of a referral that has ended: to whom, when, about which pseudonym, no words.
REFERRALS = {"referral", "referral-answer", "referral-outcome", "referral-revoke"}


def may_read(who: str, place: str) -> frozenset[str]:
    return MAY_READ.get(who, {}).get(place, frozenset())


def works_on(who: str, place: str) -> bool:
    """Whether the whole file is open: what is refused then is refused for its state, not to its reader."""
    return may_read(who, place) >= FILE


# Pages of another organisation's file that a receiver opens, besides those of the referral itself.
SHARED_WITH_DARIO = {"file", "needs", "person"}
SHARED_WITH_ADA = {"decision-decide"}


@pytest.fixture(scope="module")
def answers(world: World) -> list[Answer]:
    return walk.answers(world)


def of_files(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.question.address.is_of_a_file]


def said(answers: list[Answer]) -> str:
    """Each answer as a line of the table, for the message of a failed assertion."""
    return "\n" + "\n".join(
        f"{one.question.who} {one.question.method} {one.question.address.route} "
        f"({one.question.place}): {one.status} {sorted(one.shows)}"
        for one in answers
    )


# ---------------------------------------------------------------- the table
def test_everything_is_as_reviewed(answers: list[Answer]) -> None:
    live = matrix.table_of(answers)
    if os.environ.get(matrix.WRITE):
        matrix.TABLE.write_text(live, encoding="utf-8")
    changed = matrix.differences(matrix.TABLE.read_text(encoding="utf-8"), live)
    assert not changed, "\n".join(["Review, then: python -m tests.proofs.matrix --write", *changed])


def test_the_table_shows_what_changed() -> None:
    reviewed = "a\tGET\t-\t200\nb\tGET\t-\t404\n"
    assert matrix.differences(reviewed, reviewed) == []
    assert matrix.differences(reviewed, reviewed.replace("404", "200")) == [
        "no longer: b\tGET\t-\t404",
        "not reviewed: b\tGET\t-\t200",
    ]
    assert matrix.differences(reviewed, reviewed + "c\tGET\t-\t404\n") == ["not reviewed: c\tGET\t-\t404"]


# ---------------------------------------------------------------- what must be, whatever the table says
def test_nothing_breaks(answers: list[Answer]) -> None:
    broken = [answer for answer in answers if answer.status.startswith("5")]
    assert not broken, said(broken)


def test_pages_say_nothing_of_files_that_their_reader_may_not_read(answers: list[Answer]) -> None:
    told = [
        answer
        for answer in answers
        if not _shown_in_its_own_way(answer)
        and any(part not in may_read(answer.question.who, place) for part, place in answer.shows)
    ]
    assert not told, said(told)


def _shown_in_its_own_way(answer: Answer) -> bool:
    """Nothing but a pseudonym, before the glass or on the record of a referral."""
    name = answer.question.address.name
    return {part for part, _ in answer.shows} == {"pseudonym"} and name in {BEFORE_THE_GLASS, *REFERRALS}


def test_what_may_be_read_is_shown_somewhere(answers: list[Answer]) -> None:
    """So that the test above can fail: the words are there, where they belong."""
    shown: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for answer in answers:
        shown[answer.question.who] |= answer.shows
    assert {part for part, _place in shown["carl"]} == EVERY_PART
    assert {
        ("pseudonym", "shared"),
        ("needs", "shared"),
        ("referral", "shared"),
        ("referral", "unassigned"),
    } <= shown["dario"]
    assert ("grounds", "shared") in shown["ada"]
    assert ("needs", "emergency") in shown["ben"]


def test_no_outsider_is_let_into_a_file_but_through_a_grant(answers: list[Answer]) -> None:
    let_in = [
        answer
        for answer in of_files(answers)
        if answer.is_let_in
        and answer.question.place not in MAY_READ.get(answer.question.who, {})
        and answer.question.address.name != "break-glass"
    ]
    assert not let_in, said(let_in)


def _stands_before_the_glass(answer: Answer) -> bool:
    """A caseworker of the same organisation, without a conflict of interest, and nothing is opened yet."""
    asked = answer.question
    own = (
        ("elsewhere",) if asked.who == "dario" else ("assigned", "unassigned", "shared", "ended", "emergency")
    )
    return asked.address.name == BEFORE_THE_GLASS and asked.place in own


def test_a_grant_opens_its_sections_and_for_reading_only(answers: list[Answer]) -> None:
    granted = {"shared": SHARED_WITH_DARIO, "unassigned": SHARED_WITH_DARIO - {"needs"}}
    wrong = [
        answer
        for answer in of_files(answers)
        if answer.question.who == "dario"
        and answer.question.place in {"shared", "unassigned", "ended"}
        and answer.is_let_in
        and (
            answer.question.address.name not in granted.get(answer.question.place, set())
            or answer.question.method == "POST"
        )
    ]
    assert not wrong, said(wrong)


def test_only_the_authority_that_was_asked_opens_a_request(answers: list[Answer]) -> None:
    decided = [
        (answer.question.who, answer.question.place)
        for answer in answers
        if answer.question.address.name == "decision-decide" and answer.is_let_in
    ]
    assert set(decided) == {("ada", "shared"), ("ada", "ended")}


def test_parts_of_one_file_are_not_found_in_another(answers: list[Answer]) -> None:
    found = [answer for answer in answers if answer.question.place in MADE_UP and answer.is_let_in]
    found = [answer for answer in found if answer.question.address.name not in TAKES_A_COLLEAGUE]
    assert not found, said(found)


# A colleague is of the organisation, not of a file.
TAKES_A_COLLEAGUE = {"team-unassign"}


def test_forbidden_and_absent_answer_alike(answers: list[Answer]) -> None:
    """For whoever is refused, the file that is not theirs and the one that never was are the same page."""
    by_question = {answer.question: answer for answer in answers}
    different = []
    for answer in answers:
        asked = answer.question
        elsewhere = asked.place in {NO_PLACE, ANY_PLACE, "nobody"}
        if elsewhere or answer.is_let_in or answer.status in {"sign-in", "factor"}:
            continue
        absent = by_question[Question(asked.address, asked.method, "nobody", asked.who)]
        if (absent.status, absent.fingerprint) != (answer.status, answer.fingerprint):
            different.append(answer)
    assert not different, said(different)


def test_without_an_account_there_are_public_pages_and_the_way_in(answers: list[Answer]) -> None:
    inside = [
        answer
        for answer in answers
        if answer.question.who in {"anonymous", "closed"}
        and not _is_public(answer.question.address)
        and answer.status not in {"sign-in", "401", "404", "405"}
    ]
    assert not inside, said(inside)


def _is_public(address: Address) -> bool:
    return getattr(address.view, "opens_to", None) == "public"


def test_without_a_second_factor_there_is_only_the_way_to_one(answers: list[Answer]) -> None:
    ways = {
        "second-factor",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account-language",
    }
    inside = [
        answer
        for answer in answers
        if answer.question.who == "newcomer"
        and not _is_public(answer.question.address)
        and answer.question.address.name not in ways
        and answer.status != "factor"
    ]
    assert not inside, said(inside)


@pytest.mark.parametrize("who", [*STRANGERS, *OUTSIDE])
def test_who_has_nothing_to_do_with_files_opens_none(answers: list[Answer], who: str) -> None:
    opened = [answer for answer in answers if answer.question.who == who and _speaks_of_a_person(answer)]
    assert not opened, said(opened)


def _speaks_of_a_person(answer: Answer) -> bool:
    asked = answer.question.address
    return bool(answer.shows) or (answer.is_let_in and (asked.is_of_a_file or asked.name in REFERRALS))


def test_every_refusal_at_a_file_was_written_down(answers: list[Answer], world: World) -> None:
    silent = [
        answer
        for answer in of_files(answers)
        if answer.status == "404"
        and answer.question.who not in OUTSIDE
        and not works_on(answer.question.who, answer.question.place)
        and not any(verb == "refused" for verb, _ in answer.events)
    ]
    assert not silent, said(silent)


def test_every_look_at_a_file_was_written_down(answers: list[Answer]) -> None:
    silent = [
        answer
        for answer in answers
        if any(part not in IN_LISTS for part, _ in answer.shows) and not _looked(answer)
    ]
    assert not silent, said(silent)
    silent = [
        answer
        for answer in of_files(answers)
        if answer.status in {"200", "302", "422", "409"} and not _looked(answer)
    ]
    assert not silent, said(silent)


# A list shows pseudonyms; that of emergencies the reasons that colleagues gave.
IN_LISTS = {"pseudonym", "emergency"}


def _looked(answer: Answer) -> bool:
    return any(verb.startswith("look.") or verb == "referral.look" for verb, _ in answer.events)


def test_head_is_answered_like_get(world: World, answers: list[Answer]) -> None:
    known = {
        answer.question.address.route: answer
        for answer in answers
        if answer.question.who == "carl"
        and answer.question.method == "GET"
        and answer.question.place in {NO_PLACE, "assigned"}
    }
    differ = []
    for answer in known.values():
        asked = answer.question
        head = ask(world, Question(asked.address, "HEAD", asked.place, asked.who))
        if head.status != answer.status or head.body:
            differ.append(head)
    assert not differ, said(differ)


# ---------------------------------------------------------------- the proofs can fail
def test_a_leak_would_be_found(world: World) -> None:
    address = Address("files/", "files", lambda: None)
    leak = Answer(Question(address, "GET", NO_PLACE, "eve"), "200", word("needs", "assigned").encode(), ())
    for proof in (
        test_pages_say_nothing_of_files_that_their_reader_may_not_read,
        test_every_look_at_a_file_was_written_down,
    ):
        with pytest.raises(AssertionError):
            proof([leak])


def test_a_hole_would_be_found(world: World) -> None:
    address = Address("files/<uuid:person_id>/", "file", lambda: None)
    hole = Answer(Question(address, "GET", "assigned", "dario"), "200", b"", ())
    proofs: list[Callable[[list[Answer]], None]] = [
        test_no_outsider_is_let_into_a_file_but_through_a_grant,
    ]
    for proof in proofs:
        with pytest.raises(AssertionError):
            proof([hole])
