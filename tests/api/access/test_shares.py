"""Each caller has so many streams, and so many reads that wait, at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import history as histories
from api.access.key_table import KeyTable
from api.access.refusals import TooManyAtOnceError
from api.access.shares import Held, Share, Shares
from api.app import create_app
from api.history import History
from api.settings import Settings
from domain.mandate import OrganisationRole
from tests.api.access.callers import key
from tests.api.office import problem
from tests.processes.serving import Serving

LIVE = {"Accept": "text/event-stream"}


@pytest.fixture
def where(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'okr.db'}"


@pytest.fixture
def keys(where: str) -> list[dict[str, str]]:
    """The headers of two auditors, whose keys stand in a new history."""
    settings = Settings(database=where)
    with closing(History(settings)), closing(KeyTable(settings.where)) as table:
        shown = [key(table, name, OrganisationRole.AUDITOR) for name in ("one", "other")]
    return [{"Authorization": f"Bearer {one}"} for one in shown]


@pytest.fixture
def serving(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    for name, said in {"OKR_AUTH": "keys", "OKR_MAX_STREAMS": "2"}.items():
        monkeypatch.setenv(name, said)
    with Serving(where, tmp_path) as serving:
        yield serving


def test_a_stream_too_many_waits_until_another_ends(
    keys: list[dict[str, str]], serving: Serving
) -> None:
    one, other = keys
    client = serving.client
    with ExitStack() as first, ExitStack() as rest:
        for stack in (first, rest):
            stream = client.stream("GET", "/v1/events", headers=one | LIVE)
            assert stack.enter_context(stream).status_code == 200
        for accept in (LIVE, {"Accept": "application/jsonl"}):
            answer = client.get("/v1/events", headers=one | accept)
            said = problem(answer, 429, "too-many-at-once")
            assert "2 streams at a time" in said["detail"]
            assert int(answer.headers["retry-after"]) >= 1
        problem(
            client.get("/v1/audit", headers=one | {"Accept": "text/csv"}), 429, "too-many-at-once"
        )
        # What is no stream is answered, and so is another caller.
        assert client.get("/v1/audit", headers=one).status_code == 200
        rest.enter_context(client.stream("GET", "/v1/events", headers=other | LIVE))
        first.close()
        until = monotonic() + 30
        lines = one | {"Accept": "application/jsonl"}
        while client.get("/v1/events", headers=lines).status_code == 429:
            assert monotonic() < until
            sleep(0.02)


def test_a_read_too_many_does_not_wait(
    where: str, keys: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "WAIT_SECONDS", 1.0)
    history = History(Settings(database=where, auth="keys", max_waits=2))
    with TestClient(create_app(history)) as client, ThreadPoolExecutor(5) as threads:

        def ask(headers: dict[str, str]) -> Any:
            return client.get("/v1/people?min_position=1000000", headers=headers)

        answers = list(threads.map(ask, [keys[0]] * 4 + [keys[1]]))
        assert sorted(answer.status_code for answer in answers[:4]) == [429, 429, 503, 503]
        problem(answers[4], 503, "position-not-reached")
        # All of them are over, so there is room again.
        problem(ask(keys[0]), 503, "position-not-reached")
        assert client.get("/v1/people?min_position=0", headers=keys[0]).status_code == 200


def test_whoever_takes_a_share_when_the_request_is_over_holds_nothing() -> None:
    shares = Shares({Held.STREAM: 1, Held.WAIT: 1})
    gone, other = Share(shares, "one"), Share(shares, "one")
    gone.take(Held.WAIT)
    gone.give_back()
    gone.take(Held.STREAM)
    for what in Held:
        other.take(what)
    with pytest.raises(TooManyAtOnceError):
        Share(shares, "one").take(Held.STREAM)
    other.give_back()
    Share(shares, "one").take(Held.STREAM)
