"""Several processes that serve one history on one socket, and a parent that keeps them alive."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from uvicorn import Config
from uvicorn.supervisors import Multiprocess

if TYPE_CHECKING:
    from asyncio import SelectorEventLoop as Loop
else:
    try:
        from uvloop import Loop
    except ImportError:  # It is not made for every system.
        from asyncio import SelectorEventLoop as Loop

from api.app import create_app
from api.commands.listening import SHARES_PORTS, bound
from api.commands.running import server_config, take_quick_turns
from api.history import History
from api.logs import configure
from api.metrics import SHARED_FOLDER
from api.settings import Settings
from domain.log import LogUnavailableError

_log = logging.getLogger("okr")

AGAIN_SECONDS = 2.0
"""How long a worker that cannot open the history waits before it gives up its place."""

COUNTED_IN = "requests-a-minute"
"""The file in which workers count requests together."""

HANGS_SECONDS = 20
"""How long a worker may say nothing before its parent takes it for dead and starts another."""


def supervise(
    chosen: Settings, listener: socket, workers: int, serving: Callable[[], None]
) -> None:
    """Serve from several processes until SIGTERM or SIGINT; whichever dies is replaced.

    `serving` is called once they answer. Each of them opens the history anew, since a connection to
    a database must not be shared.
    """
    with TemporaryDirectory(prefix="okr-workers-") as folder:
        # The library of the metrics looks for the folder when a worker imports it.
        os.environ[SHARED_FOLDER] = folder
        config = server_config(
            partial(_app_of_worker, chosen, Path(folder) / COUNTED_IN),
            factory=True,
            workers=workers,
            loop=f"{__name__}:{OwnSocketLoop.__name__}",
            timeout_worker_healthcheck=HANGS_SECONDS,
        )
        _Workers(config, [listener], serving).run()


class _Workers(Multiprocess):
    """Tells when all workers answer: connections before that may be refused."""

    def __init__(self, config: Config, sockets: list[socket], serving: Callable[[], None]) -> None:
        super().__init__(config, sockets)
        self._serving = serving

    def init_processes(self) -> None:
        super().init_processes()
        if all(one.wait_until_ready(HANGS_SECONDS, self.should_exit) for one in self.processes):
            self._serving()


def _app_of_worker(chosen: Settings, counted_in: Path) -> FastAPI:
    """What a worker serves, made in its own process."""
    configure(chosen.log_level, chosen.log_format)
    take_quick_turns()
    Thread(target=_end_with_the_parent, name="parent-watch", daemon=True).start()
    try:
        return create_app(History(chosen), local_only=True, counted_in=counted_in)
    except LogUnavailableError as unavailable:
        _log.error("%s Trying again.", unavailable)
        sleep(AGAIN_SECONDS)
        raise SystemExit(1) from None


def _end_with_the_parent() -> None:
    """Stop gracefully when the parent was killed, so that no worker serves on unseen."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


class OwnSocketLoop(Loop):
    """An event loop whose server listens at the address that it is given with a socket of its own.

    The system then spreads connections over the workers. From one socket shared by all, the first
    to wake takes all that wait, and the others stand idle.
    """

    async def create_server(self, *arguments: Any, sock: socket, **options: Any) -> asyncio.Server:
        """As usual, but at the address of `sock` where the system can share one."""
        own = bound(sock.family, sock.getsockname(), shared=True) if SHARES_PORTS else sock
        return await super().create_server(*arguments, sock=own, **options)
