"""API4 and API6: too much of what is allowed, and what people are judged by."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from fastapi.testclient import TestClient

from api.access.key_table import KeyTable
from api.app import create_app
from api.history import History
from api.settings import Settings
from api.wire import MAX_BODY
from domain.mandate import OrganisationRole
from tests.api.access.owasp.tried import Tried
from tests.api.office import REASON, problem

READER, MEMBER, LEAD, ADMIN, AUDITOR = OrganisationRole


def test_api4_unrestricted_resource_consumption(tried: Tried) -> None:
    lead = tried.key(tried.company.lead, LEAD)
    path = f"/v1/objectives/{tried.company.published['objective_id']}"
    huge = b'{"title": "' + b"x" * MAX_BODY + b'"}'
    sent = {"Content-Type": "application/json"}
    problem(tried.ask(lead, "PATCH", path, content=huge, headers=sent), 413, "content-too-large")
    nested = b'{"title":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    answer = tried.ask(lead, "PATCH", path, content=nested, headers=sent)
    assert answer.status_code in (400, 422), answer.text
    problem(tried.ask(lead, "PATCH", path, json={"title": "x" * 501}), 422, "invalid-fields")
    for query in ("limit=501", "limit=-1", "limit=1000000", f"q={'x' * 10_000}"):
        refused = tried.ask(lead, "GET", f"/v1/objectives?{query}")
        assert refused.status_code == 422, query
    many = {"Idempotency-Key": "k" * 201}
    problem(
        tried.ask(lead, "PATCH", path, json={"title": "x"}, headers=many), 422, "invalid-fields"
    )
    # So many requests a minute: test_limits.py. So many streams and waits: test_shares.py.
    assert tried.ask(lead, "GET", path).headers["ratelimit-policy"] == '"requests";q=6000;w=60'


def test_api6_unrestricted_access_to_sensitive_business_flows(tmp_path: Path) -> None:
    """What people are judged by does not move quietly: targets after the freeze, and scores."""
    settings = Settings(database=f"sqlite:///{tmp_path / 'okr.db'}", auth="keys")
    with (
        TestClient(create_app(History(settings))) as client,
        closing(KeyTable(settings.where)) as table,
    ):
        tried = Tried(client, table)
        goal = tried.company.published
        lead, admin = tried.key(tried.company.lead, LEAD), tried.key("office", ADMIN)
        key_result = f"/v1/key-results/{goal['key_result_id']}"
        score = {"score": 1, "kind": "agreed"}
        early = tried.ask(lead, "POST", f"{key_result}/score", json=score)
        problem(early, 409, "cycle-state-forbids")
        frozen = tried.ask(admin, "POST", f"/v1/cycles/{goal['real_cycle']}/freeze", json={})
        assert frozen.status_code == 200, frozen.text
        moved = {"target": 1, "reason": REASON}
        quiet = tried.ask(lead, "PATCH", key_result, json=moved)
        problem(quiet, 403, "freeze-not-yours-to-lift")
        backdated = moved | {"effective_at": "2026-01-05T09:00:00Z"}
        refused = tried.ask(lead, "PATCH", key_result, json=backdated)
        assert refused.status_code in (403, 409), refused.text
        problem(tried.ask(admin, "PATCH", key_result, json={"target": 1}), 409, "reason-required")
        assert tried.ask(admin, "PATCH", key_result, json=moved).status_code == 200
        marked = tried.ask(admin, "GET", "/v1/audit?after_freeze=true&limit=1").json()["items"][0]
        assert (marked["actor"]["id"], marked["reason"]["code"]) == ("office", REASON["code"])
