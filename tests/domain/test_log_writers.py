"""Writers that wait together are recorded in one transaction, each for itself, and durably."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event, Semaphore
from typing import Any

import pytest

from domain.errors import RecordedTimeGoesBack
from domain.log import Append, Entry, KeyTakenError, LogUnavailableError, RaceLostError, writing
from domain.record import Record
from tests.builders import ANNA, BEN, CARA, GROWTH, LOYALTY, SPEED, uid
from tests.databases import dump, is_file, plain
from tests.domain.logs import ADDED, entry, everything_in, key, opened
from tests.spec import NOW

HOUR = timedelta(hours=1)
FIRST = uid("aaaaaaaa", 9)
PATIENCE_SECONDS = 30
LOCKING = {True: "BEGIN IMMEDIATE", False: "BEGIN; LOCK TABLE stored_events IN EXCLUSIVE MODE"}
"""How another process takes the write lock of a file, and of a server's table."""


class Gate:
    """A clock that holds the first writer inside its transaction until the others have queued."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.inside, self.go, self.queued = Event(), Event(), Semaphore(0)
        self.failure = failure

    def __call__(self) -> datetime:
        if self.inside.is_set() and self.failure is not None:
            raise self.failure
        self.inside.set()
        assert self.go.wait(PATIENCE_SECONDS)
        return NOW

    def queue(self) -> type[deque[Any]]:
        """A deque that tells when an append was put into it."""
        queued = self.queued

        class Queue(deque[Any]):
            def append(self, x: Any, /) -> None:
                super().append(x)
                if isinstance(x, Append):
                    queued.release()

        return Queue


def together(
    where: str,
    monkeypatch: pytest.MonkeyPatch,
    *appends: list[Entry],
    failure: Exception | None = None,
) -> list[Future[list[Record]]]:
    """What came of appends that were recorded in one transaction, in this order, after a first."""
    gate = Gate(failure)
    monkeypatch.setattr("domain.log.turns.deque", gate.queue())
    with opened(where, gate) as log, ThreadPoolExecutor(len(appends) + 1) as pool:
        first = pool.submit(log.append, [entry(FIRST)], {})
        assert gate.inside.wait(PATIENCE_SECONDS)
        assert gate.queued.acquire(timeout=PATIENCE_SECONDS)
        futures: list[Future[list[Record]]] = []
        for entries in appends:
            futures.append(pool.submit(log.append, entries, {FIRST: 1}))
            assert gate.queued.acquire(timeout=PATIENCE_SECONDS)
        gate.go.set()
        assert first.result()[0].position == 1
    return futures


def test_writers_that_wait_together_are_each_recorded_for_themselves(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, raced, known, early, late = together(
        where,
        monkeypatch,
        [entry(ANNA, key=key()), entry(BEN)],
        [entry(CARA), entry(BEN)],
        [entry(CARA), entry(LOYALTY, key=key())],
        [entry(CARA), entry(LOYALTY, recorded_at=NOW - HOUR)],
        [entry(CARA), entry(LOYALTY)],
    )
    assert [record.position for record in good.result()] == [2, 3]
    assert isinstance(raced.exception(), RaceLostError)
    assert isinstance(known.exception(), KeyTakenError)
    assert isinstance(early.exception(), RecordedTimeGoesBack)
    assert late.result()[0].position > good.result()[-1].position
    with opened(where) as log:
        assert everything_in(log)[1:] == good.result() + late.result()


def test_what_was_undone_does_not_hold_up_who_comes_next(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    added, undone, earlier = together(
        where,
        monkeypatch,
        [entry(GROWTH, event=ADDED)],
        [entry(LOYALTY, event=ADDED, recorded_at=NOW + 2 * HOUR)],
        [entry(SPEED, recorded_at=NOW + HOUR)],
    )
    assert added.result()
    assert isinstance(undone.exception(), RaceLostError)
    assert earlier.result()[0].recorded_at == NOW + HOUR


def test_nobody_takes_a_failed_transaction_for_a_success(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = RuntimeError("The clock stopped.")
    futures = together(
        where, monkeypatch, [entry(ANNA)], [entry(BEN)], [entry(CARA)], failure=failure
    )
    failures = [future.exception() for future in futures]
    assert failures.count(failure) == 1
    assert [type(one) for one in failures].count(LogUnavailableError) == 2
    assert len(dump(where)["stored_events"]) == 1


def test_a_writer_waits_for_the_writer_of_another_process(where: str) -> None:
    with opened(where) as log, ThreadPoolExecutor(1) as pool:
        with plain(where) as other:
            other.execute(LOCKING[is_file(where)])
            future = pool.submit(log.append, [entry()], {})
            other.execute("INSERT INTO receipts VALUES ('anna', 'k-1', 'd-1', 0, 0)")
            other.execute("COMMIT")
        assert future.result()[0].position == 1


def test_racing_writers_take_each_version_once(where: str) -> None:
    def write(name: int) -> int:
        with opened(where) as log:
            try:
                return len(log.append([entry(uid("aaaaaaaa", 100 + name % 2))], {}))
            except RaceLostError:
                return 0

    with opened(where) as log, ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(16))) == 2
        assert len(everything_in(log)) == 2


def test_what_is_on_disk_is_not_denied_because_the_next_one_failed(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two claim one id, so each is written alone; then the disk is full for those that follow."""
    write_alone, written = writing.write_alone, list[Append]()

    def until_the_disk_is_full(transaction: Any, append: Append, *rest: Any, **more: Any) -> None:
        if written:
            raise LogUnavailableError("the disk is full")
        written.append(append)
        write_alone(transaction, append, *rest, **more)

    monkeypatch.setattr(writing, "write_alone", until_the_disk_is_full)
    first, second = together(
        where, monkeypatch, [entry(GROWTH, event=ADDED)], [entry(LOYALTY, event=ADDED)]
    )
    assert len(first.result()) == 1
    with pytest.raises(LogUnavailableError):
        second.result()
    with opened(where) as log:
        assert log.head() == first.result()[0].position


def test_a_clock_that_was_set_back_records_nothing_before_it_was_true(where: str) -> None:
    with opened(where, lambda: NOW - HOUR) as log:
        (record,) = log.append([entry(ANNA, effective_at=NOW)], {})
    assert record.recorded_at == record.effective_at == NOW
