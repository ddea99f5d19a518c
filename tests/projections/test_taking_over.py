"""One projector writes at a time; where its process dies, another goes on from where it was."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from domain.database import database
from domain.log import Log
from domain.people import PersonRegistered
from projections.projector import Projector
from projections.rebuild import rebuild
from projections.views import Views, position
from tests.projections import half_batch
from tests.projections.half_batch import HALF, READY
from tests.projections.test_poison import append

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30
A_MOMENT_SECONDS = 0.5
"""Long enough for a batch to be taken in, were it not for the one who is in the middle of his."""


@pytest.fixture
def log(where: str) -> Iterator[Log]:
    log = Log(where)
    append(log, *((uuid4(), PersonRegistered(name=f"Ada {number}")) for number in range(2 * HALF)))
    yield log
    log.close()


@pytest.fixture
def views(where: str, log: Log) -> Iterator[Views]:
    views = Views(database(where).views, log.identity(), log.head)
    yield views
    views.close()


@pytest.fixture
def other(where: str, views: Views) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a batch."""
    del views  # They are there already.
    command = [sys.executable, "-m", half_batch.__name__, where]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == READY
        yield process
        process.kill()


def test_one_projector_writes_at_a_time_and_another_takes_over_when_it_is_killed(
    log: Log, views: Views, other: subprocess.Popen[str]
) -> None:
    projector = Projector(log, views)
    projector.start()
    try:
        with pytest.raises(TimeoutError):
            projector.when_at(1).result(A_MOMENT_SECONDS)
        with views.read() as connection:
            assert position(connection) == 0
        other.kill()
        projector.when_at(log.head()).result(PATIENCE_SECONDS)
    finally:
        projector.stop()
    report = rebuild(log, views, switch=False)
    assert report.is_same, report.examples
    assert report.position == log.head()
