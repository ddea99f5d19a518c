"""A position that another process wrote is shown soon to whoever waits for it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from time import monotonic, sleep
from uuid import uuid4

import pytest

from domain.database import database
from domain.log import Log
from domain.people import PersonRegistered
from projections.projector import POLL_SECONDS, Projector
from projections.views import Views
from tests.projections.test_poison import append


@contextmanager
def follower(where: str) -> Generator[tuple[Log, Projector]]:
    """The log and the projector of one process."""
    with ExitStack() as stack:
        log = Log(where)
        stack.callback(log.close)
        views = Views(database(where).views, log.identity(), log.head)
        stack.callback(views.close)
        projector = Projector(log, views)
        projector.start()
        stack.callback(projector.stop)
        yield log, projector


@pytest.fixture
def two(where: str) -> Iterator[tuple[tuple[Log, Projector], tuple[Log, Projector]]]:
    with follower(where) as one, follower(where) as other:
        yield one, other


def test_who_waits_for_what_another_process_wrote_waits_for_no_poll(
    two: tuple[tuple[Log, Projector], tuple[Log, Projector]],
) -> None:
    (log, _), (_, projector) = two
    took: list[float] = []
    for number in range(15):
        append(log, (uuid4(), PersonRegistered(name=f"Ada {number}")))
        written, began = log.head(), monotonic()
        projector.when_at(written).result(30)
        took.append(monotonic() - began)
    # A poll would take half of its time on average; half of that again allows for a busy machine.
    assert median(took) < POLL_SECONDS / 4, took


def test_who_waits_before_it_is_written_learns_of_it_soon(
    two: tuple[tuple[Log, Projector], tuple[Log, Projector]],
) -> None:
    (log, _), (_, projector) = two
    took: list[float] = []
    for number in range(7):
        waiting = projector.when_at(log.head() + 1)
        sleep(0.03)
        append(log, (uuid4(), PersonRegistered(name=f"Ada {number}")))
        began = monotonic()
        waiting.result(30)
        took.append(monotonic() - began)
    assert median(took) < POLL_SECONDS / 4, took


def test_what_is_never_written_is_not_waited_for_longer_than_allowed(where: str) -> None:
    with follower(where) as (log, projector):
        waiting = projector.when_at(log.head() + 1)
        with pytest.raises(TimeoutError):
            waiting.result(0.05)
        assert waiting.cancel()
        assert not projector.has_come_to(log.head() + 1)
        assert projector.has_come_to(log.head())
