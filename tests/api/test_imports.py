"""A history sent over HTTP is recorded like one imported from a file."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api import importing
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


def test_blank_lines_are_not_counted(client: TestClient) -> None:
    lines = encoded(history(check_ins=3))
    body = b"\n" + b"\n  \n".join(lines) + b"\n\n"
    told = client.post("/v1/imports", content=body, headers=LINES).json()
    assert (told["lines"], told["recorded"]) == (7, 7)
    again = client.post("/v1/imports", content=body + b'\n{"id": 7}', headers=LINES)
    number = (body + b"\n").count(b"\n") + 1
    assert problem(again, 422, "bad-line")["detail"].startswith(f"Line {number}: ")


def test_a_dry_run_that_fails_says_that_nothing_is_recorded(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    body = b"".join(encoded(history())) + b'{"id": "x"}\n'
    for path, said in (("?dry_run=true", "Nothing is recorded"), ("", "Lines up to 6 are")):
        answer = client.post(f"/v1/imports{path}", content=body, headers=LINES)
        assert said in problem(answer, 422, "bad-line")["detail"]


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
