"""The log in one file of SQLite: the library's recorder, guarded, and readers of its table."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.persistence import PersistenceError
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from domain.codec import Stored
from domain.log import writing
from domain.log.appends import Append, Key, Name, Receipt, Unplaced
from domain.log.end import Last, LogEnd
from domain.log.errors import LogUnavailableError
from domain.log.sqlite_schema import STATEMENTS
from domain.log.times import Clock
from domain.portions import portions

LOCK_TIMEOUT_SECONDS = 30.0
"""How long a writer waits for the writers of other processes."""


class SQLiteLogRecorder(SQLiteApplicationRecorder):
    """The library's table, guarded, with receipts and the streams of inner entities beside it.

    It writes through a connection of its own, since the library's would parse every statement
    anew.
    """

    taken: type[Exception] = sqlite3.IntegrityError
    _connection: sqlite3.Connection | None = None

    def __init__(self, datastore: SQLiteDatastore) -> None:
        super().__init__(datastore)
        self.end = LogEnd()

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), *STATEMENTS]

    def create_table(self) -> None:
        """Make what is missing, with the write lock first: others may be writing meanwhile."""
        with self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                self._create_table(cursor)
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection that writes; made when it is first needed."""
        if self._connection is None:
            self._connection = sqlite3.connect(
                self.datastore.pool.db_name,
                isolation_level=None,
                check_same_thread=False,
                timeout=LOCK_TIMEOUT_SECONDS,
            )
            # What was acknowledged is on disk.
            self._connection.execute("PRAGMA synchronous = FULL")
            # Keys of imported lines are found all over their index: keep 64 MB of pages at hand.
            self._connection.execute("PRAGMA cache_size = -65536")
        return self._connection

    def begin(self) -> Last | None:
        """Begin with the write lock: a transaction that reads first cannot be upgraded."""
        self.connection.execute("BEGIN IMMEDIATE")
        query = "SELECT rowid, state FROM stored_events ORDER BY rowid DESC LIMIT 1"
        row = self.connection.execute(query).fetchone()
        return None if row is None else Last(*row)

    def commit(self) -> None:
        self.connection.commit()

    def rollback(self) -> None:
        self.connection.rollback()

    def versions(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        """Asked together: at every statement the driver lets other threads go first."""
        wanted = {one.hex: one for one in stream_ids}
        rows = self.connection.execute(_VERSIONS, (orjson.dumps(list(wanted)).decode(),))
        return {wanted[digits]: version for digits, version in rows if version is not None}

    def known(self, keys: Collection[Key]) -> Collection[tuple[str, str]]:
        names = orjson.dumps([(one.scope, one.key) for one in keys]).decode()
        rows = self.connection.execute(_RECEIPTS, (names,))
        return {(scope, key) for scope, key, *_found in rows}

    def insert(self, events: Sequence[Unplaced]) -> Sequence[int]:
        """Insert them together; rows of one statement get positions one behind the other."""
        rows = [(one.stream_id.hex, one.version, one.topic, one.state) for one in events]
        positions: list[int] = []
        for last, count in self._insert(_EVENTS, rows):
            positions.extend(range(last - count + 1, last + 1))
        return positions

    def insert_beside(
        self, homes: Sequence[tuple[UUID, UUID]], receipts: Mapping[Key, tuple[int, int]]
    ) -> None:
        """In the order of their index, so that each page is looked for and written once."""
        self._insert(
            "entity_streams", sorted((entity_id.hex, home.hex) for entity_id, home in homes)
        )
        self._insert(
            "receipts",
            sorted((key.scope, key.key, key.digest, *span) for key, span in receipts.items()),
        )

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> list[tuple[int, int]]:
        """Insert rows, many a statement: at every statement the driver lets other threads go first.

        Returns the last position of each statement, and how many rows it inserted.
        """
        inserted: list[tuple[int, int]] = []
        for some in portions(rows, TOGETHER):
            places = f"({', '.join('?' * len(some[0]))})"
            values = ", ".join([places] * len(some))
            cursor = self.connection.execute(
                f"INSERT INTO {table} VALUES {values}",  # noqa: S608 - names of this module
                list(chain.from_iterable(some)),
            )
            inserted.append((cursor.lastrowid or 0, len(some)))
        return inserted

    def find(self, events: Sequence[Unplaced]) -> list[Stored]:
        """Nothing: a file answers whoever writes to it, so no answer is ever lost."""
        del events
        return []

    def close(self) -> None:
        """Let go of the connections."""
        if self._connection is not None:
            self._connection.close()
        self.datastore.close()


class _Reader:
    """As many connections as read at once: the library's pool would queue readers behind writers.

    They belong to no thread, since the threads of a server come and go.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._free: deque[sqlite3.Connection] = deque()

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        try:
            connection = self._free.pop()
        except IndexError:
            connection = self._open()
        try:
            return connection.execute(query, parameters).fetchall()
        finally:
            self._free.append(connection)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def close(self) -> None:
        while self._free:
            self._free.pop().close()


class SQLiteStore:
    """The log's tables in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = _Reader(path)
        with self._available():
            _refuse_foreign(path)
            self._recorder = SQLiteLogRecorder(SQLiteDatastore(str(path)))
            self._recorder.create_table()

    def write(self, appends: Sequence[Append], clock: Clock) -> None:
        with self._available():
            writing.write(self._recorder, appends, clock)

    def stream(self, stream_id: UUID, after: int) -> list[Stored]:
        query = (
            "SELECT topic, state, originator_version, rowid FROM stored_events "
            "WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version"
        )
        return [
            Stored(topic, state, str(stream_id), version, position)
            for topic, state, version, position in self._rows(query, (stream_id.hex, after))
        ]

    def stored(self, after: int, limit: int) -> list[Stored]:
        return self._found(_FOLLOWING, (after, limit))

    def at(self, positions: Sequence[int]) -> list[Stored]:
        return self._found(_AT, (orjson.dumps(list(positions)).decode(),))

    def _found(self, query: str, parameters: Sequence[Any]) -> list[Stored]:
        return [
            Stored(topic, state, _dashed(stream_id), version, position)
            for topic, state, stream_id, version, position in self._rows(query, parameters)
        ]

    def head(self) -> int:
        return self._rows("SELECT COALESCE(MAX(rowid), 0) FROM stored_events")[0][0]

    def identity(self) -> str:
        return self._rows("SELECT id FROM identity")[0][0]

    def stream_of(self, entity_id: UUID) -> UUID | None:
        query = "SELECT stream_id FROM entity_streams WHERE entity_id = ?"
        rows = self._rows(query, (entity_id.hex,))
        return UUID(rows[0][0]) if rows else None

    def in_use(self, ids: Sequence[UUID]) -> set[UUID]:
        digits = orjson.dumps([one.hex for one in ids]).decode()
        return {UUID(row[0]) for row in self._rows(_IN_USE, (digits,))}

    def receipts(self, names: Sequence[Name]) -> dict[Name, Receipt]:
        rows = self._rows(_RECEIPTS, (orjson.dumps(list(names)).decode(),))
        return {(scope, key): Receipt(*found) for scope, key, *found in rows}

    def listen(self, heard: Callable[[], None]) -> None:
        """Files cannot tell; other processes are found by looking."""

    def close(self) -> None:
        self._reader.close()
        self._recorder.close()

    def _rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with self._available():
            return self._reader.rows(query, parameters)

    @contextmanager
    def _available(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, PersistenceError) as error:
            raise LogUnavailableError(
                f"The log {self._path} cannot be used ({error}); check that the file is a "
                "database of this product, readable and writable, on a disk with room."
            ) from error


_FOLLOWING = """SELECT topic, state, originator_id, originator_version, rowid
    FROM stored_events WHERE rowid > ? ORDER BY rowid LIMIT ?"""
_AT = """SELECT topic, state, originator_id, originator_version, rowid
    FROM stored_events WHERE rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid"""
_VERSIONS = """SELECT value, (SELECT MAX(originator_version) FROM stored_events
    WHERE originator_id = value) FROM json_each(?)"""
_IN_USE = """SELECT value FROM json_each(?)
    WHERE EXISTS (SELECT 1 FROM stored_events WHERE originator_id = value)
    OR EXISTS (SELECT 1 FROM entity_streams WHERE entity_id = value)"""
_RECEIPTS = """SELECT r.scope, r.key, r.digest, r.first_position, r.last_position
    FROM json_each(?) AS names CROSS JOIN receipts AS r
    ON r.scope = json_extract(names.value, '$[0]') AND r.key = json_extract(names.value, '$[1]')"""
_EVENTS = "stored_events (originator_id, originator_version, topic, state)"

TOGETHER = 500
"""How many rows one statement inserts."""


def _dashed(digits: str) -> str:
    """An id as it is spelled everywhere but in SQLite's column."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _refuse_foreign(path: Path) -> None:
    """Leave another program's database alone. Raises LogUnavailableError."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with closing(sqlite3.connect(path)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if names and "stored_events" not in names:
        raise LogUnavailableError(
            f"The file {path} is the database of something else; name another file."
        )
