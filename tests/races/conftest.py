"""Racers to choose from, and a database to race over."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from domain.desk import Desk
from tests.races.racers import Processes, Racers, Threads, desk_on


@pytest.fixture(scope="session")
def processes() -> Iterator[Processes]:
    started = Processes()
    yield started
    started.close()


@pytest.fixture(params=["threads", "threads with a desk each", "processes"])
def racers(request: pytest.FixtureRequest) -> Racers:
    if request.param != "processes":
        return Threads(desks=2 if request.param == "threads" else Threads.count)
    found: Processes = request.getfixturevalue("processes")
    return found


@pytest.fixture
def desk(where: str) -> Generator[Desk]:
    """The desk of somebody who looks on."""
    with desk_on(where) as desk:
        yield desk


@pytest.fixture
def other(where: str) -> Generator[Desk]:
    """The desk of another process."""
    with desk_on(where) as desk:
        yield desk
