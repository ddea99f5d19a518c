"""API keys over HTTP: who they say calls, what they allow, and when they stop to."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access import key_sign_in
from api.access.api_keys import ApiKey, digest_of, new_secret
from api.access.identity import Scope
from api.access.key_table import KeyTable
from api.app import create_app
from api.history import History
from api.settings import Settings
from domain.log import LogUnavailableError
from domain.mandate import OrganisationRole
from domain.people import RegisterPerson
from domain.record import Context
from domain.values import Actor
from tests.api.office import problem
from tests.builders import ANNA, BEN
from tests.databases import dump

MEMBER, ADMIN = OrganisationRole.MEMBER, OrganisationRole.ADMIN
READ, WRITE = Scope.READ, Scope.WRITE


class Desk:
    """A history whose callers sign in, with its keys at hand."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.history = History(Settings(database=where, auth="keys"))
        self.table = KeyTable(self.history.settings.where)

    def key(
        self,
        holder: str,
        *roles: OrganisationRole,
        scopes: frozenset[Scope] = frozenset({READ, WRITE}),
        ends: timedelta | None = None,
    ) -> str:
        """A new key, as it is shown."""
        key_id, secret, shown = new_secret()
        now = datetime.now(UTC)
        kind: Any = "person" if holder.count("-") == 4 else "service"
        ends_at = None if ends is None else now + ends
        self.table.add(
            ApiKey(key_id, digest_of(secret), kind, holder, frozenset(roles), scopes, now, ends_at)
        )
        return shown


@pytest.fixture
def desk(where: str) -> Iterator[Desk]:
    desk = Desk(where)
    context = Context(actor=Actor(id="local", kind="service"), now=desk.history.desk.now())
    people = [RegisterPerson(person_id=one) for one in (ANNA, BEN)]
    desk.history.desk.carry_out(people, context)
    with closing(desk.table), closing(desk.history):
        yield desk


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(create_app(desk.history), raise_server_exceptions=False) as client:
        yield client


def bearer(key: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} | more


