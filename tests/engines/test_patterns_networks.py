"""Networks of templates: what ties them, what ties nothing, and how they move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.engines.patterns.networks import Mention, Sighting, kilometres, moves, networks

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PARIS, LYON, SYDNEY = (
    ("Paris, FR", 48.8534, 2.3488),
    ("Lyon, FR", 45.7485, 4.8467),
    ("Sydney, AU", -33.87, 151.21),
)


def mention(template: int, contact: str) -> Mention:
    return Mention(template, contact, 1)


def test_a_shared_contact_ties_two_templates_and_names_itself():
    found = networks([mention(1, "a"), mention(2, "a"), mention(3, "b")])
    (network,) = found.networks
    assert network.templates == (1, 2)
    assert [(tie.first, tie.second, tie.contacts, tie.weight) for tie in network.ties] == [
        (1, 2, ("a",), 1.0)
    ]


def test_the_more_templates_name_a_contact_the_less_it_ties():
    found = networks([mention(template, "a") for template in range(5)])
    assert {tie.weight for tie in found.networks[0].ties} == {0.25}


def test_a_switchboard_ties_nothing_and_is_listed_apart():
    crowd = [mention(template, "hotel") for template in range(30)]
    found = networks([*crowd, mention(1, "own"), mention(2, "own")], hub=25)
    assert [one.templates for one in found.networks] == [(1, 2)]
    assert found.hubs == {"hotel": 30}


def test_a_large_network_is_parted_into_those_that_share_most():
    inside = [mention(10 * group + one, f"{group}-{pair}") for group in (0, 1) for one in range(8)
              for pair in (one, (one + 1) % 8, "all")]  # fmt: skip
    (network,) = networks([*inside, mention(0, "bridge"), mention(10, "bridge")]).networks
    assert sorted(network.communities) == [tuple(range(8)), tuple(range(10, 18))]


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abcdef")), max_size=30), st.randoms())
def test_the_order_of_what_is_said_changes_nothing(pairs, chance):
    said = [mention(*pair) for pair in pairs]
    shuffled = list(said)
    chance.shuffle(shuffled)
    assert networks(said) == networks(shuffled)


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abcdef")), max_size=30))
def test_a_template_is_in_one_network_and_every_tie_is_a_contact_of_both(pairs):
    found = networks([mention(*pair) for pair in pairs], least_weight=0)
    everybody = [template for network in found.networks for template in network.templates]
    assert len(everybody) == len(set(everybody))
    for network in found.networks:
        for tie in network.ties:
            assert all((tie.first, one) in pairs and (tie.second, one) in pairs for one in tie.contacts)


def sighting(hours: float, place: tuple[str, float, float]) -> Sighting:
    return Sighting(NOON + timedelta(hours=hours), *place)


def test_kilometres_are_those_of_the_atlas():
    assert kilometres(sighting(0, PARIS), sighting(0, LYON)) == pytest.approx(392, abs=2)
    assert kilometres(sighting(0, PARIS), sighting(0, SYDNEY)) == pytest.approx(16_960, abs=40)


def test_moves_are_changes_of_place_in_time():
    found = moves([sighting(30, LYON), sighting(0, PARIS), sighting(5, PARIS)])
    (move,) = found
    assert (move.before.place, move.after.place, move.hours) == ("Paris, FR", "Lyon, FR", 25)
    assert not move.too_fast


def test_days_without_times_may_be_a_day_apart():
    midnight = NOON.replace(hour=0)
    (move,) = moves([Sighting(midnight, *PARIS), Sighting(midnight, *SYDNEY)])
    assert (move.hours, move.too_fast) == (24, False)


def test_nobody_is_in_sydney_two_hours_after_paris():
    (move,) = moves([sighting(0, PARIS), sighting(2, SYDNEY)])
    assert move.too_fast
