"""Tells streams that the log has grown, whoever wrote to it, and that the server is about to stop.

However many streams wait, they hold no thread and no connection: they sleep on one event of the
loop, and one look at the log every now and then serves all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from anyio.to_thread import run_sync

from domain.log import Log, LogUnavailableError

GATHER_SECONDS = 0.02
"""How long to wait after a write for more of them, so that streams wake once for many."""

POLL_SECONDS = 0.5
"""How soon records of other processes are seen where the database does not tell of them."""


class Pulse:
    """One for each app. It beats in the loop that `start` was called in."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._loop: asyncio.AbstractEventLoop | None = None
        self._next = asyncio.Event()
        self._announced = False
        self._listeners = 0
        self._looking: asyncio.Task[None] | None = None
        self.is_stopping = False
        log.on_append(self._tell)

    def start(self) -> None:
        """Beat in the running loop from here on."""
        self._loop = asyncio.get_running_loop()
        self._announced = self.is_stopping = False

    def stop(self) -> None:
        """Let every stream end."""
        self.is_stopping = True
        self._beat()

    def stop_soon(self) -> None:
        """The same, from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.stop)

    def next(self) -> asyncio.Event:
        """The beat to come. Ask for it before looking at the log, so that none is missed."""
        return self._next

    @asynccontextmanager
    async def heard(self) -> AsyncGenerator[None]:
        """While this lasts, it is worth looking for records of other processes."""
        self._listeners += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._listeners -= 1
            if not self._listeners:
                self._stop_looking()

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _tell(self) -> None:
        """Beat soon; in whichever thread somebody wrote. Many writes make one beat."""
        loop = self._loop
        if loop is None or self._announced or not self._listeners:
            return
        self._announced = True
        with suppress(RuntimeError):
            # A loop that is closed has nobody left to tell.
            loop.call_soon_threadsafe(loop.call_later, GATHER_SECONDS, self._beat)

    def _beat(self) -> None:
        self._announced = False
        beat, self._next = self._next, asyncio.Event()
        beat.set()

    async def _look(self) -> None:
        """Beat whenever the log ends elsewhere than at the last look."""
        seen = -1
        while True:
            with suppress(LogUnavailableError):
                head = await run_sync(self._log.head)
                if head != seen:
                    seen = head
                    self._beat()
            await asyncio.sleep(POLL_SECONDS)
