"""The log in a schema of a PostgreSQL database, which any number of processes may share."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from domain.codec import Stored
from domain.database import PostgresDatabase
from domain.log import writing
from domain.log.appends import Append, Name, Receipt
from domain.log.errors import LogUnavailableError
from domain.log.postgres_listening import Listener
from domain.log.postgres_recorder import PostgresLogRecorder
from domain.log.postgres_schema import prepare
from domain.log.times import Clock
from domain.postgres import connect, sentence

READERS = 8
"""How many connections read the log at once; whoever comes next waits a moment."""


class _Reader:
    """Connections for reading, kept open for the next who asks."""

    def __init__(self, where: PostgresDatabase) -> None:
        self._where = where
        self._free: deque[Connection[TupleRow]] = deque()
        self._places = BoundedSemaphore(READERS)

    def rows(self, query: LiteralString, parameters: Sequence[Any] = ()) -> list[Any]:
        with self._places:
            while self._free:
                connection = self._free.pop()
                try:
                    return self._ask(connection, query, parameters)
                except psycopg.OperationalError:
                    # It may have died since it was last used, as when the server restarts.
                    if not connection.closed:
                        raise
            return self._ask(connect(self._where), query, parameters)

    def _ask(
        self, connection: Connection[TupleRow], query: LiteralString, parameters: Sequence[Any]
    ) -> list[Any]:
        try:
            return connection.execute(query, parameters, binary=True).fetchall()
        finally:
            if not connection.closed:
                self._free.append(connection)

    def close(self) -> None:
        while self._free:
            self._free.pop().close()


class PostgresStore:
    """The log's tables in one schema."""

    def __init__(self, where: PostgresDatabase) -> None:
        self._where = where
        self._reader = _Reader(where)
        self._recorder = PostgresLogRecorder(where)
        self._listener: Listener | None = None
        with self._available(), connect(where) as connection:
            prepare(connection, where, self._recorder.events_table())

    def write(self, appends: Sequence[Append], clock: Clock) -> None:
        """Write, and once more where the connection breaks: a commit may have arrived unheard."""
        with self._available():
            try:
                writing.write(self._recorder, appends, clock)
            except psycopg.OperationalError:
                if not self._recorder.lost:
                    raise
                writing.write(self._recorder, appends, clock, again=True)

    def stream(self, stream_id: UUID, after: int) -> list[Stored]:
        query = (
            "SELECT topic, state, originator_id::text, originator_version, notification_id "
            "FROM okr.stored_events WHERE originator_id = %s AND originator_version > %s "
            "ORDER BY originator_version"
        )
        return [Stored(*row) for row in self._rows(query, (stream_id, after))]

    def stored(self, after: int, limit: int) -> list[Stored]:
        query = (
            "SELECT topic, state, originator_id::text, originator_version, notification_id "
            "FROM okr.stored_events WHERE notification_id > %s "
            "ORDER BY notification_id LIMIT %s"
        )
        return [Stored(*row) for row in self._rows(query, (after, limit))]

    def at(self, positions: Sequence[int]) -> list[Stored]:
        query = (
            "SELECT topic, state, originator_id::text, originator_version, notification_id "
            "FROM okr.stored_events WHERE notification_id = ANY(%s) ORDER BY notification_id"
        )
        return [Stored(*row) for row in self._rows(query, (list(positions),))]

    def head(self) -> int:
        return self._rows("SELECT coalesce(max(notification_id), 0) FROM okr.stored_events")[0][0]

    def identity(self) -> str:
        return self._rows("SELECT id FROM okr.identity")[0][0]

    def stream_of(self, entity_id: UUID) -> UUID | None:
        query = "SELECT stream_id FROM okr.entity_streams WHERE entity_id = %s"
        rows = self._rows(query, (entity_id,))
        return rows[0][0] if rows else None

    def in_use(self, ids: Sequence[UUID]) -> set[UUID]:
        query = (
            "SELECT id FROM unnest(%b::uuid[]) AS id "
            "WHERE EXISTS (SELECT FROM okr.stored_events WHERE originator_id = id) "
            "OR EXISTS (SELECT FROM okr.entity_streams WHERE entity_id = id)"
        )
        return {row[0] for row in self._rows(query, (list(ids),))}

    def receipts(self, names: Sequence[Name]) -> dict[Name, Receipt]:
        query = (
            "SELECT scope, key, digest, first_position, last_position FROM okr.receipts "
            "WHERE (scope, key) IN (SELECT * FROM unnest(%b::text[], %b::text[]))"
        )
        columns = ([scope for scope, _ in names], [key for _, key in names])
        rows = self._rows(query, columns)
        return {(scope, key): Receipt(*found) for scope, key, *found in rows}

    def listen(self, heard: Callable[[], None]) -> None:
        if self._listener is None:
            channel = self._recorder.channel_name
            self._listener = Listener(self._where, channel, heard, lambda: self._recorder.process)

    def close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._reader.close()
        self._recorder.close()

    def _rows(self, query: LiteralString, parameters: Sequence[Any] = ()) -> list[Any]:
        with self._available():
            return self._reader.rows(query, parameters)

    @contextmanager
    def _available(self) -> Generator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise LogUnavailableError(sentence(self._where, error)) from error
