"""The audit trail over HTTP: every filter, pages in both directions, and exports."""

from __future__ import annotations

import csv
import io
import itertools
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from api.exports import cell
from api.routes.trails import COLUMNS
from tests.api.office import REASON, Json, Office, problem

LINES = {"Accept": "application/jsonl"}
TABLE = {"Accept": "text/csv"}


@pytest.fixture
def story(office: Office, cycle: Json, objective: Json, key_result: Json) -> Json:
    """A key result measured in February, moved after the freeze, and given to another team."""
    office.clock.go_to("2026-02-01T09:00:00Z")
    ada, team = office.person(), office.unit("Team", kind="team")
    office.check_in(key_result, 4, confidence=5)
    office.check_in(key_result, 3, effective_at="2026-01-20T09:00:00Z")
    office.post(f"/v1/cycles/{cycle['id']}/freeze")
    office.clock.go_to("2026-03-01T09:00:00Z")
    path = f"/v1/key-results/{key_result['id']}"
    office.patch(path, target=8, title='=Better, "score"\n-2', reason=REASON)
    owner = {"type": "unit", "id": team["id"]}
    office.patch(f"/v1/objectives/{objective['id']}", owner=owner, reason=REASON)
    office.post_as(ada, f"/v1/key-results/{key_result['id']}/check-ins", value=-2)
    return {"ada": ada, "team": team}


def filters(cycle: Json, unit: Json, objective: Json, key_result: Json, story: Json) -> list[Json]:
    """Every filter of the contract with the types of change that it must find."""
    begun = ["CyclePlanned", "CycleOpened", "ObjectiveDrafted", "KeyResultAdded"]
    later = ["CheckedIn", "CheckedIn", "CycleFrozen"]
    after = ["KeyResultReworded", "TargetAdjusted", "ObjectiveReassigned", "CheckedIn"]
    reasoned = after[:3]
    measured = ["CheckedIn", "CheckedIn", *after[:2], "CheckedIn"]
    return [
        {"actor_id": story["ada"]["id"], "types": ["CheckedIn"]},
        {"type": "CheckedIn", "types": ["CheckedIn"] * 3},
        {"type": "Cycle*", "types": ["CyclePlanned", "CycleOpened", "CycleFrozen"]},
        {"entity_type": "unit", "types": ["UnitFormed", "UnitFormed"]},
        {"entity_id": key_result["id"], "types": ["KeyResultAdded", *measured]},
        {"cycle_id": cycle["id"], "types": [*begun, *later, *after]},
        {
            "unit_id": unit["id"],
            "types": ["UnitFormed", *begun[2:], *later[:2], *reasoned],
        },
        {"unit_id": story["team"]["id"], "types": ["UnitFormed", *after[2:]]},
        {"unit_id": objective["id"], "types": []},
        {"field": "target", "types": ["KeyResultAdded", "TargetAdjusted"]},
        {"reason_code": "world_changed", "types": reasoned},
        {"recorded_from": "2026-03-01T09:00:00Z", "types": after},
        {"recorded_from": "2026-02-01T09:00:00.000001Z", "types": after},
        {"recorded_to": "2026-01-31T00:00:00Z", "types": ["UnitFormed", *begun], "sorted": True},
        {"effective_from": "2026-02-15T00:00:00Z", "types": after},
        {
            "effective_from": "2026-01-15T00:00:00Z",
            "effective_to": "2026-01-31T00:00:00Z",
            "types": ["CheckedIn"],
        },
        {"effective_to": "2025-12-31T00:00:00Z", "types": []},
        {"after_freeze": True, "types": reasoned},
        {"as_of": "2026-01-25T00:00:00Z", "type": "CheckedIn", "types": ["CheckedIn"]},
    ]


