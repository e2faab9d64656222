"""Invented people come into an empty demonstration only."""

from __future__ import annotations

import pytest

from tutela.demo import seed
from tutela.foundation.organisations.models import Organisation
from tutela.operations.refusals import Refused


def test_an_installation_with_an_organisation_is_left_alone(cast, monkeypatch):
    monkeypatch.setattr(seed, "fill", lambda **_how: pytest.fail("it was filled"))
    before = Organisation.objects.count()
    assert seed.seed_when_empty() == 0
    assert Organisation.objects.count() == before


@pytest.mark.parametrize("word", [seed.seed_when_empty, lambda: seed.start_over(cases=5, reset=True)])
def test_invented_people_never_come_into_production(word, settings):
    settings.SHOW_DEMO = False
    with pytest.raises(Refused, match="production"):
        word()


def test_starting_over_must_be_meant(settings):
    with pytest.raises(Refused, match="--reset"):
        seed.start_over(cases=5, reset=False)
    with pytest.raises(Refused, match="at least 1"):
        seed.start_over(cases=0, reset=True)


@pytest.mark.postgres
def test_on_postgresql_nothing_is_thrown_away(db):
    with pytest.raises(Refused, match="PostgreSQL"):
        seed.start_over(cases=5, reset=True)
