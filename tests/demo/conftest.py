"""Demonstrations that are made once for all tests of a module: making one takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cast import NOON

from tutela.demo.world import World
from tutela.foundation.access.scope import Scope, within

CASES = 130


@pytest.fixture(scope="module")
def demonstration(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., World]]:
    """Makes one with so many cases, in a transaction that is taken back after the last test of the module."""
    from django.conf import settings
    from django.db import transaction

    from tutela.demo import bulk, seed
    from tutela.engines.envelopes import DerivationCost

    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(settings, "VAR", tmp_path_factory.mktemp("var"))
        # Growing a mailbox out of its number is dear on purpose; here nobody guesses.
        patch.setattr("tutela.reporting.mailboxes.COST", DerivationCost(memory_kib=64, passes=1))
        # A connection in a hurry is closed at the end, and this transaction would go with it.
        patch.setattr(bulk, "in_a_hurry", _no_hurry)

        def make(cases: int, *, walked: int = CASES) -> World:
            patch.setattr(seed, "CASES", walked)
            return seed.fill(cases=cases, at=NOON)

        with within(Scope(system=True)):
            yield make
        transaction.set_rollback(True)


@contextmanager
def _no_hurry() -> Iterator[None]:
    yield


@pytest.fixture(scope="module")
def accounts_file(demonstration: Callable[..., World]) -> Path:
    from django.conf import settings

    from tutela.demo.world import ACCOUNTS_FILE

    return Path(settings.VAR) / ACCOUNTS_FILE
