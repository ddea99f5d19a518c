"""Each caller makes so many requests a minute, and is told how many are left."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.access.api_keys import ApiKey
from api.access.key_table import KeyTable
from api.app import create_app
from api.history import History
from api.metrics import SHARED_FOLDER
from api.settings import Settings
from domain.mandate import OrganisationRole
from tests.api.access.callers import key
from tests.api.office import problem

pytestmark = pytest.mark.usefixtures("endless_minute")


def test_one_request_too_many_waits(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'okr.db'}", auth="keys", rate_limit=3)
    with (
        closing(History(settings)) as history,
        closing(KeyTable(settings.where)) as table,
        TestClient(create_app(history)) as client,
    ):
        one, other = (key(table, name, OrganisationRole.READER) for name in ("one", "other"))
        headers = {"Authorization": f"Bearer {one}"}
        answers = [client.get("/v1/people", headers=headers) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[0].headers["ratelimit-policy"] == '"requests";q=3;w=60'
        assert answers[0].headers["ratelimit"].startswith('"requests";r=2;t=')
        problem(answers[3], 429, "too-many-requests")
        assert 1 <= int(answers[3].headers["retry-after"]) <= 60
        assert answers[3].headers["ratelimit"].startswith('"requests";r=0;t=')
        # Another caller is counted apart, and probes are not counted.
        others = {"Authorization": f"Bearer {other}"}
        assert client.get("/v1/people", headers=others).status_code == 200
        assert client.get("/livez").status_code == 200


def test_servers_count_apart_and_anew_whatever_folder_the_metrics_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SHARED_FOLDER, str(tmp_path))
    settings = Settings(database=f"sqlite:///{tmp_path / 'okr.db'}", auth="keys", rate_limit=1)
    with closing(History(settings)), closing(KeyTable(settings.where)) as table:
        headers = {"Authorization": f"Bearer {key(table, 'bot', OrganisationRole.READER)}"}
    for _ in range(2):
        with closing(History(settings)) as history, TestClient(create_app(history)) as client:
            assert client.get("/v1/people", headers=headers).status_code == 200
            assert client.get("/v1/people", headers=headers).status_code == 429


def test_whoever_tries_keys_is_stopped_by_their_address(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'okr.db'}", auth="keys", rate_limit=3)
    with closing(History(settings)) as history, TestClient(create_app(history)) as client:
        tried = [
            client.get("/v1/people", headers={"Authorization": f"Bearer guess-{number}"})
            for number in range(5)
        ]
        assert [answer.status_code for answer in tried] == [401, 401, 401, 429, 429]


def test_guessing_keys_costs_no_look_into_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'okr.db'}", auth="keys", rate_limit=3)
    looked: list[str] = []
    find = KeyTable.find

    def counted(table: KeyTable, key_id: str) -> ApiKey | None:
        looked.append(key_id)
        return find(table, key_id)

    with (
        closing(History(settings)) as history,
        closing(KeyTable(settings.where)) as table,
        TestClient(create_app(history)) as client,
    ):
        known = {"Authorization": f"Bearer {key(table, 'bot', OrganisationRole.READER)}"}
        assert client.get("/v1/people", headers=known).status_code == 200
        monkeypatch.setattr(KeyTable, "find", counted)
        guesses = [f"okr_{number:012x}_{43 * 'x'}" for number in range(6)]
        tried = [
            client.get("/v1/people", headers={"Authorization": f"Bearer {guess}"})
            for guess in guesses
        ]
        assert [answer.status_code for answer in tried] == [401, 401, 401, 429, 429, 429]
        problem(tried[5], 429, "too-many-requests")
        assert looked == [f"{number:012x}" for number in range(3)]
        # Whoever was known at that address before is still let in.
        assert client.get("/v1/people", headers=known).status_code == 200
