"""A database server that is stopped and started again under a service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.office import Office, problem
from tests.databases import fresh
from tests.servers import postgres


@pytest.fixture
def where(tmp_path: Path) -> Iterator[str]:
    with fresh("postgresql", tmp_path) as address:
        yield address


def test_a_service_says_that_its_database_is_away_and_heals_when_it_is_back(
    office: Office,
) -> None:
    ada = office.person("Ada")
    with postgres().away():
        refused = office.client.post("/v1/people", json={"name": "Ben"})
        problem(refused, 503, "log-unavailable")
        assert refused.headers["Retry-After"]
        problem(office.client.get(f"/v1/people/{ada['id']}"), 503, "log-unavailable")
        assert office.client.get("/readyz").status_code == 503
        assert office.client.get("/livez").status_code == 200
    ben = office.person("Ben")
    assert [one["name"] for one in office.get("/v1/people")["items"]] == ["Ada", "Ben"]
    assert office.get(f"/v1/people/{ben['id']}")["name"] == "Ben"
    assert office.client.get("/readyz").status_code == 200
