"""A quarter over HTTP, from planning to closing and back."""

from __future__ import annotations

from fastapi.testclient import TestClient

from api.models import boards, diffs, replays, shapes, trails
from tests.api.office import REASON, Json, Office, problem


def test_a_quarter_from_planning_to_closing(office: Office, client: TestClient) -> None:
    ada, ben = office.person("Ada"), office.person("Ben")
    company = office.unit("Acme", "company")
    team = office.unit("Care", "team", parent_id=company["id"])
    team = office.post(f"/v1/units/{team['id']}/members", person_id=ada["id"], role="lead")
    assert team["members"] == [{"person_id": ada["id"], "role": "lead"}]

    year = office.cycle("2026", kind="year", ends_on="2026-12-31")
    cycle = office.cycle(parent_id=year["id"], freezes_on="2026-01-20")
    top = office.objective(year, company, "Be recommended")
    objective = office.objective(cycle, team, "Answer fast", commitment="committed")
    metric = office.key_result(objective, "Hours", direction="decrease", baseline=24, target=4)
    steps = office.key_result(
        objective,
        "Handbook",
        kind="milestones",
        baseline=None,
        target=None,
        milestones=[{"name": "draft"}, {"name": "release", "weight": 3}],
        owner={"type": "person", "id": ben["id"]},
        supports=[top["id"]],
    )
    edge = office.post(
        "/v1/alignments",
        **{
            "from": {"type": "objective", "id": objective["id"]},
            "to": {"type": "objective", "id": top["id"]},
        },
        relation="contributes",
    )
    assert edge["state"] == "accepted"
    assert office.post(f"/v1/objectives/{objective['id']}/publish")["state"] == "published"
    assert office.post(f"/v1/cycles/{cycle['id']}/open")["state"] == "open"

    office.clock.go_to("2026-02-01T09:00:00Z")
    wrong = office.check_in(metric, 20, confidence=5)
    right = office.post(
        f"/v1/key-results/{metric['id']}/check-ins/{wrong['id']}/correct",
        value=14,
        reason={"code": "was_wrong"},
    )
    assert (right["value"], right["corrected"]) == (14, True)
    office.check_in(steps, None, reached=["draft"], confidence=8)
    assert office.get(f"/v1/key-results/{metric['id']}")["progress"] == 0.5
    assert office.get(f"/v1/objectives/{objective['id']}")["progress"] == 0.375

    office.post(f"/v1/cycles/{cycle['id']}/freeze")
    moved = {"target": 6}
    refused = client.patch(f"/v1/key-results/{metric['id']}", json=moved)
    problem(refused, 409, "reason-required")
    assert office.patch(f"/v1/key-results/{metric['id']}", **moved, reason=REASON)["target"] == 6
    entry = office.get("/v1/audit", type="TargetAdjusted")["items"][0]
    assert entry["after_freeze"] is True
    assert entry["changes"] == [{"field": "target", "from": 4, "to": 6}]
    trails.Entry.model_validate(entry)

    office.clock.go_to("2026-04-01T09:00:00Z")
    office.post(f"/v1/cycles/{cycle['id']}/start-scoring")
    scored = office.post(f"/v1/key-results/{metric['id']}/score", score=0.6, kind="agreed")
    assert scored["agreed_score"] == 0.6
    office.post(f"/v1/objectives/{objective['id']}/score", score=0.5, kind="self")
    _look_back(office, objective, ada)
    _carry_over(office, objective, metric)
    office.post(f"/v1/objectives/{objective['id']}/close", outcome="partial", reason=REASON)
    closed = office.post(f"/v1/cycles/{cycle['id']}/close")
    assert closed["state"] == "closed"
    late = client.post(f"/v1/key-results/{metric['id']}/check-ins", json={"value": 1})
    problem(late, 409, "objective-state-forbids")
    reopened = office.post(f"/v1/cycles/{cycle['id']}/reopen", to="scoring")
    assert reopened["state"] == "scoring"
    _check_shapes(office, cycle, objective, metric, team)


def _look_back(office: Office, objective: Json, ada: Json) -> None:
    review = office.post(
        f"/v1/objectives/{objective['id']}/reviews",
        stage="final",
        evaluation="Faster, but not fast.",
        decision="carry_over",
        actions=[{"text": "Hire", "owner": ada["id"], "due_on": "2026-04-30"}],
    )
    path = f"/v1/objectives/{objective['id']}/reviews/{review['id']}"
    shapes.ReviewAnswer.model_validate(office.get(path))
    read = office.post_as(ada, f"{path}/acknowledge")
    assert read["acknowledged_by"] == [ada["id"]]
    action_id = review["actions"][0]["action_id"]
    done = office.post(f"{path}/actions/{action_id}/complete")
    assert done["actions"][0]["completed_at"] == "2026-04-01T09:00:00Z"
    listed = office.get(f"/v1/objectives/{objective['id']}/reviews")["items"]
    assert [one["id"] for one in listed] == [review["id"]]


