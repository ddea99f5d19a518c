"""A disk with no room left: refused with 507, nothing half recorded, and on it goes with room."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from domain.log import Log
from tests.api.office import problem
from tests.processes.serving import Serving

SMALL = "size=8m"
TRIES = 10
"""More changes than fit into what a full disk may still hold of a begun page."""


def _mount(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "okr-test", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, where the machine allows to make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not _mount(folder, SMALL):
        pytest.skip("mounting a small disk takes the rights of root; nothing was tested")
    yield folder
    command = ["umount", str(folder)]
    subprocess.run(command, check=True)


def fill(path: Path) -> None:
    """Leave no room on a disk."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def test_a_full_disk_refuses_and_what_was_acknowledged_is_there(disk: Path) -> None:
    where = f"sqlite:///{disk / 'okr.db'}"
    told: set[str] = set()
    with Serving(where, disk.parent) as server:

        def register(number: int) -> int:
            name = f"Person {number} " + 200 * "x"
            answer = server.client.post("/v1/people", json={"name": name})
            if answer.status_code in (201, 202):
                told.add(name)
            else:
                problem(answer, 507, "log-full")
            return answer.status_code

        assert register(0) == 201
        filler = disk / "filler"
        fill(filler)
        statuses = [register(number) for number in range(1, TRIES)]
        assert statuses[-2:] == [507, 507]
        assert server.client.get("/livez").status_code == 200
        filler.unlink()
        assert register(TRIES) == 201
        assert server.stop() == 0
    with closing(Log(where)) as log:
        kept = {getattr(one.event, "name", "") for one in log.records(0, 2 * TRIES)}
    assert kept == told
