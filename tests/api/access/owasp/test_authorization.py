"""API1, API3 and API5: whose things, which fields of them, and what is done with them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.mandate import OrganisationRole
from tests.api.access.owasp.tried import Tried
from tests.api.office import REASON, problem

READER, MEMBER, LEAD, ADMIN, AUDITOR = OrganisationRole
NOBODY = "00000000-0000-4000-8000-000000000000"


def test_api1_broken_object_level_authorization(tried: Tried, stranger: str) -> None:
    draft, published = tried.company.draft, tried.company.published
    said = {"title": "Mine now"}
    for word in ("objective", "key-result"):
        name = f"{word.replace('-', '_')}_id"
        hidden = tried.ask(stranger, "PATCH", f"/v1/{word}s/{draft[name]}", json=said)
        unknown = tried.ask(stranger, "PATCH", f"/v1/{word}s/{NOBODY}", json=said)
        assert (hidden.status_code, unknown.status_code) == (404, 404)
        # Nothing tells a draft of others from what never was, save the id that was asked for.
        assert hidden.json()["detail"] == unknown.json()["detail"].replace(NOBODY, draft[name])
        foreign = tried.ask(stranger, "PATCH", f"/v1/{word}s/{published[name]}", json=said)
        problem(foreign, 403, "not-yours-to-change")
    own, key_results = draft["objective_id"], draft["key_result_id"]
    for path in (
        f"objectives/{own}",
        f"objectives/{own}/history",
        f"objectives/{own}/reviews",
        f"objectives/{own}/diff?from=2026-01-06T00:00:00Z&to=2026-02-01T00:00:00Z",
        f"key-results/{key_results}",
        f"key-results/{key_results}/series",
        f"key-results/{key_results}/check-ins/{draft['check_in_id']}",
    ):
        assert tried.ask(stranger, "GET", f"/v1/{path}").status_code == 404, path
    for path in (f"cycles/{draft['real_cycle']}/board", "objectives", "audit", "search?q=delight"):
        assert own not in tried.ask(stranger, "GET", f"/v1/{path}").text, path
    check_in = f"/v1/key-results/{published['key_result_id']}/check-ins/{published['check_in_id']}"
    taken_back = tried.ask(stranger, "POST", f"{check_in}/retract", json={"reason": REASON})
    problem(taken_back, 403, "not-yours-to-measure")


FORGED: list[tuple[str, Any]] = [
    ("id", NOBODY),
    ("state", "published"),
    ("published_at", "2026-01-01T00:00:00Z"),
    ("version", 99),
    ("agreed_score", 1.0),
    ("actor", {"id": NOBODY, "kind": "person"}),
    ("recorded_at", "2020-01-01T00:00:00Z"),
    ("mandate", {"roles": ["admin"]}),
    ("__proto__", {"admin": True}),
]


@pytest.mark.parametrize(("field", "value"), FORGED)
def test_api3_broken_object_property_level_authorization(
    tried: Tried, field: str, value: Any
) -> None:
    lead = tried.key(tried.company.lead, LEAD)
    path = f"/v1/objectives/{tried.company.published['objective_id']}"
    before = tried.ask(lead, "GET", path).json()
    said = problem(
        tried.ask(lead, "PATCH", path, json={"title": "Grow", field: value}),
        422,
        "invalid-fields",
    )
    assert said["errors"][0]["pointer"] == f"/{field}"
    assert tried.ask(lead, "GET", path).json()["title"] == before["title"]


def test_api3_no_body_takes_fields_that_it_does_not_name(tried: Tried) -> None:
    document = tried.client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    bodies = [
        operation["requestBody"]["content"]["application/json"]["schema"]
        for item in document["paths"].values()
        for operation in item.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    ]
    assert len(bodies) > 20
    for body in bodies:
        for one in body.get("anyOf", [body]):
            if "$ref" in one:
                name = one["$ref"].rpartition("/")[2]
                assert schemas[name]["additionalProperties"] is False, name


def test_api3_no_answer_shows_what_signs_people_in(tried: Tried, stranger: str) -> None:
    auditor = tried.key("desk", AUDITOR)
    lines = {"Accept": "application/jsonl"}
    shown = [
        tried.ask(auditor, "GET", "/v1/events", headers=lines).text,
        tried.ask(auditor, "GET", "/v1/audit", headers=lines).text,
        tried.ask(auditor, "GET", "/metrics").text,
        tried.ask(None, "GET", "/readyz").text,
        tried.ask(stranger, "GET", f"/v1/people/{tried.company.stranger}").text,
    ]
    for one in tried.table.all():
        assert not any(one.id in text or one.digest in text for text in shown)


def test_api5_broken_function_level_authorization(tried: Tried, stranger: str) -> None:
    cycle = f"/v1/cycles/{tried.company.published['real_cycle']}"
    for method, path, body in (
        ("POST", "/v1/people", {"name": "Eve"}),
        ("POST", "/v1/units", {"name": "Mine", "kind": "team"}),
        ("POST", f"{cycle}/close", {}),
        ("POST", f"{cycle}/freeze", {}),
    ):
        problem(tried.ask(stranger, method, path, json=body), 403, "admins-only")
    lines = {"Content-Type": "application/jsonl"}
    imported = tried.ask(stranger, "POST", "/v1/imports", content="", headers=lines)
    problem(imported, 403, "admins-only")
    problem(tried.ask(tried.key("bot", MEMBER), "GET", "/v1/events"), 403, "feed-not-yours")
    feed = tried.ask(stranger, "GET", "/v1/events", headers={"Accept": "application/jsonl"})
    told = [json.loads(line)["entity"]["id"] for line in feed.text.splitlines()]
    assert set(told) == {tried.company.stranger}
    # Neither a header nor a query makes another method of one.
    disguised = {"X-HTTP-Method-Override": "POST", "X-Original-URL": f"{cycle}/close"}
    people = tried.ask(stranger, "GET", "/v1/people", headers=disguised).json()
    assert "Eve" not in {one.get("name") for one in people["items"]}
    query = tried.ask(stranger, "GET", "/v1/people?_method=POST")
    problem(query, 422, "invalid-fields")
    assert tried.ask(stranger, "GET", cycle).json()["state"] == "open"
