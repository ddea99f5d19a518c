"""The views in a schema of the log's PostgreSQL database, which several processes keep up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, ProgrammingError

from domain.database import PostgresDatabase
from domain.log import LogUnavailableError
from domain.postgres import connect, sentence

SCHEMA = "okr_views"
READERS = 20
"""How many reads at once; whoever comes next waits."""

READER_SECONDS = 10
"""How long it waits for one of them to end."""

_OPENING = 0x6F6B7276
"""The advisory lock under which one process at a time makes the tables."""

_SETTINGS = (
    f"SET search_path = {SCHEMA}; "
    # Losing the last transactions loses nothing: the log is followed again from where they stand.
    "SET synchronous_commit = off; "
    # Compiling a query costs more than any of ours takes.
    "SET jit = off"
)


class PostgresHome:
    """One schema with these `tables`, of which `mark` shows it to be ours."""

    def __init__(self, where: PostgresDatabase, tables: Collection[str], mark: str) -> None:
        self._where = where
        self._wanted = set(tables)
        self._mark = mark

    def prepare(
        self, current: Callable[[Connection], bool], make: Callable[[Connection], None]
    ) -> None:
        """Throw the tables away unless they are `current`, then `make` them; one process a time."""
        engine = self.writer()
        try:
            with self._available(), engine.begin() as connection:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_OPENING})")
                tables = self._tables(connection)
                if self._wanted <= tables and self._passes(current, connection):
                    return
                self._refuse_foreign(tables)
                self._clear(connection, tables)
                make(connection)
        finally:
            engine.dispose()

    def _tables(self, connection: Connection) -> set[str]:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
        return set(connection.exec_driver_sql(query, (SCHEMA,)).scalars())

    def _passes(self, current: Callable[[Connection], bool], connection: Connection) -> bool:
        """Whether the tables are current; those of another shape cannot even be asked."""
        try:
            with connection.begin_nested():
                return current(connection)
        except ProgrammingError:
            return False

    def _refuse_foreign(self, tables: set[str]) -> None:
        if tables and self._mark not in tables:
            raise LogUnavailableError(
                f"The schema {SCHEMA} in {self._where} belongs to something else; "
                "name another database."
            )

    def _clear(self, connection: Connection, tables: set[str]) -> None:
        """An empty schema, made by whoever may make one."""
        exists = "SELECT to_regnamespace(%s) IS NOT NULL"
        if not connection.exec_driver_sql(exists, (SCHEMA,)).scalar_one():
            connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
        for table in tables:
            connection.exec_driver_sql(f'DROP TABLE {SCHEMA}."{table}" CASCADE')

    def writer(self) -> Engine:
        """Connections whose transactions see what was committed before each statement."""
        return self._engine(pool_size=1, max_overflow=1)

    def reader(self) -> Engine:
        """Connections whose transactions are snapshots and cannot write."""
        return self._engine(
            snapshots=True, pool_size=5, max_overflow=READERS - 5, pool_timeout=READER_SECONDS
        )

    def lock(self, connection: Connection) -> None:
        """Lock the row that says how far the tables have come."""
        connection.exec_driver_sql(f"SELECT FROM {self._mark} FOR UPDATE")

    def _engine(self, *, snapshots: bool = False, **pool: int) -> Engine:
        def opened() -> psycopg.Connection[Any]:
            connection = connect(self._where)
            connection.execute(_SETTINGS)
            connection.autocommit = False
            if snapshots:
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                connection.read_only = True
            else:
                connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            return connection

        # A connection may have died since it was last used, as when the server restarts.
        return create_engine(
            "postgresql+psycopg://",
            creator=opened,
            use_native_hstore=False,
            pool_pre_ping=True,
            **pool,
        )

    @contextmanager
    def _available(self) -> Generator[None]:
        try:
            yield
        except DBAPIError as error:
            if not isinstance(error.orig, psycopg.Error):
                raise
            raise LogUnavailableError(sentence(self._where, error.orig)) from error
