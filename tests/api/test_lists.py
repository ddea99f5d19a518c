"""Lists over HTTP: filters, pages, and cursors that a growing history does not disturb."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.office import Json, Office, problem


def _walk(client: TestClient, path: str) -> list[Json]:
    """Every item of a list, page by page along its links."""
    items: list[Json] = []
    following: str | None = path
    while following is not None:
        response = client.get(following)
        assert response.status_code == 200, response.text
        items.extend(response.json()["items"])
        for side in ("next", "prev"):
            assert (side in response.links) == (response.json()[f"{side}_cursor"] is not None)
        following = response.links["next"]["url"] if "next" in response.links else None
    return items


def _walk_back(client: TestClient, path: str) -> list[list[Json]]:
    """The pages of a list from the last to the first, along the links that lead back."""
    response = client.get(path)
    while "next" in response.links:
        response = client.get(response.links["next"]["url"])
    pages = [response.json()["items"]]
    while "prev" in response.links:
        response = client.get(response.links["prev"]["url"])
        pages.append(response.json()["items"])
        assert response.links["next"]
    return pages


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_join_up_to_the_whole_list(office: Office, client: TestClient, order: str) -> None:
    names = [f"Person {number}" for number in range(7)]
    for name in names:
        office.person(name)
    found = [one["name"] for one in _walk(client, f"/v1/people?limit=3&order={order}")]
    assert found == (names if order == "asc" else names[::-1])


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_lead_back_to_the_first(office: Office, client: TestClient, order: str) -> None:
    names = [f"Person {number}" for number in range(7)]
    for name in names:
        office.person(name)
    pages = _walk_back(client, f"/v1/people?limit=3&order={order}")
    assert [len(page) for page in pages] == [1, 3, 3]
    found = [one["name"] for page in reversed(pages) for one in page]
    assert found == (names if order == "asc" else names[::-1])


def test_a_cursor_keeps_to_the_history_of_its_first_page(
    office: Office, client: TestClient
) -> None:
    people = [office.person(f"Person {number}") for number in range(4)]
    first = client.get("/v1/people?limit=2&order=desc")
    office.clock.tick()
    office.person("Newcomer")
    office.patch(f"/v1/people/{people[0]['id']}", name="Renamed")
    second = client.get(first.links["next"]["url"])
    assert [one["name"] for one in second.json()["items"]] == ["Person 1", "Person 0"]
    for name in ("as_of", "known_at", "position"):
        assert second.json()[name] == first.json()[name]


def test_objectives_pass_every_filter_given(office: Office) -> None:
    ada, unit = office.person(), office.unit()
    one, other = office.open_cycle("One"), office.open_cycle("Other")
    for title, cycle, owner, more in [
        ("客户推荐我们", one, unit, {"commitment": "committed"}),
        ("Answer FAST", one, ada, {"description": "Within a day."}),
        ("Third", other, ada, {"commitment": "learning"}),
    ]:
        office.objective(cycle, owner, title, **more)
    published = office.get("/v1/objectives", q="third")["items"][0]
    office.post(f"/v1/objectives/{published['id']}/publish")

    def titles(**query: Any) -> list[str]:
        return [objective["title"] for objective in office.get("/v1/objectives", **query)["items"]]

    assert titles(cycle_id=one["id"]) == ["客户推荐我们", "Answer FAST"]
    assert titles(unit_id=unit["id"]) == ["客户推荐我们"]
    assert titles(person_id=ada["id"]) == ["Answer FAST", "Third"]
    assert titles(state="published") == ["Third"]
    assert titles(commitment="committed") == ["客户推荐我们"]
    assert titles(q="within A day") == ["Answer FAST"]
    assert titles(q="客户") == ["客户推荐我们"]
    assert titles(person_id=ada["id"], cycle_id=one["id"], state="published") == []
    office.clock.tick()
    office.post(f"/v1/objectives/{published['id']}/close", outcome="missed")
    assert titles(state="closed") == ["Third"]
    assert titles(state="published", known_at="2026-01-05T09:00:00Z") == ["Third"]


def test_lists_longer_than_a_chunk_are_read_to_their_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.lists.CHUNK", 2)
    for number in range(5):
        office.person(f"Person {number}")
    names = [one["name"] for one in office.get("/v1/people")["items"]]
    assert names == [f"Person {number}" for number in range(5)]


def test_parts_of_an_entity_are_listed_in_pages_too(
    office: Office, client: TestClient, key_result: Json
) -> None:
    for day, value in ((12, 3), (10, 1), (11, 2)):
        office.clock.go_to("2026-01-20T09:00:00Z")
        office.check_in(key_result, value, effective_at=f"2026-01-{day}T09:00:00Z")
    path = f"/v1/key-results/{key_result['id']}/check-ins"
    assert [one["value"] for one in _walk(client, f"{path}?limit=1")] == [1, 2, 3]
    assert [one["value"] for one in _walk(client, f"{path}?limit=2&order=desc")] == [3, 2, 1]
    pages = _walk_back(client, f"{path}?limit=2")
    assert [[one["value"] for one in page] for page in pages] == [[3], [1, 2]]


def test_a_cursor_continues_only_its_own_list(office: Office, client: TestClient) -> None:
    for number in range(3):
        office.person(f"Person {number}")
        office.unit(f"Unit {number}")
    cursor = client.get("/v1/people?limit=1").json()["next_cursor"]
    for path in (
        f"/v1/units?cursor={cursor}",
        f"/v1/people?order=desc&cursor={cursor}",
        f"/v1/people?as_of=2026-01-05T09:00:00Z&cursor={cursor}",
        "/v1/people?cursor=abc",
        "/v1/people?cursor=%C3%A9",
        f"/v1/people?cursor={_forged(cursor, after='x')}",
        f"/v1/people?cursor={_forged(cursor, as_of=2**70)}",
        f"/v1/people?cursor={_forged(cursor, after=2**70)}",
        f"/v1/people?cursor={_forged(cursor, position=-1)}",
        f"/v1/people?cursor={_forged(cursor, back=1)}",
    ):
        problem(client.get(path), 400, "foreign-cursor")


def _forged(cursor: str, **changes: Any) -> str:
    held = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    return base64.urlsafe_b64encode(json.dumps(held | changes).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("limit=0", "/limit"), ("limit=501", "/limit"), ("order=up", "/order"), ("page=2", "/page")],
)
def test_a_list_refuses_what_it_does_not_know(client: TestClient, query: str, pointer: str) -> None:
    body = problem(client.get(f"/v1/people?{query}"), 422, "invalid-fields")
    assert [error["pointer"] for error in body["errors"]] == [pointer]
