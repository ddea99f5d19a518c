"""Bearer tokens of an identity provider over HTTP: which are taken, and which are not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.access.issuers import KEYS, Issuer
from tests.api.access.signed import Signed, bearer, get
from tests.api.office import problem
from tests.builders import ANNA

HOUR = timedelta(hours=1)


def test_a_good_token_signs_its_person_in_on_every_database(where: str, issuer: Issuer) -> None:
    signed = Signed(where, issuer)
    with TestClient(create_app(signed.history)) as client:
        token = issuer.token(roles=["okr-admin", "canteen"])
        made = client.post("/v1/people", json={"name": "Cara"}, headers=bearer(token))
        assert made.status_code == 201, made.text
        entry = get(client, token, "/v1/audit?order=desc&limit=1").json()["items"][0]
        assert (entry["actor"]["id"], entry["actor"]["kind"]) == (str(ANNA), "person")
        assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]


def tampered(token: str) -> str:
    head, claims, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return f"{head}.{_part(said | {'roles': ['okr-admin']})}.{signature}"


def unsigned(issuer: Issuer) -> str:
    claims = issuer.token().split(".")[1]
    return f"{_part({'alg': 'none', 'kid': 'first', 'typ': 'JWT'})}.{claims}."


def signed_with_what_everybody_knows(issuer: Issuer) -> str:
    """HMAC with the public key as its secret, which a careless check would take."""
    pem = KEYS["first"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = _part({"alg": "HS256", "kid": "first", "typ": "JWT"})
    said = f"{head}.{issuer.token().split('.')[1]}"
    return f"{said}.{_encoded(hmac.new(pem, said.encode(), hashlib.sha256).digest())}"


def _part(said: dict[str, Any]) -> str:
    return _encoded(json.dumps(said).encode())


def _encoded(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


def ago(span: timedelta) -> datetime:
    return datetime.now(UTC) - span


BAD: dict[str, Callable[[Issuer], str]] = {
    "expired": lambda issuer: issuer.token(exp=ago(HOUR)),
    "of another issuer": lambda issuer: issuer.token(iss="https://other.example"),
    "for another audience": lambda issuer: issuer.token(aud="payroll"),
    "for a list of others": lambda issuer: issuer.token(aud=["payroll", "canteen"]),
    "without an end": lambda issuer: issuer.token(exp=None),
    "without an issuer": lambda issuer: issuer.token(iss=None),
    "without an audience": lambda issuer: issuer.token(aud=None),
    "without a subject": lambda issuer: issuer.token(sub=None),
    "not valid yet": lambda issuer: issuer.token(nbf=ago(-HOUR)),
    "issued in the future": lambda issuer: issuer.token(iat=ago(-HOUR)),
    "of an algorithm that is not pinned": lambda issuer: issuer.token(algorithm="RS512"),
    "of a key of another kind": lambda issuer: issuer.token("curve", "ES256"),
    "not signed": unsigned,
    "signed with the public key": signed_with_what_everybody_knows,
    "tampered with": lambda issuer: tampered(issuer.token()),
    "of a key that was not published": lambda issuer: issuer.token("second"),
    "of a foreign key under a known name": lambda issuer: issuer.token(
        "foreign", header={"kid": "first"}
    ),
    "without the name of a key": lambda issuer: issuer.token(header={"kid": ""}),
    "of a logout": lambda issuer: issuer.token(header={"typ": "logout+jwt"}),
    "with an extension that has to be understood": lambda issuer: issuer.token(
        header={"crit": ["other"], "other": 1}
    ),
    "no token": lambda _issuer: "a.b.c",
    "an API key": lambda _issuer: "okr_0123456789ab_" + 43 * "x",
}


@pytest.mark.parametrize("flaw", BAD)
def test_a_bad_token_is_refused(client: TestClient, issuer: Issuer, flaw: str) -> None:
    assert get(client, issuer.token()).status_code == 200
    answer = get(client, BAD[flaw](issuer))
    problem(answer, 401, "sign-in-required")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_clocks_may_differ_a_little(client: TestClient, issuer: Issuer) -> None:
    a_bit = timedelta(seconds=10)
    for token in (issuer.token(exp=ago(a_bit)), issuer.token(nbf=ago(-a_bit))):
        assert get(client, token).status_code == 200


def test_a_curve_signs_where_it_is_pinned(tmp_path: Path, issuer: Issuer) -> None:
    issuer.published = ["curve"]
    where = f"sqlite:///{tmp_path / 'okr.db'}"
    signed = Signed(where, issuer, oidc_algorithms="ES256", oidc_jwks_uri=f"{issuer.address}/keys")
    with TestClient(create_app(signed.history)) as client:
        assert get(client, issuer.token("curve", "ES256")).status_code == 200
        assert issuer.asked == ["/keys"]


GOOD: dict[str, Any] = {
    "auth": "oidc",
    "oidc_issuer": "https://id.example",
    "oidc_audience": "okr",
}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"oidc_audience": ""}, "set OKR_OIDC_ISSUER and OKR_OIDC_AUDIENCE"),
        ({"oidc_issuer": ""}, "set OKR_OIDC_ISSUER and OKR_OIDC_AUDIENCE"),
        ({"oidc_issuer": "http://id.example"}, "https"),
        ({"oidc_issuer": "file:///etc"}, "https"),
        ({"oidc_jwks_uri": "ftp://id.example/keys"}, "https"),
        ({"oidc_issuer": "https://user:word@id.example"}, "https"),
        ({"oidc_algorithms": "none"}, "name some of"),
        ({"oidc_algorithms": "RS256 HS256"}, "name some of"),
        ({"oidc_algorithms": ""}, "name some of"),
        ({"oidc_roles": "boss=king"}, "mean something"),
        ({"oidc_roles": "boss"}, "pairs"),
        ({"oidc_roles": "boss=admin boss=lead"}, "none of them twice"),
        ({"oidc_default_roles": "king"}, "mean something"),
        ({"oidc_scopes": "all=everything"}, "mean something"),
        ({"oidc_default_scopes": "everything"}, "mean something"),
        ({"oidc_services": "Local=x"}, "name services"),
        ({"oidc_services": "local=x"}, "name services"),
        ({"oidc_services": "one=x two=x"}, "subject of its own"),
        ({"oidc_person_claim": " "}, "name a claim"),
    ],
)
def test_settings_that_would_let_anybody_in_are_refused(said: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Settings(**(GOOD | said))
    assert Settings(**GOOD).auth == "oidc"
