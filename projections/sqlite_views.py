"""The views in a file of SQLite beside the log's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError


class SQLiteHome:
    """One file. Losing it loses nothing, so its transactions need not wait for the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def prepare(
        self, current: Callable[[Connection], bool], make: Callable[[Connection], None]
    ) -> None:
        """Throw the file away unless it is `current`, then `make` what is missing."""
        if not self._usable(current):
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        engine = self.writer()
        with engine.begin() as connection:
            make(connection)
        engine.dispose()

    def _usable(self, current: Callable[[Connection], bool]) -> bool:
        if not self._path.exists():
            return True
        engine = _engine(self._path, "BEGIN")
        try:
            with engine.connect() as connection:
                return current(connection)
        except OperationalError as error:
            # Another process is just making it, or it is of a schema without this table.
            return "no such column" not in str(error)
        except DatabaseError:
            return False
        finally:
            engine.dispose()

    def writer(self) -> Engine:
        """Connections whose transactions begin with the write lock."""
        return _engine(self._path, "BEGIN IMMEDIATE")

    def reader(self) -> Engine:
        """Connections whose transactions are snapshots."""
        # Answers that are streamed hold a connection each; nobody else waits for them.
        return _engine(self._path, "BEGIN", max_overflow=-1)

    def lock(self, connection: Connection) -> None:
        """Nothing more: the transaction began with the lock."""


def _engine(path: Path, begin: str, **pool: int) -> Engine:
    engine = create_engine(f"sqlite:///{path}", **pool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own transactions start too late for a read snapshot; ours are explicit.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        # Losing the views loses nothing, so they need not wait for the disk.
        connection.execute("PRAGMA synchronous = OFF")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
