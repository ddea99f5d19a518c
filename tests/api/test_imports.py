"""A history sent over HTTP is recorded like one imported from a file."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from domain.values import source_id
from tests.api.office import Clock, problem
from tests.imports.lines import encoded, history

LINES = {"Content-Type": "application/jsonl"}


@pytest.fixture(autouse=True)
def later(clock: Clock) -> None:
    """The lines tell of times that lie in the past."""
    clock.go_to("2026-02-01T00:00:00+00:00")


def test_lines_are_recorded_and_known_ones_are_not_recorded_twice(client: TestClient) -> None:
    body = b"".join(encoded(history(check_ins=3)))
    first = client.post("/v1/imports", content=body, headers=LINES)
    assert first.status_code == 200
    assert first.headers["x-position"] == "7"
    assert first.json()["recorded"] == 7
    shown = client.get(f"/v1/key-results/{source_id('import', 'k1')}", params={"min_position": 7})
    assert shown.json()["value"] == 2
    again = client.post("/v1/imports", content=body, headers=LINES)
    assert (again.json()["recorded"], again.json()["known"]) == (0, 7)


def test_a_dry_run_records_nothing(client: TestClient) -> None:
    body = b"".join(encoded(history()))
    told = client.post("/v1/imports?dry_run=true", content=body, headers=LINES)
    assert told.json()["recorded"] == 7
    assert "x-position" not in told.headers


def test_a_bad_line_is_a_problem_that_names_it(client: TestClient) -> None:
    body = b"".join(encoded(history())) + b'{"id": "x"}\n'
    refused = client.post("/v1/imports", content=body, headers=LINES)
    told = problem(refused, 422, "bad-line")
    assert told["errors"][0]["pointer"] == "/7"
    assert told["detail"].startswith("Line 8: The field 'at' is missing.")
    assert client.get("/v1/people").json()["items"] == []
