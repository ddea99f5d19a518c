"""Two servers of one history, of which one is killed under load: nothing that was said is lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx2
import pytest

from api.history import History
from api.settings import Settings
from projections.rebuild import rebuild
from tests.processes.serving import Serving

WRITERS = 6
BEFORE_THE_KILL = 8
"""How many changes each writer makes before one server is killed."""

AFTER_THE_KILL = 8


@pytest.fixture
def servers(where: str, tmp_path: Path) -> Iterator[tuple[Serving, Serving]]:
    one, other = Serving(where, tmp_path), Serving(where, tmp_path)
    with one, other:
        yield one, other


def post(client: httpx2.Client, path: str, key: str, **body: Any) -> httpx2.Response:
    return client.post(path, json=body, headers={"Idempotency-Key": key})


class Writer:
    """Registers people, through both servers in turn; what one does not answer, the other does."""

    def __init__(self, number: int, servers: tuple[Serving, Serving], waits: Barrier) -> None:
        self._number = number
        self._clients = [server.client for server in servers]
        self._waits = waits
        self.told: dict[str, tuple[int, str]] = {}

    def write(self) -> None:
        for turn in range(BEFORE_THE_KILL + AFTER_THE_KILL):
            if turn == BEFORE_THE_KILL:
                self._waits.wait()
            key = f"{self._number}-{turn}"
            answer = self._answer(key, (self._number + turn) % 2)
            assert answer.status_code == 201, answer.text
            self.told[key] = (int(answer.headers["X-Position"]), answer.json()["id"])

    def _answer(self, key: str, first: int) -> httpx2.Response:
        """The answer to one request; the other server is asked again where the first is gone."""
        for client in (self._clients[first], self._clients[1]):
            try:
                return post(client, "/v1/people", key, name=f"Person {key}")
            except httpx2.TransportError:
                continue
        raise AssertionError("no server answers")


def everyone(client: httpx2.Client, position: int) -> dict[str, str]:
    """The names of all people once the views stand at a position, by their ids."""
    found: dict[str, str] = {}
    path = f"/v1/people?limit=20&min_position={position}"
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        found |= {one["id"]: one["name"] for one in answer.json()["items"]}
        cursor = answer.json()["next_cursor"]
        path = cursor and f"/v1/people?limit=20&cursor={cursor}"
    return found


def test_nothing_that_was_said_is_lost_with_a_server_that_is_killed(
    where: str, servers: tuple[Serving, Serving]
) -> None:
    one, other = servers
    # The first server is killed the moment the writers set out for their second half.
    barrier = Barrier(WRITERS + 1)
    writers = [Writer(number, servers, barrier) for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        futures = [pool.submit(writer.write) for writer in writers]
        barrier.wait()
        one.kill()
        for future in futures:
            future.result()
    told = {key: value for writer in writers for key, value in writer.told.items()}
    positions = [position for position, _ in told.values()]
    assert len(set(positions)) == WRITERS * (BEFORE_THE_KILL + AFTER_THE_KILL)
    shown = everyone(other.client, max(positions))
    assert shown == {person_id: f"Person {key}" for key, (_, person_id) in told.items()}
    assert_views_are_right(where)


def assert_views_are_right(where: str) -> None:
    """What two projectors built in turn is what one builds from the log alone."""
    history = History(Settings(database=where))
    report = rebuild(history.log, history.views, switch=False)
    assert report.is_same, report.examples
    assert report.position == history.log.head()
    history.close()
