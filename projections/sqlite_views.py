"""The views in a file of SQLite beside the log's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, DisconnectionError, OperationalError

from domain.log import LogUnavailableError
from projections.home import BeingBuiltError

_FOLLOWING = ("PRAGMA journal_mode = WAL", "PRAGMA mmap_size = 2147418112")
"""Readers share the system's memory of the file, as far as SQLite can map it: what many seeks need
is then not copied for each of them, and a large history is read like a small one."""
_BUILDING = ("PRAGMA journal_mode = MEMORY", "PRAGMA cache_size = -262144")
"""Nobody else reads what is being built, so its changes need not stand apart at first."""

WRITER_KIBIBYTES = 65_536
"""How much of the tables the one who writes keeps in memory; readers are many and keep little."""

CHECKPOINT_PAGES = 10_000
"""How long the file of recent changes grows before it is taken over; each time costs."""


CHANGES_BYTES = 64 * 1024 * 1024
"""How much of that file is kept once a slow reader has let it grow further."""


class Building(NamedTuple):
    """Which file another one is built beside, its name, and the lock of the one who builds."""

    original: SQLiteHome
    name: Path
    lock: sqlite3.Connection


class SQLiteHome:
    """One file. Losing it loses nothing, so its transactions need not wait for the disk.

    Once the views were built anew, the file's name is a link to the file that replaced it: the
    files that SQLite keeps beside a database are named after the real one, so those of the old
    one are never taken for those of the new.
    """

    def __init__(self, path: Path, building: Building | None = None) -> None:
        self._path = path
        self._building = building
        self.is_beside = building is not None

    def prepare(
        self, current: Callable[[Connection], bool], make: Callable[[Connection], None]
    ) -> None:
        """Throw the file away unless it is `current`, then `make` what is missing."""
        if not self._usable(current):
            _remove(self._path.resolve())
            _remove(self._path)
        engine = self.writer()
        with engine.begin() as connection:
            make(connection)
        engine.dispose()

    def _usable(self, current: Callable[[Connection], bool]) -> bool:
        if not self._path.exists():
            return not self._path.is_symlink()
        engine = self._engine("BEGIN")
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
        return self._engine("BEGIN IMMEDIATE", WRITER_KIBIBYTES)

    def reader(self, opening: object) -> Engine:  # noqa: ARG002 - each question is asked here
        """Connections whose transactions are snapshots."""
        # Answers that are streamed hold a connection each; nobody else waits for them.
        return self._engine("BEGIN", max_overflow=-1)

    def lock(self, connection: Connection) -> bool:
        """The transaction began with the lock; but its file may have been replaced before."""
        return connection.info["file"] == self._file()

    def take_stock(self) -> None:
        """Nothing: SQLite plans by the indexes alone."""

    def beside(self) -> SQLiteHome:
        """A new file beside this one.

        Raises BeingBuiltError while somebody builds another, and LogUnavailableError where this
        folder allows none.
        """
        with _building_anew(self._path):
            builder = self._builder()
            for leftover in self._path.parent.glob(f"{self._path.name}.built-*"):
                if not leftover.name.startswith(self._path.resolve().name):
                    leftover.unlink()
        path = self._path.with_name(f"{self._path.name}.built-{token_hex(4)}")
        return SQLiteHome(path, Building(self, self._path, builder))

    def _builder(self) -> sqlite3.Connection:
        """The lock of the one who builds. Raises BeingBuiltError while somebody else has it."""
        builder = sqlite3.connect(f"{self._path}.rebuild", timeout=0, isolation_level=None)
        try:
            builder.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            builder.close()
            if not _is_busy(error):
                raise
            raise BeingBuiltError(
                f"The views {self._path} are being rebuilt already; wait until that is done."
            ) from None
        return builder

    def take_over(self, finish: Callable[[], object]) -> None:
        """Let the name of the other file stand for this one.

        Raises LogUnavailableError where that cannot be; the other one then stays.
        """
        if self._building is None:
            raise ValueError(f"{self._path} was not built beside another file")
        original, name = self._building.original, self._building.name
        engine = original.writer()
        try:
            with _building_anew(name), engine.begin():
                finish()
                self._settle()
                original.point_at(self._path)
                self.is_beside = False
        finally:
            engine.dispose()

    def _settle(self) -> None:
        """Let readers and a writer use the file at the same time from now on."""
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()

    def point_at(self, other: Path) -> None:
        """Make the name a link to another file, in one step, and remove the file it named before.

        Whoever has that one open still may use it.
        """
        replaced = self._path.resolve()
        link = self._path.with_name(f"{self._path.name}.link")
        link.unlink(missing_ok=True)
        link.symlink_to(other.name)
        link.replace(self._path)
        # From here on the name stands for the other file, whatever still keeps the one before.
        with suppress(OSError):
            if replaced != self._path.absolute():
                replaced.unlink(missing_ok=True)
            _remove_beside(replaced)

    def discard(self) -> None:
        """Remove the file unless it replaced another one, and let others build."""
        if self.is_beside:
            _remove(self._path)
        if self._building is not None:
            self._building.lock.close()

    def _file(self) -> int | None:
        """What tells the file from others of its name; None where it is not there."""
        try:
            return self._path.stat().st_ino
        except FileNotFoundError:
            return None

    def _engine(self, begin: str, cache: int | None = None, **pool: int) -> Engine:
        engine = create_engine(f"sqlite:///{self._path}", **pool)

        @event.listens_for(engine, "connect")
        def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
            # The driver's own transactions start too late for a read snapshot; ours are explicit.
            connection.isolation_level = None
            for pragma in _BUILDING if self.is_beside else _FOLLOWING:
                connection.execute(pragma)
            if cache is not None and not self.is_beside:
                connection.execute(f"PRAGMA cache_size = -{cache}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
            connection.execute(f"PRAGMA journal_size_limit = {CHANGES_BYTES}")
            # Losing the views loses nothing, so they need not wait for the disk.
            connection.execute("PRAGMA synchronous = OFF")

        @event.listens_for(engine, "do_connect")
        def _note(_dialect: Any, record: Any, _arguments: Any, _options: Any) -> None:
            # Before it is opened: a file that takes its place meanwhile is then told from it.
            record.info["file"] = self._file()

        @event.listens_for(engine, "checkout")
        def _refuse_replaced(_connection: Any, record: Any, _proxy: Any) -> None:
            if record.info["file"] != self._file():
                raise DisconnectionError

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine


@contextmanager
def _building_anew(path: Path) -> Generator[None]:
    """Say in one sentence why the views of this name cannot be."""
    try:
        yield
    except (sqlite3.DatabaseError, OperationalError, OSError) as error:
        reason = error.orig if isinstance(error, OperationalError) else error
        if _is_busy(reason):
            raise LogUnavailableError(
                f"Somebody else has been writing the views {path} all the time; try again later."
            ) from error
        raise LogUnavailableError(
            f"The views {path} cannot be built anew ({reason}); that takes a folder with room that "
            "may be written, on a file system with locks and links."
        ) from error


def _is_busy(error: BaseException | None) -> bool:
    # The lowest byte of the code tells the error; those above it, what kind of that.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _remove_beside(path)


def _remove_beside(path: Path) -> None:
    """Remove the files that SQLite keeps beside a database."""
    for suffix in ("-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
