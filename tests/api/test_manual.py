"""The page that documents the interface opens on a machine with no network."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient


def test_the_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    loaded = re.findall(r"""(?:src|href)=["']([^"']+)""", page.text)
    assert len(loaded) == 3
    for path in loaded:
        assert path.startswith("/docs/files/")
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert "url: '/openapi.json'" in page.text


def test_the_bare_address_leads_there(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.url.path == "/docs"
    assert [one.status_code for one in answer.history] == [307]


def test_its_viewer_knows_the_version_of_the_document(client: TestClient) -> None:
    version = client.get("/openapi.json").json()["openapi"]
    viewer = client.get("/docs/files/swagger-ui-bundle.js").text
    assert f"openapi: {version}" in viewer


def test_files_that_are_not_there_are_a_problem(client: TestClient) -> None:
    for path in ("/docs/files/nothing.js", "/docs/files/", "/docs/files/../__init__.py"):
        missing = client.get(path)
        assert (missing.status_code, missing.json()["type"]) == (404, "/problems/path-not-found")
    wrong = client.post("/docs/files/swagger-ui.css")
    assert wrong.json()["type"] == "/problems/method-not-allowed"
