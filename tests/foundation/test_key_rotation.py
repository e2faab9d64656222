"""Rotating the master key leaves nobody outside: keys and second factors open with the new one alone."""

from __future__ import annotations

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from tests.cast import APP_SECRET, NOON, give_app

from tutela.engines.envelopes import EnvelopeRefused
from tutela.foundation.access.decision import SYSTEM
from tutela.foundation.organisations.actions import rewrap_second_factors
from tutela.foundation.vault.keyring import rewrap_under_current_master


def test_second_factors_open_with_the_new_key_alone(cast, settings):
    give_app(cast.bea)
    old, settings.MASTER_KEY = settings.MASTER_KEY, "another master key of some length"
    settings.MASTER_KEYS_OLD = [old]
    rewrap_under_current_master()
    assert rewrap_second_factors(by=SYSTEM, at=NOON) == 1
    assert rewrap_second_factors(by=SYSTEM, at=NOON) == 0
    settings.MASTER_KEYS_OLD = []
    sealed = Authenticator.objects.get(user=cast.bea).data["secret"]
    assert get_adapter().decrypt(sealed) == APP_SECRET
    settings.MASTER_KEY = old
    with pytest.raises(EnvelopeRefused):
        get_adapter().decrypt(sealed)
