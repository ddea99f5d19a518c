"""A server told to stop under load: what it acknowledged is there, what it began is whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from time import monotonic

import httpx2
import pytest

from api.commands.running import STOP_SECONDS
from api.history import History
from api.settings import Settings
from tests.processes.serving import PATIENCE_SECONDS, Serving

WRITERS = 6
BEFORE = 10
"""How many changes each writer has acknowledged when the server is told to stop."""

BOUND_SECONDS = 2 * STOP_SECONDS


class Writer:
    """Registers people until the server is gone."""

    def __init__(self, number: int, server: Serving, waits: Barrier) -> None:
        self._number = number
        self._address = server.client.base_url
        self._waits = waits
        self.told: dict[str, str] = {}
        self.torn: list[httpx2.HTTPError] = []

    def write(self) -> None:
        with httpx2.Client(base_url=self._address, timeout=PATIENCE_SECONDS) as client:
            turn = 0
            while self._one(client, f"Person {self._number}-{turn}"):
                turn += 1
                if turn == BEFORE:
                    self._waits.wait()

    def _one(self, client: httpx2.Client, name: str) -> bool:
        """Whether the server still answers."""
        try:
            with client.stream("POST", "/v1/people", json={"name": name}) as answer:
                try:
                    body = answer.read()
                except httpx2.TransportError as torn:
                    self.torn.append(torn)
                    return False
        except httpx2.TransportError:
            return False
        assert answer.status_code == 201, body
        self.told[answer.json()["id"]] = name
        return True


@pytest.mark.parametrize(
    ("where", "options"),
    [("sqlite", ()), ("sqlite", ("--workers", "2")), ("postgresql", ("--workers", "2"))],
    indirect=["where"],
)
def test_a_server_stops_without_losing_or_tearing_anything(
    where: str, tmp_path: Path, options: tuple[str, ...]
) -> None:
    with Serving(where, tmp_path, *options) as server:
        barrier = Barrier(WRITERS + 1)
        writers = [Writer(number, server, barrier) for number in range(WRITERS)]
        with ThreadPoolExecutor(WRITERS) as pool:
            futures = [pool.submit(writer.write) for writer in writers]
            barrier.wait()
            began = monotonic()
            assert server.stop() == 0
            assert monotonic() - began < BOUND_SECONDS
            for future in futures:
                future.result()
        assert server.logged() == []
    assert [torn for writer in writers for torn in writer.torn] == []
    told = {key: name for writer in writers for key, name in writer.told.items()}
    assert len(told) >= WRITERS * BEFORE
    assert told.items() <= registered(where).items()


def registered(where: str) -> dict[str, str]:
    """The names that the log holds, by the ids of the people."""
    history = History(Settings(database=where))
    records = history.log.records(0, 1_000_000)
    history.close()
    return {str(one.stream_id): getattr(one.event, "name", "") for one in records}
