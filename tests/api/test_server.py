"""The app behind a real server on a real socket."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI

from api.commands.running import server_config
from tests.api.office import Clock, Json, problem


@pytest.fixture
def served(app: FastAPI) -> Iterator[str]:
    """The address of a server that runs until the test is over."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(server_config(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    port = listening.getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive(), "a request kept the server from ending"


def test_a_real_server_records_answers_and_streams(served: str) -> None:
    with httpx2.Client(base_url=served, timeout=30) as client:
        created = client.post("/v1/people", json={"name": "Ada"})
        assert created.status_code == 201
        after = {"X-Min-Position": created.headers["x-position"]}
        assert client.get(created.headers["location"], headers=after).json()["name"] == "Ada"
        head = client.head("/v1/people")
        assert (head.status_code, head.content) == (200, b"")
        days = {"starts_on": "2026-01-01", "ends_on": "2026-03-31"}
        cycle = client.post("/v1/cycles", json={"name": "Q1", "kind": "quarter", **days})
        replay = f"{cycle.headers['location']}/replay"
        with client.stream("GET", replay, headers={"Accept": "application/jsonl"}) as lines:
            frames = [json.loads(line) for line in lines.iter_lines()]
        assert [frame["changes"][0]["type"] for frame in frames] == ["CyclePlanned"]
        too_large = b" " * (1024 * 1024 + 1)
        refused = client.post(
            "/v1/people", content=too_large, headers={"Content-Type": "application/json"}
        )
        problem(refused, 413, "content-too-large")


@pytest.mark.parametrize(
    "sent", ["GET /v1/objectives?q=目标 HTTP/1.1", "GET /v1/people HTTP/one", "目标"]
)
def test_what_is_no_http_is_answered_with_a_problem(served: str, sent: str) -> None:
    host, _, port = served.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 30) as connection:
        connection.sendall(f"{sent}\r\nHost: {host}\r\n\r\n".encode())
        with connection.makefile("rb") as answer:
            head, _, body = answer.read().partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    assert status == "HTTP/1.1 400 Bad Request"
    assert headers["content-type"] == "application/problem+json"
    told: Json = json.loads(body)
    assert (told["type"], told["status"]) == ("/problems/malformed-request", 400)
    assert "percent-encoded" in told["detail"]
    assert told["instance"] == headers["x-request-id"]


def test_a_listener_that_goes_away_leaves_nothing_behind(served: str, clock: Clock) -> None:
    with httpx2.Client(base_url=served, timeout=30) as client:
        days = {"starts_on": "2026-01-01", "ends_on": "2026-03-31"}
        cycle = client.post("/v1/cycles", json={"name": "Q1", "kind": "quarter", **days})
        path = cycle.headers["location"]
        clock.go_to("2026-02-01T09:00:00Z")
        opened = client.post(f"{path}/open")
        query = {"speed": 1e-9, "min_position": opened.headers["x-position"]}
        events = {"Accept": "text/event-stream"}
        with client.stream("GET", f"{path}/replay", params=query, headers=events) as stream:
            first = next(line for line in stream.iter_lines() if line.startswith("data: "))
            assert '"type":"CyclePlanned"' in first
        # The next frame would come in a minute; the server ends at once, as the fixture checks.
