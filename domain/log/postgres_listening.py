"""Hears of the appends of other processes, by LISTEN on a connection and a thread of its own."""

from __future__ import annotations

import socket
from collections.abc import Callable
from select import select
from threading import Thread

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from domain.database import PostgresDatabase
from domain.postgres import connect

RETRY_SECONDS = 0.5
"""How long to wait before a lost connection is tried again."""


class Listener:
    """Calls `heard` after appends that `ours`, a process of the server, did not make.

    A notification that comes while there is no connection is lost, so others poll as well.
    """

    def __init__(
        self,
        where: PostgresDatabase,
        channel: str,
        heard: Callable[[], None],
        ours: Callable[[], int],
    ) -> None:
        self._where = where
        self._channel = channel
        self._heard = heard
        self._ours = ours
        self._stop, self._stopped = socket.socketpair()
        self._thread = Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._stop.close()
        self._thread.join()
        self._stopped.close()

    def _run(self) -> None:
        while True:
            try:
                with connect(self._where) as connection:
                    connection.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
                    # What came before the LISTEN took hold was told to nobody.
                    self._heard()
                    self._follow(connection)
                    return
            except psycopg.Error:
                if self._stopping(RETRY_SECONDS):
                    return

    def _follow(self, connection: Connection[TupleRow]) -> None:
        """Listen until told to stop."""
        while True:
            ready, _, _ = select([connection, self._stopped], [], [])
            if self._stopped in ready:
                return
            told = {notice.pid for notice in connection.notifies(timeout=0)}
            if told - {self._ours()}:
                self._heard()

    def _stopping(self, seconds: float) -> bool:
        """Wait a while; return whether to stop."""
        return bool(select([self._stopped], [], [], seconds)[0])
