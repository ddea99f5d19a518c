"""Counts what callers do within sliding windows of time, also over several processes.

The count of a window is what happened in the present stretch of the clock, and of the stretch
before it as large a part as still lies within the window, as if it had been spread evenly.
"""

from __future__ import annotations

import mmap
import os
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from hashlib import blake2b
from math import floor
from pathlib import Path
from struct import Struct
from time import monotonic, sleep, time
from typing import NamedTuple

SLOTS = 1 << 16
"""How many callers are told apart; of more at a time, those who do least are forgotten."""

TRIED = 16
"""In how many slots a caller may be found."""

PATIENCE_SECONDS = 0.01
"""How long a count waits for another process that is in the middle of one, which takes that one
some microseconds unless it is stopped."""

_SLOT = Struct("<16sQII")
_NOBODY = bytes(16)


class Left(NamedTuple):
    """How often a caller may still do it now, and in how many seconds more is free."""

    times: int
    reset: float


class Hit(NamedTuple):
    """Whether somebody could do it once more, and what is left to them now."""

    counts: bool
    left: Left


class _Counted(NamedTuple):
    """Where a caller is counted in a stretch of the clock, of which a part is over."""

    place: int
    stretch: int
    over: float
    now: int
    before: int

    def times(self) -> int:
        """What lies within the window."""
        return floor(self.before * (1 - self.over) + self.now)

    def left(self, most: int, seconds: int) -> Left:
        """What is left of `most` in a window of so many seconds."""
        ends = seconds * (1 - self.over)
        # One more is free when so much of the last stretch has left, or when this one begins to.
        resets = [ends] if self.now else []
        if self.before:
            resets.append(ends % (seconds / self.before))
        return Left(max(0, most - self.times()), min(resets, default=0))


class Windows:
    """The windows of many callers. One instance serves one thread."""

    def __init__(
        self, seconds: int, shared: Path | None = None, clock: Callable[[], float] = time
    ) -> None:
        """Count in this process alone, or in a file with every other that has it."""
        self._seconds = seconds
        self._clock = clock
        size = SLOTS * _SLOT.size
        file = None if shared is None else _File(shared, size)
        self._memory = bytearray(size) if file is None else file.memory
        self._alone = nullcontext[None] if file is None else file.alone

    def hit(self, name: str, most: int) -> Hit:
        """Count one more, unless that is one too many."""
        with self._alone():
            counted = self._find(name)
            counts = counted.times() < most
            if counts:
                counted = counted._replace(now=counted.now + 1)
                found = (_whose(name), counted.stretch, counted.now, counted.before)
                _SLOT.pack_into(self._memory, counted.place, *found)
        return Hit(counts, counted.left(most, self._seconds))

    def left(self, name: str, most: int) -> Left:
        """What is left; asking counts for nothing."""
        with self._alone():
            counted = self._find(name)
        return counted.left(most, self._seconds)

    def _find(self, name: str) -> _Counted:
        """Where a caller is counted, or would be."""
        whose, at = _whose(name), self._clock() / self._seconds
        stretch, over = int(at), at % 1
        first = int.from_bytes(whose[:8], "little")
        free, least = 0, 1 << 34
        for step in range(TRIED):
            place = (first + step) % SLOTS * _SLOT.size
            other, when, now, before = _SLOT.unpack_from(self._memory, place)
            if other == whose:
                if when > stretch:
                    # The clock was set back, so what was done is of this stretch, to leave in time.
                    _SLOT.pack_into(self._memory, place, whose, stretch, now, before)
                return _Counted(place, stretch, over, *_moved_on(stretch - when, now, before))
            worth = 0 if other == _NOBODY or when < stretch - 1 else 1 + now + before
            if worth < least:
                free, least = place, worth
        return _Counted(free, stretch, over, 0, 0)


def _whose(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=16).digest()


def _moved_on(stretches: int, now: int, before: int) -> tuple[int, int]:
    """Counts in a stretch and before it, so many stretches later; none where time went back."""
    if stretches <= 0:
        return now, before
    return 0, now if stretches == 1 else 0


class _File:
    """A file that processes have in their memories together; let go when nobody counts in it."""

    def __init__(self, file: Path, size: int) -> None:
        self._number = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        weakref.finalize(self, os.close, self._number)
        os.ftruncate(self._number, size)
        self.memory = mmap.mmap(self._number, size)
        self._waits = PATIENCE_SECONDS

    @contextmanager
    def alone(self) -> Generator[None]:
        """While this lasts no other process changes it; one that dies lets it go.

        One that is stopped does not. Then whoever comes goes on all the same, since everybody would
        stand still otherwise: at worst one of two counts made at the same moment is lost.
        """
        # Not on every system; where it is missing there are no workers either.
        from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, lockf  # noqa: PLC0415

        is_alone = self._come_to(lambda: lockf(self._number, LOCK_EX | LOCK_NB))
        # Those who come after wait no more, until it is let go again.
        self._waits = PATIENCE_SECONDS if is_alone else 0.0
        try:
            yield
        finally:
            if is_alone:
                lockf(self._number, LOCK_UN)

    def _come_to(self, lock: Callable[[], None]) -> bool:
        """Whether the lock was to be had while there was patience."""
        until = monotonic() + self._waits
        while True:
            try:
                lock()
            except (BlockingIOError, PermissionError):
                if monotonic() >= until:
                    return False
                sleep(0)
            else:
                return True
