"""A database server that stops under load: refused with a hint when to ask again, nothing lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import httpx2
import pytest

from tests.api.office import problem
from tests.processes.serving import PATIENCE_SECONDS, Serving
from tests.processes.test_stopping import registered
from tests.servers import postgres

WRITERS = 4
BEFORE = 5
"""How many changes each writer has acknowledged when the database stops."""


class Writer:
    """Registers people until it is told to end, and notes what it is told."""

    def __init__(self, number: int, server: Serving, waits: Barrier, ends: Event) -> None:
        self._number = number
        self._address = server.client.base_url
        self._waits = waits
        self._ends = ends
        self.told: dict[str, str] = {}
        self.refused = 0

    def write(self) -> None:
        with httpx2.Client(base_url=self._address, timeout=PATIENCE_SECONDS) as client:
            turn = 0
            while not self._ends.wait(0.05):
                self._one(client, f"Person {self._number}-{turn}")
                turn += 1
                if turn == BEFORE:
                    self._waits.wait(PATIENCE_SECONDS)

    def _one(self, client: httpx2.Client, name: str) -> None:
        answer = client.post("/v1/people", json={"name": name})
        if answer.status_code == 201:
            self.told[answer.json()["id"]] = name
        elif answer.status_code == 202:
            # On disk, while the views were away.
            self.told[answer.headers["location"].rpartition("/")[2]] = name
        else:
            problem(answer, 503, "log-unavailable")
            assert answer.headers["retry-after"]
            self.refused += 1


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_a_database_that_stops_under_load_loses_nothing_and_is_found_again(
    where: str, tmp_path: Path
) -> None:
    with Serving(where, tmp_path) as server, ThreadPoolExecutor(WRITERS) as pool:
        barrier, ends = Barrier(WRITERS + 1), Event()
        writers = [Writer(number, server, barrier, ends) for number in range(WRITERS)]
        futures = [pool.submit(writer.write) for writer in writers]
        try:
            barrier.wait(PATIENCE_SECONDS)
            with postgres().away():
                refused = server.client.post("/v1/people", json={"name": "Ben"})
                problem(refused, 503, "log-unavailable")
            again = server.client.post("/v1/people", json={"name": "Eve"})
        finally:
            # Or the writers would go on for ever, and this process with them.
            ends.set()
        for future in futures:
            future.result()
        assert again.status_code in (201, 202), again.text
    told = {key: name for writer in writers for key, name in writer.told.items()}
    assert sum(writer.refused for writer in writers) > 0
    assert len(told) >= WRITERS * BEFORE
    assert told.items() <= registered(where).items()
