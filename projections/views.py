"""The views database: derived tables apart from the log, with the position they stand at."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError, OperationalError

SCHEMA_VERSION = 3
"""Raised whenever a read table or its contents change; older views are then built anew."""

metadata = MetaData()

position_table = Table(
    "view_position",
    metadata,
    Column("schema_version", Integer, nullable=False),
    Column("log_identity", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
)

states = Table(
    "states",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("entity_id", Text, primary_key=True),
    Column("valid_from", BigInteger, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("state", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""One row per entity, instant from which it holds, and position from which it was known."""

entities = Table(
    "entities",
    metadata,
    Column("entity_id", Text, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent_id", Text),
    Column("position", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Every entity: the cycle it lives in ('' for people, units and cycles), and what holds it."""

check_ins = Table(
    "check_ins",
    metadata,
    Column("key_result_id", Text, primary_key=True),
    Column("check_in_id", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("measured_at", BigInteger, nullable=False),
    Column("retracted", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""One row per check-in and position that touched it."""

trail = Table(
    "trail",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("effective_at", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("cycle_id", Text, nullable=False),
    Column("reason_code", Text),
    Column("after_freeze", Integer, nullable=False),
    Column("fields", Text, nullable=False),
    Column("entry", LargeBinary, nullable=False),
)
"""One row per record, in the order of the log."""

subjects = Table(
    "subjects",
    metadata,
    Column("entity_id", Text, primary_key=True),
    Column("title", Text),
    Column("cycle_id", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""How each entity is called after the last entry about it, and the cycle it belongs to."""

set_aside = Table(
    "set_aside",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""The records that could not be taken in: the views are as if they had not happened."""

Index("entities_in_scope", entities.c.scope, entities.c.kind, entities.c.entity_id)
Index("entities_in_parent", entities.c.parent_id, entities.c.entity_id)
Index("states_in_time", states.c.scope, states.c.valid_from, states.c.position)
Index("trail_event", trail.c.event_id, unique=True)
Index("trail_recorded", trail.c.recorded_at, trail.c.position)
Index("trail_actor", trail.c.actor_id, trail.c.position)
Index("trail_type", trail.c.type, trail.c.position)
Index("trail_entity", trail.c.entity_id, trail.c.position)
Index("trail_cycle", trail.c.cycle_id, trail.c.effective_at, trail.c.position)


class Views:
    """Connections to the read tables. One instance serves many threads.

    A file that is damaged, of another schema version, or that tells of another log, is thrown
    away and built anew; so is one that is ahead of its log, which was restored from a copy then.
    """

    def __init__(self, path: Path, log_identity: str = "", log_head: int | None = None) -> None:
        self.path = path
        if not self._usable(log_identity, log_head):
            for suffix in ("", "-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
        self._writer = _engine(path, "BEGIN IMMEDIATE")
        # Answers that are streamed hold a connection each; nobody else waits for them.
        self._reader = _engine(path, "BEGIN", max_overflow=-1)
        with self.write() as connection:
            metadata.create_all(connection)
            if connection.execute(select(position_table.c.position)).first() is None:
                row = {
                    "schema_version": SCHEMA_VERSION,
                    "log_identity": log_identity,
                    "position": 0,
                }
                connection.execute(position_table.insert(), row)

    def _usable(self, log_identity: str, log_head: int | None) -> bool:
        if not self.path.exists():
            return True
        engine = _engine(self.path, "BEGIN")
        try:
            with engine.connect() as connection:
                row = connection.execute(select(position_table)).first()
        except OperationalError as error:
            # Another process is just making it, or it is of a schema without this table.
            return "no such column" not in str(error)
        except DatabaseError:
            return False
        finally:
            engine.dispose()
        if row is None:
            return True
        same = (row.schema_version, row.log_identity) == (SCHEMA_VERSION, log_identity)
        return same and (log_head is None or row.position <= log_head)

    @contextmanager
    def write(self) -> Generator[Connection]:
        """One transaction that alone may write; rolled back whole on any error."""
        with self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Generator[Connection]:
        """One snapshot: everything read in it stands at the same position."""
        with self._reader.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the file."""
        self._writer.dispose()
        self._reader.dispose()


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose values come in the order of the table's columns.

    The driver gets them as they are: binding every value by its name costs more than the insert.
    """
    marks = ", ".join("?" * len(table.columns))
    connection.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({marks})", list(rows))  # noqa: S608 - the name of our own table


_POSITION = select(position_table.c.position)
_MOVE = update(position_table).values(position=bindparam("reached"))


def position(connection: Connection) -> int:
    """The position of the log that the read tables stand at."""
    return connection.execute(_POSITION).scalar_one()


def set_position(connection: Connection, value: int) -> None:
    """Note, in the transaction of the rows themselves, how far they have come."""
    connection.execute(_MOVE, {"reached": value})


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