def test_nobody_is_answered_without_a_key(client: TestClient, desk: Desk) -> None:
    answer = client.get("/v1/people")
    problem(answer, 401, "sign-in-required")
    assert answer.headers["www-authenticate"] == 'Bearer realm="okr-history"'
    known = desk.key("bot", MEMBER)
    for given in ("", "Basic eDp5", "Bearer", f"Bearer {known[:-1]}", f"Bearer {known[:-1]}!"):
        answer = client.get("/v1/people", headers={"Authorization": given})
        problem(answer, 401, "sign-in-required")
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert client.get("/v1/people", headers=bearer(known)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/livez",
        "/readyz",
        "/openapi.json",
        "/openapi-3.1.json",
        "/docs",
        "/docs/files/swagger-ui-bundle.js",
        "/problems",
        "/problems/sign-in-required",
    ],
)
def test_probes_and_documentation_are_open(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_the_actor_is_who_signed_in(client: TestClient, desk: Desk) -> None:
    key = desk.key(str(ANNA), ADMIN)
    made = client.post("/v1/people", json={"name": "Cara"}, headers=bearer(key))
    assert made.status_code == 201, made.text
    entry = client.get("/v1/audit?order=desc&limit=1", headers=bearer(key)).json()["items"][0]
    assert (entry["actor"]["id"], entry["actor"]["kind"]) == (str(ANNA), "person")
    other = client.post(
        "/v1/people", json={"name": "Dana"}, headers=bearer(key, **{"X-Actor": str(BEN)})
    )
    problem(other, 400, "actor-is-the-caller")


def test_a_service_with_the_scope_acts_for_a_person(client: TestClient, desk: Desk) -> None:
    rename, body = f"/v1/people/{ANNA}", {"name": "Anna"}
    scopes = frozenset({READ, WRITE, Scope.ON_BEHALF_OF})
    key, plain = desk.key("bot", MEMBER, scopes=scopes), desk.key("bot", MEMBER)
    for_anna, for_ben = ({"X-On-Behalf-Of": str(one)} for one in (ANNA, BEN))
    problem(
        client.patch(rename, json=body, headers=bearer(plain, **for_anna)), 403, "scope-missing"
    )
    problem(client.patch(rename, json=body, headers=bearer(key, **for_ben)), 403, "admins-only")
    nobody = {"X-On-Behalf-Of": "00000000-0000-4000-8000-000000000000"}
    problem(client.patch(rename, json=body, headers=bearer(key, **nobody)), 400, "unknown-actor")
    assert client.patch(rename, json=body, headers=bearer(key, **for_anna)).status_code == 200
    entry = client.get("/v1/audit?order=desc&limit=1", headers=bearer(key)).json()["items"][0]
    assert (entry["actor"]["id"], entry["actor"]["on_behalf_of"]) == ("bot", str(ANNA))


def test_nobody_repeats_their_way_in_once_their_role_is_gone(
    client: TestClient, desk: Desk
) -> None:
    admin, member, reader = (
        desk.key(str(ANNA), role) for role in (ADMIN, MEMBER, OrganisationRole.READER)
    )
    again = {"Idempotency-Key": "once"}

    def ask(key: str) -> Any:
        return client.post("/v1/people", json={"name": "Cara"}, headers=bearer(key, **again))

    first = ask(admin)
    assert first.status_code == 201, first.text
    assert ask(admin).content == first.content
    for key, refusal in ((member, "admins-only"), (reader, "not-taking-part")):
        problem(ask(key), 403, refusal)


def test_whoever_gave_something_away_is_answered_again(client: TestClient, desk: Desk) -> None:
    admin, member = desk.key("office", ADMIN), desk.key(str(ANNA), MEMBER)
    said = {"name": "Q1", "kind": "quarter", "starts_on": "2026-01-01", "ends_on": "2026-03-31"}
    cycle = client.post("/v1/cycles", json=said, headers=bearer(admin)).json()
    mine, theirs = ({"type": "person", "id": str(one)} for one in (ANNA, BEN))
    drafted = {"cycle_id": cycle["id"], "owner": mine, "title": "Grow"}
    goal = client.post("/v1/objectives", json=drafted, headers=bearer(member)).json()
    given = bearer(member, **{"Idempotency-Key": "away"})
    path, body = f"/v1/objectives/{goal['id']}", {"owner": theirs}
    first = client.patch(path, json=body, headers=given)
    assert first.status_code == 200, first.text
    assert client.patch(path, json=body, headers=given).content == first.content
    # It is Ben's draft now.
    problem(client.patch(path, json=body, headers=bearer(member)), 404, "objective-not-found")


def test_an_admins_power_is_not_lent_to_whom_a_service_acts_for(
    client: TestClient, desk: Desk
) -> None:
    key = desk.key("bot", ADMIN, scopes=frozenset(Scope))
    headers = bearer(key, **{"X-On-Behalf-Of": str(BEN)})
    problem(client.post("/v1/people", json={"name": "Cara"}, headers=headers), 403, "admins-only")


def test_a_key_does_what_its_scopes_say(client: TestClient, desk: Desk) -> None:
    reading = desk.key("bot", ADMIN, scopes=frozenset({READ}))
    for path in ("/v1/people", "/v1/key-results", "/v1/search?q=a", "/v1/diff?from=position:0"):
        for form in ("application/json", "application/jsonl", "text/csv"):
            # Lists are what everybody may read, in whatever form; the trail as a whole is not.
            assert client.get(path, headers=bearer(reading, Accept=form)).status_code == 200
    trail = client.get("/v1/audit", headers=bearer(reading, Accept="text/csv"))
    problem(trail, 403, "scope-missing")
    refused = client.post("/v1/people", json={"name": "Cara"}, headers=bearer(reading))
    problem(refused, 403, "scope-missing")
    lines = {"Content-Type": "application/jsonl"}
    imported = client.post("/v1/imports", content="", headers=bearer(reading, **lines))
    problem(imported, 403, "scope-missing")
    member = desk.key("bot", MEMBER, scopes=frozenset(Scope))
    imported = client.post("/v1/imports", content="", headers=bearer(member, **lines))
    problem(imported, 403, "admins-only")
    exported = client.get("/v1/audit", headers=bearer(member, Accept="text/csv"))
    problem(exported, 403, "export-not-yours")
    admin = desk.key("office", ADMIN, scopes=frozenset(Scope))
    assert client.get("/v1/audit", headers=bearer(admin, Accept="text/csv")).status_code == 200
    problem(client.get("/v1/events", headers=bearer(admin)), 403, "feed-not-yours")
    auditor = desk.key("desk", OrganisationRole.AUDITOR, scopes=frozenset(Scope))
    assert client.get("/v1/audit", headers=bearer(auditor, Accept="text/csv")).status_code == 200
    assert client.get("/v1/events", headers=bearer(auditor)).status_code == 200


def test_a_key_ends_and_is_revoked(
    client: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = desk.key("bot", MEMBER, ends=timedelta(seconds=-1))
    problem(client.get("/v1/people", headers=bearer(ended)), 401, "sign-in-required")
    key = desk.key("bot", MEMBER)
    assert client.get("/v1/people", headers=bearer(key)).status_code == 200
    key_id = key.split("_")[1]
    used = desk.table.find(key_id)
    assert used is not None
    assert used.last_used_at is not None
    # What was looked up may be remembered for a second; no test waits for that.
    monkeypatch.setattr(key_sign_in, "REMEMBERED_SECONDS", 0.0)
    desk.table.revoke(key_id, datetime.now(UTC))
    problem(client.get("/v1/people", headers=bearer(key)), 401, "sign-in-required")


def test_a_key_holds_where_its_use_cannot_be_noted(
    client: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise LogUnavailableError("The disk is full.")

    monkeypatch.setattr(KeyTable, "used", refuse)
    key = desk.key("bot", MEMBER)
    assert client.get("/v1/people", headers=bearer(key)).status_code == 200


def test_many_keys_are_looked_up_at_once(desk: Desk) -> None:
    known = [desk.key(f"bot-{number}", MEMBER).split("_")[1] for number in range(12)]
    with ThreadPoolExecutor(12) as threads:
        for _ in range(20):
            found = list(threads.map(desk.table.find, known))
            assert [one.id for one in found if one is not None] == known


def test_neither_secret_nor_digest_stands_in_the_log(client: TestClient, desk: Desk) -> None:
    key = desk.key("bot", ADMIN)
    client.post("/v1/people", json={"name": "Cara"}, headers=bearer(key))
    secret = key.split("_", 2)[2]
    told = repr(dump(desk.where))
    assert secret not in told
    assert digest_of(secret) not in told
    assert secret not in repr(desk.table.all())


def test_a_refusal_is_a_security_event_without_the_token(
    client: TestClient, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    key = desk.key("bot", MEMBER)
    with caplog.at_level(logging.WARNING, "okr.security"):
        client.post("/v1/people", json={"name": "Cara"}, headers=bearer(key))
        client.get("/v1/people", headers=bearer(key + "x"))
    told = [record.__dict__ for record in caplog.records if record.name == "okr.security"]
    assert [(one["problem"], one["status"]) for one in told] == [
        ("admins-only", 403),
        ("sign-in-required", 401),
    ]
    assert [one["actor"] for one in told] == ["bot", None]
    assert told[0]["key_id"] == key.split("_")[1]
    assert key not in caplog.text


def test_the_document_declares_how_to_sign_in(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    listing = document["paths"]["/v1/people"]["get"]
    assert listing["security"] == [{"bearer": []}]
    assert {"401", "403"} <= set(listing["responses"])
    assert "security" not in document["paths"]["/livez"]["get"]
