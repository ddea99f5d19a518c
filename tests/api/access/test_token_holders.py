"""Whom a token speaks for, and what its claims let them do."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access import registered
from api.access.key_table import KeyTable
from api.app import create_app
from domain.mandate import OrganisationRole
from tests.api.access.callers import key
from tests.api.access.issuers import Issuer
from tests.api.access.signed import Signed, bearer, get
from tests.api.office import problem
from tests.builders import ANNA, BEN


def test_a_person_whom_nobody_registered_is_told_so(
    client: TestClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = problem(get(client, issuer.token(sub="cara-9")), 403, "not-registered")
    assert said["detail"].startswith("Nobody is registered with the external_id")
    assert "cara-9" not in said["detail"]
    monkeypatch.setattr(registered, "LOOKED_SECONDS", 0.0)
    admin = bearer(issuer.token(roles=["okr-admin"]))
    new = client.post("/v1/people", json={"name": "Cara", "external_id": "cara-9"}, headers=admin)
    assert get(client, issuer.token(sub="cara-9")).status_code == 200
    # Whoever loses the id is not let in by it, whatever was remembered.
    path = f"/v1/people/{new.json()['id']}"
    assert client.patch(path, json={"external_id": "cara-10"}, headers=admin).status_code == 200
    problem(get(client, issuer.token(sub="cara-9")), 403, "not-registered")


def test_two_people_with_one_id_are_both_refused(
    client: TestClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registered, "LISTED_SECONDS", 0.0)
    admin = bearer(issuer.token(roles=["okr-admin"]))
    client.post("/v1/people", json={"name": "Ben II", "external_id": "ben-8"}, headers=admin)
    said = problem(get(client, issuer.token(sub="ben-8")), 403, "not-registered")
    assert said["detail"].startswith("Several people are registered")


def test_people_are_found_by_a_verified_address(tmp_path: Path, issuer: Issuer) -> None:
    where = f"sqlite:///{tmp_path / 'okr.db'}"
    signed = Signed(where, issuer, oidc_person_claim="email", oidc_person_field="email")
    with TestClient(create_app(signed.history)) as client:
        said = {"sub": "x", "email": "anna@EXAMPLE.org"}
        assert get(client, issuer.token(**said, email_verified=True)).status_code == 200
        for verified in (None, False, "true"):
            answer = get(client, issuer.token(**said, email_verified=verified))
            problem(answer, 403, "not-registered")
        missing = issuer.token(sub="x", email_verified=True)
        problem(get(client, missing), 403, "not-registered")
        # A letter that only looks like a k in small letters is nobody's k.
        kelvin = issuer.token(sub="x", email="ben@example.org\u212a", email_verified=True)
        problem(get(client, kelvin), 403, "not-registered")


def test_people_are_found_by_their_id(tmp_path: Path, issuer: Issuer) -> None:
    where = f"sqlite:///{tmp_path / 'okr.db'}"
    signed = Signed(where, issuer, oidc_person_claim="okr.person", oidc_person_field="id")
    with TestClient(create_app(signed.history)) as client:
        assert get(client, issuer.token(okr={"person": str(BEN)})).status_code == 200
        for wrong in ("ben", "00000000-0000-4000-8000-000000000000", 7):
            answer = get(client, issuer.token(okr={"person": wrong}))
            problem(answer, 403, "not-registered")


ROLES: list[tuple[dict[str, Any], int, int]] = [
    # What a token claims, and what registering a person and exporting the trail are answered.
    ({}, 403, 403),
    ({"roles": "okr-member other"}, 403, 403),
    ({"roles": ["okr-admin"]}, 201, 200),
    ({"roles": ["admin"]}, 403, 403),
    ({"roles": {"okr-admin": True}}, 403, 403),
    ({"roles": [["okr-admin"], 7]}, 403, 403),
    ({"roles": ["okr-auditor"]}, 403, 200),
    ({"roles": ["okr-admin"], "scope": "openid okr:read"}, 403, 403),
    ({"roles": ["okr-admin"], "scope": "openid okr:read okr:export"}, 403, 200),
    ({"roles": ["okr-admin"], "scope": "openid profile"}, 201, 200),
    ({"roles": ["okr-admin"], "scope": ["okr:write"]}, 201, 403),
]


@pytest.mark.parametrize(("claims", "register", "export"), ROLES)
def test_claims_become_roles_and_scopes(
    client: TestClient, issuer: Issuer, claims: dict[str, Any], register: int, export: int
) -> None:
    headers = bearer(issuer.token(**claims), Accept="text/csv")
    made = client.post("/v1/people", json={"name": "Cara"}, headers=headers | {"Accept": "*/*"})
    assert made.status_code == register, made.text
    assert client.get("/v1/audit", headers=headers).status_code == export


def test_roles_are_found_deep_within_and_named_otherwise(tmp_path: Path, issuer: Issuer) -> None:
    where = f"sqlite:///{tmp_path / 'okr.db'}"
    signed = Signed(
        where, issuer, oidc_role_claim="realm_access.roles", oidc_roles="boss=admin boss2=lead"
    )
    with TestClient(create_app(signed.history)) as client:
        cases: list[tuple[dict[str, Any], int]] = [
            ({"realm_access": {"roles": ["boss"]}}, 201),
            ({"realm_access.roles": ["boss"]}, 201),
            ({"realm_access": ["boss"]}, 403),
            ({"realm_access": {"roles": ["okr-admin"]}}, 403),
        ]
        for claims, status in cases:
            headers = bearer(issuer.token(**claims))
            made = client.post("/v1/people", json={"name": "Cara"}, headers=headers)
            assert made.status_code == status, claims


def test_a_service_calls_with_a_token_of_its_own(client: TestClient, issuer: Issuer) -> None:
    token = issuer.token(sub="client-1", roles=["okr-member"], scope="okr:read okr:write")
    body = {"name": "Anna"}
    for_anna = {"X-On-Behalf-Of": str(ANNA)}
    path = f"/v1/people/{ANNA}"
    refused = client.patch(path, json=body, headers=bearer(token, **for_anna))
    problem(refused, 403, "scope-missing")
    lent = issuer.token(
        sub="client-1", roles=["okr-member"], scope="okr:read okr:write okr:on_behalf_of"
    )
    assert client.patch(path, json=body, headers=bearer(lent, **for_anna)).status_code == 200
    entry = get(client, token, "/v1/audit?order=desc&limit=1").json()["items"][0]
    assert entry["actor"] | {"name": None} == {
        "id": "ci-bot",
        "kind": "service",
        "name": None,
        "on_behalf_of": str(ANNA),
    }
    # Another client of the same issuer is no service here.
    problem(get(client, issuer.token(sub="client-2")), 403, "not-registered")


def test_a_person_acts_on_nobodys_behalf(client: TestClient, issuer: Issuer) -> None:
    token = issuer.token(scope="okr:read okr:on_behalf_of")
    answer = client.get("/v1/people", headers=bearer(token, **{"X-On-Behalf-Of": str(BEN)}))
    problem(answer, 403, "scope-missing")


def test_keys_and_tokens_may_both_be_taken(tmp_path: Path, issuer: Issuer) -> None:
    signed = Signed(f"sqlite:///{tmp_path / 'okr.db'}", issuer, auth="both")
    with (
        closing(KeyTable(signed.history.settings.where)) as table,
        TestClient(create_app(signed.history)) as client,
    ):
        assert get(client, key(table, "bot", OrganisationRole.READER)).status_code == 200
        assert get(client, issuer.token()).status_code == 200
        document = client.get("/openapi.json").json()
        assert set(document["components"]["securitySchemes"]) == {"bearer", "oidc"}
        assert document["paths"]["/v1/people"]["get"]["security"] == [{"bearer": []}, {"oidc": []}]


@pytest.mark.usefixtures("endless_minute")
def test_each_holder_of_tokens_is_counted_apart(tmp_path: Path, issuer: Issuer) -> None:
    signed = Signed(f"sqlite:///{tmp_path / 'okr.db'}", issuer, rate_limit=2)
    with TestClient(create_app(signed.history)) as client:
        # A new token is no new caller.
        answers = [get(client, issuer.token(jti=str(number))) for number in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert get(client, issuer.token(sub="ben-8")).status_code == 200


def test_the_document_says_where_tokens_are_had(client: TestClient, issuer: Issuer) -> None:
    schemes = client.get("/openapi.json").json()["components"]["securitySchemes"]
    where = f"{issuer.address}/.well-known/openid-configuration"
    assert schemes == {"oidc": {"type": "openIdConnect", "openIdConnectUrl": where}}
