"""Long answers that were worked out once, kept on the disk to be sent again as they are."""

from __future__ import annotations

import os
import shutil
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from threading import Lock
from weakref import WeakSet

from sqlalchemy.exc import SQLAlchemyError

from domain.log import LogUnavailableError

WORTH_BYTES = 1 << 16
"""An answer whose first stretch is shorter is worked out again faster than it is found."""

MOST_BYTES = 2 << 30
"""How much a process has on the disk at most, what is still being written included, and only
while three times as much is free there."""

MOST_ANSWERS = 64
"""Each of them holds a file open."""

STRETCH = 1 << 20
"""How many bytes are read and sent at once."""

Read = Callable[[], bytes]
"""Gives the next stretch of an answer; nothing at the end."""


class Spool:
    """The bytes of one answer, in a file without a name that is gone when nobody reads it."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError where no file can be made."""
        with TemporaryFile(dir=folder) as made:
            self._file = os.dup(made.fileno())
        weakref.finalize(self, os.close, self._file)
        self.size = 0

    def write(self, stretch: bytes) -> None:
        """Add a stretch. Raises OSError where the disk does not take it."""
        rest = memoryview(stretch)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        self.size += len(stretch)

    def reader(self) -> Read:
        """Reads all of it from the beginning, whoever else is reading."""
        place = 0

        def read() -> bytes:
            nonlocal place
            stretch = os.pread(self._file, STRETCH, place)
            place += len(stretch)
            return stretch

        return read


class Spools:
    """The answers sent last. One instance serves many threads of one process."""

    def __init__(self, folder: Path | None = None, most_bytes: int = MOST_BYTES) -> None:
        """Keep files in a folder, or in that of the system."""
        self._folder = folder or Path(gettempdir())
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, Spool] = OrderedDict()
        self._on_disk: WeakSet[Spool] = WeakSet()
        """Also those that are still written, and those that somebody reads to the end."""
        self._lock = Lock()

    def through(self, mark: Hashable, read: Read, mark_now: Callable[[], Hashable]) -> Read:
        """The answer of a mark: as it was kept, or as it is read, to be kept when it is whole.

        What was read is kept only if its mark is still the same at the end.
        """
        with self._lock:
            spool = self._kept.get(mark)
            if spool is not None:
                self._kept.move_to_end(mark)
                return spool.reader()
        writing = _Writing(self)

        def told() -> bytes:
            stretch = read()
            if stretch:
                writing.add(stretch)
            elif writing.spool is not None and _is_still(mark, mark_now):
                self._keep(mark, writing.spool)
            return stretch

        return told

    def begin(self) -> Spool | None:
        """An empty spool; None where the disk is too full for one. Raises OSError."""
        if shutil.disk_usage(self._folder).free <= 3 * self._most_bytes:
            return None
        spool = Spool(self._folder)
        with self._lock:
            self._on_disk.add(spool)
        return spool

    def has_room(self, more: int) -> bool:
        """Whether so many bytes more may be written, once the oldest answers have given way."""
        with self._lock:
            while self._taken() + more > self._most_bytes and self._kept:
                self._kept.popitem(last=False)
            return self._taken() + more <= self._most_bytes

    def _taken(self) -> int:
        return sum(one.size for one in self._on_disk)

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._kept.clear()

    def _keep(self, mark: Hashable, spool: Spool) -> None:
        with self._lock:
            self._kept[mark] = spool
            while len(self._kept) > MOST_ANSWERS:
                self._kept.popitem(last=False)


def _is_still(mark: Hashable, mark_now: Callable[[], Hashable]) -> bool:
    """Whether an answer may be kept; it has been sent already, so no failure may break it."""
    try:
        return mark_now() == mark
    except (LogUnavailableError, SQLAlchemyError):
        return False


class _Writing:
    """An answer being kept while it is sent; given up, silently, where it cannot be."""

    def __init__(self, spools: Spools) -> None:
        self.spool: Spool | None = None
        self._spools = spools
        self._begun = False

    def add(self, stretch: bytes) -> None:
        if self._begun and self.spool is None:
            return
        try:
            self.spool = self._written(stretch)
        except OSError:
            # The answer does not depend on it: a full disk must not end what can be sent.
            self.spool = None
        self._begun = True

    def _written(self, stretch: bytes) -> Spool | None:
        worth_it = self._begun or len(stretch) >= WORTH_BYTES
        if not worth_it or not self._spools.has_room(len(stretch)):
            return None
        spool = self.spool or self._spools.begin()
        if spool is not None:
            spool.write(stretch)
        return spool
