"""Replays over HTTP: one answer, lines or events, cut anywhere and gone on with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from api import spools, streaming
from api.models import replays
from api.streaming import Event
from projections.replay import Replay
from tests.api.office import NOBODY, REASON, Json, Office, problem

EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
def story(office: Office, objective: Json, key_result: Json) -> Json:
    """A key result over three weeks, with a check-in that was told late."""
    office.post(f"/v1/objectives/{objective['id']}/publish")
    for day in ("12", "19"):
        office.clock.go_to(f"2026-01-{day}T09:00:00Z")
        office.check_in(key_result, int(day) / 2, confidence=5)
    office.patch(f"/v1/key-results/{key_result['id']}", target=20, reason=REASON)
    office.clock.go_to("2026-01-26T09:00:00Z")
    return office.check_in(key_result, 3, effective_at="2026-01-14T09:00:00Z")


def heard(text: str) -> list[Json]:
    """The events of a stream."""
    blocks = [block for block in text.split("\n\n") if block]
    parts = [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]
    return [part for part in parts if "data" in part]


def frames_of(events: list[Json]) -> list[Json]:
    assert [event.get("event") for event in events][-1] == "end"
    return [json.loads(event["data"]) for event in events[:-1]]


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("query", [{}, {"axis": "recorded"}, {"every": "day"}, {"every": "week"}])
def test_answer_lines_and_events_tell_the_same(
    office: Office, client: TestClient, cycle: Json, unit: Json, query: dict[str, str]
) -> None:
    for path in (f"/v1/cycles/{cycle['id']}/replay", f"/v1/units/{unit['id']}/replay"):
        told = office.get(path, **query)
        for frame in told["frames"]:
            replays.Frame.model_validate(frame)
        lines = client.get(path, params=query, headers={"Accept": "application/jsonl"})
        assert [json.loads(line) for line in lines.text.splitlines()] == told["frames"]
        events = client.get(path, params=query, headers=EVENTS)
        assert events.headers["content-type"].startswith("text/event-stream")
        assert frames_of(heard(events.text)) == told["frames"]
        echo = {name: told[name] for name in ("as_of", "known_at", "position")}
        assert json.loads(heard(events.text)[-1]["data"]) == echo


def test_recorded_order_tells_what_was_believed(office: Office, cycle: Json, story: Json) -> None:
    path = f"/v1/cycles/{cycle['id']}/replay"
    late = story["position"]

    def told(**query: str) -> list[tuple[int, Any]]:
        frames = office.get(path, **query)["frames"]
        return [(frame["position"], frame["totals"]["progress"]) for frame in frames[-4:]]

    assert told() == [(late - 3, 0.6), (late, 0.3), (late - 2, 0.475), (late - 1, 0.475)]
    recorded = [(late - 3, 0.6), (late - 2, 0.95), (late - 1, 0.475), (late, 0.475)]
    assert told(axis="recorded") == recorded
    assert told(**{"from": f"position:{late - 1}"}) == recorded[2:]
    assert told(to=f"position:{late - 1}")[1:] == recorded[:3]
    assert told(axis="recorded", **{"from": "2026-01-20T00:00:00Z"}) == recorded[3:]


@pytest.mark.parametrize(
    ("query", "status", "name"),
    [
        ({"from": "position:1", "axis": "effective"}, 400, "mixed-axes"),
        ({"from": "position:1", "to": "2026-02-01T00:00:00Z"}, 400, "mixed-axes"),
        ({"speed": "-1"}, 422, "invalid-fields"),
        ({"speed": "inf"}, 422, "invalid-fields"),
        ({"every": "hour"}, 422, "invalid-fields"),
    ],
)
def test_replays_refuse_what_they_cannot_play(
    client: TestClient, cycle: Json, query: dict[str, str], status: int, name: str
) -> None:
    for headers in ({}, {"Accept": "application/jsonl"}, EVENTS):
        path = f"/v1/cycles/{cycle['id']}/replay"
        problem(client.get(path, params=query, headers=headers), status, name)


def test_replays_of_what_is_not_there_are_not_found(client: TestClient) -> None:
    for word in ("cycle", "unit"):
        for headers in ({}, {"Accept": "application/jsonl"}, EVENTS):
            path = f"/v1/{word}s/{NOBODY}/replay"
            problem(client.get(path, headers=headers), 404, f"{word}-not-found")


@pytest.mark.usefixtures("story")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(("change", "day", "week")),
    st.sampled_from(("effective", "recorded")),
    st.integers(0, 100),
)
def test_a_stream_that_is_cut_goes_on_where_it_was_even_when_history_has_moved_on(
    office: Office, client: TestClient, cycle: Json, every: str, axis: str, cut: int
) -> None:
    path = f"/v1/cycles/{cycle['id']}/replay"
    query = {"every": every, "axis": axis}
    whole = heard(client.get(path, params=query, headers=EVENTS).text)
    office.objective(cycle, office.unit("Later"), "Nobody asked for this")
    last = whole[cut % len(whole)]
    rest = client.get(path, params=query, headers={**EVENTS, "Last-Event-ID": last["id"]})
    if last.get("event") == "end":
        assert (rest.status_code, rest.content) == (204, b"")
    else:
        assert heard(rest.text) == whole[cut % len(whole) + 1 :]


@pytest.mark.usefixtures("story")
def test_only_an_id_of_this_replay_is_gone_on_after(client: TestClient, cycle: Json) -> None:
    path = f"/v1/cycles/{cycle['id']}/replay"
    first = heard(client.get(path, headers=EVENTS).text)[0]["id"]
    headers = {**EVENTS, "Last-Event-ID": first}
    assert client.get(path, params={"speed": 100_000}, headers=headers).status_code == 200
    other = client.get(path, params={"every": "day"}, headers=headers)
    problem(other, 400, "foreign-cursor")
    nonsense = client.get(path, headers={**EVENTS, "Last-Event-ID": "7"})
    problem(nonsense, 400, "foreign-cursor")


@pytest.mark.usefixtures("story")
def test_speed_says_how_many_days_of_history_pass_in_a_second(
    client: TestClient, cycle: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def passing(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(streaming, "sleep", passing)
    path = f"/v1/cycles/{cycle['id']}/replay"
    client.get(path, params={"speed": 0}, headers=EVENTS)
    assert slept == []
    events = client.get(path, params={"speed": 2}, headers=EVENTS)
    assert slept == [3.5, 1, 2.5]
    assert ": ping" not in events.text
    slept.clear()
    slow = client.get(path, params={"speed": 0.1}, headers=EVENTS)
    # Seven days would be 70 seconds, and five 50; no pause is longer than a minute.
    assert slept == [15, 15, 15, 15, 15, 5, 15, 15, 15, 5]
    assert slow.text.count(": ping") == 7


def test_a_pause_is_never_silent_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    async def passing(_seconds: float) -> None:
        return

    monkeypatch.setattr(streaming, "sleep", passing)
    found = [[Event("a", b"{}"), Event("b", b"{}", pause=1e9)], []]
    response = streaming.events(lambda: found.pop(0), Event("c", b"{}"))

    async def all_of_it() -> list[bytes]:
        body = response.body_iterator
        assert isinstance(body, AsyncGenerator)
        return [bytes(bit) async for bit in body if isinstance(bit, bytes) and bit]

    bits = asyncio.run(all_of_it())
    assert bits[1] == b"data: {}\nid: a\n\n"
    assert bits[2:5] == [b": ping\n\n"] * 3
    assert bits[-2:] == [b"data: {}\nid: b\n\n", b"event: end\ndata: {}\nid: c\n\n"]


@pytest.mark.usefixtures("story")
def test_the_head_of_a_stream_does_not_play_it(client: TestClient, cycle: Json) -> None:
    path = f"/v1/cycles/{cycle['id']}/replay"
    for kind in ("application/jsonl", "text/event-stream"):
        # Played, this would take minutes.
        head = client.head(path, params={"speed": 0.001}, headers={"Accept": kind})
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"].startswith(kind)


@pytest.mark.usefixtures("story")
def test_lines_that_were_sent_before_are_sent_again_until_the_cycle_changes(
    office: Office, client: TestClient, cycle: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "WORTH_BYTES", 0)
    worked_out: list[Replay] = []
    read = Replay.lines

    def counting(replay: Replay, connection: Connection) -> bytes:
        worked_out.append(replay)
        return read(replay, connection)

    monkeypatch.setattr(Replay, "lines", counting)
    path = f"/v1/cycles/{cycle['id']}/replay"

    def lines(**query: str) -> list[str]:
        answer = client.get(path, params=query, headers={"Accept": "application/jsonl"})
        return answer.text.splitlines()

    first, early = lines(), lines(as_of="2026-01-13T00:00:00Z")
    office.unit("Nothing of this cycle")
    worked_out.clear()
    assert (lines(), lines(as_of="2026-01-13T00:00:00Z"), worked_out) == (first, early, [])
    assert len(early) < len(first)
    office.objective(cycle, office.unit("Later"), "One more")
    assert lines()[:-1] == first
    assert worked_out
    assert lines(known_at=last_position(first)) == first


def last_position(lines: list[str]) -> str:
    """The last position that some frames know of."""
    return f"position:{max(json.loads(line)['position'] for line in lines)}"
