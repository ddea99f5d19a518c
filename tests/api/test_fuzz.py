# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false
# pyright: reportUnknownVariableType=false
"""Whatever is sent, the answer is one that the OpenAPI document declares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from starlette.types import Receive, Scope, Send

from api import history as histories
from api.app import ROUTES, create_app
from api.history import History
from api.routes import explanations, health, imports
from api.settings import Settings
from tests.api.office import Clock, Json, Office

EXAMPLES = max(3, settings().max_examples // 10)
UNHURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One app with one history for the whole search, which only grows."""
    path: Path = tmp_path_factory.mktemp("fuzz") / "okr.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(histories, "WAIT_SECONDS", 0.5)
        with TestClient(create_app(History(Settings(database=f"sqlite:///{path}")))) as client:
            yield client


@pytest.fixture(scope="module")
def known(started: TestClient) -> Json:
    """Ids that exist, for paths to name."""
    office = Office(started, Clock())
    person, unit, cycle = office.person(), office.unit(), office.open_cycle()
    one, other = office.objective(cycle, unit), office.objective(cycle, person)
    key_result = office.key_result(one)
    check_in = office.check_in(key_result)
    review = office.post(
        f"/v1/objectives/{one['id']}/reviews",
        stage="mid",
        decision="keep",
        actions=[{"text": "Ask"}],
    )
    edge = office.post(
        "/v1/alignments",
        **{
            "from": {"type": "objective", "id": one["id"]},
            "to": {"type": "objective", "id": other["id"]},
        },
        relation="supports",
    )
    return {
        "person_id": person["id"],
        "unit_id": unit["id"],
        "cycle_id": cycle["id"],
        "objective_id": one["id"],
        "key_result_id": key_result["id"],
        "check_in_id": check_in["id"],
        "review_id": review["id"],
        "action_id": review["actions"][0]["action_id"],
        "alignment_id": edge["id"],
    }


@pytest.fixture(scope="module")
def schema(started: TestClient) -> Any:
    """The document, with an app that outlives its requests: Schemathesis would end it each time."""

    async def always_on(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await started.app(scope, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    return schemathesis.openapi.from_asgi("/openapi.json", always_on)


OPERATIONS = [
    (route.path, method)
    for concept in ROUTES
    # Imports take lines, which no generator knows how to write.
    if concept not in (imports, health, explanations)
    for route in concept.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]


@pytest.mark.fuzz
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_a_declared_one(
    schema: Any, known: Json, path: str, method: str, mode: GenerationMode
) -> None:
    operation = schema[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, suppress_health_check=UNHURRIED)
    def search(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            case.path_parameters |= {k: known[k] for k in case.path_parameters if k in known}
        # A position that is far ahead is answered 503 as it should be, after a wait.
        case.query = {k: v for k, v in (case.query or {}).items() if k != "min_position"}
        case.headers.pop("X-Min-Position", None)
        case.call_and_validate(checks=CHECKS)

    search()
