"""The recorder as a whole: the log, the desk that records and the views that answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from api.conditions import Running
from api.settings import Settings
from api.spools import Spools
from domain.database import Database, SQLiteFile
from domain.desk import Desk
from domain.log import Clock, Log, utc_now
from projections.catching_up import catch_up
from projections.collecting import collect_seldom
from projections.instants import Moment, resolve
from projections.projector import Projector
from projections.sight import Viewer, sight_of
from projections.views import Views

WAIT_SECONDS = 5.0
"""How long a read that names a position waits for it."""


class PositionNotReachedError(Exception):
    """The views did not reach a position within the time that a read waits."""

    def __init__(self, history: History, wanted: int) -> None:
        super().__init__(
            f"The views stand at position {history.projector.position}, not yet at {wanted}; ask "
            "again in a moment."
        )
        self._history = history
        self._wanted = wanted

    async def wait(self) -> None:
        """Wait until it makes sense to ask again, or until a read has waited for long enough."""
        await self._history.comes_to(self._wanted)


@dataclass(frozen=True, slots=True)
class Question:
    """A read transaction with the moment it asks about."""

    connection: Connection
    moment: Moment


class History:
    """Opens the databases, keeps the views up with the log, and lets both go at the end."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        collect_seldom()
        self.settings = settings
        self.zone = settings.zone
        self.log = Log(settings.where, clock)
        self.desk = Desk(self.log)
        self.views = Views(settings.where.views, self.log.identity(), self.log.head)
        self.projector = Projector(self.log, self.views)
        self.running = Running()
        self.spools = Spools(_beside(settings.where), settings.spool_megabytes << 20)

    def catch_up(self, progress: Callable[[int], None] = lambda _position: None) -> int:
        """Bring the views up to the log in this thread; return the position reached."""
        return catch_up(self.log, self.views, self.projector, progress)

    def start(self) -> None:
        """Follow the log in the background from here on."""
        self.log.listen()
        self.projector.start()

    def close(self) -> None:
        """Finish the batch at hand and let go of both databases."""
        self.projector.stop()
        self.spools.clear()
        self.views.close()
        self.log.close()

    async def comes_to(self, wanted: int) -> bool:
        """Wait until the views stand at a position, without a thread; False if they do not in time.

        They are said to be wanted, so whatever was recorded elsewhere shows soon.
        """
        if self.projector.position >= wanted:
            return True
        promise = asyncio.wrap_future(self.projector.when_at(wanted))
        with suppress(TimeoutError):
            await asyncio.wait_for(promise, WAIT_SECONDS)
            return True
        return False

    @contextmanager
    def ask(
        self,
        as_of: datetime | None = None,
        known_at: datetime | int | None = None,
        min_position: int | None = None,
        viewer: Viewer | None = None,
    ) -> Generator[Question]:
        """One snapshot of the views and the moment it is asked about, as a viewer sees it.

        Without a viewer all is seen, drafts too.

        Raises PositionNotReachedError where the views do not stand at `min_position` yet, or
        BeyondTheLogError for a `known_at` position that the history does not reach.
        """
        if min_position is not None and not self.projector.has_come_to(min_position):
            raise PositionNotReachedError(self, min_position)
        with self.views.read() as connection:
            sight = sight_of(connection, viewer)
            now = self.log.clock()
            yield Question(connection, resolve(connection, now, as_of, known_at, sight))


def _beside(where: Database) -> Path | None:
    """The folder that a history of files stands in, whose disk has room for it."""
    return where.path.parent if isinstance(where, SQLiteFile) else None
