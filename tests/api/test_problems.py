"""Everything that is refused is refused as a problem, and never says more than it should."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from threading import current_thread
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.history import History
from domain.log import LogUnavailableError
from tests.api.office import NOBODY, Json, Office, problem
from tests.projections.test_poison import PersonCloned, append

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("content", [b"{", b"", b'"\xff"', b"[" * 100_000, b"\x00"])
def test_a_body_that_is_no_json_is_malformed(client: TestClient, content: bytes) -> None:
    response = client.post("/v1/people", content=content, headers=JSON)
    if content:
        problem(response, 400, "malformed-request")
    else:
        problem(response, 422, "invalid-fields")


@pytest.mark.parametrize("headers", [{"Content-Type": "text/plain"}, {}])
def test_a_body_of_another_type_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    response = client.post("/v1/people", content=b'{"name": "Ada"}', headers=headers)
    problem(response, 415, "unsupported-media-type")


def test_unknown_paths_and_methods_say_what_there_is(client: TestClient) -> None:
    for path in ("/v1/nothing", "/v1/people/", "/problems/nothing"):
        problem(client.get(path), 404, "path-not-found")
    wrong = client.put("/v1/people", json={})
    problem(wrong, 405, "method-not-allowed")
    assert wrong.headers["allow"] == "GET, HEAD, POST"
    wrong = client.delete(f"/v1/objectives/{NOBODY}")
    assert wrong.headers["allow"] == "GET, HEAD, PATCH"


def test_a_body_over_the_limit_is_refused_declared_or_not(client: TestClient) -> None:
    large = b'{"name": "' + b"a" * (1024 * 1024) + b'"}'
    problem(client.post("/v1/people", content=large, headers=JSON), 413, "content-too-large")
    parts = (large[start : start + 65536] for start in range(0, len(large), 65536))
    problem(client.post("/v1/people", content=parts, headers=JSON), 413, "content-too-large")


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("NaN", "finite"),
        ("Infinity", "finite"),
        ("1e999", "finite"),
        ("true", "number"),
        ('"5"', "number"),
        ("[1]", "number"),
        ("0.1234567890123456789", "digits"),
        ("1e15", "digits"),
    ],
)
def test_a_number_is_a_finite_json_number(
    client: TestClient, key_result: Json, value: str, word: str
) -> None:
    content = f'{{"target": {value}, "reason": {{"code": "other"}}}}'
    path = f"/v1/key-results/{key_result['id']}"
    body = problem(client.patch(path, content=content, headers=JSON), 422, "invalid-fields")
    (error,) = body["errors"]
    assert (error["in"], error["pointer"]) == ("body", "/target")
    assert word in error["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "A", "kind": "quarter", "starts_on": 1767225600}, "/starts_on"),
        ({"name": "A", "kind": "quarter", "starts_on": "2026-02-30"}, "/starts_on"),
        ({"name": "A", "kind": "fortnight"}, "/kind"),
        ({"name": " ", "kind": "quarter"}, "/name"),
        ({"name": "A\x00", "kind": "quarter"}, "/name"),
        ({"name": None, "kind": "quarter"}, "/name"),
        ({"name": "A", "kind": "quarter", "colour/~": 1}, "/colour~1~0"),
        ({"name": "A", "kind": "quarter", "parent_id": 5}, "/parent_id"),
        ({"name": "A", "kind": "quarter", "cadence_days": 7.5}, "/cadence_days"),
        ({"name": "A", "kind": "quarter", "cadence_days": True}, "/cadence_days"),
        ({"name": "A", "kind": "quarter", "effective_at": 1767225600}, "/effective_at"),
        ({"name": "A", "kind": "quarter", "reason": {"code": "why"}}, "/reason/code"),
        ({"name": "A", "kind": "quarter", "reason": {}}, "/reason"),
    ],
)
def test_invalid_fields_are_named_and_never_repeated(
    client: TestClient, body: dict[str, Any], pointer: str
) -> None:
    days = {"starts_on": "2026-01-01", "ends_on": "2026-03-31"}
    answer = problem(client.post("/v1/cycles", json=days | body), 422, "invalid-fields")
    assert [error["pointer"] for error in answer["errors"]] == [pointer]


def test_what_is_sent_is_not_sent_back(client: TestClient) -> None:
    secret = {"name": {"password": "hunter2"}, "token": "hunter2"}
    response = client.post("/v1/people", json=secret)
    problem(response, 422, "invalid-fields")
    assert "hunter2" not in response.text
    surrogate = client.post("/v1/people", content=b'{"name": "A", "\\ud800": 1}', headers=JSON)
    problem(surrogate, 422, "invalid-fields")
    lone = client.post("/v1/people", content=b'{"name": "\\ud800"}', headers=JSON)
    problem(lone, 422, "invalid-fields")


def test_a_body_that_is_no_object_is_refused(client: TestClient) -> None:
    for content in (b"[]", b"5", b"null", b'"x"'):
        response = client.post("/v1/people", content=content, headers=JSON)
        problem(response, 422, "invalid-fields")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/people?limit=1&limit=2"),
        ("GET", "/v1/audit?type=A&field=title&type=A"),
        ("GET", "/v1/events?after=0&after=0"),
        ("POST", "/v1/imports?dry_run=true&dry_run=false"),
    ],
)
def test_a_parameter_that_is_given_twice_is_refused(
    client: TestClient, method: str, path: str
) -> None:
    name = path.partition("?")[2].partition("=")[0]
    told = problem(client.request(method, path), 400, "malformed-request")
    assert told["detail"] == f"The parameter '{name}' is given twice; give it once."


def test_refusals_of_the_domain_keep_their_names(
    client: TestClient, cycle: Json, objective: Json
) -> None:
    add = f"/v1/objectives/{objective['id']}/key-results"
    for path, body, status, name in [
        (f"/v1/objectives/{NOBODY}/publish", {}, 404, "objective-not-found"),
        (f"/v1/cycles/{cycle['id']}/close", {}, 409, "cycle-step-not-possible"),
        (add, {"title": "A", "kind": "boolean", "target": 1}, 422, "measure-invalid"),
        (add, {"title": "A", "kind": "metric", "supports": [NOBODY]}, 404, "objective-not-found"),
    ]:
        problem(client.post(path, json=body), status, name)
    future = {"name": "A", "effective_at": "2027-01-01T00:00:00Z"}
    problem(client.post("/v1/people", json=future), 409, "effective-in-the-future")
    wrong = client.post(add, json={"title": "A", "kind": "boolean", "target": 1}).json()
    assert wrong["errors"][0]["pointer"] == "/target"


def _raising(error: Exception) -> Callable[..., Any]:
    def raising(*_args: object, **_kwargs: object) -> Any:
        raise error

    return raising


def test_a_log_that_cannot_be_used_is_unavailable_for_a_while(
    client: TestClient, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history.log, "append", _raising(LogUnavailableError("locked")))
    response = client.post("/v1/people", json={"name": "Ada"})
    problem(response, 503, "log-unavailable")
    assert response.headers["retry-after"] == "1"


def test_a_full_disk_is_said_to_be_full(
    client: TestClient, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = LogUnavailableError("cannot be used")
    full.__cause__ = sqlite3.OperationalError("database or disk is full")
    monkeypatch.setattr(history.log, "append", _raising(full))
    problem(client.post("/v1/people", json={"name": "Ada"}), 507, "log-full")
    full.__cause__ = OSError(28, "No space left on device")
    problem(client.post("/v1/people", json={"name": "Ada"}), 507, "log-full")


def test_what_nobody_expected_is_logged_and_not_told(
    client: TestClient,
    history: History,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(history.desk, "carry_out", _raising(ZeroDivisionError("secret cause")))
    with caplog.at_level(logging.ERROR, "okr"):
        response = client.post("/v1/people", json={"name": "Ada"}, headers={"X-Request-ID": "r1"})
    body = problem(response, 500, "internal-error")
    assert body["instance"] == "r1"
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert "request r1" in caplog.text
    assert "secret cause" in caplog.text


def test_every_problem_is_explained_at_its_type(client: TestClient) -> None:
    listed = client.get("/problems").json()["items"]
    assert len(listed) > 40
    for one in listed:
        assert client.get(one["type"]).json() == one
        assert one["explanation"].endswith(".")


def test_readiness_names_the_database_and_the_lag(
    office: Office, client: TestClient, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.person()
    assert office.get("/livez") == {"status": "alive"}
    ready = office.get("/readyz")
    assert (ready["database"], ready["position"], ready["lag"]) == ("ok", 1, 0)
    assert (ready["status"], ready["set_aside"], ready["set_aside_first"]) == ("ready", 0, [])
    assert ready["version"]
    monkeypatch.setattr(history.log, "head", _raising(LogUnavailableError("gone")))
    down = client.get("/readyz")
    assert (down.status_code, down.json()["database"]) == (503, "unavailable")
    assert down.headers["retry-after"] == "1"


def test_metrics_tell_how_far_log_and_views_are(office: Office, client: TestClient) -> None:
    office.person()
    told = client.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain")
    values = dict(line.rsplit(" ", 1) for line in told.text.splitlines())
    assert (
        values.items()
        >= {
            "okr_log_position": "1.0",
            "okr_views_position": "1.0",
            "okr_projection_lag_events": "0.0",
            "okr_projection_lag_seconds": "0.0",
            "okr_records_set_aside": "0.0",
        }.items()
    )


def test_readiness_tells_of_records_that_are_set_aside(
    office: Office, client: TestClient, history: History
) -> None:
    office.person()
    append(history.log, (uuid4(), PersonCloned()))
    history.projector.when_at(2).result(5)
    ready = office.get("/readyz")
    assert (ready["status"], ready["lag"], ready["set_aside"]) == ("degraded", 0, 1)
    assert "okr_records_set_aside 1.0" in client.get("/metrics").text
    (aside,) = ready["set_aside_first"]
    assert (aside["position"], aside["topic"]) == (2, "person.cloned")
    assert office.person("Bea")["name"] == "Bea"


def test_the_app_closes_what_it_opened(
    app: FastAPI, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[bool] = []
    close = history.close
    monkeypatch.setattr(history, "close", lambda: closed.append(True) or close())
    with TestClient(app):
        assert not closed
    assert closed


def test_the_views_follow_again_after_a_failure(
    office: Office,
    history: History,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    stored = history.log.stored

    def failing_once(after: int, limit: int) -> Any:
        if current_thread().name != "projector":
            return stored(after, limit)
        monkeypatch.setattr(history.log, "stored", stored)
        raise LogUnavailableError("the disk was away")

    monkeypatch.setattr(history.log, "stored", failing_once)
    assert office.person()["name"] == "Ada"
    assert "could not follow" in caplog.text


def test_what_is_recorded_is_said_to_be_though_the_log_cannot_be_read_afterwards(
    office: Office, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = history.log.stored

    def failing(after: int, limit: int) -> Any:
        if current_thread().name == "projector":
            return stored(after, limit)
        raise LogUnavailableError("the disk was away")

    with monkeypatch.context() as patch:
        patch.setattr(history.log, "stored", failing)
        ada = office.person()
    assert office.patch(f"/v1/people/{ada['id']}", name="Ada L.")["name"] == "Ada L."