def _carry_over(office: Office, objective: Json, metric: Json) -> None:
    later = office.cycle("2026 Q2", starts_on="2026-04-01", ends_on="2026-06-30")
    new = office.post(
        f"/v1/objectives/{objective['id']}/carry-over",
        cycle_id=later["id"],
        keep=[metric["id"]],
        reason=REASON,
    )
    assert new["carried_from"] == objective["id"]
    assert [one["title"] for one in new["key_results"]] == ["Hours"]
    old = office.get(f"/v1/objectives/{objective['id']}")
    assert old["carried_over_to"] == {"objective_id": new["id"], "cycle_id": later["id"]}


def _check_shapes(office: Office, cycle: Json, objective: Json, metric: Json, team: Json) -> None:
    """Every answer holds exactly the fields that the document promises."""
    board = office.get(f"/v1/cycles/{cycle['id']}/board")
    assert [one["id"] for one in board["objectives"]] == [objective["id"]]
    boards.Board.model_validate(board)
    shapes.ObjectiveAnswer.model_validate(office.get(f"/v1/objectives/{objective['id']}"))
    shapes.KeyResultAnswer.model_validate(office.get(f"/v1/key-results/{metric['id']}"))
    shapes.UnitAnswer.model_validate(office.get(f"/v1/units/{team['id']}"))
    shapes.CycleAnswer.model_validate(office.get(f"/v1/cycles/{cycle['id']}"))
    for path, model in {
        "/v1/people": shapes.Person,
        "/v1/objectives": shapes.ListedObjective,
        "/v1/alignments": shapes.Alignment,
        f"/v1/key-results/{metric['id']}/check-ins": shapes.CheckIn,
        "/v1/audit": trails.Entry,
    }.items():
        assert shapes.Page[model].model_validate(office.get(path)).items
    replay = office.get(f"/v1/cycles/{cycle['id']}/replay")
    replays.CycleReplay.model_validate(replay)
    diff = office.get("/v1/diff", **{"from": "2026-01-01T00:00:00Z"})
    diffs.Diff.model_validate(diff)
    tree = office.get(f"/v1/cycles/{cycle['id']}/tree")
    boards.Tree.model_validate(tree)
    assert len(tree["roots"]) == 1
    assert len(tree["nodes"]) == 2


def test_a_patch_records_every_kind_of_change_as_itself_or_none(
    office: Office, client: TestClient, objective: Json, key_result: Json
) -> None:
    path = f"/v1/key-results/{key_result['id']}"
    body = {
        "title": "Better score",
        "weight": 2,
        "deadline": "2026-03-01",
        "commitment": "learning",
        "unit": "points",
    }
    problem(client.patch(path, json=body), 409, "reason-required")
    assert office.get(path)["title"] == "Score"
    changed = office.patch(path, **body, reason=REASON)
    assert {name: changed[name] for name in body} == body
    types = [one["type"] for one in office.get(f"{path}/history")["items"]]
    assert types == [
        "KeyResultAdded",
        "KeyResultReworded",
        "KeyResultCommitmentChanged",
        "KeyResultReweighted",
        "DeadlineMoved",
        "MeasureChanged",
    ]
    renamed = office.patch(
        f"/v1/objectives/{objective['id']}", title="Amaze", weight=3, commitment="committed"
    )
    assert (renamed["title"], renamed["weight"], renamed["version"]) == ("Amaze", 3, 4)


def test_a_field_left_out_stays_and_null_clears_it(office: Office, key_result: Json) -> None:
    path = f"/v1/key-results/{key_result['id']}"
    office.patch(path, deadline="2026-03-01")
    assert office.patch(path, title="Other")["deadline"] == "2026-03-01"
    assert office.patch(path, deadline=None)["deadline"] is None
    assert office.patch(path, target=None, reason=REASON)["target"] is None


def test_a_measure_moves_and_turns_round_in_one_request(office: Office, objective: Json) -> None:
    rising = office.key_result(objective, direction="increase", baseline=0, target=10)
    path = f"/v1/key-results/{rising['id']}"
    below = office.patch(path, baseline=-20, target=-10, reason=REASON)
    assert (below["baseline"], below["target"]) == (-20, -10)
    above = office.patch(path, baseline=20, target=30, reason=REASON)
    assert (above["baseline"], above["target"]) == (20, 30)
    turned = office.patch(path, direction="decrease", baseline=30, target=20, reason=REASON)
    assert (turned["direction"], turned["baseline"], turned["target"]) == ("decrease", 30, 20)


