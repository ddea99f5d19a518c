"""Counts in sliding windows: never more than allowed, whoever else counts in the same file."""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from api.access import windows
from api.access.windows import Windows

MINUTE = 60


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000 * MINUTE + 15.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["alone", "in a file"])
def counted(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Windows:
    shared = tmp_path / "counts" if request.param == "in a file" else None
    return Windows(MINUTE, shared, clock)


def hits(counted: Windows, name: str, most: int, tries: int) -> int:
    return sum(counted.hit(name, most).counts for _ in range(tries))


def test_each_caller_does_so_much_and_no_more(counted: Windows) -> None:
    assert counted.left("one", 3) == (3, 0)
    assert hits(counted, "one", 3, 5) == 3
    assert counted.left("one", 3) == (0, 45)
    assert hits(counted, "other", 3, 2) == 2
    assert counted.left("other", 3) == (1, 45)


def test_whoever_does_it_learns_what_is_left(counted: Windows) -> None:
    told = [counted.hit("one", 2) for _ in range(3)]
    assert told == [(True, (1, 45)), (True, (0, 45)), (False, (0, 45))]
    assert counted.left("one", 2) == told[-1].left


def test_a_clock_that_is_set_back_gives_nobody_anything_anew(
    counted: Windows, clock: Clock
) -> None:
    assert hits(counted, "one", 3, 5) == 3
    for _ in range(3):
        clock.now -= 7 * MINUTE
        assert counted.left("one", 3).times == 0
        assert hits(counted, "one", 3, 5) == 0
    # Nor does it take anything away until the clock is back where it was.
    clock.now += 2 * MINUTE
    assert counted.left("one", 3) == (3, 0)
    assert hits(counted, "one", 3, 5) == 3


def test_what_was_done_leaves_the_window_bit_by_bit(counted: Windows, clock: Clock) -> None:
    assert hits(counted, "one", 60, 70) == 60
    clock.now += 45
    # The stretch has ended, and all of it lies within the window still.
    assert counted.left("one", 60) == (0, 0)
    clock.now += 10
    assert counted.left("one", 60).times == 10
    assert hits(counted, "one", 60, 20) == 10
    clock.now += 110
    assert counted.left("one", 60) == (60, 0)
    assert hits(counted, "one", 60, 70) == 60


def test_never_is_more_let_through_than_the_even_spread_allows(
    counted: Windows, clock: Clock
) -> None:
    drawn = random.Random(1)
    at: list[float] = []
    for _ in range(3_000):
        clock.now += drawn.expovariate(1.0)
        if counted.hit("one", 40).counts:
            at.append(clock.now)
    for number, first in enumerate(at):
        # What was done in a stretch may have come late in it, so at worst twice as much.
        within = [one for one in at[number:] if one < first + MINUTE]
        assert len(within) <= 2 * 40
    assert len(at) == pytest.approx(40 * (clock.now - at[0]) / MINUTE, rel=0.1)


def test_where_there_are_too_many_callers_those_who_do_least_are_forgotten(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(windows, "SLOTS", 16)
    counted = Windows(MINUTE, None, clock)
    assert hits(counted, "busy", 10, 10) == 10
    for number in range(100):
        assert counted.hit(f"stranger {number}", 10).counts
    assert not counted.hit("busy", 10).counts


def count(file: Path, tries: int) -> int:
    return hits(Windows(10_000_000_000, file), "one", 1_000, tries)


def test_processes_that_count_in_one_file_let_through_as_much_as_one(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        found = list(pool.map(partial(count, tmp_path / "counts"), [800, 800]))
    assert sum(found) == 1_000
    assert all(found)


def stand_still(file: Path, stands: Event, enough: Event) -> None:
    """Be in the middle of a count, as a worker that is stopped there."""
    from fcntl import LOCK_EX, lockf  # noqa: PLC0415 - not on every system

    with file.open("r+b") as counts:
        lockf(counts, LOCK_EX)
        stands.set()
        enough.wait(10)
        stands.clear()


def test_a_process_that_stands_still_in_a_count_holds_up_no_other(tmp_path: Path) -> None:
    file, clock, spawn = tmp_path / "counts", Clock(), get_context("spawn")
    counted = Windows(MINUTE, file, clock)
    assert hits(counted, "one", 300, 100) == 100
    stands, enough = spawn.Event(), spawn.Event()
    other = spawn.Process(target=stand_still, args=(file, stands, enough))
    other.start()
    assert stands.wait(60)
    assert hits(counted, "one", 300, 400) == 200
    assert counted.left("one", 300).times == 0
    assert stands.is_set(), "it was waited for"
    enough.set()
    other.join(60)
    assert hits(counted, "other", 3, 5) == 3
    assert hits(Windows(MINUTE, file, clock), "one", 300, 1) == 0
