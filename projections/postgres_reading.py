"""Connections that read snapshots on PostgreSQL with few messages, each of which costs like a seek.

One message begins a transaction and brings what every question asks first. That the server has
been away since the last one shows then as well, so nobody asks beforehand whether it lives.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.pq import ExecStatus, Format
from sqlalchemy import Engine, Select, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

OPENING = "opening"
"""Under this name a connection holds the row that its transaction began by asking for, if any."""

Row = tuple[str | None, ...]


class _Cursor(psycopg.Cursor[Any]):
    """Has values sent as the bytes they are, which neither side then needs to spell out."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.format = Format.BINARY


def reading(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """The same connection, made ready to be read by."""
    connection.cursor_factory = _Cursor
    return connection


def begin_with(engine: Engine, opening: Select[*tuple[Any, ...]], *, lock: str) -> None:
    """Let whoever takes a connection find a snapshot begun, and the answer to a question there.

    The table `lock` is locked before the snapshot is taken. Values of the answer are text or None.
    """
    question = opening.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True})
    begin = (
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
        f"LOCK TABLE {lock} IN ACCESS SHARE MODE; {question}"
    ).encode()

    @event.listens_for(engine, "checkout")
    def _begin(
        connection: psycopg.Connection[Any], record: ConnectionPoolEntry, _proxy: object
    ) -> None:
        was_used = OPENING in record.info
        try:
            record.info[OPENING] = _first_row(connection, begin)
        except psycopg.Error as error:
            # It may have died since it was last used, as when the server restarts.
            if connection.closed and was_used:
                raise InvalidatePoolError from error
            raise


def _first_row(connection: psycopg.Connection[Any], statements: bytes) -> Row | None:
    """The first row that the last of some statements gives, if any; all go as one message."""
    result = connection.pgconn.exec_(statements)
    if result.status != ExecStatus.TUPLES_OK:
        raise psycopg.errors.error_from_result(result)
    if not result.ntuples:
        return None
    values = (result.get_value(0, column) for column in range(result.nfields))
    return tuple(None if value is None else value.decode() for value in values)
