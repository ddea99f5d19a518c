"""The raw feed over real HTTP: cut anywhere and gone on with, nothing lost and nothing doubled."""

from __future__ import annotations

import json
import random
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jsonschema import Draft7Validator, FormatChecker

from api import streaming
from api.app import create_app
from api.history import History
from api.models.feed import CloudEvent, FeedEvent
from api.settings import Settings
from domain.people import RegisterPerson
from domain.record import Context
from domain.values import Actor
from tests.api.office import Json, Office, problem
from tests.databases import plain

SCHEMA = Path(__file__).parents[3] / "shared/data/vectors/cloudevents/cloudevents.json"
PATIENCE_SECONDS = 60
EVENTS = {"Accept": "text/event-stream"}


@contextmanager
def serving(app: FastAPI) -> Generator[str]:
    """The address of a server that runs until the block ends, however many still listen."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        # Outside the main thread no signal tells the app that its server stops.
        app.state.pulse.stop_soon()
        thread.join(10)
        assert not thread.is_alive(), "a listener kept the server from ending"


def record(history: History, saves: int, together: int) -> None:
    """Let so many people be registered, some with each save."""
    for _ in range(saves):
        commands = [RegisterPerson(person_id=uuid4(), name="Ada") for _ in range(together)]
        now = history.desk.now()
        history.desk.carry_out(commands, Context(actor=Actor(id="hr", kind="service"), now=now))


class Ear:
    """Somebody who listens until a position, whose connection breaks again and again."""

    def __init__(self, client: httpx2.Client, seed: int, most_bytes: int = 150_000) -> None:
        self._client = client
        self._random = random.Random(seed)
        self._most_bytes = most_bytes
        self.heard: list[Json] = []
        self.last = ""
        """The last id that was told, also without an event."""
        self.begun_at = set[str]()
        self.cuts = 0

    def listen(self, until: int) -> None:
        """Listen on, from connection to connection."""
        deadline = monotonic() + PATIENCE_SECONDS
        while not self.heard or self.heard[-1]["position"] < until:
            assert monotonic() < deadline, f"heard no further than {self.heard[-1:]}"
            self._listen_until_it_breaks(until)

    def _listen_until_it_breaks(self, until: int) -> None:
        last = {"Last-Event-ID": self.last} if self.last else {}
        self.begun_at.add(self.last)
        left = self._random.randrange(1, self._most_bytes)
        waiting = b""
        with self._client.stream("GET", "/v1/events", headers=EVENTS | last) as stream:
            for bit in stream.iter_raw():
                waiting += bit[:left]
                left -= len(bit)
                *whole, waiting = waiting.split(b"\n\n")
                for block in whole:
                    self._hear(block)
                if left <= 0 or (self.heard and self.heard[-1]["position"] >= until):
                    self.cuts += 1
                    return

    def _hear(self, block: bytes) -> None:
        """Note the record that an event holds, if any, and its id, as browsers do."""
        lines = dict(line.split(": ", 1) for line in block.decode().splitlines())
        self.last = lines.get("id", self.last)
        if "data" in lines:
            self.heard.append(json.loads(lines["data"]))
            assert self.last == str(self.heard[-1]["position"])


def test_an_hour_of_history_is_followed_over_many_broken_connections(
    history: History, app: FastAPI, where: str
) -> None:
    record(history, 60, 100)
    elsewhere = History(Settings(database=where), history.log.clock)
    with serving(app) as address, httpx2.Client(base_url=address, timeout=30) as client:
        ears = [Ear(client, seed) for seed in (1, 2)]
        writers = [
            threading.Thread(target=record, args=(one, 40, 10)) for one in (history, elsewhere)
        ]
        listeners = [threading.Thread(target=ear.listen, args=(6_800,)) for ear in ears]
        for thread in (*listeners, *writers):
            thread.start()
        for thread in (*writers, *listeners):
            thread.join(PATIENCE_SECONDS)
        lines = client.get("/v1/events", headers={"Accept": "application/jsonl"})
    elsewhere.close()
    stored = [one.position for one in history.log.stored(0, 10_000)]
    assert len(stored) == 6_800
    for ear in ears:
        assert [one["position"] for one in ear.heard] == stored
        assert ear.cuts > 20
        assert ear.heard == [json.loads(line) for line in lines.text.splitlines()]


def test_what_another_process_records_wakes_a_listener(
    history: History, app: FastAPI, where: str
) -> None:
    elsewhere = History(Settings(database=where), history.log.clock)
    with serving(app) as address, httpx2.Client(base_url=address, timeout=30) as client:
        ear = Ear(client, 0)
        listening = threading.Thread(target=ear.listen, args=(1,))
        listening.start()
        sleep(1)
        began = monotonic()
        record(elsewhere, 1, 1)
        listening.join(PATIENCE_SECONDS)
        assert monotonic() - began < 5
    elsewhere.close()
    assert [one["type"] for one in ear.heard] == ["PersonRegistered"]


def test_listeners_cost_no_thread_and_go_with_the_server(
    history: History, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.2)
    record(history, 1, 1)
    with serving(app) as address, httpx2.Client(base_url=address, timeout=30) as client:
        streams: list[Iterator[str]] = []
        for _ in range(60):
            response = client.send(
                client.build_request("GET", "/v1/events", headers=EVENTS), stream=True
            )
            streams.append(response.iter_text())
            assert "retry: 1000" in "".join(taken(streams[-1], "PersonRegistered"))
        assert ": ping" in "".join(taken(streams[0], ": ping"))
        # More listeners than the server has threads, and there is one for who asks.
        assert client.get("/v1/people").status_code == 200
        began = monotonic()
    assert monotonic() - began < 5


def taken(stream: Iterator[str], last: str) -> Iterator[str]:
    """What a stream says until it says this."""
    for text in stream:
        yield text
        if last in text:
            return


def test_lines_end_where_the_log_ended_when_they_were_asked_for(
    office: Office, client: TestClient, history: History
) -> None:
    office.person()
    office.unit()
    answer = client.get("/v1/events")
    assert answer.headers["content-type"] == "application/jsonl"
    assert answer.headers["x-position"] == str(history.log.head())
    told = [FeedEvent.model_validate_json(line) for line in answer.text.splitlines()]
    assert [one.type for one in told] == ["PersonRegistered", "UnitFormed"]
    assert told[1].data["name"] == "Acme"
    later = client.get("/v1/events", params={"after": told[0].position})
    assert later.text.splitlines() == answer.text.splitlines()[1:]
    assert client.get("/v1/events", params={"after": history.log.head()}).text == ""


@pytest.mark.parametrize(
    ("query", "headers", "status", "name"),
    [
        ({"after": 10**9}, {}, 400, "beyond-the-log"),
        ({"after": -1}, {}, 422, "invalid-fields"),
        ({"format": "xml"}, {}, 422, "invalid-fields"),
        ({"before": 7}, {}, 422, "invalid-fields"),
        ({}, {"Last-Event-ID": "seven"}, 400, "malformed-request"),
        ({}, {"Last-Event-ID": "9999"}, 400, "beyond-the-log"),
        ({}, {"Accept": "text/csv"}, 406, "not-acceptable"),
    ],
)
def test_the_feed_says_what_it_cannot_answer(
    client: TestClient, query: Json, headers: dict[str, str], status: int, name: str
) -> None:
    problem(client.get("/v1/events", params=query, headers=EVENTS | headers), status, name)


@pytest.fixture
def valid() -> Callable[[Any], None]:
    """Refuses what is no CloudEvent by the schema of their specification."""
    if not SCHEMA.exists():
        pytest.skip(f"put the JSON Schema of CloudEvents 1.0 at {SCHEMA} to check events with it")
    schema = json.loads(SCHEMA.read_text())
    validator: Any = Draft7Validator(schema, format_checker=FormatChecker())
    return validator.validate


@pytest.mark.usefixtures("key_result")
def test_records_are_had_as_cloud_events(
    client: TestClient, history: History, valid: Callable[[Any], None]
) -> None:
    plainly = client.get("/v1/events").text.splitlines()
    enveloped = client.get("/v1/events", params={"format": "cloudevents"}).text.splitlines()
    assert len(plainly) == len(enveloped) == history.log.head()
    events = [json.loads(line) for line in enveloped]
    for line, event in zip(plainly, events, strict=True):
        valid(event)
        told = CloudEvent.model_validate(event)
        assert event["data"] == json.loads(line)
        assert (told.type, told.time) == (f"okr.{told.data.type}", told.data.recorded_at)
    assert sorted(events, key=lambda one: one["sequence"]) == events
    assert {one["source"] for one in events} == {f"urn:okr-history:{history.log.identity()}"}
    assert events[-1]["subject"].startswith("key_result/")


def test_a_record_of_a_later_version_is_told_as_it_is_stored(tmp_path: Path) -> None:
    history = History(Settings(database=f"sqlite:///{tmp_path / 'okr.db'}"))
    record(history, 1, 1)
    with plain(f"sqlite:///{tmp_path / 'okr.db'}") as connection:
        connection.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "SELECT 'ab' || substr(originator_id, 3), 1, 'planet.found', state FROM stored_events"
        )
    with TestClient(create_app(history)) as client:
        lines = [json.loads(line) for line in client.get("/v1/events").text.splitlines()]
    assert [one["type"] for one in lines] == ["PersonRegistered", "planet.found"]
    assert lines[1]["entity"] is None
    assert lines[1]["data"] == lines[0]["data"]