def test_the_audit_trail_passes_every_filter_alone_and_with_every_other(
    office: Office, cycle: Json, unit: Json, objective: Json, key_result: Json, story: Json
) -> None:
    found: list[tuple[Json, set[str]]] = []
    for wanted in filters(cycle, unit, objective, key_result, story):
        types, in_any_order = wanted.pop("types"), wanted.pop("sorted", False)
        items = office.get("/v1/audit", **wanted)["items"]
        shown = [entry["type"] for entry in items]
        assert (sorted(shown) == sorted(types)) if in_any_order else (shown == types), wanted
        found.append((wanted, {entry["event_id"] for entry in items}))
    for (one, of_one), (other, of_other) in itertools.combinations(found, 2):
        if one.keys().isdisjoint(other) and "as_of" not in one | other:
            items = office.get("/v1/audit", **one, **other)["items"]
            assert {entry["event_id"] for entry in items} == of_one & of_other, (one, other)


@pytest.mark.usefixtures("story")
def test_histories_take_the_filters_of_the_audit_trail(
    office: Office, cycle: Json, unit: Json, objective: Json, key_result: Json
) -> None:
    own = {
        f"/v1/units/{unit['id']}": {"unit_id": unit["id"]},
        f"/v1/cycles/{cycle['id']}": {"cycle_id": cycle["id"]},
        f"/v1/key-results/{key_result['id']}": {"entity_id": key_result["id"]},
    }
    wanted = {"reason_code": "world_changed", "field": "target", "type": "Target*"}
    for path, part in own.items():
        found = office.get(f"{path}/history", **wanted)["items"]
        assert found == office.get("/v1/audit", **wanted, **part)["items"] != []
    moved = office.get(f"/v1/objectives/{objective['id']}/history", entity_type="objective")
    assert [one["type"] for one in moved["items"]] == ["ObjectiveDrafted", "ObjectiveReassigned"]


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("type=TargetAdjustd", "perhaps TargetAdjusted"),
        ("type=checkedin", "perhaps CheckedIn"),
        ("type=Targets*", "perhaps TargetAdjusted"),
        ("type=*Adjusted", "perhaps TargetAdjusted or BaselineAdjusted"),
        ("field=tagret", "perhaps target"),
        ("field=", "perhaps "),
        ("entity_type=keyresult", "'key_result'"),
    ],
)
def test_a_filter_with_an_unknown_word_is_refused_with_what_is_near(
    client: TestClient, cycle: Json, query: str, hint: str
) -> None:
    for path in ("/v1/audit", f"/v1/cycles/{cycle['id']}/history"):
        body = problem(client.get(f"{path}?{query}"), 422, "invalid-fields")
        assert hint in body["errors"][0]["detail"]
        assert body["errors"][0]["pointer"] == f"/{query.partition('=')[0]}"


@pytest.mark.usefixtures("story")
def test_a_walk_along_the_trail_is_not_disturbed_by_what_is_recorded_meanwhile(
    office: Office, client: TestClient
) -> None:
    whole = office.get("/v1/audit", order="desc")["items"]
    page = client.get("/v1/audit?limit=4&order=desc")
    there, back = [page.json()["items"]], list[Any]()
    while "next" in page.links:
        office.clock.tick()
        office.person("Newcomer")
        page = client.get(page.links["next"]["url"])
        there.append(page.json()["items"])
    while "prev" in page.links:
        office.person("Another")
        page = client.get(page.links["prev"]["url"])
        back.append(page.json()["items"])
    assert [one for items in there for one in items] == whole
    assert there[:-1] == back[::-1]
    assert page.json()["prev_cursor"] is None


