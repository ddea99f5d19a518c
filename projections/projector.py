"""Follows the log into the read tables, in batches; the same code follows, catches up and rebuilds.

Any number of processes may run one: a batch begins by taking the write lock of the views and
reading the position they stand at, so whoever comes second finds the work done.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Event, Lock, Thread

from domain.log import Log
from projections.collecting import not_collecting
from projections.read_models import PoisonError, ReadModels
from projections.set_aside import set_aside
from projections.views import Views, position, set_position, standing

_log = logging.getLogger("okr")

BATCH = 5_000
"""How many records at most are taken in by one transaction."""

STOCK_AFTER = 5_000
"""After how many records at once the database counts its rows anew. By itself PostgreSQL does so
some minute later, and until then plans as if there were hardly any."""

TURN_SECONDS = 0.0005
"""How long a thread waits for another one to let it go on, while views are built and wherever a
server answers."""

PAUSE_SECONDS = 0.1
"""The least time between two batches that nobody waits for: under load they grow instead of
becoming more."""

POLL_SECONDS = 0.5
"""How soon changes of other processes show while nobody waits for one; those of this process wake
the projector at once."""

LOOK_SECONDS = 0.005
"""How soon they show while somebody waits."""


class Projector:
    """Keeps the views up with the log, in a thread of its own once started."""

    def __init__(self, log: Log, views: Views, *, strict: bool = False) -> None:
        """With `strict` a record that cannot be taken in is raised, not set aside."""
        self._log = log
        self._views = views
        self._strict = strict
        self._models = ReadModels()
        self._wake = Event()
        self._wanted = Event()
        self._stopping = False
        self._promised: dict[Future[None], int] = {}
        """What somebody waits for, each with the position that it is for."""
        self._lock = Lock()
        with views.read() as connection:
            self._build, self._position, _recorded_at = standing(connection)
        self._thread: Thread | None = None
        log.on_append(self._wake.set)

    @property
    def position(self) -> int:
        """The position the read tables are known to stand at."""
        return self._position

    def go_on_from(self, builder: Projector) -> None:
        """Follow the views that another one built, with all that it remembers of them."""
        self._models, self._build = builder._models, builder._build
        self._stand_at(builder.position)

    def catch_up(self, progress: Callable[[int], None] = lambda _position: None) -> int:
        """Follow until nothing is left; tell `progress` each new position; return the last.

        Raises PoisonError where strict.
        """
        taken = 0
        with _quick_turns():
            while step := self._step():
                taken += step
                progress(self._position)
        if taken >= STOCK_AFTER:
            self._views.take_stock()
        return self._position

    def _step(self) -> int:
        """One batch in one transaction. Returns how many records it took."""
        return self._take_in(BATCH)

    def _take_in(self, limit: int) -> int:
        """At most so many records, in one transaction unless one of them is poison.

        That one is set aside, so that all others still count.
        """
        try:
            return self._take(limit)
        except PoisonError as poison:
            if limit > 1:
                # Some record of the batch; halves are tried until it stands alone.
                return self._take_in(limit // 2) + self._take_in(limit - limit // 2)
            if self._strict:
                raise
            self._leave_out(poison)
            return 1

    def _leave_out(self, poison: PoisonError) -> None:
        _log.exception("a record is set aside; okr rebuild will try it again")
        with self._views.write() as connection:
            stands = position(connection)
            if stands < poison.position:
                set_aside(connection, poison)
                set_position(connection, poison.position)
        self._stand_at(max(stands, poison.position))

    def _take(self, limit: int) -> int:
        try:
            with self._views.write() as connection:
                stands = standing(connection)
                if (stands.build, stands.position) != (self._build, self._position):
                    self._models.forget()
                batch = self._log.stored(stands.position, limit)
                reached = batch[-1].position if batch else stands.position
                if batch:
                    with not_collecting():
                        self._models.take_in(connection, batch)
                    set_position(connection, reached)
        except BaseException:
            self._models.forget()
            raise
        self._build = stands.build
        self._stand_at(reached)
        return len(batch)

    def _stand_at(self, reached: int) -> None:
        with self._lock:
            self._position = reached
            kept = [one for one, wanted in self._promised.items() if wanted <= reached]
            for one in kept:
                del self._promised[one]
        for one in kept:
            # Nobody waits any more for one that was cancelled.
            if one.set_running_or_notify_cancel():
                one.set_result(None)

    def when_at(self, wanted: int) -> Future[None]:
        """Done once the read tables stand at a position; whoever waits no longer cancels it."""
        promise = Future[None]()
        with self._lock:
            if self._position >= wanted:
                promise.set_result(None)
                return promise
            self._promised[promise] = wanted
        promise.add_done_callback(self._forget)
        # What another process wrote wakes nobody here, so have a look at once.
        self._wanted.set()
        self._wake.set()
        return promise

    def _forget(self, promise: Future[None]) -> None:
        with self._lock:
            self._promised.pop(promise, None)

    def has_come_to(self, wanted: int) -> bool:
        """Whether the read tables stand at a position; where not, they make haste to."""
        if self._position >= wanted:
            return True
        self._wanted.set()
        return False

    def start(self) -> None:
        """Follow the log in a thread of its own."""
        self._thread = Thread(target=self._follow, name="projector", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand and end the thread."""
        self._stopping = True
        self._wanted.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _follow(self) -> None:
        while not self._stopping:
            self._wake.clear()
            self._wanted.clear()
            try:
                if self._step() < BATCH:
                    self._rest()
            except Exception:  # noqa: BLE001 - the log holds every record; the next round tries again
                _log.exception("the views could not follow the log; they will try again")
                self._gather()

    def _rest(self) -> None:
        """Wait until there may be something to take in; while somebody waits for it, look often."""
        while self._promised and not self._stopping:
            # The position is all that is asked, without the lock of those who write.
            if self._wake.wait(LOOK_SECONDS) or self._log.head() > self._position:
                return
        self._gather()

    def _gather(self) -> None:
        """Let changes become more, unless somebody waits for one."""
        self._wanted.wait(PAUSE_SECONDS)
        self._wake.wait(POLL_SECONDS)


@contextmanager
def _quick_turns() -> Generator[None]:
    """Let the thread that inserts rows go on soon whenever it has to ask for its next turn."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
