"""A desk at Lifeline, and the cheapest keys that still are keys: the benchmark measures the dear ones."""

from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.reporting.desk_work import open_desk

from tutela.engines.envelopes import DerivationCost
from tutela.reporting import mailboxes
from tutela.reporting.limits import Buckets
from tutela.reporting.models import Desk
from tutela.reporting.views import portal


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "COST", DerivationCost(memory_kib=64, passes=1))


@pytest.fixture(autouse=True)
def fresh_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "_buckets", Buckets())


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return open_desk(cast.lifeline)
