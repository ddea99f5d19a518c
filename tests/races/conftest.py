"""Racers to choose from, and a file to race over."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from domain.desk import Desk
from tests.races.racers import Processes, Racers, Threads, desk_on


@pytest.fixture(scope="session")
def processes() -> Iterator[Processes]:
    started = Processes()
    yield started
    started.close()


@pytest.fixture(params=["threads", "processes"])
def racers(request: pytest.FixtureRequest) -> Racers:
    if request.param == "threads":
        return Threads()
    found: Processes = request.getfixturevalue("processes")
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def desk(path: Path) -> Generator[Desk]:
    """The desk of somebody who looks on."""
    with desk_on(path) as desk:
        yield desk


@pytest.fixture
def other(path: Path) -> Generator[Desk]:
    """The desk of another process."""
    with desk_on(path) as desk:
        yield desk
