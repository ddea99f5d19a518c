"""Audit trail, differences and replays over HTTP."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from api.models import replays
from tests.api.office import NOBODY, REASON, Json, Office, problem


@pytest.fixture
def story(office: Office, cycle: Json, key_result: Json) -> Json:
    """A key result measured in February, and moved after the freeze in March."""
    office.clock.go_to("2026-02-01T09:00:00Z")
    office.check_in(key_result, 4, confidence=5)
    office.post(f"/v1/cycles/{cycle['id']}/freeze")
    office.clock.go_to("2026-03-01T09:00:00Z")
    path = f"/v1/key-results/{key_result['id']}"
    return office.patch(path, target=8, title="Better score", reason=REASON)


def test_one_change_is_found_by_its_id(office: Office, client: TestClient, story: Json) -> None:
    last = office.get("/v1/audit", order="desc", limit=1)["items"][0]
    assert office.get(f"/v1/audit/{last['event_id']}") == last
    early = {"known_at": f"position:{story['position'] - 1}"}
    for path, query in ((last["event_id"], early), (NOBODY, {})):
        problem(client.get(f"/v1/audit/{path}", params=query), 404, "change-not-found")


def test_histories_are_parts_of_the_audit_trail(
    office: Office, client: TestClient, cycle: Json, unit: Json, objective: Json, story: Json
) -> None:
    whole = office.get("/v1/audit")["items"]

    def part(path: str) -> list[Json]:
        return office.get(f"{path}/history")["items"]

    own = [one for one in whole if one["entity"]["id"] == story["id"]]
    assert part(f"/v1/key-results/{story['id']}") == own
    held = [one for one in whole if one["entity"]["type"] in ("objective", "key_result")]
    assert part(f"/v1/objectives/{objective['id']}") == held
    in_cycle = [one for one in whole if one["cycle_id"] == cycle["id"]]
    assert part(f"/v1/cycles/{cycle['id']}") == in_cycle
    owned = [one for one in whole if one["entity"]["type"] == "unit" or one in held]
    assert part(f"/v1/units/{unit['id']}") == owned
    for word in ("units", "cycles", "objectives", "key-results"):
        name = f"{word.removesuffix('s')}-not-found"
        problem(client.get(f"/v1/{word}/{NOBODY}/history"), 404, name)


def test_a_difference_applied_to_the_first_state_gives_the_second(
    office: Office, cycle: Json, story: Json
) -> None:
    sides = {"from": "2026-01-10T00:00:00Z", "to": "2026-03-02T00:00:00Z"}
    path = f"/v1/key-results/{story['id']}"
    diff = office.get(f"{path}/diff", **sides)
    first = office.get(path, as_of=sides["from"])
    second = office.get(path, as_of=sides["to"])
    applied = first | {change["field"]: change["to"] for change in diff["changes"]}
    ignored = {"version", "changed_at", "as_of", "known_at", "position", "status"}
    assert {k: v for k, v in applied.items() if k not in ignored} == {
        k: v for k, v in second.items() if k not in ignored
    }
    moved = next(change for change in diff["changes"] if change["field"] == "target")
    assert (moved["from"], moved["to"]) == (10, 8)
    assert office.get(f"/v1/audit/{moved['event_ids'][0]}")["type"] == "TargetAdjusted"
    everything = office.get("/v1/diff", **sides)["changes"]
    in_cycle = office.get(f"/v1/cycles/{cycle['id']}/diff", **sides)["changes"]
    assert {change["entity_type"] for change in in_cycle} == {"cycle", "key_result"}
    assert sorted(map(repr, in_cycle)) == sorted(map(repr, everything))


def test_a_difference_runs_along_recorded_time_too(
    office: Office, objective: Json, key_result: Json
) -> None:
    office.clock.go_to("2026-02-20T09:00:00Z")
    office.check_in(key_result, 6, effective_at="2026-02-10T09:00:00Z")
    path = f"/v1/objectives/{objective['id']}/diff"
    between = f"position:{key_result['position']}"
    recorded = office.get(path, **{"from": between}, as_of="2026-02-15T00:00:00Z")
    assert recorded["axis"] == "recorded"
    assert {"value", "progress"} <= {change["field"] for change in recorded["changes"]}
    instants = {"from": "2026-02-15T00:00:00Z", "to": "2026-02-16T00:00:00Z"}
    assert office.get(path, **instants)["changes"] == []
    assert office.get(path, **instants, axis="recorded")["changes"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"from": "position:1", "axis": "effective"},
        {"from": "position:1", "to": "2026-02-01T00:00:00Z"},
        {"from": "2026-01-01T00:00:00Z", "as_of": "2026-02-01T00:00:00Z"},
        {"from": "position:1", "known_at": "2026-02-01T00:00:00Z"},
    ],
)
def test_the_axes_of_a_difference_are_not_mixed(
    client: TestClient, cycle: Json, query: dict[str, str]
) -> None:
    for path in ("/v1/diff", f"/v1/cycles/{cycle['id']}/diff"):
        problem(client.get(path, params=query), 400, "mixed-axes")


@pytest.mark.usefixtures("story")
def test_a_replay_tells_the_same_as_lines_and_as_one_answer(
    office: Office, client: TestClient, cycle: Json
) -> None:
    path = f"/v1/cycles/{cycle['id']}/replay"
    frames = office.get(path)["frames"]
    lines = client.get(path, headers={"Accept": "application/jsonl"})
    assert lines.headers["content-type"].startswith("application/jsonl")
    assert [json.loads(line) for line in lines.text.splitlines()] == frames
    assert [frame["position"] for frame in frames] == sorted(one["position"] for one in frames)
    board = office.get(f"/v1/cycles/{cycle['id']}/board")
    del board["totals"]["status"]
    assert frames[-1]["totals"] == board["totals"]
    for frame in frames:
        replays.Frame.model_validate(frame)


@pytest.mark.usefixtures("story")
def test_a_replay_covers_days_or_weeks_between_two_instants(office: Office, cycle: Json) -> None:
    path = f"/v1/cycles/{cycle['id']}/replay"
    days = office.get(path, every="day")["frames"]
    assert (days[0]["at"][:10], days[-1]["at"][:10], len(days)) == ("2026-01-05", "2026-03-01", 56)
    changed = [frame["at"][:10] for frame in days if frame["changes"]]
    assert changed == ["2026-01-05", "2026-02-01", "2026-03-01"]
    february = {"from": "2026-02-01T00:00:00Z", "to": "2026-02-28T00:00:00Z"}
    weeks = office.get(path, every="week", **february)["frames"]
    assert [len(frame["changes"]) for frame in weeks] == [2]


def test_histories_of_unknown_cycles_are_not_found(client: TestClient) -> None:
    for end in ("board", "tree", "replay", "diff?from=position:0"):
        problem(client.get(f"/v1/cycles/{NOBODY}/{end}"), 404, "cycle-not-found")