@pytest.mark.usefixtures("story")
def test_exports_hold_what_the_pages_hold(
    client: TestClient, cycle: Json, unit: Json, objective: Json, key_result: Json
) -> None:
    paths = [
        "/v1/audit?order=desc",
        "/v1/audit?reason_code=world_changed",
        "/v1/audit?type=CycleClosed",
        f"/v1/units/{unit['id']}/history",
        f"/v1/cycles/{cycle['id']}/history?type=CheckedIn",
        f"/v1/objectives/{objective['id']}/history",
        f"/v1/key-results/{key_result['id']}/history",
    ]
    for path in paths:
        items = client.get(path).json()["items"]
        lines = client.get(path, headers=LINES)
        assert lines.headers["content-type"] == "application/jsonl"
        assert [orjson.loads(line) for line in lines.text.splitlines()] == items
        table = client.get(path, headers=TABLE)
        assert table.headers["content-type"].startswith("text/csv")
        header, *rows = csv.reader(io.StringIO(table.text, newline=""))
        assert header == list(COLUMNS)
        assert [shown(row) for row in rows] == [
            (one["event_id"], change["field"], cell(change["from"]), cell(change["to"]))
            for one in items
            for change in one["changes"]
        ]


@pytest.mark.usefixtures("story")
def test_a_table_of_the_changes_of_a_field_has_its_rows_alone(client: TestClient) -> None:
    entries = client.get("/v1/audit?field=target").json()["items"]
    assert any(len(one["changes"]) > 1 for one in entries)
    table = client.get("/v1/audit?field=target", headers=TABLE).text
    _header, *rows = csv.reader(io.StringIO(table, newline=""))
    assert [shown(row)[:2] for row in rows] == [(one["event_id"], "target") for one in entries]


def shown(row: list[str]) -> tuple[str, ...]:
    named = dict(zip(COLUMNS, row, strict=True))
    return tuple(named[name] for name in ("event_id", "field", "from", "to"))


@pytest.mark.usefixtures("story")
def test_cells_that_a_spreadsheet_would_run_are_escaped(client: TestClient) -> None:
    table = client.get("/v1/audit?type=KeyResultReworded", headers=TABLE).text
    row = dict(zip(COLUMNS, list(csv.reader(io.StringIO(table, newline="")))[1], strict=True))
    assert (row["from"], row["to"]) == ("Score", '\'=Better, "score"\n-2')
    assert (row["reason_code"], row["reason_text"]) == ("world_changed", "The market moved.")
    assert [cell(one) for one in ("+1", "-1", "@x", "'x", -2, 0.5, None, True, [1], "plain")] == [
        *("'+1", "'-1", "'@x", "''x", "'-2", "0.5", "", "true", "[1]", "plain"),
    ]


@pytest.mark.usefixtures("story")
def test_an_export_goes_on_from_a_cursor(office: Office, client: TestClient) -> None:
    whole = office.get("/v1/audit")["items"]
    first = office.get("/v1/audit", limit=5)
    office.clock.tick()
    office.person("Newcomer")
    rest = client.get(f"/v1/audit?cursor={first['next_cursor']}", headers=LINES)
    assert [orjson.loads(line) for line in rest.text.splitlines()] == whole[5:]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/csv;q=0.5, application/jsonl;q=0.9", "application/jsonl"),
        ("application/jsonl;q=0, text/csv", "text/csv; charset=utf-8"),
        ("text/csv;q=high, application/json", "application/json"),
        ("Text/CSV", "text/csv; charset=utf-8"),
    ],
)
def test_the_media_type_liked_best_is_answered(client: TestClient, accept: str, kind: str) -> None:
    answer = client.get("/v1/audit", headers={"Accept": accept})
    assert answer.headers["content-type"] == kind
    assert "Accept" in answer.headers["vary"].split(", ")


@pytest.mark.usefixtures("key_result")
def test_an_export_echoes_its_moment_in_headers(client: TestClient, office: Office) -> None:
    told = office.get("/v1/audit", known_at="position:2")
    for headers in (LINES, TABLE):
        answer = client.get("/v1/audit", params={"known_at": "position:2"}, headers=headers)
        assert answer.headers["x-position"] == str(told["position"]) == "2"
        assert answer.headers["x-as-of"] == told["as_of"]
        assert answer.headers["x-known-at"] == told["known_at"]
    refused = client.get("/v1/audit", headers={"Accept": "text/html"})
    problem(refused, 406, "not-acceptable")
