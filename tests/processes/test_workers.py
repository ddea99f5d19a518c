"""Several workers behind one address: they know the same, and one that dies is replaced."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest

from api.access.key_table import KeyTable
from api.history import History
from api.settings import Settings
from domain.mandate import OrganisationRole
from tests.api.access.callers import key
from tests.processes.serving import PATIENCE_SECONDS, Serving
from tests.processes.test_two_servers import assert_views_are_right, everyone, post

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the workers of a server are found in /proc"
)


@pytest.fixture
def server(where: str, tmp_path: Path) -> Iterator[Serving]:
    with Serving(where, tmp_path, "--workers", "2") as serving:
        yield serving


def wait_for_workers(server: Serving, without: int) -> set[int]:
    """The workers once there are two again, none of which is the one that is gone."""
    deadline = monotonic() + PATIENCE_SECONDS
    while len(found := server.workers() - {without}) < 2 and monotonic() < deadline:
        sleep(0.05)
    return found


def register(server: Serving, key: str) -> int:
    """Register somebody over a connection of its own, again where it breaks; the position."""
    while True:
        try:
            with httpx2.Client(base_url=server.client.base_url, timeout=PATIENCE_SECONDS) as client:
                answer = post(client, "/v1/people", key, name=f"Person {key}")
        except httpx2.TransportError:
            continue
        assert answer.status_code == 201, answer.text
        return int(answer.headers["X-Position"])


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_lost(
    where: str, server: Serving
) -> None:
    before = [register(server, f"before {number}") for number in range(8)]
    gone, stays = sorted(server.workers())
    os.kill(gone, signal.SIGKILL)
    after = [register(server, f"after {number}") for number in range(8)]
    now = wait_for_workers(server, without=gone)
    assert len(now) == 2
    assert stays in now
    last = [register(server, f"last {number}") for number in range(8)]
    positions = [*before, *after, *last]
    assert len(set(positions)) == len(positions)
    assert len(everyone(server.client, max(positions))) == len(positions)
    assert server.stop() == 0
    assert_views_are_right(where)


def test_all_workers_end_with_their_parent_even_if_it_is_killed(server: Serving) -> None:
    workers = server.workers()
    assert len(workers) == 2
    server.kill()
    deadline = monotonic() + PATIENCE_SECONDS
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and monotonic() < deadline:
        sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def test_workers_count_the_requests_of_a_caller_together(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(database=where)
    with closing(History(settings)), closing(KeyTable(settings.where)) as table:
        headers = {"Authorization": f"Bearer {key(table, 'bot', OrganisationRole.READER)}"}
    monkeypatch.setenv("OKR_AUTH", "keys")
    monkeypatch.setenv("OKR_RATE_LIMIT", "20")
    with Serving(where, tmp_path, "--workers", "2") as server:
        told: list[httpx2.Response] = []
        for _ in range(100):
            # Each connection is of some worker's.
            with httpx2.Client(base_url=server.client.base_url, headers=headers) as client:
                told.append(client.get("/v1/people"))
    statuses = [one.status_code for one in told]
    assert statuses[:20] == [200] * 20
    assert set(statuses[20:]) <= {200, 429}
    # Where a minute ends meanwhile one more is free every three seconds; two that counted apart
    # would let each caller through forty times.
    assert statuses.count(200) < 30
    assert told[0].headers["ratelimit"].startswith('"requests";r=19;')
