"""API8 and API9: what a server tells and lets in by default, and what it serves at all."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.access.sign_in import is_open
from api.history import History
from tests.api.access.owasp.tried import Tried
from tests.api.office import problem


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
