"""The library's recorder for PostgreSQL, guarded: the table lock comes before every check."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import cast
from uuid import UUID

import psycopg
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composable, Composed, Identifier

from domain.codec import Stored
from domain.database import PostgresDatabase
from domain.log.appends import Key, Unplaced
from domain.log.end import Last, LogEnd
from domain.log.postgres_schema import SCHEMA
from domain.postgres import connect

LOCK_TIMEOUT_SECONDS = 30
"""How long a writer waits for the writers of other processes."""

STUCK_SECONDS = 60
"""A writer that stops inside its transaction is cut off, or nobody else could ever write."""

_DURABLE = """SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'"""
_NOT_STUCK = "SELECT set_config('idle_in_transaction_session_timeout', %s, false)"
_VERSIONS = """SELECT id, (SELECT max(originator_version) FROM okr.stored_events
    WHERE originator_id = id) FROM unnest(%b::uuid[]) AS id"""
_KNOWN = """SELECT scope, key FROM okr.receipts WHERE (scope, key) IN
    (SELECT * FROM unnest(%b::text[], %b::text[]))"""
_INSERT = """INSERT INTO okr.stored_events (originator_id, originator_version, topic, state)
    SELECT * FROM unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])
    RETURNING notification_id"""
_INSERT_HOMES = """INSERT INTO okr.entity_streams
    SELECT * FROM unnest(%b::uuid[], %b::uuid[])"""
_INSERT_RECEIPTS = """INSERT INTO okr.receipts
    SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[], %b::bigint[])"""
_FIND = """SELECT topic, state, originator_id::text, originator_version, notification_id
    FROM okr.stored_events WHERE (originator_id, originator_version) IN
    (SELECT * FROM unnest(%b::uuid[], %b::bigint[])) ORDER BY notification_id"""


class _Datastore(PostgresDatastore):
    """Says where the library's table stands. Its pool stays closed: connections are our own."""

    def __init__(self) -> None:
        super().__init__("", "", "", "", "", schema=SCHEMA, lock_timeout=LOCK_TIMEOUT_SECONDS)

    def register_type_adapters(self) -> None:
        """Nothing to register: rows are inserted as plain arrays, four times as fast."""


class PostgresLogRecorder(PostgresApplicationRecorder):
    """The library's table, written under its lock, with what stands beside it.

    The connection is opened when it is needed, and again after it was lost.
    """

    taken: type[Exception] = psycopg.errors.UniqueViolation

    def __init__(self, where: PostgresDatabase) -> None:
        super().__init__(_Datastore())
        self.end = LogEnd()
        self._where = where
        self._connection: Connection[TupleRow] | None = None
        self.process = 0
        """The server's process behind the connection that wrote last; 0 for none."""
        self._begin = SQL("; ").join(
            [
                SQL("BEGIN ISOLATION LEVEL READ COMMITTED"),
                *cast("list[Composable]", self.lock_table_statements),
                SQL("NOTIFY {}").format(Identifier(self.channel_name)),
                SQL(
                    "SELECT notification_id, state FROM okr.stored_events "
                    "ORDER BY notification_id DESC LIMIT 1"
                ),
            ]
        )

    def events_table(self) -> list[Composed]:
        """The library's statements for its table and index.

        Not those for its composite type and its function: the function inserts without the lock.
        """
        wanted = ("CREATE TABLE", "CREATE UNIQUE INDEX")
        return [
            statement
            for statement in self.sql_create_statements
            if statement.as_string().startswith(wanted)
        ]

    @property
    def connection(self) -> Connection[TupleRow]:
        """The connection that writes."""
        if self._connection is None or self._connection.closed:
            connection = connect(self._where)
            connection.execute(_DURABLE)
            connection.execute(_NOT_STUCK, (f"{STUCK_SECONDS}s",))
            self._connection = connection
            self.process = connection.info.backend_pid
        return self._connection

    @property
    def lost(self) -> bool:
        """Whether the connection broke, so that nobody knows if its last commit arrived."""
        return self._connection is not None and self._connection.closed

    def begin(self) -> Last | None:
        """Begin with the table's lock, in one journey to the server and back."""
        cursor = self.connection.execute(self._begin)
        while cursor.nextset():
            pass
        row = cursor.fetchone()
        return None if row is None else Last(*row)

    def commit(self) -> None:
        self.connection.commit()

    def rollback(self) -> None:
        if self._connection is not None and not self._connection.closed:
            self._connection.rollback()

    def versions(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        rows = self.connection.execute(_VERSIONS, (list(stream_ids),), binary=True)
        return {stream_id: version for stream_id, version in rows if version is not None}

    def known(self, keys: Collection[Key]) -> Collection[tuple[str, str]]:
        names = [[key.scope for key in keys], [key.key for key in keys]]
        return {(scope, key) for scope, key in self.connection.execute(_KNOWN, names)}

    def insert(self, events: Sequence[Unplaced]) -> Sequence[int]:
        columns = (
            [event.stream_id for event in events],
            [event.version for event in events],
            [event.topic for event in events],
            [event.state for event in events],
        )
        return [row[0] for row in self.connection.execute(_INSERT, columns, binary=True)]

    def insert_beside(
        self, homes: Sequence[tuple[UUID, UUID]], receipts: Mapping[Key, tuple[int, int]]
    ) -> None:
        if homes:
            columns = [list(column) for column in zip(*homes, strict=True)]
            self.connection.execute(_INSERT_HOMES, columns)
        if receipts:
            rows = [(key.scope, key.key, key.digest, *span) for key, span in receipts.items()]
            columns = [list(column) for column in zip(*rows, strict=True)]
            self.connection.execute(_INSERT_RECEIPTS, columns)

    def find(self, events: Sequence[Unplaced]) -> list[Stored]:
        columns = (
            [event.stream_id for event in events],
            [event.version for event in events],
        )
        rows = self.connection.execute(_FIND, columns, binary=True)
        return [Stored(*row) for row in rows]

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
