"""Where API keys are kept: a table of their own in the database of the log, apart from the events.

A key is no part of the history: it is changed and forgotten, and nobody who reads events sees it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    QueuePool,
    RowMapping,
    Table,
    Text,
    create_engine,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError
from sqlalchemy.schema import CreateTable

from api.access.api_keys import ApiKey
from api.access.identity import Scope
from domain.database import Database, PostgresDatabase, SQLiteFile
from domain.log import LogUnavailableError
from domain.mandate import OrganisationRole
from domain.postgres import connect

LOCK_SECONDS = 30.0
"""How long a change of a key waits for whoever writes to the log's file."""

_MAKING = 0x6F6B726B
"""The advisory lock under which one process at a time makes the table."""

_keys = Table(
    "api_keys",
    MetaData(),
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("holder_kind", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text),
    Column("revoked_at", Text),
    Column("last_used_at", Text),
)
_INSTANTS = ("created_at", "expires_at", "revoked_at", "last_used_at")


class KeyTable:
    """The API keys of one database. Raises LogUnavailableError where it cannot be used."""

    def __init__(self, where: Database) -> None:
        self._where = where
        self._engine = _engine(where)
        self._make()

    def _make(self) -> None:
        """Make the table where it is missing; others may do so at the same moment."""
        with self._begun() as connection:
            # Whoever may make nothing can still use what is there.
            if inspect(connection).has_table(_keys.name):
                return
            if isinstance(self._where, PostgresDatabase):
                # PostgreSQL refuses one of two that make what neither has seen yet.
                connection.execute(select(func.pg_advisory_xact_lock(_MAKING)))
            connection.execute(CreateTable(_keys, if_not_exists=True))

    def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        with self._begun() as connection:
            connection.execute(insert(_keys).values(_as_row(key)))

    def find(self, key_id: str) -> ApiKey | None:
        """The key of that id."""
        with self._begun() as connection:
            row = (
                connection.execute(select(_keys).where(_keys.c.id == key_id))
                .mappings()
                .one_or_none()
            )
        return None if row is None else _as_key(row)

    def all(self) -> list[ApiKey]:
        """Every key, the oldest first."""
        with self._begun() as connection:
            rows = (
                connection.execute(select(_keys).order_by(_keys.c.created_at, _keys.c.id))
                .mappings()
                .all()
            )
        return [_as_key(row) for row in rows]

    def revoke(self, key_id: str, at: datetime) -> None:
        """Let a key be of no use any more."""
        self._set(key_id, revoked_at=at)

    def expire(self, key_id: str, at: datetime) -> None:
        """Let a key end at an instant."""
        self._set(key_id, expires_at=at)

    def used(self, key_id: str, at: datetime) -> None:
        """Note when a key was last used."""
        self._set(key_id, last_used_at=at)

    def _set(self, key_id: str, **instants: datetime) -> None:
        said = {name: instant.isoformat() for name, instant in instants.items()}
        with self._begun() as connection:
            connection.execute(update(_keys).where(_keys.c.id == key_id).values(said))

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _begun(self) -> Generator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except (DBAPIError, NoConnectionFreeError) as error:
            raise LogUnavailableError(
                f"The keys in {self._where} cannot be used; check that the database can be "
                "reached and written."
            ) from error


def _engine(where: Database) -> Engine:
    if isinstance(where, SQLiteFile):
        path = where.path

        def file() -> sqlite3.Connection:
            return sqlite3.connect(path, timeout=LOCK_SECONDS, check_same_thread=False)

        # Without a file's name SQLAlchemy takes it for one in memory, with a connection for each
        # thread, and closes those of others when there are many.
        return create_engine("sqlite://", creator=file, poolclass=QueuePool, pool_size=2)

    def server() -> psycopg.Connection[Any]:
        connection = connect(where)
        connection.execute("SET search_path = okr")
        connection.autocommit = False
        return connection

    return create_engine(
        "postgresql+psycopg://",
        creator=server,
        pool_size=2,
        pool_pre_ping=True,
        use_native_hstore=False,
    )


def _as_row(key: ApiKey) -> dict[str, Any]:
    row: dict[str, Any] = {column.name: getattr(key, column.name) for column in _keys.columns}
    for name in _INSTANTS:
        row[name] = None if row[name] is None else row[name].isoformat()
    return row | {"roles": " ".join(sorted(key.roles)), "scopes": " ".join(sorted(key.scopes))}


def _as_key(row: RowMapping) -> ApiKey:
    fields: dict[str, Any] = dict(row)
    for name in _INSTANTS:
        said = fields[name]
        fields[name] = None if said is None else datetime.fromisoformat(said).astimezone(UTC)
    fields["roles"] = frozenset(OrganisationRole(role) for role in fields["roles"].split())
    fields["scopes"] = frozenset(Scope(scope) for scope in fields["scopes"].split())
    return ApiKey(**fields)
