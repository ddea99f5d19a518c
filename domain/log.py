"""The event log, and the only module that knows the `eventsourcing` library.

An append is one transaction that takes the write lock first, then checks everything the decision
rested on, stamps the times, and inserts. What it returns is on disk.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, PersistenceError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from domain import codec
from domain.catalogue import located
from domain.codec import Stored
from domain.errors import RecordedTimeGoesBack
from domain.record import Record
from domain.sqlite_schema import NAME_ONCE, STATEMENTS
from domain.values import said

LOCK_TIMEOUT_SECONDS = 30.0
"""How long a writer waits for the writers of other processes."""

NOWHERE = (0, 0)
"""The positions in the receipt of a request that changed nothing."""

RECENT = 4_096
"""How many of the records that this process appended last are kept at hand."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock, to the microsecond."""
    return datetime.now(UTC)


class LogUnavailableError(Exception):
    """The log's database cannot be read or written; the message says what to do."""


class RaceLostError(Exception):
    """A stream that the decision rested on has moved on; nothing was recorded."""


class KeyTakenError(Exception):
    """The key was used before; nothing was recorded."""


class Receipt(NamedTuple):
    """Proof that a request was recorded: what it said, and where its events stand."""

    digest: str
    first_position: int
    last_position: int


@dataclass(frozen=True, slots=True)
class Key:
    """A name under which a request is recorded at most once, for ever."""

    scope: str
    key: str
    digest: str


class Entry(NamedTuple):
    """One record to append, with the times it states itself, if any, and its request's key."""

    record: Record
    recorded_at: datetime | None = None
    effective_at: datetime | None = None
    key: Key | None = None


@dataclass(slots=True)
class Append:
    """One request to append: what to write, what must still hold, and what came of it."""

    entries: Sequence[Entry]
    read: Mapping[UUID, int]
    """Per stream that the decision read but does not write, the version it saw."""
    noted: Sequence[Key] = ()
    """Keys of requests that change nothing, to be known all the same."""
    stored: Sequence[StoredEvent] = ()
    records: list[Record] = field(default_factory=list[Record])
    """The entries as recorded, with their times and positions."""
    kept: list[Stored] = field(default_factory=list[Stored])
    """The same as the log keeps them."""
    failure: Exception | None = None
    done: bool = False


class RecordMapper(Mapper[UUID]):
    """Records to stored events and back, by topic, without the library's transcoder."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        record = cast("Record", domain_event)
        return StoredEvent(
            record.stream_id, record.version, record.event.TOPIC, codec.encode(record)
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        stream_id, version = str(stored_event.originator_id), stored_event.originator_version
        return codec.decode(Stored(stored_event.topic, stored_event.state, stream_id, version))


class SQLiteLogRecorder(SQLiteApplicationRecorder):
    """The library's table, guarded, with receipts and the streams of inner entities beside it."""

    clock: Clock = staticmethod(utc_now)
    _connection: sqlite3.Connection | None = None

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

    def write(self, appends: Sequence[Append]) -> None:
        """Write every append that still holds, in one transaction, and note why others do not.

        The transaction takes the write lock first: one that reads first cannot be upgraded. Its
        connection is our own, since the library's would parse every statement anew.
        """
        if self._connection is None:
            self._connection = self._connected()
        c = self._connection.cursor()
        c.execute("BEGIN IMMEDIATE")
        try:
            times = self._times(c)
            for append in appends:
                self._write(c, append, times)
            self._connection.commit()
        except BaseException:
            self._connection.rollback()
            raise
        finally:
            c.close()

    def _write(self, c: sqlite3.Cursor, append: Append, times: _Times) -> None:
        """Write one append; one that does not hold leaves nothing behind."""
        c.execute("SAVEPOINT append")
        last = times.last
        try:
            self._check(c, append)
            stamped = times.stamp(append)
            positions = self._insert_events(SQLiteCursor(c), stamped) or ()
            append.records = times.records(append, positions)
            append.kept = [
                Stored(one.topic, one.state, str(one.originator_id), one.originator_version, place)
                for one, place in zip(stamped, positions, strict=True)
            ]
            _insert_beside(c, append)
        except (RaceLostError, KeyTakenError, RecordedTimeGoesBack) as failure:
            append.failure = failure
        except sqlite3.IntegrityError:
            append.failure = RaceLostError()
        if append.failure is not None:
            times.last = last
            c.execute("ROLLBACK TO append")
        c.execute("RELEASE append")

    def name_once(self) -> None:
        """Give the log its identity, unless it has one."""
        if self._connection is None:
            self._connection = self._connected()
        self._connection.execute(NAME_ONCE)

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.datastore.pool.db_name,
            isolation_level=None,
            check_same_thread=False,
            timeout=LOCK_TIMEOUT_SECONDS,
        )
        # What was acknowledged is on disk.
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def close(self) -> None:
        """Let go of the connection for writing."""
        if self._connection is not None:
            self._connection.close()

    def _times(self, c: sqlite3.Cursor) -> _Times:
        c.execute("SELECT state FROM stored_events ORDER BY rowid DESC LIMIT 1")
        row = c.fetchone()
        return _Times(self.clock(), None if row is None else codec.recorded_at(row[0]))

    def _check(self, c: sqlite3.Cursor, append: Append) -> None:
        """Whether every stream that was read still stands where it stood, and every key is new."""
        for stream_id, version in append.read.items():
            c.execute(_VERSION, (stream_id.hex,))
            if c.fetchone()[0] != version:
                raise RaceLostError
        for key in {*append.noted, *(one.key for one in append.entries if one.key is not None)}:
            c.execute("SELECT 1 FROM receipts WHERE scope = ? AND key = ?", (key.scope, key.key))
            if c.fetchone() is not None:
                raise KeyTakenError


