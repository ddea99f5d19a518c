"""The OWASP API Security Top 10 (2023), item by item: each is tried, and shown not to work.

Breadth stands elsewhere: `test_every_route.py` asks every route as everybody, `test_tokens.py`
tries every flaw of a token, and `test_fuzz.py` whatever the document lets one say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import jwt
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.access.key_table import KeyTable
from api.access.sign_in import is_open
from api.app import create_app
from api.history import History
from api.settings import Settings
from api.wire import MAX_BODY
from domain.mandate import OrganisationRole
from tests.api.access.callers import Company, key
from tests.api.access.issuers import AUDIENCE, KEYS, Issuer, issuing
from tests.api.access.signed import Signed
from tests.api.office import REASON, Json, problem

READER, MEMBER, LEAD, ADMIN, AUDITOR = OrganisationRole
NOBODY = "00000000-0000-4000-8000-000000000000"


class Tried:
    """A history whose callers sign in with keys, and a company in it."""

    def __init__(self, client: TestClient, table: KeyTable) -> None:
        self.client = client
        self.table = table
        self.company = Company(client, table)

    def ask(self, who: str | None, method: str, path: str, **more: Any) -> Any:
        """One request of whoever holds a key."""
        headers = more.pop("headers", {})
        if who is not None:
            headers = headers | {"Authorization": f"Bearer {who}"}
        return self.client.request(method, path, headers=headers, **more)

    def key(self, holder: str, *roles: OrganisationRole, **more: Any) -> str:
        return key(self.table, holder, *roles, **more)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    where = f"sqlite:///{tmp_path_factory.mktemp('owasp') / 'okr.db'}"
    return create_app(History(Settings(database=where, auth="keys")))


@pytest.fixture(scope="module")
def tried(app: FastAPI) -> Iterator[Tried]:
    with (
        TestClient(app, raise_server_exceptions=False) as client,
        closing(KeyTable(app.state.history.settings.where)) as table,
    ):
        yield Tried(client, table)


@pytest.fixture(scope="module")
def stranger(tried: Tried) -> str:
    """The key of a member who owns nothing and is in no unit."""
    return tried.key(tried.company.stranger, MEMBER)


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


def test_api2_broken_authentication(tried: Tried, stranger: str) -> None:
    tries: list[dict[str, Any]] = [
        {},
        {"headers": {"Authorization": f"Bearer {stranger[:-1]}{'AB'[stranger[-1] == 'A']}"}},
        {"headers": {"Authorization": f"Basic {stranger}"}},
        {"headers": {"Cookie": f"token={stranger}"}},
        # What stands in an address is logged by everything on the way.
        {"params": {"access_token": stranger, "api_key": stranger}},
        {"headers": {"X-Forwarded-User": "admin", "X-Actor": tried.company.lead}},
    ]
    for one in tries:
        answer = tried.ask(None, "GET", "/v1/people", **one)
        assert answer.status_code in (400, 401), one
    for path in ("/livez/%2e%2e/v1/people", "/problems/%2e%2e/%2e%2e/v1/people", "//v1/people"):
        assert tried.ask(None, "GET", path).status_code in (401, 404), path
    told = tried.ask(None, "POST", "/v1/people", json={"name": "Eve"})
    assert "Bearer" in told.headers["www-authenticate"]


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
    problem(tried.ask(stranger, "GET", "/v1/events"), 403, "feed-not-yours")
    # Neither a header nor a query makes another method of one.
    disguised = {"X-HTTP-Method-Override": "POST", "X-Original-URL": f"{cycle}/close"}
    people = tried.ask(stranger, "GET", "/v1/people", headers=disguised).json()
    assert "Eve" not in {one.get("name") for one in people["items"]}
    query = tried.ask(stranger, "GET", "/v1/people?_method=POST")
    problem(query, 422, "invalid-fields")
    assert tried.ask(stranger, "GET", cycle).json()["state"] == "open"


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


def test_api7_server_side_request_forgery(tmp_path: Path) -> None:
    """Nothing that a caller says is ever fetched, be it a field, a header or a part of a token."""
    with issuing() as issuer, issuing() as canary:
        signed = Signed(f"sqlite:///{tmp_path / 'okr.db'}", issuer)
        with TestClient(create_app(signed.history)) as client:
            luring = {
                "jku": f"{canary.address}/keys",
                "x5u": f"{canary.address}/chain.pem",
                "kid": f"{canary.address}/keys#first",
            }
            for header in ({"jku": luring["jku"], "x5u": luring["x5u"]}, luring):
                token = issuer.token("foreign", header=header)
                _refused(client, token)
            # An issuer that the operator did not name is not looked up either.
            _refused(client, issuer.token(iss=canary.address))
            admin = {"Authorization": f"Bearer {issuer.token(roles=['okr-admin'])}"}
            body = {"name": f"{canary.address}/", "email": f"{canary.address}/webhook"}
            sent = {"Referer": canary.address, "X-Forwarded-Host": canary.address[7:], **admin}
            assert client.post("/v1/people", json=body, headers=sent).status_code == 201
        assert canary.asked == []
        assert set(issuer.asked) == {"/.well-known/openid-configuration", "/keys"}


def _refused(client: TestClient, token: str) -> None:
    answer = client.get("/v1/people", headers={"Authorization": f"Bearer {token}"})
    problem(answer, 401, "sign-in-required")


def test_api8_security_misconfiguration_headers(tried: Tried, stranger: str) -> None:
    foreign = {"Origin": "https://evil.example"}
    answers = [
        tried.ask(stranger, "GET", "/v1/people", headers=foreign),
        tried.ask(None, "GET", "/v1/people", headers=foreign),
        tried.ask(None, "GET", "/docs", headers=foreign),
        tried.ask(stranger, "GET", "/v1/nothing", headers=foreign),
        tried.ask(None, "GET", "/livez", headers=foreign),
    ]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert not any(name.startswith("access-control") for name in answer.headers)
        assert "set-cookie" not in answer.headers
    preflight = foreign | {"Access-Control-Request-Method": "POST"}
    asked = tried.ask(stranger, "OPTIONS", "/v1/people", headers=preflight)
    assert asked.status_code == 405
    assert not any(name.startswith("access-control") for name in asked.headers)
    for method in ("TRACE", "CONNECT", "PUT", "PROPFIND"):
        assert tried.ask(stranger, method, "/v1/people").status_code == 405


def test_api8_security_misconfiguration_failures_tell_nothing(
    tried: Tried, stranger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(History, "ask", fail)
    answer = tried.ask(stranger, "GET", "/v1/people")
    problem(answer, 500, "internal-error")
    for word in ("hunter2", "Traceback", "RuntimeError", ".py", "sqlite"):
        assert word not in answer.text


def test_api8_the_documentation_opens_without_signing_in(tried: Tried) -> None:
    page = tried.ask(None, "GET", "/docs").text
    files = [part.split('"')[0] for part in page.split('="')[1:] if part.startswith("/docs/")]
    assert files
    for path in (*files, "/openapi.json", "/openapi-3.1.json"):
        assert tried.ask(None, "GET", path).status_code == 200, path
    assert tried.ask(None, "GET", "/docs/files/../../v1/people").status_code in (401, 404)


def test_api9_improper_inventory_management(app: FastAPI, tried: Tried) -> None:
    """Every route is in the document, in one version; what is not there says nothing of people."""
    documented = {
        (method.upper(), path)
        for path, item in tried.client.get("/openapi.json").json()["paths"].items()
        for method in item
    }
    answering = {
        (method, context.path)
        for context in iter_route_contexts(app.routes)
        for method in (context.methods or ())
        if method != "HEAD"
    }
    beside = {path for _, path in answering - documented}
    assert beside == {"/", "/openapi.json", "/openapi-3.1.json", "/docs"}
    assert documented <= answering
    unversioned = {path for _, path in documented if not path.startswith("/v1/")}
    assert unversioned == {"/livez", "/readyz", "/metrics", "/problems", "/problems/{name}"}
    assert {path for path in unversioned if not is_open(path)} == {"/metrics"}


def test_api10_unsafe_consumption_of_apis(tmp_path: Path) -> None:
    """The one interface asked is the issuer's; what it answers is bounded and checked."""
    with issuing() as issuer, issuing() as elsewhere:
        signed = Signed(f"sqlite:///{tmp_path / 'okr.db'}", issuer)
        with TestClient(create_app(signed.history)) as client:
            issuer.answers["/keys"] = 302, f"{elsewhere.address}/keys".encode()
            token = issuer.token()
            answer = client.get("/v1/people", headers={"Authorization": f"Bearer {token}"})
            problem(answer, 503, "issuer-silent")
        assert elsewhere.asked == []
        # Whatever the issuer signs, its words are only ever looked up, never run or believed.
        _claims_are_only_words(signed_with(issuer, tmp_path), issuer)


def signed_with(issuer: Issuer, folder: Path) -> FastAPI:
    issuer.answers.clear()
    return create_app(Signed(f"sqlite:///{folder / 'again.db'}", issuer).history)


def _claims_are_only_words(app: FastAPI, issuer: Issuer) -> None:
    strange: list[Json] = [
        {"roles": ["admin", "okr-admin' OR '1'='1", "*", "%"]},
        {"roles": {"okr-admin": 1}},
        {"sub": "' OR external_id IS NOT NULL --"},
        {"sub": "anna-7\u0000"},
        {"scope": "okr:everything *"},
    ]
    with TestClient(app) as client:
        for claims in strange:
            headers = {"Authorization": f"Bearer {issuer.token(**claims)}"}
            made = client.post("/v1/people", json={"name": "Eve"}, headers=headers)
            assert made.status_code == 403, claims
        # Not even a token that says nothing but nonsense brings the server to fail.
        nonsense = {"iss": issuer.address, "aud": AUDIENCE, "sub": "x", "exp": 1e300}
        token = jwt.encode(nonsense, KEYS["first"], "RS256", headers={"kid": "first"})
        answer = client.get("/v1/people", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code in (401, 403), answer.text
