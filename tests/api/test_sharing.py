"""Two services of one history, as two processes have them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.history import WAIT_SECONDS, History
from api.settings import Settings
from projections import projector
from tests.databases import is_file


@pytest.fixture
def services(where: str) -> Iterator[tuple[TestClient, TestClient]]:
    with (
        TestClient(create_app(History(Settings(database=where)))) as one,
        TestClient(create_app(History(Settings(database=where)))) as other,
    ):
        yield one, other


def test_what_one_recorded_the_other_shows_to_who_asks_for_it(
    where: str, services: tuple[TestClient, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_file(where):
        # A server tells of appends, so nobody has to wait until somebody looks.
        monkeypatch.setattr(projector, "POLL_SECONDS", 10 * WAIT_SECONDS)
    for turn in range(6):
        one, other = services if turn % 2 else reversed(services)
        key = {"Idempotency-Key": f"k-{turn}"}
        created = one.post("/v1/people", json={"name": f"Person {turn}"}, headers=key)
        assert created.status_code == 201
        after = {"X-Min-Position": created.headers["X-Position"]}
        shown = other.get(created.headers["Location"], headers=after)
        assert shown.json()["name"] == f"Person {turn}"
        again = other.post("/v1/people", json={"name": f"Person {turn}"}, headers=key)
        assert again.json() == created.json()
        assert again.headers["X-Position"] == created.headers["X-Position"]


def test_who_lost_the_race_against_the_other_is_told_so(
    services: tuple[TestClient, TestClient],
) -> None:
    one, other = services
    created = one.post("/v1/people", json={"name": "Ada"})
    path, seen = created.headers["Location"], {"If-Match": created.headers["ETag"]}
    assert other.patch(path, json={"name": "Ada L."}, headers=seen).status_code == 200
    assert one.patch(path, json={"name": "A. L."}, headers=seen).status_code == 412
