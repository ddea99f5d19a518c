"""The views: derived tables apart from the log, with the position they stand at."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.schema import CreateTable

from domain.database import Database, PostgresDatabase, SQLiteFile
from domain.log import LogUnavailableError
from projections.home import Home
from projections.postgres_reading import OPENING
from projections.postgres_views import PostgresHome
from projections.sqlite_views import SQLiteHome
from projections.tables import SCHEMA_VERSION, facets, metadata, position_table


class Views:
    """Connections to the read tables. One instance serves many threads.

    Views that are damaged, of another schema version, or that tell of another log, are thrown
    away and built anew; so are those that are ahead of their log, which was restored from a copy
    then. Raises LogUnavailableError where the database cannot be used.
    """

    def __init__(
        self,
        where: Database | Path | Home,
        log_identity: str = "",
        log_head: Callable[[], int] | None = None,
    ) -> None:
        """`log_head` tells where the log ends when it is asked."""
        self._home = _home(where)
        self._identity = log_identity
        self._log_head = log_head
        self._home.prepare(self._current, self._make)
        self._writer = self._home.writer()
        self._reader = self._home.reader(_STANDING)

    def _current(self, connection: Connection) -> bool:
        """Whether the tables are of this shape and of this log."""
        row = connection.execute(select(position_table)).first()
        if row is None:
            return True
        same = (row.schema_version, row.log_identity) == (SCHEMA_VERSION, self._identity)
        # The log is asked after its views: others may be recording and projecting meanwhile.
        return same and (self._log_head is None or row.position <= self._log_head())

    def _make(self, connection: Connection) -> None:
        # Views that are built beside others get their indexes at the end, where that is quicker.
        for table in metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
        if not self._home.is_beside:
            _index(connection)
        if connection.execute(select(position_table.c.position)).first() is None:
            row = {
                "schema_version": SCHEMA_VERSION,
                "log_identity": self._identity,
                "build": token_hex(8),
                "position": 0,
            }
            connection.execute(position_table.insert(), row)

    @contextmanager
    def write(self) -> Generator[Connection]:
        """One transaction that alone may write; rolled back whole on any error."""
        while True:
            with suppress(_MovedAwayError), self._writer.begin() as connection:
                if not self._home.lock(connection):
                    connection.invalidate()
                    raise _MovedAwayError
                yield connection
                return

    @contextmanager
    def read(self) -> Generator[Connection]:
        """One snapshot: everything read in it stands at the same position."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def beside(self) -> Generator[Views]:
        """Empty views to be built anew beside these; gone afterwards, unless they replaced these.

        Raises BeingBuiltError while somebody else is building.
        """
        home = self._home.beside()
        try:
            other = Views(home, self._identity)
            try:
                yield other
            finally:
                other.close()
        finally:
            home.discard()

    def position(self) -> int:
        """The position of the log that the read tables stand at."""
        with self.read() as connection:
            return position(connection)

    def index(self) -> None:
        """Make the indexes that views built beside others begin without."""
        with self.write() as connection:
            _index(connection)

    def take_stock(self) -> None:
        """Let the database see what the tables hold by now, where it plans by that."""
        self._home.take_stock()

    def take_over(self, finish: Callable[[], object]) -> None:
        """Let nobody write the views that these were built beside, `finish` these, and stand there.

        What takes long is to be done before: those views wait meanwhile.

        Whoever reads or writes those, in whichever process, has these next time.
        """

        def finished() -> None:
            finish()
            self.close()

        self._home.take_over(finished)

    def close(self) -> None:
        """Let go of the database."""
        self._writer.dispose()
        self._reader.dispose()


def _index(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            index.create(connection, checkfirst=True)


def _home(where: Database | Path | Home) -> Home:
    match where:
        case PostgresDatabase():
            return PostgresHome(where, metadata.tables, position_table.name)
        case SQLiteFile(path) | (Path() as path):
            return SQLiteHome(path)
        case _:
            return where


_LATEST = select(facets.c.recorded_at).order_by(facets.c.position.desc()).limit(1)
_STANDING = select(
    position_table.c.build, position_table.c.position, _LATEST.scalar_subquery()
).where(position_table.c.schema_version == SCHEMA_VERSION)
_MOVE = update(position_table).values(position=bindparam("reached"))


class _MovedAwayError(Exception):
    """Other tables took the place of those that were to be written."""


class Standing(NamedTuple):
    """In which building the read tables were made, the position they stand at, and when the last
    record they hold was recorded, in microseconds."""

    build: str
    position: int
    recorded_at: int | None


def standing(connection: Connection) -> Standing:
    """How far the read tables have come, and which ones they are.

    Raises LogUnavailableError where another version of the product has built them anew since.
    """
    if OPENING in connection.info:
        found = connection.info[OPENING]
    else:
        found = connection.execute(_STANDING).one_or_none()
    if found is None:
        raise LogUnavailableError(
            "The views were built anew by another version of okr; run one version at a time."
        )
    build, reached, recorded_at = found
    return Standing(build, int(reached), None if recorded_at is None else int(recorded_at))


def position(connection: Connection) -> int:
    """The position of the log that the read tables stand at. Raises as `standing` does."""
    return standing(connection).position


def set_position(connection: Connection, value: int) -> None:
    """Note, in the transaction of the rows themselves, how far they have come."""
    connection.execute(_MOVE, {"reached": value})
