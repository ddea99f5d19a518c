"""Series and timelines over HTTP, told by hand: back-dated, corrected and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.models import timelines
from tests.api.office import NOBODY, REASON, Json, Office, problem

WRONG = {"code": "was_wrong", "text": "A typing error."}
NOW = "2026-02-10T09:00:00Z"


def january(day: int) -> str:
    return f"2026-01-{day:02}T09:00:00Z"


@pytest.fixture
def story(office: Office, objective: Json, key_result: Json) -> Json:
    """Five weeks of a key result from 0 to 10, of which nothing went as it was told first."""
    path = f"/v1/key-results/{key_result['id']}"
    office.post(f"/v1/objectives/{objective['id']}/publish")
    office.clock.go_to(january(12))
    office.check_in(key_result, 2, confidence=8)
    office.clock.go_to(january(19))
    corrected = office.check_in(key_result, 4, confidence=5)
    office.clock.go_to(january(22))
    office.patch(path, target=8, reason=REASON)
    office.clock.go_to(january(23))
    office.patch(path, target=16, reason=WRONG, effective_at=january(22))
    office.clock.go_to(january(27))
    office.check_in(key_result, 3, confidence=3, effective_at=january(15))
    office.clock.go_to(january(28))
    office.post(f"{path}/check-ins/{corrected['id']}/correct", value=5, reason=WRONG)
    office.clock.go_to(january(29))
    retracted = office.check_in(key_result, 9, confidence=9)
    office.clock.go_to(january(30))
    office.post(f"{path}/check-ins/{retracted['id']}/retract", reason=WRONG)
    office.clock.go_to(NOW)
    return key_result


def picked(rows: list[Json], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_a_series_tells_each_point_by_the_measure_that_held_then(
    office: Office, story: Json
) -> None:
    path = f"/v1/key-results/{story['id']}/series"
    told = office.get(path)
    timelines.Series.model_validate(told)
    names = ("effective_at", "recorded_at", "value", "progress", "confidence", "corrected")
    assert picked(told["points"], *names) == [
        (january(12), january(12), 2, 0.2, 8, False),
        (january(15), january(27), 3, 0.3, 3, False),
        (january(19), january(28), 5, 0.5, 5, True),
    ]
    assert told["lines"]["target"] == [
        {"effective_at": january(5), "value": 10},
        {"effective_at": january(22), "value": 16},
    ]
    assert told["lines"]["stretch"] == []
    known = office.get(path, known_at="2026-01-26T00:00:00Z")
    assert picked(known["points"], "value", "progress") == [(2, 0.2), (4, 0.4)]


def test_spells_begin_and_end_where_the_status_changed(office: Office, story: Json) -> None:
    told = office.get(f"/v1/key-results/{story['id']}/series")
    # Ten and a half days after the last check-in that stands, it is stale.
    stale = "2026-01-29T21:00:00.000001Z"
    assert picked(told["spells"], "status", "from", "to") == [
        ("unknown", january(5), january(12)),
        ("on_track", january(12), january(15)),
        ("off_track", january(15), january(19)),
        ("at_risk", january(19), stale),
        ("stale", stale, None),
    ]


def test_marks_flag_what_happened_and_a_corrected_target_is_no_moved_one(
    office: Office, cycle: Json, story: Json
) -> None:
    office.post(f"/v1/cycles/{cycle['id']}/freeze")
    told = office.get(f"/v1/cycles/{cycle['id']}/timeline")
    timelines.CycleTimeline.model_validate(told)
    assert picked(told["marks"], "kind", "at", "until") == [
        ("opened", january(5), None),
        ("published", january(5), None),
        ("off_track", january(15), january(19)),
        ("at_risk", january(19), "2026-01-29T21:00:00.000001Z"),
        ("target_moved", january(22), None),
        ("frozen", NOW, None),
    ]
    moved = told["marks"][4]
    assert moved["changes"] == [{"field": "target", "from": 10, "to": 16}]
    assert office.get(f"/v1/audit/{moved['event_id']}")["position"] == moved["position"]
    in_series = office.get(f"/v1/key-results/{story['id']}/series")["marks"]
    assert in_series == told["marks"]


@pytest.mark.usefixtures("story")
def test_weeks_end_like_the_board_and_count_what_happened(office: Office, cycle: Json) -> None:
    told = office.get(f"/v1/cycles/{cycle['id']}/timeline")["weeks"]
    statuses = [next(name for name, n in week["totals"]["status"].items() if n) for week in told]
    progress = [week["totals"]["progress"] for week in told]
    names = ("week", "starts_on", "check_ins", "changes")
    assert list(zip(picked(told, *names), progress, statuses, strict=True)) == [
        (("2026-W02", "2026-01-05", 0, 5), 0, "unknown"),
        (("2026-W03", "2026-01-12", 2, 2), 0.3, "off_track"),
        (("2026-W04", "2026-01-19", 1, 4), 0.3125, "at_risk"),
        (("2026-W05", "2026-01-26", 0, 2), 0.3125, "stale"),
        (("2026-W06", "2026-02-02", 0, 0), 0.3125, "stale"),
        (("2026-W07", "2026-02-09", 0, 0), 0.3125, "stale"),
    ]
    assert told[0]["at"] == "2026-01-11T23:59:59.999999Z"
    assert told[-1]["at"] == NOW
    board = office.get(f"/v1/cycles/{cycle['id']}/board")
    assert told[-1]["totals"] == board["totals"]


@pytest.mark.usefixtures("story")
def test_the_weeks_of_a_closed_cycle_end_with_its_last_change(office: Office, cycle: Json) -> None:
    office.post(f"/v1/cycles/{cycle['id']}/start-scoring")
    office.post(f"/v1/cycles/{cycle['id']}/close")
    office.clock.go_to("2026-08-01T09:00:00Z")
    told = office.get(f"/v1/cycles/{cycle['id']}/timeline")
    assert told["weeks"][-1]["week"] == "2026-W07"
    # Closed before its last day, it is judged until then, and no later.
    assert told["marks"][-1]["kind"] == "closed"


@pytest.fixture
def moved_team(office: Office) -> Json:
    """A team that goes from one company to another, with an objective, and hands one over."""
    one, other = office.unit("Acme"), office.unit("Umbrella")
    team = office.unit("Care", "team", parent_id=one["id"])
    cycle = office.open_cycle()
    for title in ("Stay", "Hand over"):
        objective = office.objective(cycle, team, title)
        office.check_in(office.key_result(objective), 5, confidence=5)
    office.clock.go_to(january(19))
    office.patch(f"/v1/units/{team['id']}", parent_id=other["id"])
    office.clock.go_to(january(26))
    office.patch(f"/v1/objectives/{objective['id']}", owner={"type": "unit", "id": one["id"]})
    office.clock.go_to(january(29))
    return {"one": one["id"], "other": other["id"], "team": team["id"]}


def test_a_unit_is_replayed_with_the_units_below_it_as_they_were_then(
    office: Office, moved_team: Json
) -> None:
    def objectives(unit: str, **query: str) -> list[tuple[str, int]]:
        frames = office.get(f"/v1/units/{moved_team[unit]}/replay", every="day", **query)["frames"]
        changed = [frame for frame in frames if frame["changes"]]
        return [(frame["at"][8:10], frame["totals"]["objectives"]) for frame in changed]

    assert objectives("one") == [("05", 2), ("19", 0), ("26", 1)]
    assert objectives("other") == [("05", 0), ("19", 2), ("26", 1)]
    assert objectives("team") == [("05", 2), ("19", 2), ("26", 1)]
    assert objectives("one", axis="recorded") == [("05", 2), ("19", 0), ("26", 1)]
    assert objectives("other", known_at=january(20)) == [("05", 0), ("19", 2)]


def test_the_timeline_of_a_unit_holds_what_it_owned_while_it_owned_it(
    office: Office, moved_team: Json
) -> None:
    def spells(unit: str) -> list[tuple[Any, ...]]:
        told = office.get(f"/v1/units/{moved_team[unit]}/timeline")
        timelines.UnitTimeline.model_validate(told)
        at_risk = [mark for mark in told["marks"] if mark["kind"] == "at_risk"]
        return picked(at_risk, "at", "until")

    stale = "2026-01-15T21:00:00.000001Z"
    assert spells("one") == [(january(5), stale)] * 2
    assert spells("other") == []
    weeks = office.get(f"/v1/units/{moved_team['other']}/timeline")["weeks"]
    ends = [week["totals"]["status"]["stale"] for week in weeks]
    assert ends == [0, 0, 2, 1]


def test_reads_along_time_are_reads_like_others(
    office: Office, client: TestClient, cycle: Json, unit: Json, story: Json
) -> None:
    for path in (
        f"/v1/key-results/{story['id']}/series",
        f"/v1/cycles/{cycle['id']}/timeline",
        f"/v1/units/{unit['id']}/timeline",
    ):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.head(path).headers["etag"] == first.headers["etag"]
        assert first.json()["position"] == office.get("/v1/audit")["position"]
        beyond = client.get(path, params={"known_at": "position:999"})
        problem(beyond, 400, "beyond-the-log")
        word = path.split("/")[2].removesuffix("s")
        problem(client.get(path.replace(path.split("/")[3], NOBODY)), 404, f"{word}-not-found")
    early = {"as_of": "2025-01-01T00:00:00Z"}
    series = client.get(f"/v1/key-results/{story['id']}/series", params=early)
    problem(series, 404, "did-not-exist-yet")
    empty = office.get(f"/v1/cycles/{cycle['id']}/timeline", **early)
    assert (empty["marks"], empty["weeks"]) == ([], [])
