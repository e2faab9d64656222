"""Schemathesis reads what the API says of itself and attacks it, as Carl: nothing breaks, nothing leaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance
from tests.proofs.walk import forget_haste
from tests.proofs.world import CANARY, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EXAMPLES = 40


@pytest.fixture(scope="module")
def schema(world: World) -> Any:
    response = world.clients["carl"].get("/api/v1/openapi.json")
    return schemathesis.openapi.from_dict(json.loads(response.content))


@pytest.fixture(autouse=True)
def connection_stays() -> Iterator[None]:
    """As Django's own test client does: a real server closes its connection, a test keeps its transaction."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def test_the_description_covers_every_address_of_the_api(schema: Any) -> None:
    from tests.proofs.addresses import addresses

    described = {result.ok().path for result in schema.get_all_operations()}
    served = [one for one in addresses() if one.is_api and one.name not in {"openapi-json", "api-root"}]
    assert len(described) == len(served)


def test_whatever_the_api_is_asked_it_answers_as_described(world: World, schema: Any) -> None:
    """A bounded number of questions for each operation, right ones and wrong ones."""
    session = world.clients["carl"].cookies["tutela"].value
    asked: list[int] = []
    for result in schema.get_all_operations():
        attack(result.ok(), session=session, asked=asked)
    assert 200 in asked
    assert {422, 404} & set(asked)


def attack(operation: Any, *, session: str, asked: list[int]) -> None:
    application = get_wsgi_application()
    asks = st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @given(case=asks)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def answered(case: Any) -> None:
        forget_haste()
        response = case.call(
            app=application,
            base_url="http://localhost",
            cookies={"tutela": session},
            headers={"Accept-Encoding": "identity"},
        )
        case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])
        assert not CANARY.search(response.text)
        asked.append(response.status_code)

    answered()
