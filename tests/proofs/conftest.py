"""One world for all proofs of a module, built once and gone at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.cast import NOON


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """tests/proofs/world.py in one transaction that is never committed; it is noon all the while."""
    from django.db import transaction
    from django.template import Template
    from tests.proofs import world as worlds

    from tutela.foundation.access.scope import Scope, within

    with (
        pytest.MonkeyPatch.context() as clock,
        django_db_blocker.unblock(),
        transaction.atomic(),
        within(Scope(system=True)),
    ):
        clock.setattr("django.utils.timezone.now", lambda: NOON)
        # Django's test client keeps a copy of each context of each template: nobody reads them here.
        clock.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))
        yield worlds.build()
        transaction.set_rollback(True)
