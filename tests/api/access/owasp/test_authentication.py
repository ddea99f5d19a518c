"""API2, API7 and API10: who somebody is, and what is fetched or believed to find out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jwt
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from tests.api.access.issuers import AUDIENCE, KEYS, Issuer, issuing
from tests.api.access.owasp.tried import Tried
from tests.api.access.signed import Signed
from tests.api.office import Json, problem


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
