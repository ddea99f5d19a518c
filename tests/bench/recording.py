"""Recording one change, durable and with the views kept up, against a bare library save."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import count, cycle
from threading import Thread
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from api.history import History
from domain.check_ins.measuring import CheckInKeyResult
from tests.bench.bench import Bench, context
from tests.bench.company import NEWEST, Shape
from tests.bench.measuring import alternating, seconds
from tests.bench.objectives import OBJECTIVE_SIZE, key_result_ids, metric_ids
from tests.bench.rows import Figure, Goal, Row

GOALS = {1: Goal("≥", 0.6), 8: Goal("≥", 1.0)}
"""For each number of writers."""

Write = Callable[[], object]
"""Records one change."""


def rows(bench: Bench, size: int) -> Iterator[Row]:
    """The figures for one and for eight writers, on top of a history."""
    for writers, goal in GOALS.items():
        rate, ceiling, ratio = _rates(bench, size, writers)
        yield Row(
            what=f"recording, {writers} writer{'s' if writers > 1 else ''}",
            size=size,
            measured=Figure(rate, "/s"),
            against=Figure(ceiling, "/s", "bare library save"),
            ratio=ratio,
            goal=goal,
        )


def _rates(bench: Bench, size: int, writers: int) -> tuple[float, float, float]:
    """Changes a second through the product and through the bare library, and their ratio."""
    shape, changes = bench.shape(size), bench.effort.changes
    with (
        bench.kept.copy(bench.kept.whole(shape)) as database,
        bench.kept.opened(database) as history,
        bare(bench, writers) as saves,
    ):
        history.start()
        check_ins = [_check_in(history, share) for share in shares(shape, writers)]

        def recorded_and_shown() -> None:
            together(check_ins, changes)
            wait_for_views(history)

        recorded_and_shown()
        return alternating(
            lambda: changes / seconds(recorded_and_shown),
            lambda: changes / seconds(lambda: together(saves, changes)),
            bench.effort.rounds,
        )


class Measured(Aggregate):
    """What a bare save saves: one event with a value and a confidence."""

    @event("CheckedIn")
    def check_in(self, value: int, confidence: int) -> None:
        self.value, self.confidence = value, confidence


@contextmanager
def bare(bench: Bench, writers: int) -> Generator[list[Write]]:
    """The library alone on a new database, each writer with an aggregate of its own."""
    with bench.kept.fresh() as database:
        application = Application[UUID](dict(bench.kept.store.library(database)))
        try:
            yield [_save(application) for _ in range(writers)]
        finally:
            application.close()


def _save(application: Application[UUID]) -> Write:
    aggregate, numbers = Measured(), count()
    application.save(aggregate)

    def save() -> None:
        aggregate.check_in(next(numbers), 7)
        application.save(aggregate)

    return save


def shares(shape: Shape, writers: int) -> list[list[UUID]]:
    """Key results for each writer, of objectives that no other writer touches."""
    every = key_result_ids(NEWEST, shape.key_results)
    metrics = set(metric_ids(NEWEST, shape.key_results))
    found: list[list[UUID]] = [[] for _ in range(writers)]
    for number, begin in enumerate(range(0, len(every), OBJECTIVE_SIZE)):
        own = every[begin : begin + OBJECTIVE_SIZE]
        found[number % writers].extend(one for one in own if one in metrics)
    return found


def _check_in(history: History, key_results: Sequence[UUID]) -> Write:
    turns, numbers = cycle(key_results), count()

    def check_in() -> None:
        command = CheckInKeyResult(
            check_in_id=uuid4(),
            key_result_id=next(turns),
            value=Decimal(next(numbers) % 100),
            confidence=7,
        )
        history.desk.carry_out([command], context(history.desk))

    return check_in


def wait_for_views(history: History) -> None:
    """Wait until the views show the last change. Raises TimeoutError after a minute."""
    history.projector.when_at(history.log.head()).result(60)


def together(writers: Sequence[Write], changes: int) -> None:
    """Let all writers write their share at the same time. Raises what any of them raised."""
    failures: list[BaseException] = []

    def work(write: Write) -> None:
        try:
            for _ in range(changes // len(writers)):
                write()
        except BaseException as failure:  # noqa: BLE001 - raised below, in the thread that measures
            failures.append(failure)

    threads = [Thread(target=work, args=(write,), daemon=True) for write in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