def test_people_units_and_cycles_change(office: Office, client: TestClient) -> None:
    ada, unit = office.person("Ada"), office.unit()
    path = f"/v1/people/{ada['id']}"
    assert office.patch(path, name="Ada B.", email="a@b.example")["email"] == "a@b.example"
    team = office.unit("Care", "team")
    team_path = f"/v1/units/{team['id']}"
    assert office.patch(team_path, parent_id=unit["id"])["parent_id"] == unit["id"]
    office.post(f"{team_path}/members", person_id=ada["id"])
    joined = office.clock.tick()
    when = {"reason_text": "Moved abroad.", "effective_at": joined}
    left = client.delete(f"{team_path}/members/{ada['id']}", params=when)
    assert left.status_code == 200
    assert left.json()["members"] == []
    entry = office.get("/v1/audit", type="MemberLeft")["items"][0]
    assert (entry["reason"], entry["effective_at"]) == ({"text": "Moved abroad."}, joined)
    office.post(f"{team_path}/members", person_id=ada["id"])
    said = {"reason": {"code": "other", "text": "Came back for a day."}}
    ended = client.request("DELETE", f"{team_path}/members/{ada['id']}", json=said)
    assert ended.status_code == 200
    entry = office.get("/v1/audit", type="MemberLeft", order="desc")["items"][0]
    assert entry["reason"] == said["reason"]
    assert office.post(f"{team_path}/dissolve")["state"] == "dissolved"
    cycle = office.cycle()
    cycle_path = f"/v1/cycles/{cycle['id']}"
    changed = office.patch(cycle_path, name="Spring", ends_on="2026-04-05", unit_id=unit["id"])
    assert (changed["name"], changed["ends_on"]) == ("Spring", "2026-04-05")
    assert changed["unit_id"] == unit["id"]


def test_a_key_result_is_dropped_restored_and_promoted(
    office: Office, cycle: Json, key_result: Json
) -> None:
    path = f"/v1/key-results/{key_result['id']}"
    assert office.post(f"{path}/drop", reason=REASON)["state"] == "dropped"
    assert office.post(f"{path}/restore", reason=REASON)["state"] == "live"
    team = office.unit("Care", "team")
    owner = {"type": "unit", "id": team["id"]}
    promoted = office.post(f"{path}/promote", owner=owner, cycle_id=cycle["id"])
    assert promoted["title"] == key_result["title"]
    edges = office.get("/v1/alignments", cycle_id=cycle["id"], state="accepted")["items"]
    assert [edge["relation"] for edge in edges] == ["promoted_to"]


def test_what_a_key_result_supports_is_said_anew_as_a_whole(
    office: Office, client: TestClient, cycle: Json, unit: Json, key_result: Json
) -> None:
    one, other = (office.objective(cycle, unit, title)["id"] for title in ("One", "Other"))
    path = f"/v1/key-results/{key_result['id']}"

    def supported() -> list[str]:
        edges = office.get("/v1/alignments", state="accepted")["items"]
        assert all(edge["from"]["id"] == key_result["id"] for edge in edges)
        return sorted(edge["to"]["id"] for edge in edges)

    for wanted in ([one], [one, other], [other], [], [one]):
        changed = client.patch(path, json={"supports": wanted})
        assert changed.status_code == 200, changed.text
        assert supported() == sorted(wanted)
    for _ in range(2):
        both = {"supports": [one, other], "title": "Said anew"}
        changed = client.patch(path, json=both, headers={"Idempotency-Key": "both"})
        assert changed.status_code == 200, changed.text
    assert supported() == sorted([one, other])
    assert office.get(path)["title"] == "Said anew"
    refused = client.patch(path, json={"supports": [key_result["objective_id"]], "title": "No"})
    problem(refused, 409, "alignment-with-itself")
    assert supported() == sorted([one, other])
    assert "x-position" not in client.patch(path, json={"supports": [one, other]}).headers


def test_alignments_are_negotiated_between_people(
    office: Office, client: TestClient, cycle: Json
) -> None:
    ada, ben = office.person("Ada"), office.person("Ben")
    one, other = office.objective(cycle, ada), office.objective(cycle, ben)
    body = {
        "from": {"type": "objective", "id": one["id"]},
        "to": {"type": "objective", "id": other["id"]},
        "relation": "supports",
    }
    edge = office.post_as(ada, "/v1/alignments", **body)
    assert (edge["state"], edge["awaiting"]) == ("proposed", "to")
    path = f"/v1/alignments/{edge['id']}"
    problem(
        client.post(f"{path}/accept", headers={"X-Actor": ada["id"]}), 403, "not-yours-to-align"
    )
    assert office.post_as(ben, f"{path}/accept")["state"] == "accepted"
    assert office.post_as(ada, f"{path}/withdraw")["state"] == "withdrawn"
    edge = office.post_as(ada, "/v1/alignments", **body)
    declined = office.post_as(ben, f"/v1/alignments/{edge['id']}/decline")
    assert declined["state"] == "declined"
    backwards = {"from": body["to"], "to": body["from"], "relation": "supports"}
    office.post("/v1/alignments", **body)
    problem(client.post("/v1/alignments", json=backwards), 409, "alignment-circle")