_VERSION = "SELECT COALESCE(MAX(originator_version), 0) FROM stored_events WHERE originator_id = ?"


@dataclass(slots=True)
class _Times:
    """The times of one transaction: recorded times never run backwards along the log."""

    now: datetime
    last: datetime | None

    def stamp(self, append: Append) -> list[StoredEvent]:
        """The stored events with their times in front. Raises RecordedTimeGoesBack."""
        last = self.last
        stamped: list[StoredEvent] = []
        for entry, stored in zip(append.entries, append.stored, strict=True):
            recorded_at = self._recorded_at(entry, last)
            last = recorded_at
            state = codec.stamp(
                stored.state, self.now, recorded_at, entry.effective_at or recorded_at
            )
            stamped.append(
                StoredEvent(stored.originator_id, stored.originator_version, stored.topic, state)
            )
        return stamped

    def _recorded_at(self, entry: Entry, last: datetime | None) -> datetime:
        if entry.recorded_at is None:
            return self.now if last is None else max(self.now, last)
        if last is not None and entry.recorded_at < last:
            raise RecordedTimeGoesBack(
                f"Give a recorded time of at least {said(last)}, the last one that the log holds."
            )
        return entry.recorded_at

    def records(self, append: Append, positions: Sequence[int]) -> list[Record]:
        """The records as they now stand in the log; later appends come after them."""
        records: list[Record] = []
        for entry, position in zip(append.entries, positions, strict=True):
            recorded_at = self._recorded_at(entry, self.last)
            records.append(
                replace(
                    entry.record,
                    stored_at=self.now,
                    recorded_at=recorded_at,
                    effective_at=entry.effective_at or recorded_at,
                    position=position,
                )
            )
            self.last = recorded_at
        return records


def _insert_beside(c: sqlite3.Cursor, append: Append) -> None:
    """Note the receipts of keys, and where entities inside a stream are to be found."""
    spans: dict[Key, tuple[int, int]] = {}
    for entry, record in zip(append.entries, append.records, strict=True):
        for entity_id in located(record.event):
            ids = (entity_id.hex, record.stream_id.hex)
            c.execute("INSERT INTO entity_streams VALUES (?, ?)", ids)
        if entry.key is not None:
            first, _last = spans.get(entry.key, (record.position, 0))
            spans[entry.key] = (first, record.position)
    spans |= dict.fromkeys(append.noted, NOWHERE)
    for key, (first, last) in spans.items():
        receipt = (key.scope, key.key, key.digest, first, last)
        c.execute("INSERT INTO receipts VALUES (?, ?, ?, ?, ?)", receipt)


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


class OkrApplication(Application[UUID]):
    """The library's application, with our mapper and our guarded recorder."""

    name = "okr-history"

    def construct_mapper(self) -> Mapper[UUID]:
        return RecordMapper(self.construct_transcoder())


