"""Lists over HTTP in the form that the caller likes: pages, JSON Lines or a table."""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.exports import cell
from tests.api.office import REASON, Json, Office, problem

LINES, TABLE = {"Accept": "application/jsonl"}, {"Accept": "text/csv"}


@pytest.fixture
def lists(office: Office, cycle: Json, objective: Json, key_result: Json) -> list[str]:
    """The path of every list, each with something in it."""
    ada = office.person("=Ada")
    of_objective = f"/v1/objectives/{objective['id']}"
    office.check_in(key_result, 4, note="-1, then\n+5")
    office.check_in(key_result, 5)
    office.post(f"/v1/key-results/{key_result['id']}/check-ins", value=6)
    office.post(f"{of_objective}/reviews", stage="mid", decision="keep", lessons="Ask “why”")
    owner = {"type": "person", "id": ada["id"]}
    path = f"/v1/key-results/{key_result['id']}/promote"
    office.post(path, owner=owner, cycle_id=cycle["id"])
    singles = ("people", "units", "cycles", "objectives", "key-results", "alignments")
    return [
        *(f"/v1/{name}?order=desc" for name in singles),
        f"/v1/key-results/{key_result['id']}/check-ins?limit=2",
        f"{of_objective}/reviews?limit=1",
        "/v1/search?q=score",
        "/v1/audit?limit=500",
    ]


def lines(response: Response) -> list[Json]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/jsonl"
    return [orjson.loads(line) for line in response.text.splitlines()]


def table(response: Response) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"].startswith("attachment; filename=")
    return list(csv.DictReader(io.StringIO(response.text, newline="")))


def whole(client: TestClient, path: str) -> list[Json]:
    """Every item of a list, page by page."""
    items: list[Json] = []
    following: str | None = path
    while following is not None:
        page = client.get(following)
        items += page.json()["items"]
        following = page.links["next"]["url"] if "next" in page.links else None
    return items


def at(item: Json, column: str) -> Any:
    """What a column is to hold: a field, or one of an object in it."""
    if column in item:
        return item[column]
    field = next((one for one in item if column.startswith(f"{one}_")), None)
    inside: Json | None = None if field is None else item[field]
    return None if inside is None else at(inside, column.removeprefix(f"{field}_"))


def test_a_stream_holds_what_the_pages_hold(client: TestClient, lists: list[str]) -> None:
    for path in lists:
        items = whole(client, path)
        assert items
        assert lines(client.get(path, headers=LINES)) == items
        rows = table(client.get(path, headers=TABLE))
        if path.startswith("/v1/audit"):
            continue
        assert [
            {column: cell(at(item, column)) for column in row}
            for item, row in zip(items, rows, strict=True)
        ] == rows
        shown = {name for name in items[0] if any(one.startswith(name) for one in rows[0])}
        assert items[0].keys() - shown <= {"reviews"}


