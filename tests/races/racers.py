"""Who races: eight threads over two desks or eight, or four processes with a desk each."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Barrier
from typing import Any, Protocol

from domain.desk import Desk
from domain.log import Log

PATIENCE_SECONDS = 120
"""How long a racer waits for the others before the race is given up."""

Together = Callable[[], object]
"""Waits until every racer is here."""

Job = Callable[[Desk, int, Together], Any]
"""What a racer does: with a desk, by its number, in step with the others."""


class Racers(Protocol):
    """Runs a job many times at once over one database."""

    count: int

    def race(self, where: str, job: Job) -> Sequence[Any]:
        """What the job came to for each racer."""
        ...


class Threads:
    """Threads that share some desks, as the requests of some servers do.

    Each desk writes through a connection of its own.
    """

    count = 8

    def __init__(self, desks: int) -> None:
        self.desks = desks

    def race(self, where: str, job: Job) -> Sequence[Any]:
        barrier = Barrier(self.count, timeout=PATIENCE_SECONDS)
        with ExitStack() as stack:
            desks = [stack.enter_context(desk_on(where)) for _ in range(self.desks)]
            pool = stack.enter_context(ThreadPoolExecutor(self.count))
            futures = [
                pool.submit(job, desks[number % self.desks], number, barrier.wait)
                for number in range(self.count)
            ]
            return [future.result() for future in futures]


class Processes:
    """Processes that share nothing but the database. They are started once for many races."""

    count = 4

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        barrier = context.Barrier(self.count, timeout=PATIENCE_SECONDS)
        self._pool = ProcessPoolExecutor(
            self.count, mp_context=context, initializer=_take, initargs=(barrier,)
        )

    def race(self, where: str, job: Job) -> Sequence[Any]:
        futures: list[Future[Any]] = [
            self._pool.submit(_run, where, job, number) for number in range(self.count)
        ]
        return [future.result() for future in futures]

    def close(self) -> None:
        self._pool.shutdown()


_barriers: list[Any] = []


def _take(barrier: Any) -> None:
    _barriers.append(barrier)


def _run(where: str, job: Job, number: int) -> Any:
    """Run in another process: a racer that waits is none that takes a second job."""
    with desk_on(where) as desk:
        _barriers[0].wait()
        return job(desk, number, _barriers[0].wait)


@contextmanager
def desk_on(where: str) -> Generator[Desk]:
    """A desk of its own on a database."""
    log = Log(where)
    try:
        yield Desk(log)
    finally:
        log.close()