class Log:
    """Every record there is, in the order of the log. One instance serves many threads.

    Raises LogUnavailableError where the database cannot be read or written.
    """

    def __init__(self, path: Path, clock: Clock = utc_now) -> None:
        self.path = path
        self.clock = clock
        self._listeners: list[Callable[[], None]] = []
        self._waiting: deque[Append] = deque()
        self._writing = Lock()
        self._reader = _Reader(path)
        self._recent: OrderedDict[int, Stored] = OrderedDict()
        self._recalling = Lock()
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(path),
            "APPLICATION_RECORDER_TOPIC": "domain.log:SQLiteLogRecorder",
        }
        with self._available():
            _refuse_foreign(path)
            self._application = OkrApplication(environment)
            self._recorder = cast("SQLiteLogRecorder", self._application.recorder)
            self._recorder.clock = clock

    def append(
        self, entries: Sequence[Entry], read: Mapping[UUID, int], noted: Sequence[Key] = ()
    ) -> list[Record]:
        """Record all entries or none; return them with their positions and times.

        Writers that come while another one writes are recorded together with the next, in one
        transaction. Raises RaceLostError, KeyTakenError or RecordedTimeGoesBack, and then nothing
        of these entries is recorded.
        """
        mapper = self._application.mapper
        stored = [mapper.to_stored_event(cast("Any", entry.record)) for entry in entries]
        append = Append(entries, read, noted, stored)
        self._waiting.append(append)
        with self._writing:
            if not append.done:
                self._write_all_waiting()
        if append.failure is not None:
            raise append.failure
        self._remember(append.kept)
        for listener in self._listeners:
            listener()
        return append.records

    def _remember(self, kept: Sequence[Stored]) -> None:
        """Keep what was just recorded at hand, so that the projector need not read it again."""
        with self._recalling:
            for stored in kept:
                self._recent[stored.position] = stored
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)

    def _write_all_waiting(self) -> None:
        appends: list[Append] = []
        while self._waiting:
            appends.append(self._waiting.popleft())
        failure: LogUnavailableError | None = LogUnavailableError("The log was not written.")
        try:
            with self._available():
                self._recorder.write(appends)
            failure = None
        except LogUnavailableError as unavailable:
            failure = unavailable
        finally:
            # Whatever else went wrong, nobody who waited here may take it for a success.
            for append in appends:
                append.failure = append.failure or failure
                append.done = True

    def on_append(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every append of this process."""
        self._listeners.append(listener)

    def stream(self, stream_id: UUID, after: int = 0) -> list[Record]:
        """The records of one stream past a version, oldest first."""
        query = (
            "SELECT topic, state, originator_version, rowid FROM stored_events "
            "WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version"
        )
        return [
            codec.decode(Stored(topic, state, str(stream_id), version, position))
            for topic, state, version, position in self._rows(query, (stream_id.hex, after))
        ]

    def records(self, after: int, limit: int) -> list[Record]:
        """At most `limit` records past a position, in the order of the log."""
        return [codec.decode(stored) for stored in self.stored(after, limit)]

    def stored(self, after: int, limit: int) -> list[Stored]:
        """The same records as the log keeps them, for whoever needs no more than their JSON."""
        recent = self._recalled(after, limit)
        if recent:
            return recent
        query = (
            "SELECT topic, state, originator_id, originator_version, rowid FROM stored_events "
            "WHERE rowid > ? ORDER BY rowid LIMIT ?"
        )
        return [
            Stored(topic, state, _dashed(stream_id), version, position)
            for topic, state, stream_id, version, position in self._rows(query, (after, limit))
        ]

    def _recalled(self, after: int, limit: int) -> list[Stored]:
        """The records past a position as far as they are at hand without a gap."""
        recalled: list[Stored] = []
        with self._recalling:
            while len(recalled) < limit:
                stored = self._recent.get(after + len(recalled) + 1)
                if stored is None:
                    break
                recalled.append(stored)
        return recalled

    def identity(self) -> str:
        """A word that no other log has, by which the views know which log they tell of."""
        query = "SELECT id FROM identity"
        if not self._rows(query):
            with self._writing, self._available():
                self._recorder.name_once()
        return self._rows(query)[0][0]

    def head(self) -> int:
        """The position of the last record; 0 for an empty log."""
        return self._rows("SELECT COALESCE(MAX(rowid), 0) FROM stored_events")[0][0]

    def last_recorded_at(self) -> datetime | None:
        """When the last record was recorded; None for an empty log."""
        last = self.records(self.head() - 1, 1)
        return last[-1].recorded_at if last else None

    def stream_of(self, entity_id: UUID) -> UUID | None:
        """The stream that an entity without one of its own lives in."""
        query = "SELECT stream_id FROM entity_streams WHERE entity_id = ?"
        rows = self._rows(query, (entity_id.hex,))
        return UUID(rows[0][0]) if rows else None

    def receipt(self, scope: str, key: str) -> Receipt | None:
        """What was recorded under a key, or None."""
        query = (
            "SELECT digest, first_position, last_position FROM receipts WHERE scope = ? AND key = ?"
        )
        rows = self._rows(query, (scope, key))
        return Receipt(*rows[0]) if rows else None

    def close(self) -> None:
        """Let go of the database."""
        self._reader.close()
        self._recorder.close()
        self._application.close()

    def _rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with self._available():
            return self._reader.rows(query, parameters)

    @contextmanager
    def _available(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, PersistenceError) as error:
            raise LogUnavailableError(
                f"The log {self.path} cannot be used ({error}); check that the file is a "
                "database of this product, readable and writable, on a disk with room."
            ) from error
