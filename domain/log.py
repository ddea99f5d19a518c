"""The event log, and the only module that knows the `eventsourcing` library.

An append is one transaction that takes the write lock first, then checks everything the decision
rested on, stamps the times, and inserts. What it returns is on disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError, Mapper, PersistenceError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from domain import codec
from domain.catalogue import located
from domain.errors import RecordedTimeGoesBack
from domain.record import Record

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
class Guard:
    """What must still hold when the write lock is taken, and the entries to stamp then."""

    entries: Sequence[Entry]
    read: dict[UUID, int]
    """Per stream that the decision read but does not write, the version it saw."""
    stamped: list[Record] = field(default_factory=list[Record])


class RecordMapper(Mapper[UUID]):
    """Records to stored events and back, by topic, without the library's transcoder."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        record = cast("Record", domain_event)
        return StoredEvent(
            record.stream_id, record.version, record.event.TOPIC, codec.encode(record)
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        return codec.decode(
            stored_event.topic,
            stored_event.state,
            cast("UUID", stored_event.originator_id),
            stored_event.originator_version,
        )


_DENIED = "the log is append-only: an event is never changed or removed"


def _append_only(table: str, same: str) -> Iterable[str]:
    """Triggers by which the database itself refuses UPDATE, DELETE and REPLACE."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_DENIED}'); END"
    yield f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {refuse}"
    yield f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {refuse}"
    exists = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of this module
    yield (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN {exists} {refuse}"
    )


_OWN_TABLES = (
    """CREATE TABLE IF NOT EXISTS receipts (
        scope TEXT, key TEXT, digest TEXT NOT NULL,
        first_position INTEGER NOT NULL, last_position INTEGER NOT NULL,
        PRIMARY KEY (scope, key)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS entity_streams (
        entity_id TEXT PRIMARY KEY, stream_id TEXT NOT NULL
    ) WITHOUT ROWID""",
)
_APPEND_ONLY = (
    *_append_only(
        "stored_events",
        "rowid = NEW.rowid OR (originator_id = NEW.originator_id "
        "AND originator_version = NEW.originator_version)",
    ),
    *_append_only("receipts", "scope = NEW.scope AND key = NEW.key"),
    *_append_only("entity_streams", "entity_id = NEW.entity_id"),
)


class SQLiteLogRecorder(SQLiteApplicationRecorder):
    """The library's table, guarded, with receipts and the streams of inner entities beside it."""

    clock: Clock = staticmethod(utc_now)

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), *_OWN_TABLES, *_APPEND_ONLY]

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        guard: Guard = kwargs["guard"]
        # A write before any read: a transaction that reads first cannot be upgraded. This one
        # takes the write lock and touches nothing.
        c.execute("UPDATE stored_events SET topic = topic WHERE FALSE")
        self._check_reads(c, guard)
        self._check_keys(c, guard)
        stored_events = self._stamp(c, stored_events, guard)
        positions = super()._insert_events(c, stored_events) or []
        guard.stamped = [
            replace(record, position=position)
            for record, position in zip(guard.stamped, positions, strict=True)
        ]
        self._insert_beside(c, guard)
        return positions

    def _check_reads(self, c: SQLiteCursor, guard: Guard) -> None:
        for stream_id, version in guard.read.items():
            c.execute(
                "SELECT COALESCE(MAX(originator_version), 0) FROM stored_events "
                "WHERE originator_id = ?",
                (stream_id.hex,),
            )
            if c.fetchone()[0] != version:
                raise RaceLostError

    def _check_keys(self, c: SQLiteCursor, guard: Guard) -> None:
        for key in {entry.key for entry in guard.entries if entry.key is not None}:
            c.execute("SELECT 1 FROM receipts WHERE scope = ? AND key = ?", (key.scope, key.key))
            if c.fetchone() is not None:
                raise KeyTakenError

    def _stamp(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], guard: Guard
    ) -> list[StoredEvent]:
        """Give every entry its times; recorded times never run backwards along the log."""
        c.execute("SELECT state FROM stored_events ORDER BY rowid DESC LIMIT 1")
        row = c.fetchone()
        now = self.clock()
        last = now if row is None else codec.recorded_at(row[0])
        latest = max(now, last)
        floor = None if row is None else last
        stamped: list[StoredEvent] = []
        for entry, stored in zip(guard.entries, stored_events, strict=True):
            recorded = entry.recorded_at or latest
            if floor is not None and recorded < floor:
                raise RecordedTimeGoesBack(
                    f"Give a recorded time of at least {floor.isoformat()}, "
                    "the last one that the log holds."
                )
            floor = recorded
            effective = entry.effective_at or recorded
            state = codec.stamp(stored.state, now, recorded, effective)
            stamped.append(
                StoredEvent(stored.originator_id, stored.originator_version, stored.topic, state)
            )
            guard.stamped.append(
                replace(entry.record, stored_at=now, recorded_at=recorded, effective_at=effective)
            )
        return stamped

    def _insert_beside(self, c: SQLiteCursor, guard: Guard) -> None:
        spans: dict[Key, tuple[int, int]] = {}
        for entry, record in zip(guard.entries, guard.stamped, strict=True):
            for entity_id in located(record.event):
                c.execute(
                    "INSERT INTO entity_streams VALUES (?, ?)",
                    (entity_id.hex, record.stream_id.hex),
                )
            if entry.key is not None:
                first, _last = spans.get(entry.key, (record.position, 0))
                spans[entry.key] = (first, record.position)
        for key, (first, last) in spans.items():
            c.execute(
                "INSERT INTO receipts VALUES (?, ?, ?, ?, ?)",
                (key.scope, key.key, key.digest, first, last),
            )

    def stream_of(self, entity_id: UUID) -> UUID | None:
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT stream_id FROM entity_streams WHERE entity_id = ?", (entity_id.hex,))
            row = c.fetchone()
        return None if row is None else UUID(row[0])

    def receipt(self, scope: str, key: str) -> Receipt | None:
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT digest, first_position, last_position FROM receipts "
                "WHERE scope = ? AND key = ?",
                (scope, key),
            )
            row = c.fetchone()
        return None if row is None else Receipt(*row)


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
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(path),
            "APPLICATION_RECORDER_TOPIC": "domain.log:SQLiteLogRecorder",
        }
        with self._available():
            self._application = OkrApplication(environment)
            self._recorder = cast("SQLiteLogRecorder", self._application.recorder)
            self._recorder.clock = clock

    def append(self, entries: Sequence[Entry], read: dict[UUID, int]) -> list[Record]:
        """Record all entries or none; return them with their positions and times.

        Raises RaceLostError, KeyTakenError or RecordedTimeGoesBack, and then nothing is recorded.
        """
        guard = Guard(entries, read)
        with self._available():
            try:
                records = [entry.record for entry in entries]
                self._application.events.put(cast("Any", records), guard=guard)
            except IntegrityError:
                raise RaceLostError from None
        for listener in self._listeners:
            listener()
        return guard.stamped

    def on_append(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every append of this process."""
        self._listeners.append(listener)

    def stream(self, stream_id: UUID, after: int = 0) -> list[Record]:
        """The records of one stream past a version, oldest first."""
        with self._available():
            stored = self._recorder.select_events(stream_id, gt=after)
            return [
                codec.decode(one.topic, one.state, stream_id, one.originator_version)
                for one in stored
            ]

    def records(self, after: int, limit: int) -> list[Record]:
        """At most `limit` records past a position, in the order of the log."""
        with self._available():
            stored = self._recorder.select_notifications(after, limit, inclusive_of_start=False)
            return [
                codec.decode(
                    one.topic,
                    one.state,
                    cast("UUID", one.originator_id),
                    one.originator_version,
                    one.id,
                )
                for one in stored
            ]

    def head(self) -> int:
        """The position of the last record; 0 for an empty log."""
        with self._available():
            return self._recorder.max_notification_id() or 0

    def last_recorded_at(self) -> datetime | None:
        """When the last record was recorded; None for an empty log."""
        last = self.records(self.head() - 1, 1)
        return last[-1].recorded_at if last else None

    def stream_of(self, entity_id: UUID) -> UUID | None:
        """The stream that an entity without one of its own lives in."""
        with self._available():
            return self._recorder.stream_of(entity_id)

    def receipt(self, scope: str, key: str) -> Receipt | None:
        """What was recorded under a key, or None."""
        with self._available():
            return self._recorder.receipt(scope, key)

    def close(self) -> None:
        """Let go of the database."""
        self._application.close()

    @contextmanager
    def _available(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, PersistenceError) as error:
            if isinstance(error, IntegrityError):
                raise
            raise LogUnavailableError(
                f"The log {self.path} cannot be used ({error}); check that the file is a "
                "database of this product, readable and writable, on a disk with room."
            ) from error
