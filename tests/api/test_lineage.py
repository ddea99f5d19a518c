"""The lineage of an objective over HTTP: what it came from and went on as, at any moment."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.office import NOBODY, Json, Office, problem

QUARTERS = {
    "2026 Q2": {"starts_on": "2026-04-01", "ends_on": "2026-06-30"},
    "2026 Q3": {"starts_on": "2026-07-01", "ends_on": "2026-09-30"},
}


@pytest.fixture
def later(office: Office) -> list[Json]:
    return [office.open_cycle(name, **days) for name, days in QUARTERS.items()]


def carried(office: Office, objective: Json, cycle: Json, *keep: Json) -> Json:
    path = f"/v1/objectives/{objective['id']}/carry-over"
    return office.post(path, cycle_id=cycle["id"], keep=[one["id"] for one in keep])


def lineage(office: Office, objective: Json, **query: str) -> list[Json]:
    found = office.get(f"/v1/objectives/{objective['id']}/lineage", **query)
    assert found["objective_id"] == objective["id"]
    return found["members"]


def ids(members: list[Json]) -> list[str]:
    return [one["id"] for one in members]


def test_a_chain_is_told_from_each_of_its_objectives(
    office: Office, cycle: Json, objective: Json, key_result: Json, later: list[Json]
) -> None:
    office.post(f"/v1/cycles/{cycle['id']}/start-scoring")
    office.post(f"/v1/objectives/{objective['id']}/score", score=0.4, kind="agreed")
    before = office.clock.tick()
    second = carried(office, objective, later[0], key_result)
    between = office.clock.tick()
    third = carried(office, second, later[1])
    chain = [objective, second, third]
    for one in chain:
        members = lineage(office, one)
        assert ids(members) == ids(chain)
        names = [member["cycle"]["name"] for member in members]
        assert names == ["2026 Q1", "2026 Q2", "2026 Q3"]
        assert [member["agreed_score"] for member in members] == [0.4, None, None]
        assert members[0]["origins"] == []
        for came_from, member in zip(chain, members[1:], strict=False):
            (origin,) = member["origins"]
            assert (origin["relation"], origin["from"]["id"]) == ("carried_over", came_from["id"])
            assert origin["objective_id"] == came_from["id"]
            entry = office.get(f"/v1/audit/{origin['event_id']}")
            assert entry["type"] == "ObjectiveCarriedOver"
            assert entry["changes"][0]["to"]["objective_id"] == member["id"]
            told = (entry["effective_at"], entry["position"])
            assert (origin["at"], origin["position"]) == told
    assert ids(lineage(office, objective, as_of=between)) == ids(chain[:2])
    assert ids(lineage(office, objective, known_at=before)) == ids(chain[:1])


def test_a_promotion_leads_from_a_key_result_to_an_objective(
    office: Office, cycle: Json, objective: Json, key_result: Json
) -> None:
    owner = {"type": "person", "id": office.person()["id"]}
    path = f"/v1/key-results/{key_result['id']}/promote"
    promoted = office.post(path, owner=owner, cycle_id=cycle["id"])
    for asked in (objective, promoted):
        members = lineage(office, asked)
        assert ids(members) == [objective["id"], promoted["id"]]
        (origin,) = members[1]["origins"]
        source = {"type": "key_result", "id": key_result["id"], "title": "Score"}
        assert (origin["relation"], origin["from"]) == ("promoted", source)
        assert origin["objective_id"] == objective["id"]
        entry = office.get(f"/v1/audit/{origin['event_id']}")
        assert (entry["type"], entry["effective_at"]) == ("AlignmentProposed", origin["at"])
    edge = office.get("/v1/alignments")["items"][0]
    office.post(f"/v1/alignments/{edge['id']}/withdraw")
    assert ids(lineage(office, promoted)) == [promoted["id"]]


def test_a_promotion_leads_down_into_a_shorter_cycle(office: Office, unit: Json) -> None:
    days = {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    year = office.open_cycle("2026", kind="year", **days)
    quarter = office.open_cycle("2026 Q1", parent_id=year["id"])
    above = office.objective(year, unit)
    key_result = office.key_result(above)
    owner = {"type": "unit", "id": unit["id"]}
    path = f"/v1/key-results/{key_result['id']}/promote"
    promoted = office.post(path, owner=owner, cycle_id=quarter["id"])
    for asked in (above, promoted):
        assert ids(lineage(office, asked)) == [above["id"], promoted["id"]]


def test_branches_lead_on_but_others_of_the_same_origin_are_left_out(
    office: Office, objective: Json, later: list[Json]
) -> None:
    branches = [carried(office, objective, one) for one in later]
    assert ids(lineage(office, objective)) == ids([objective, *branches])
    assert ids(lineage(office, branches[0])) == ids([objective, branches[0]])


def test_what_is_no_objective_then_has_no_lineage(
    office: Office, client: TestClient, objective: Json
) -> None:
    path = f"/v1/objectives/{objective['id']}/lineage"
    early = client.get(path, params={"as_of": "2025-01-01T00:00:00Z"})
    problem(early, 404, "did-not-exist-yet")
    problem(client.get(f"/v1/objectives/{NOBODY}/lineage"), 404, "objective-not-found")
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert office.get(path)["members"][0]["origins"] == []


def test_cycles_that_seem_to_stand_below_each_other_are_told_once(
    office: Office, cycle: Json, objective: Json, later: list[Json]
) -> None:
    second = carried(office, objective, later[0])

    def move(one: Json, day: str, parent: Json | None, **more: str) -> None:
        office.clock.go_to(f"2026-01-{day}T09:00:00Z")
        parent_id = None if parent is None else parent["id"]
        office.patch(f"/v1/cycles/{one['id']}", parent_id=parent_id, **more)

    move(cycle, "10", later[1])
    move(cycle, "20", None)
    # Told late: until the twentieth each of the two now seems to be within the other.
    move(later[1], "30", cycle, effective_at="2026-01-15T09:00:00Z")
    then = "2026-01-17T09:00:00Z"
    parents = [
        office.get(f"/v1/cycles/{one['id']}", as_of=then)["parent_id"] for one in (cycle, later[1])
    ]
    assert parents == [later[1]["id"], cycle["id"]]
    assert ids(lineage(office, objective, as_of=then)) == [objective["id"], second["id"]]
