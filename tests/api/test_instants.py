"""What was true, and what was known: `as_of` and `known_at` over HTTP."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api import history as histories
from tests.api.office import Json, Office, problem


def test_a_late_entry_shows_as_of_then_but_was_not_known_then(
    office: Office, cycle: Json, key_result: Json
) -> None:
    path = f"/v1/key-results/{key_result['id']}"
    office.clock.go_to("2026-02-01T09:00:00Z")
    office.check_in(key_result, 3)
    office.clock.go_to("2026-02-20T09:00:00Z")
    office.check_in(key_result, 6, effective_at="2026-02-10T09:00:00Z")

    then = "2026-02-15T00:00:00Z"
    assert office.get(path)["value"] == 6
    assert office.get(path, as_of=then)["value"] == 6
    assert office.get(path, known_at=then)["value"] == 3
    board = office.get(f"/v1/cycles/{cycle['id']}/board", as_of=then, known_at=then)
    assert board["objectives"][0]["key_results"][0]["value"] == 3
    assert board["totals"]["progress"] == 0.3
    listed = office.get(f"{path}/check-ins", as_of=then)["items"]
    assert [one["value"] for one in listed] == [3, 6]
    assert len(office.get(f"{path}/check-ins", known_at=then)["items"]) == 1


def test_a_correction_keeps_what_was_believed_before(office: Office, key_result: Json) -> None:
    path = f"/v1/key-results/{key_result['id']}"
    office.clock.go_to("2026-02-01T09:00:00Z")
    check_in = office.check_in(key_result, 3)
    office.clock.go_to("2026-02-20T09:00:00Z")
    one = f"{path}/check-ins/{check_in['id']}"
    office.post(f"{one}/correct", value=2, reason={"code": "was_wrong"})
    assert office.get(one, as_of="2026-02-02T00:00:00Z")["value"] == 2
    before = office.get(one, known_at=f"position:{check_in['position']}")
    assert (before["value"], before["corrected"]) == (3, False)
    retracted = office.post(f"{one}/retract", reason={"text": "Measured elsewhere."})
    assert retracted["retracted"] is True
    assert office.get(f"{path}/check-ins")["items"] == []
    assert office.get(path)["value"] is None
    assert office.get(path, known_at="2026-02-10T00:00:00Z")["value"] == 3


def test_answers_echo_the_moment_they_are_about(office: Office, key_result: Json) -> None:
    path = f"/v1/key-results/{key_result['id']}"
    answer = office.get(path, as_of="2026-01-05T10:00:00+01:00")
    assert answer["as_of"] == "2026-01-05T09:00:00Z"
    ahead = office.get(path, as_of="2030-01-01T00:00:00Z", known_at="2030-01-01T00:00:00Z")
    assert ahead["as_of"] == ahead["known_at"] == "2026-01-05T09:00:00Z"
    assert answer["position"] == key_result["position"]
    known = office.get(path, known_at=f"position:{key_result['position']}")
    assert known["known_at"] == known["as_of"] == "2026-01-05T09:00:00Z"


def test_what_did_not_exist_yet_is_not_what_never_existed(
    office: Office, client: TestClient, cycle: Json, key_result: Json
) -> None:
    early = {"as_of": "2025-12-31T00:00:00Z"}
    for path in (f"/v1/key-results/{key_result['id']}", f"/v1/cycles/{cycle['id']}"):
        problem(client.get(path, params=early), 404, "did-not-exist-yet")
        unknown = {"known_at": "position:0"}
        problem(client.get(path, params=unknown), 404, "did-not-exist-yet")
    board = office.get(f"/v1/cycles/{cycle['id']}/board", **early)
    assert (board["cycle"], board["objectives"]) == (None, [])
    objective = client.get(f"/v1/objectives/{cycle['id']}")
    problem(objective, 404, "objective-not-found")
    check_in = office.check_in(key_result, 1)
    path = f"/v1/key-results/{key_result['id']}/check-ins/{check_in['id']}"
    known = {"known_at": f"position:{key_result['position']}"}
    problem(client.get(path, params=known), 404, "did-not-exist-yet")
    problem(client.get(path[:-8] + "00000000"), 404, "check-in-not-found")


def test_a_position_past_the_log_is_refused(client: TestClient, cycle: Json) -> None:
    beyond = {"known_at": "position:999"}
    problem(client.get(f"/v1/cycles/{cycle['id']}", params=beyond), 400, "beyond-the-log")


def test_a_read_waits_for_a_position_and_gives_up_in_time(
    client: TestClient, cycle: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, reached = f"/v1/cycles/{cycle['id']}", cycle["position"]
    assert client.get(path, params={"min_position": reached}).status_code == 200
    assert client.get(path, headers={"X-Min-Position": str(reached)}).status_code == 200
    monkeypatch.setattr(histories, "WAIT_SECONDS", 0.01)
    late = client.get(path, headers={"X-Min-Position": str(reached + 1)})
    problem(late, 503, "position-not-reached")
    assert late.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    "instant",
    ["2026-03-01", "2026-03-01T00:00:00", "1767225600", "yesterday", "2026-02-30T00:00:00Z", "1.5"],
)
def test_only_instants_with_a_zone_are_instants(
    client: TestClient, cycle: Json, instant: str
) -> None:
    body = problem(
        client.get(f"/v1/cycles/{cycle['id']}", params={"as_of": instant}), 422, "invalid-fields"
    )
    assert body["errors"][0]["in"] == "query"
    assert body["errors"][0]["pointer"] == "/as_of"
    assert instant not in body["errors"][0]["detail"].replace("2026-03-01T00:00:00Z", "")
