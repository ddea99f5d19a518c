"""Versions, keys and callers: under which conditions a change is made, and made once."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import update

from api import history as history_module
from api.history import History
from domain.desk import Outcome
from projections.tables import position_table
from tests.api.office import NOBODY, Json, Office, problem
from tests.databases import is_file, plain

PATIENCE_SECONDS = 60


def test_a_write_names_its_version_and_its_position(
    office: Office, client: TestClient, objective: Json
) -> None:
    path = f"/v1/objectives/{objective['id']}"
    changed = client.patch(path, json={"title": "Amaze"})
    assert changed.headers["etag"] == '"2"'
    assert int(changed.headers["x-position"]) == objective["position"] + 1
    again = client.patch(path, json={"title": "Amaze"})
    assert again.status_code == 200
    assert again.headers["etag"] == '"2"'
    assert "x-position" not in again.headers
    assert client.patch(path, json={}).status_code == 200
    assert office.get(path)["version"] == 2


def test_a_creation_says_where_to_find_it(client: TestClient) -> None:
    created = client.post("/v1/people", json={"name": "Ada"})
    assert created.status_code == 201
    found = client.get(created.headers["location"])
    assert found.json()["id"] == created.json()["id"]


def test_a_key_result_s_changes_leave_its_objective_s_version(
    office: Office, objective: Json, key_result: Json
) -> None:
    office.check_in(key_result, 1)
    assert office.get(f"/v1/key-results/{key_result['id']}")["version"] == 2
    assert office.get(f"/v1/objectives/{objective['id']}")["version"] == 1


def test_if_match_lets_only_the_version_through_that_was_seen(
    client: TestClient, objective: Json
) -> None:
    path = f"/v1/objectives/{objective['id']}"
    seen = client.get(path).headers["etag"]
    first = client.patch(path, json={"title": "One"}, headers={"If-Match": seen})
    assert first.status_code == 200
    late = client.patch(path, json={"title": "Two"}, headers={"If-Match": seen})
    problem(late, 412, "version-changed")
    for held in ('"2"', "*"):
        title = {"title": f"Held {held}"}
        assert client.patch(path, json=title, headers={"If-Match": held}).status_code == 200


@pytest.mark.parametrize(
    "given", ['"2", "1"', '"7" ,, "x","1.0f1e-gzip"', ' W/"1", "1"', '"a,b", "1"', "*", " * "]
)
def test_if_match_may_name_several_versions(
    client: TestClient, objective: Json, given: str
) -> None:
    path = f"/v1/objectives/{objective['id']}"
    answer = client.patch(path, json={"title": "Yes"}, headers={"If-Match": given})
    assert answer.status_code == 200, answer.text


def test_if_match_may_be_given_in_several_lines(client: TestClient, objective: Json) -> None:
    path = f"/v1/objectives/{objective['id']}"
    for numbers, status in (("23", 412), ("21", 200)):
        lines = [("If-Match", f'"{number}"') for number in numbers]
        answer = client.patch(path, json={"title": "Yes"}, headers=lines)
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize("given", ['W/"1"', '"2", "3"', '"x"', '""', 'W/"1", "1-other"'])
def test_if_match_refuses_weak_tags_and_those_of_no_version(
    client: TestClient, objective: Json, given: str
) -> None:
    path = f"/v1/objectives/{objective['id']}"
    answer = client.patch(path, json={"title": "No"}, headers={"If-Match": given})
    problem(answer, 412, "version-changed")


@pytest.mark.parametrize("given", ["1", '"1', '"1" "2"', "", ",", '*, "1"', 'w/"1"'])
def test_if_match_refuses_what_is_no_list_of_tags(
    client: TestClient, objective: Json, given: str
) -> None:
    path = f"/v1/objectives/{objective['id']}"
    answer = client.patch(path, json={"title": "No"}, headers={"If-Match": given})
    problem(answer, 400, "malformed-request")


def test_what_is_still_to_be_made_has_no_version(client: TestClient, office: Office) -> None:
    early = client.post("/v1/people", json={"name": "Ada"}, headers={"If-Match": '"1"'})
    problem(early, 412, "version-changed")
    assert office.get("/v1/people")["items"] == []
    made = client.post("/v1/people", json={"name": "Ada"}, headers={"If-Match": "*"})
    assert made.status_code == 201


def test_if_match_guards_what_hangs_on_an_entity(
    office: Office, client: TestClient, key_result: Json
) -> None:
    path = f"/v1/key-results/{key_result['id']}/check-ins"
    first = client.post(path, json={"value": 1}, headers={"If-Match": '"1"'})
    assert first.headers["etag"] == '"2"'
    problem(
        client.post(path, json={"value": 2}, headers={"If-Match": '"1"'}), 412, "version-changed"
    )
    check_in = f"{path}/{first.json()['id']}"
    assert client.get(check_in).headers["etag"].startswith('"2.')
    assert len(office.get(path)["items"]) == 1


def test_a_read_that_would_say_the_same_says_not_modified(
    office: Office, client: TestClient, cycle: Json, key_result: Json
) -> None:
    for path in (
        f"/v1/key-results/{key_result['id']}",
        f"/v1/cycles/{cycle['id']}/board",
        "/v1/objectives",
        "/v1/audit?limit=1",
    ):
        etag = client.get(path).headers["etag"]
        office.clock.tick()
        same = client.get(path, headers={"If-None-Match": f'W/{etag}, "other"'})
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == etag
    path = f"/v1/key-results/{key_result['id']}"
    etag = client.get(path).headers["etag"]
    office.check_in(key_result, 2)
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_the_same_key_records_once_and_answers_the_same(
    office: Office, client: TestClient, objective: Json
) -> None:
    path = f"/v1/objectives/{objective['id']}/key-results"
    body = {"title": "Score", "kind": "metric", "target": 1}
    key = {"Idempotency-Key": "once"}
    first = client.post(path, json=body, headers=key)
    office.patch(first.headers["location"], title="Renamed")
    again = client.post(
        path,
        content=b' {"target":1, "kind":"metric","title":"Score"}',
        headers={**key, "Content-Type": "application/json"},
    )
    assert again.status_code == 201
    assert again.json() == first.json()
    for header in ("etag", "x-position", "location"):
        assert again.headers[header] == first.headers[header]
    assert len(office.get(f"/v1/objectives/{objective['id']}")["key_results"]) == 1
    other = client.post(path, json=body | {"title": "Other"}, headers=key)
    (error,) = problem(other, 422, "key-reused")["errors"]
    assert (error["in"], error["pointer"]) == ("header", "/idempotency-key")


def test_the_same_request_while_the_first_is_running_is_refused_at_once(
    client: TestClient, history: History, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, carry_out = Event(), history.desk.carry_out

    def telling(*arguments: Any) -> Outcome:
        begun.set()
        return carry_out(*arguments)

    monkeypatch.setattr(history.desk, "carry_out", telling)

    def register(name: str) -> Response:
        headers = {"Idempotency-Key": "once"}
        return client.post("/v1/people", json={"name": name}, headers=headers)

    with ThreadPoolExecutor(1) as pool:
        with locked(where):
            first = pool.submit(register, "Ada")
            assert begun.wait(PATIENCE_SECONDS)
            refused = register("Ada")
            assert problem(refused, 409, "still-running")["status"] == 409
            assert refused.headers["retry-after"] == "1"
            problem(register("Bea"), 422, "key-reused")
            assert not first.done()
        made = first.result(PATIENCE_SECONDS)
    assert made.status_code == 201
    assert register("Ada").json() == made.json()
    assert history.log.head() == 1


@contextmanager
def locked(where: str) -> Generator[None]:
    """While nobody can write to the log."""
    with plain(where) as connection:
        if is_file(where):
            connection.execute("BEGIN IMMEDIATE")
        else:
            connection.execute("BEGIN")
            connection.execute("LOCK TABLE okr.stored_events IN EXCLUSIVE MODE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            '{"name": "Ada", "name": "Bea"}',
            "The body says 'name' twice in one object; say it once.",
        ),
        ('{"name": "Ada", "reason": {"text": "a", "text": "b"}}', "The body says 'text' twice"),
        ('{"name": "Ada", "n\\u0061me": "Ada"}', "The body says 'name' twice"),
    ],
)
def test_a_body_that_says_something_twice_is_refused(
    client: TestClient, history: History, body: str, said: str
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/people", content=body, headers=headers)
    assert said in problem(answer, 400, "malformed-request")["detail"]
    assert history.log.head() == 0


@pytest.mark.parametrize("opening", ["[", '{"reason":'])
def test_a_body_that_is_nested_without_end_is_refused(client: TestClient, opening: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/people", content=opening * 50_000, headers=headers)
    problem(answer, 400, "malformed-request")


def test_a_key_belongs_to_its_caller_and_refusals_keep_none(
    office: Office, client: TestClient, objective: Json
) -> None:
    ada = office.person("Ada")
    key = {"Idempotency-Key": "mine"}
    path = f"/v1/objectives/{objective['id']}/close"
    client.post(path, json={"outcome": "achieved"}, headers=key)
    refused = client.post(path, json={"outcome": "missed"}, headers=key | {"X-Actor": ada["id"]})
    problem(refused, 409, "objective-state-forbids")
    office.post(f"/v1/objectives/{objective['id']}/reopen")
    done = client.post(path, json={"outcome": "missed"}, headers=key | {"X-Actor": ada["id"]})
    assert done.json()["outcome"] == "missed"


def test_changes_are_recorded_under_their_caller(office: Office, client: TestClient) -> None:
    ada = office.person("Ada")
    headers = {"X-Actor": ada["id"], "X-Request-ID": "abc-1"}
    response = client.post("/v1/units", json={"name": "Acme", "kind": "team"}, headers=headers)
    assert response.headers["x-request-id"] == "abc-1"
    first, second = office.get("/v1/audit")["items"]
    assert first["actor"] == {"id": "local", "kind": "service", "on_behalf_of": None, "name": None}
    assert second["actor"]["name"] == "Ada"
    assert (second["request_id"], second["source"]) == ("abc-1", "api")


@pytest.mark.parametrize("actor", ["somebody", NOBODY, ""])
def test_a_caller_must_be_a_registered_person(client: TestClient, actor: str) -> None:
    answer = client.post("/v1/people", json={"name": "A"}, headers={"X-Actor": actor})
    problem(answer, 400, "unknown-actor")


def test_an_insane_request_id_is_replaced(client: TestClient) -> None:
    for given in ("a b", "x" * 200, "<script>"):
        answered = client.get("/livez", headers={"X-Request-ID": given}).headers["x-request-id"]
        assert len(answered) == 36


def test_a_write_that_the_views_cannot_show_yet_is_not_called_a_failure(
    client: TestClient, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "WAIT_SECONDS", 0.1)
    with history.views.write():
        answer = client.post("/v1/people", json={"name": "Ada"})
    assert answer.status_code == 202
    assert answer.headers["x-position"] == "1"
    assert answer.headers["location"].startswith("/v1/people/")
    assert history.log.head() == 1


@pytest.mark.parametrize(
    "standing", [{"schema_version": 0}, {"position": 0}], ids=["another version's", "begun anew"]
)
def test_a_write_that_the_views_show_no_more_is_not_called_a_failure(
    client: TestClient,
    history: History,
    monkeypatch: pytest.MonkeyPatch,
    standing: dict[str, int],
) -> None:
    usual = history.comes_to

    async def comes_to_and_loses_its_views(wanted: int) -> bool:
        came = await usual(wanted)
        history.projector.stop()
        with history.views.write() as connection:
            connection.execute(update(position_table).values(standing))
        return came

    monkeypatch.setattr(history, "comes_to", comes_to_and_loses_its_views)
    answer = client.post("/v1/people", json={"name": "Ada"})
    assert answer.status_code == 202
    assert answer.headers["x-position"] == "1"
    assert answer.json()["detail"].startswith("It is recorded")
    assert history.log.head() == 1
