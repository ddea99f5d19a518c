"""How the keys of an issuer are had: seldom, with care, and also while it is away."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access import issuer as issuers
from tests.api.access.issuers import AUDIENCE, Issuer
from tests.api.access.signed import Signed, get
from tests.api.office import problem
from tests.processes.serving import Serving


def test_a_new_key_is_found_and_an_old_one_forgotten(
    client: TestClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get(client, issuer.token()).status_code == 200
    issuer.published = ["second"]
    # A moment after the keys were fetched nobody makes the server ask again.
    problem(get(client, issuer.token("second")), 401, "sign-in-required")
    monkeypatch.setattr(issuers, "PATIENT_SECONDS", 0.0)
    assert get(client, issuer.token("second")).status_code == 200
    monkeypatch.setattr(issuers, "FRESH_SECONDS", 0.0)
    problem(get(client, issuer.token()), 401, "sign-in-required")


def test_unknown_keys_do_not_make_us_hammer_the_issuer(client: TestClient, issuer: Issuer) -> None:
    for number in range(50):
        guess = issuer.token("foreign", header={"kid": f"guess-{number}"})
        problem(get(client, guess), 401, "sign-in-required")
    assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]


def test_an_issuer_that_is_away_is_no_fault_of_the_token(
    client: TestClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.answers["/keys"] = (500, b"")
    answer = get(client, issuer.token())
    problem(answer, 503, "issuer-silent")
    assert int(answer.headers["retry-after"]) >= 1
    del issuer.answers["/keys"]
    asked = len(issuer.asked)
    problem(get(client, issuer.token()), 503, "issuer-silent")
    assert len(issuer.asked) == asked
    monkeypatch.setattr(issuers, "PATIENT_SECONDS", 0.0)
    assert get(client, issuer.token()).status_code == 200


def test_known_keys_outlive_an_issuer_that_is_away(
    client: TestClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get(client, issuer.token()).status_code == 200
    issuer.answers["/keys"] = (503, b"")
    for name, seconds in (("PATIENT_SECONDS", 0.0), ("FRESH_SECONDS", 0.0)):
        monkeypatch.setattr(issuers, name, seconds)
    assert get(client, issuer.token()).status_code == 200
    problem(get(client, issuer.token("second")), 503, "issuer-silent")
    monkeypatch.setattr(issuers, "KEPT_SECONDS", 0.0)
    problem(get(client, issuer.token()), 503, "issuer-silent")


def test_nobody_waits_long_for_an_issuer_that_dawdles(
    client: TestClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuers, "TIMEOUT_SECONDS", 0.1)
    issuer.dawdles = 0.2
    problem(get(client, issuer.token()), 503, "issuer-silent")
    # Whoever comes next is told so at once, and the issuer is let be for a while.
    asked = len(issuer.asked)
    problem(get(client, issuer.token()), 503, "issuer-silent")
    assert len(issuer.asked) == asked


def test_a_silent_issuer_is_waited_for_by_one_caller_alone(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuers, "PATIENT_SECONDS", 0.0)
    keys = issuers.IssuerKeys(issuer.address)
    issuer.answers["/keys"] = (500, b"")

    def find() -> None:
        with pytest.raises(issuers.IssuerUnavailableError):
            keys.find("first")

    find()
    asked, issuer.dawdles = len(issuer.asked), 0.3
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(find)
        while len(issuer.asked) == asked:
            sleep(0.01)
        find()
        assert not waiting.done()
        waiting.result()


def test_a_server_that_runs_takes_the_tokens_of_its_issuer(
    issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = f"sqlite:///{tmp_path / 'okr.db'}"
    Signed(where, issuer).history.close()
    for name, said in {
        "OKR_AUTH": "oidc",
        "OKR_OIDC_ISSUER": issuer.address,
        "OKR_OIDC_AUDIENCE": AUDIENCE,
    }.items():
        monkeypatch.setenv(name, said)
    with Serving(where, tmp_path) as serving:
        for token, status in ((issuer.token(), 200), (issuer.token(aud="payroll"), 401)):
            headers = {"Authorization": f"Bearer {token}"}
            assert serving.client.get("/v1/people", headers=headers).status_code == status


STRANGE: dict[str, tuple[str, int, bytes]] = {
    "another issuer": ("/.well-known/openid-configuration", 200, b'{"issuer": "https://x.y"}'),
    "no object": ("/.well-known/openid-configuration", 200, b"[]"),
    "no JSON": ("/keys", 200, b"<html>"),
    "no keys": ("/keys", 200, b'{"keys": []}'),
    "a shared secret": ("/keys", 200, b'{"keys": [{"kty": "oct", "kid": "first", "k": "eA"}]}'),
    "deep nesting": ("/keys", 200, b"[" * 200_000),
    "too much": ("/keys", 200, b" " * (issuers.LARGEST_ANSWER + 1)),
    "the way to another address": ("/keys", 302, b"http://127.0.0.1:9/keys"),
}


@pytest.mark.parametrize("answer", STRANGE)
def test_what_an_issuer_answers_is_not_trusted_blindly(
    client: TestClient, issuer: Issuer, answer: str
) -> None:
    path, status, body = STRANGE[answer]
    issuer.answers[path] = status, body
    refused = get(client, issuer.token())
    assert refused.status_code in (401, 503), refused.text


@pytest.mark.parametrize("where", ["file:///etc/passwd", "http://example.org/keys", "", 7])
def test_keys_are_fetched_from_trustworthy_addresses_alone(
    client: TestClient, issuer: Issuer, where: Any
) -> None:
    said = {"issuer": issuer.address, "jwks_uri": where}
    issuer.answers["/.well-known/openid-configuration"] = 200, json.dumps(said).encode()
    problem(get(client, issuer.token()), 503, "issuer-silent")
    assert "/keys" not in issuer.asked