def test_a_stream_is_read_bit_by_bit_and_pinned_to_its_beginning(
    office: Office, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        office.person(f"Person {number}")
    page = office.get("/v1/people", limit=2)
    office.clock.tick()
    office.person("Newcomer")
    monkeypatch.setattr("api.asking.TOGETHER", 2)
    for order in ("asc", "desc"):
        names = [one["name"] for one in whole(client, f"/v1/people?order={order}")]
        found = lines(client.get(f"/v1/people?order={order}&limit=1", headers=LINES))
        assert [one["name"] for one in found] == names
    rest = client.get(f"/v1/people?cursor={page['next_cursor']}", headers=TABLE)
    assert [row["name"] for row in table(rest)] == ["Person 2", "Person 3", "Person 4"]
    assert rest.headers["x-position"] == str(page["position"])
    assert (rest.headers["x-as-of"], rest.headers["x-known-at"]) == (
        page["as_of"],
        page["known_at"],
    )


def test_a_table_runs_in_no_spreadsheet(
    office: Office, client: TestClient, lists: list[str]
) -> None:
    assert lists
    names = [row["name"] for row in table(client.get("/v1/people", headers=TABLE))]
    assert names == ["'=Ada"]
    key_result = office.get("/v1/key-results")["items"][0]["id"]
    notes = client.get(f"/v1/key-results/{key_result}/check-ins", headers=TABLE)
    assert table(notes)[0]["note"] == "'-1, then\n+5"


def test_a_difference_comes_as_rows_with_both_its_moments(
    office: Office, client: TestClient, key_result: Json
) -> None:
    position = office.get("/v1/people")["position"]
    office.patch(f"/v1/key-results/{key_result['id']}", target=8, reason=REASON)
    for path in ("/v1/diff", f"/v1/key-results/{key_result['id']}/diff"):
        query = {"from": f"position:{position}"}
        whole = office.get(path, **query)
        found = client.get(path, params=query, headers=LINES)
        assert lines(found) == whole["changes"] != []
        for prefix, side in (("x-from-", "from"), ("x-", "to")):
            for name in ("position", "as-of", "known-at"):
                told = whole[side][name.replace("-", "_")]
                if name == "position" or side == "from":
                    assert found.headers[prefix + name] == str(told)
        rows = table(client.get(path, params=query, headers=TABLE))
        assert ("target", "10", "8") in [(one["field"], one["from"], one["to"]) for one in rows]


def test_what_cannot_be_answered_is_refused_before_a_stream_begins(
    client: TestClient, key_result: Json
) -> None:
    missing = key_result["objective_id"]
    for form in (LINES, TABLE):
        answer = client.get(f"/v1/key-results/{missing}/check-ins", headers=form)
        problem(answer, 404, "key-result-not-found")
        problem(client.get("/v1/people?cursor=x", headers=form), 400, "foreign-cursor")


def test_every_answer_of_a_path_with_several_forms_names_accept(
    client: TestClient, lists: list[str]
) -> None:
    def varies(response: Response, status: int) -> bool:
        assert response.status_code == status, response.text
        return "Accept" in [one.strip() for one in response.headers["vary"].split(",")]

    for path in lists:
        page = client.get(path)
        assert varies(page, 200)
        assert varies(client.get(path, headers={"If-None-Match": page.headers["etag"]}), 304)
        assert varies(client.get(path, headers=LINES), 200)
        head = client.head(path, headers=TABLE)
        assert varies(head, 200)
        assert (head.content, head.headers["content-type"]) == (b"", "text/csv; charset=utf-8")
        refused = client.get(path, headers={"Accept": "text/html"})
        assert varies(refused, 406)
        assert "application/json, application/jsonl or text/csv" in refused.json()["detail"]
        assert varies(client.get(f"{path}&cursor=x"), 400)
        assert varies(client.get(f"{path}&colour=red"), 422)


def test_what_has_one_form_is_refused_to_whoever_takes_another(
    office: Office, client: TestClient, cycle: Json
) -> None:
    for path in (f"/v1/cycles/{cycle['id']}", f"/v1/cycles/{cycle['id']}/board"):
        problem(client.get(path, headers=TABLE), 406, "not-acceptable")
        assert client.get(path, headers={"Accept": "text/html, */*;q=0.1"}).status_code == 200
    before = office.get("/v1/people")
    body = {"name": "Ada"}
    problem(client.post("/v1/people", json=body, headers=TABLE), 406, "not-acceptable")
    assert office.get("/v1/people")["items"] == before["items"]


def test_a_page_that_has_got_a_next_one_is_not_the_same(office: Office, client: TestClient) -> None:
    office.person("One")
    path = "/v1/people?limit=1"
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    office.person("Two")
    assert client.get(path, headers={"If-None-Match": tag}).json()["next_cursor"]


def test_key_results_pass_every_filter_given(office: Office, cycle: Json, objective: Json) -> None:
    ada, other = office.person(), office.open_cycle("Other")
    owner = {"type": "person", "id": ada["id"]}
    unit = objective["owner"]["id"]
    office.key_result(objective, "Net promoter score")
    hers = office.key_result(objective, "Calls", owner=owner, commitment="committed")
    office.key_result(office.objective(other, ada | {"type": "person"}), "Visits")
    office.post(f"/v1/key-results/{hers['id']}/drop")

    def titles(**query: Any) -> list[str]:
        return [one["title"] for one in office.get("/v1/key-results", **query)["items"]]

    assert titles() == ["Net promoter score", "Calls", "Visits"]
    assert titles(cycle_id=cycle["id"]) == ["Net promoter score", "Calls"]
    assert titles(objective_id=objective["id"], order="desc") == ["Calls", "Net promoter score"]
    assert titles(unit_id=unit) == ["Net promoter score"]
    assert titles(person_id=ada["id"]) == ["Calls", "Visits"]
    assert titles(state="dropped") == titles(commitment="committed") == ["Calls"]
    assert titles(q="net promoter") == ["Net promoter score"]
    shown = office.get("/v1/key-results", objective_id=objective["id"])["items"]
    for one in shown:
        single = office.get(f"/v1/key-results/{one['id']}")
        assert one == {name: single[name] for name in one}
