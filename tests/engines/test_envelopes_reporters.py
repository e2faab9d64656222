"""A reporter comes back with a secret alone: typed in any script, checked, and always the same keys."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.engines import envelopes
from tutela.engines.envelopes import DerivationCost, SecretMistyped

CHEAP = DerivationCost(memory_kib=8, passes=1)
SALT = b"an installation's salt"


def test_a_secret_is_24_digits_in_six_groups_and_never_the_same() -> None:
    many = {envelopes.new_secret() for _ in range(200)}
    assert len(many) == 200
    for secret in many:
        assert [len(group) for group in secret.split(" ")] == [4] * 6
        assert envelopes.parse_secret(secret) == secret


@settings(max_examples=10)
@given(st.builds(envelopes.new_secret))
def test_every_single_wrong_digit_and_every_swap_is_found(secret: str) -> None:
    digits = secret.replace(" ", "")
    wrong = {
        digits[:at] + other + digits[at + 1 :]
        for at, other in itertools.product(range(24), "0123456789")
        if other != digits[at]
    }
    swapped = {
        digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        for at in range(23)
        if digits[at] != digits[at + 1]
    }
    assert len(wrong) == 24 * 9
    for mistake in wrong | swapped:
        with pytest.raises(SecretMistyped):
            envelopes.parse_secret(mistake)


@pytest.mark.parametrize("zero", ["٠", "۰", "０", "०", "០"])
@pytest.mark.parametrize("between", ["", " ", "-", "–", "\u00a0", "\u200f", "\n", " - "])
def test_a_secret_may_be_typed_in_the_digits_of_any_script(zero: str, between: str) -> None:
    secret = envelopes.new_secret()
    typed = between.join("".join(chr(ord(zero) + int(digit)) for digit in group) for group in secret.split())
    assert envelopes.parse_secret(typed) == secret


@pytest.mark.parametrize("text", ["", "1234", "0" * 23, "0" * 25, "0" * 24 + "x", "²" * 24, "0 " * 5000])
def test_what_is_not_a_secret_is_mistyped(text: str) -> None:
    with pytest.raises(SecretMistyped):
        envelopes.parse_secret(text)


@given(st.text(max_size=60))
def test_any_other_text_is_mistyped(text: str) -> None:
    with pytest.raises(SecretMistyped):
        envelopes.parse_secret(text)


def test_a_secret_always_gives_the_same_keys_however_it_is_typed() -> None:
    secret = envelopes.new_secret()
    keys = envelopes.derive_reporter_keys(secret, salt=SALT, cost=CHEAP)
    again = envelopes.derive_reporter_keys(secret.replace(" ", "-"), salt=SALT, cost=CHEAP)
    assert keys == again
    answer = envelopes.seal_to(keys.public_key, b"we can help", info=b"", aad=b"")
    assert envelopes.open_sealed(again.private_key, answer, info=b"", aad=b"") == b"we can help"


def test_another_secret_salt_or_cost_gives_other_keys() -> None:
    secret = envelopes.new_secret()
    mailboxes = {
        envelopes.derive_reporter_keys(one, salt=salt, cost=cost).mailbox_id
        for one, salt, cost in (
            (secret, SALT, CHEAP),
            (envelopes.new_secret(), SALT, CHEAP),
            (secret, b"another salt, as long", CHEAP),
            (secret, SALT, DerivationCost(memory_kib=16, passes=1)),
        )
    }
    assert len(mailboxes) == 4


def test_keys_derived_today_are_those_derived_in_ten_years() -> None:
    """A change of any constant would lock every reporter out: this answer must never change."""
    keys = envelopes.derive_reporter_keys("0" * 24, salt=b"0" * 16, cost=CHEAP)
    assert (keys.mailbox_id.hex(), keys.private_key[:8].hex()) == (
        "ef12b6954907c3ba2ff3a8eec3ef68a9",
        "853e2bbe351d38ef",
    )


def test_a_guess_costs_46_mib_and_two_passes_by_default() -> None:
    """Never less than the OWASP cheat sheet's first choice for passwords, 46 MiB and one pass."""
    assert DerivationCost() == DerivationCost(memory_kib=47104, passes=2, lanes=1)


def test_a_short_salt_and_a_mistyped_secret_derive_nothing() -> None:
    with pytest.raises(ValueError, match="salt"):
        envelopes.derive_reporter_keys(envelopes.new_secret(), salt=b"short", cost=CHEAP)
    with pytest.raises(SecretMistyped):
        envelopes.derive_reporter_keys("1" + "0" * 23, salt=SALT, cost=CHEAP)
