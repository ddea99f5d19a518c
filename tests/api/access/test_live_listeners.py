"""Whoever listens live is heard no more once they would not be let in again."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import pytest

from api.access import key_sign_in
from api.access.key_table import KeyTable
from api.history import History
from api.settings import Settings
from domain.mandate import OrganisationRole
from tests.api.access.callers import key
from tests.processes.serving import Serving


def test_a_revoked_key_ends_the_streams_that_were_begun_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_AUTH", "keys")
    where = f"sqlite:///{tmp_path / 'okr.db'}"
    settings = Settings(database=where)
    with closing(History(settings)), closing(KeyTable(settings.where)) as table:
        listener = key(table, "listener", OrganisationRole.AUDITOR)
        admin = key(table, "admin", OrganisationRole.ADMIN)
        with Serving(where, tmp_path) as serving:

            def register(name: str) -> None:
                headers = {"Authorization": f"Bearer {admin}"}
                answer = serving.client.post("/v1/people", json={"name": name}, headers=headers)
                assert answer.status_code == 201, answer.text

            headers = {"Authorization": f"Bearer {listener}", "Accept": "text/event-stream"}
            register("Heard")
            with serving.client.stream("GET", "/v1/events", headers=headers) as stream:
                lines = stream.iter_lines()
                assert any("Heard" in line for line in lines)
                table.revoke(listener.split("_")[1], datetime.now(UTC))
                sleep(key_sign_in.REMEMBERED_SECONDS)
                register("Unheard")
                assert not any("Unheard" in line for line in lines)
