"""The board of a cycle as of any past instant, against a table of current rows only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random

import orjson

from api.history import History
from projections.board import board
from tests.bench.bench import Bench
from tests.bench.company import DRAFTING, NEWEST, NEWEST_QUARTER, WORKING, plans
from tests.bench.current_rows import current_board, current_rows
from tests.bench.measuring import alternating, seconds
from tests.bench.rows import Figure, Goal, Row, size_name
from tests.bench.serving import Json

CYCLE = str(NEWEST)
PAST = Goal("≤", 1.5)
GROWTH = {False: Goal("≤", 1.3), True: Goal("≤", 2)}
"""By whether all changes fall into the cycle that is asked for."""


def rows(bench: Bench, size: int) -> Iterator[Row]:
    """The board of the newest cycle, which is the same whatever else the history holds."""
    grown = size > bench.company.cycle_changes
    for crowded in (False, True) if grown else (False,):
        yield from _against_current_rows(bench, size, crowded)
        if grown:
            yield _growth(bench, size, crowded)


def _against_current_rows(bench: Bench, size: int, crowded: bool) -> Iterator[Row]:
    shape = bench.shape(size, crowded=crowded)
    where = "in this cycle" if crowded else "over cycles"
    cycles = [plan.cycle_id for plan in plans(shape)]
    with (
        bench.kept.opened(bench.kept.whole(shape)) as history,
        current_rows(bench.kept, history, cycles) as engine,
    ):

        def now_only() -> bytes:
            with engine.connect() as connection:
                return orjson.dumps(current_board(connection, CYCLE, history))

        _must_be_the_same(history, now_only())
        for name, ask in _questions(history).items():
            measured, against, ratio = _timed(bench, ask, now_only)
            yield Row(
                what=f"board {name}, changes {where}",
                size=size,
                measured=Figure(measured * 1000, "ms"),
                against=Figure(against * 1000, "ms", "current rows only"),
                ratio=ratio,
                goal=PAST,
            )


def _growth(bench: Bench, size: int, crowded: bool) -> Row:
    """The board of a large history against that of the smallest, in turn."""
    smallest = bench.company.cycle_changes
    large, small = bench.shape(size, crowded=crowded), bench.shape(smallest)
    with (
        bench.kept.opened(bench.kept.whole(large)) as grown,
        bench.kept.opened(bench.kept.whole(small)) as young,
    ):
        measured, against, ratio = _timed(bench, _as_of(grown), _as_of(young))
    where = "this cycle" if crowded else "other cycles"
    return Row(
        what=f"board as of a past instant, growth by changes in {where}",
        size=size,
        measured=Figure(measured * 1000, "ms"),
        against=Figure(against * 1000, "ms", f"at {size_name(smallest)}"),
        ratio=ratio,
        goal=GROWTH[crowded],
    )


Ask = Callable[[], object]


def _timed(bench: Bench, one: Ask, other: Ask) -> tuple[float, float, float]:
    """Seconds of both in turn, when what they read is in memory."""
    for _ in range(min(20, bench.effort.samples)):
        one()
        other()
    return alternating(lambda: seconds(one), lambda: seconds(other), bench.effort.samples)


def _questions(history: History) -> dict[str, Ask]:
    """By name, ways to ask for a board of another past instant at every call."""
    random = Random(CYCLE)
    return {
        "as of a past instant": _as_of(history),
        "as known at a past instant": lambda: _answer(history, known_at=_instant(random)),
    }


def _as_of(history: History) -> Ask:
    random = Random(CYCLE)
    return lambda: _answer(history, as_of=_instant(random))


def _instant(random: Random) -> datetime:
    """An instant in the weeks of work, when every key result is there."""
    return NEWEST_QUARTER + DRAFTING + WORKING * random.random()


def _answer(
    history: History, as_of: datetime | None = None, known_at: datetime | None = None
) -> bytes:
    with history.ask(as_of, known_at) as question:
        return orjson.dumps(board(question.connection, CYCLE, question.moment, history.zone))


def _must_be_the_same(history: History, now_only: bytes) -> None:
    """Two answers are only worth comparing when they say the same."""
    ours: Json = orjson.loads(_answer(history))
    theirs: Json = orjson.loads(now_only)
    different = [name for name in theirs if ours[name] != theirs[name]]
    if different:
        raise AssertionError(f"The board of current rows differs in {', '.join(different)}.")
