"""Changes that wait for the views hold up nobody: neither who asks nor who signs in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from time import monotonic, sleep

import pytest
from fastapi.testclient import TestClient

from api import history as history_module
from api.access.key_table import KeyTable
from api.app import create_app
from api.history import History
from api.settings import Settings
from domain.mandate import OrganisationRole
from tests.api.access.callers import key

WAITING = 60
"""More than there are threads of any kind."""

PATIENCE_SECONDS = 60


@pytest.fixture
def history(where: str) -> History:
    return History(Settings(database=where, auth="keys"))


def test_whoever_asks_and_whoever_signs_in_waits_for_no_change_that_waits_for_the_views(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "WAIT_SECONDS", PATIENCE_SECONDS)
    with (
        TestClient(create_app(history)) as client,
        closing(KeyTable(history.settings.where)) as table,
        ThreadPoolExecutor(WAITING) as pool,
    ):
        admin, asker = (key(table, one, OrganisationRole.ADMIN) for one in ("writes", "asks"))

        def register(number: int) -> int:
            headers = {"Authorization": f"Bearer {admin}"}
            body = {"name": f"Person {number}"}
            return client.post("/v1/people", json=body, headers=headers).status_code

        with history.views.write():
            began = monotonic()
            waiting = [pool.submit(register, number) for number in range(WAITING)]
            while history.log.head() < WAITING:
                assert monotonic() - began < PATIENCE_SECONDS, "changes wait for each other"
                sleep(0.01)
            # A key that was never seen is looked up in a thread, and so is a question answered.
            for caller in (asker, admin):
                headers = {"Authorization": f"Bearer {caller}"}
                assert client.get("/v1/people", headers=headers).json()["items"] == []
            assert not any(one.done() for one in waiting)
        assert {one.result(PATIENCE_SECONDS) for one in waiting} == {201}
