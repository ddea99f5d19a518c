"""The views in a schema of the log's PostgreSQL database, which several processes keep up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager, suppress
from time import sleep
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Engine, Select, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from domain.database import PostgresDatabase
from domain.log import LogUnavailableError
from domain.postgres import connect, sentence
from projections.home import BeingBuiltError
from projections.postgres_reading import begin_with, reading

SCHEMA = "okr_views"
BUILT = "okr_views_built"
"""Where the views are built anew, beside those that are asked meanwhile."""

LOCK_MILLISECONDS = 200
PAUSE_SECONDS = 0.3
ATTEMPTS = 200
"""How long, how soon again and how often a rebuild asks for the tables it replaces."""

READERS = 20
"""How many reads at once; whoever comes next waits."""

READERS_KEPT = 5
"""How many of their connections stay open once nobody needs them."""

READER_SECONDS = 10
"""How long it waits for one of them to end."""

_OPENING = 0x6F6B7276
"""The advisory lock under which one process at a time makes the tables."""

_BUILDING = 0x6F6B7262
"""The advisory lock of the one who builds them anew."""

_SETTINGS = (
    # Losing the last transactions loses nothing: the log is followed again from where they stand.
    "SET synchronous_commit = off; "
    # Compiling a query costs more than any of ours takes; so does starting processes to help.
    "SET jit = off; "
    "SET max_parallel_workers_per_gather = 0"
)


class PostgresHome:
    """One schema with these `tables`, of which `mark` shows it to be ours."""

    def __init__(
        self,
        where: PostgresDatabase,
        tables: Collection[str],
        mark: str,
        builder: psycopg.Connection[Any] | None = None,
    ) -> None:
        """`builder` holds the lock of the one who builds these tables beside the others."""
        self._where = where
        self._wanted = set(tables)
        self._mark = mark
        self._builder = builder
        self.is_beside = builder is not None
        self._schema = BUILT if self.is_beside else SCHEMA

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
        return set(connection.exec_driver_sql(query, (self._schema,)).scalars())

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
                f"The schema {self._schema} in {self._where} belongs to something else; "
                "name another database."
            )

    def _clear(self, connection: Connection, tables: set[str]) -> None:
        """An empty schema, made by whoever may make one."""
        exists = "SELECT to_regnamespace(%s) IS NOT NULL"
        if not connection.exec_driver_sql(exists, (self._schema,)).scalar_one():
            connection.exec_driver_sql(f"CREATE SCHEMA {self._schema}")
        for table in tables:
            connection.exec_driver_sql(f'DROP TABLE {self._schema}."{table}" CASCADE')

    def writer(self) -> Engine:
        """Connections whose transactions see what was committed before each statement."""

        def opened() -> psycopg.Connection[Any]:
            connection = self._opened()
            connection.autocommit = False
            connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            return connection

        # A connection may have died since it was last used, as when the server restarts.
        return create_engine(
            "postgresql+psycopg://",
            creator=opened,
            use_native_hstore=False,
            pool_pre_ping=True,
            pool_size=1,
            max_overflow=1,
        )

    def reader(self, opening: Select[*tuple[Any, ...]]) -> Engine:
        """Connections whose transactions are snapshots and cannot write."""
        engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: reading(self._opened()),
            use_native_hstore=False,
            # It takes conditions within a lateral join for missing in what stands within that.
            enable_from_linting=False,
            pool_size=READERS_KEPT,
            max_overflow=READERS - READERS_KEPT,
            pool_timeout=READER_SECONDS,
        )
        # A snapshot taken before the lock may be older than the tables it finds.
        begin_with(engine, opening, lock=self._mark)
        return engine

    def lock(self, connection: Connection) -> bool:
        """Lock the row that says how far the tables have come."""
        connection.exec_driver_sql(f"SELECT FROM {self._mark} FOR UPDATE")
        return True

    def take_stock(self) -> None:
        """Count the rows, and note which pages need no second look, so that indexes are enough."""
        tables = SQL(", ").join(Identifier(self._schema, name) for name in sorted(self._wanted))
        # Answers come without it as well, only later: the server does so by itself in time.
        with suppress(psycopg.Error), connect(self._where) as connection:
            connection.execute(SQL("VACUUM (ANALYZE) {}").format(tables))

    def beside(self) -> PostgresHome:
        """A second schema. Raises BeingBuiltError while somebody builds another one."""
        with self._available():
            builder = connect(self._where)
            row = builder.execute("SELECT pg_try_advisory_lock(%s)", (_BUILDING,)).fetchone()
        if row != (True,):
            builder.close()
            raise BeingBuiltError(
                f"The views in {self._where} are being rebuilt already; wait until that is done."
            )
        home = PostgresHome(self._where, self._wanted, self._mark, builder)
        home.drop()
        return home

    def take_over(self, finish: Callable[[], object]) -> None:
        """Let the name of the other schema stand for this one.

        Whoever waits for a table of the old one looks for its name again, and finds the new one.
        """
        engine = self.writer()
        try:
            with self._available(), self._alone(engine) as connection:
                finish()
                connection.exec_driver_sql(f"DROP SCHEMA {SCHEMA} CASCADE")
                connection.exec_driver_sql(f"ALTER SCHEMA {BUILT} RENAME TO {SCHEMA}")
                self.is_beside = False
        finally:
            engine.dispose()

    @contextmanager
    def _alone(self, engine: Engine) -> Generator[Connection]:
        """A transaction during which nobody reads or writes the tables of the other schema.

        It asks again and again: whoever waits for long keeps all those waiting who come later.
        """
        for _attempt in range(ATTEMPTS):
            with engine.begin() as connection:
                if self._lock_all(connection):
                    yield connection
                    return
            sleep(PAUSE_SECONDS)
        raise LogUnavailableError(
            f"Somebody has been reading the views in {self._where} all the time; try again later."
        )

    def _lock_all(self, connection: Connection) -> bool:
        tables = ", ".join(f"{SCHEMA}.{name}" for name in sorted(self._wanted))
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
        try:
            connection.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        except OperationalError as error:
            if isinstance(error.orig, psycopg.errors.LockNotAvailable):
                return False
            raise
        connection.exec_driver_sql("SET LOCAL lock_timeout TO DEFAULT")
        return True

    def discard(self) -> None:
        """Drop the schema unless it replaced another one, and let others build."""
        if self.is_beside:
            self.drop()
        if self._builder is not None:
            self._builder.close()

    def drop(self) -> None:
        """Drop the schema and all that is in it, if it is ours."""
        engine = self.writer()
        with self._available(), engine.begin() as connection:
            tables = self._tables(connection)
            self._refuse_foreign(tables)
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE")
        engine.dispose()

    def _opened(self) -> psycopg.Connection[Any]:
        connection = connect(self._where)
        connection.execute(_SETTINGS)
        connection.execute("SELECT set_config('search_path', %s, false)", (self._schema,))
        return connection

    @contextmanager
    def _available(self) -> Generator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise LogUnavailableError(sentence(self._where, error)) from error
        except DBAPIError as error:
            if not isinstance(error.orig, psycopg.Error):
                raise
            raise LogUnavailableError(sentence(self._where, error.orig)) from error
