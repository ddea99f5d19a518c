"""The views: derived tables apart from the log, with the position they stand at."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple, Protocol, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    literal_column,
    select,
    update,
)
from sqlalchemy import Text as AnyText
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.compiler import DDLCompiler

from domain.database import Database, PostgresDatabase, SQLiteFile
from domain.log import LogUnavailableError
from projections.postgres_views import PostgresHome
from projections.sqlite_views import SQLiteHome

Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")
"""Text is compared by its bytes, whatever the language of the server."""

SCHEMA_VERSION = 5
"""Raised whenever a read table or its contents change; older views are then built anew."""

metadata = MetaData()

Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite keeps a table in the order of its key, with no index beside it, only for INTEGER."""

position_table = Table(
    "view_position",
    metadata,
    Column("schema_version", Integer, nullable=False),
    Column("log_identity", Text, nullable=False),
    Column("build", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
)
"""One row: of which shape and log the tables are, in which building they were made, and how far
they have come."""

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
    Column("retracted", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""One row per check-in and position that touched it."""

trail = Table(
    "trail",
    metadata,
    Column("position", Number, primary_key=True, autoincrement=False),
    Column("event_id", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("effective_at", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("cycle_id", Text, nullable=False),
    Column("reason_code", Text),
    Column("after_freeze", Boolean, nullable=False),
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

retold = Table(
    "retold",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("place", BigInteger, nullable=False),
)
"""A record that says anew what an entity or a check-in says, and where that began."""

words = Table(
    "words",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("spelled", Text, nullable=False),
    Column("terms", TSVECTOR, nullable=False),
)
"""Each record that says something, under its words; SQLite keeps the index alone."""


@compiles(CreateTable, "sqlite")
def _create_in_sqlite(create: CreateTable, compiler: DDLCompiler, **options: Any) -> str:
    """SQLite's own index of words is a table of another make."""
    if create.element is words:
        return (
            "CREATE VIRTUAL TABLE IF NOT EXISTS words "
            "USING fts5(spelled, content = '', columnsize = 0, tokenize = 'ascii')"
        )
    return cast("Any", compiler).visit_create_table(create, **options)


Index("words_terms", words.c.terms, postgresql_using="gin").ddl_if(dialect="postgresql")
facets = Table(
    "facets",
    metadata,
    Column("position", Number, primary_key=True, autoincrement=False),
    Column("shape", Number, nullable=False),
    Column("actor", Number, nullable=False),
    Column("cycle", Number, nullable=False),
    Column("entity", Number, nullable=False),
    Column("effective_at", BigInteger, nullable=False),
    Column("lateness", Integer, nullable=False),
)
"""What each record can be found by, as numbers: narrow rows, so that many are looked at fast."""

recorded_late = facets.c.lateness > literal_column("0")
"""In the words of the index of late records, which serves only who says this too."""

facet_units = Table(
    "facet_units",
    metadata,
    Column("unit", Number, primary_key=True),
    Column("position", Number, primary_key=True),
    Column("shape", Number, nullable=False),
    Column("actor", Number, nullable=False),
    Column("cycle", Number, nullable=False),
    sqlite_with_rowid=False,
)
"""One row per record and unit that it concerns: the unit itself, or the owner of its entity."""

facet_shapes = Table(
    "facet_shapes",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("entity_type", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("reason_code", Text),
    Column("after_freeze", Boolean, nullable=False),
)
"""Everything that many records share: a few hundred rows, however long the history."""

facet_actors = Table(
    "facet_actors",
    metadata,
    Column("actor_id", Text, primary_key=True),
    Column("number", Number, nullable=False),
    sqlite_with_rowid=False,
)
"""The number of everybody who ever changed something."""

facet_entities = Table(
    "facet_entities",
    metadata,
    Column("entity_id", Text, primary_key=True),
    Column("number", Number, nullable=False),
    Column("cycle", Number, nullable=False),
    Column("unit", Number),
    Column("holder_id", Text),
    sqlite_with_rowid=False,
)
"""Every entity's number, its cycle's, that of the unit that owns it now, and what holds it."""

Index("entities_in_scope", entities.c.scope, entities.c.kind, entities.c.entity_id)
Index("entities_in_parent", entities.c.parent_id, entities.c.entity_id)
Index("states_as_known", states.c.scope, states.c.position)
Index("trail_event", trail.c.event_id, unique=True)
Index("trail_recorded", trail.c.recorded_at, trail.c.position)
Index("trail_cycle", trail.c.cycle_id, trail.c.effective_at, trail.c.position)
Index("trail_cycle_recorded", trail.c.cycle_id, trail.c.position)
# Each of these holds what the others lead to, so that a second condition is met in the index too.
Index("facets_shape", facets.c.shape, facets.c.position, facets.c.actor, facets.c.cycle)
Index("facets_actor", facets.c.actor, facets.c.position, facets.c.shape, facets.c.cycle)
Index(
    "facets_cycle",
    facets.c.cycle,
    facets.c.position,
    facets.c.shape,
    facets.c.actor,
    facets.c.entity,
)
Index("facets_entity", facets.c.entity, facets.c.position)
Index(
    "facets_late",
    facets.c.lateness,
    facets.c.position,
    facets.c.effective_at,
    facets.c.shape,
    facets.c.actor,
    facets.c.cycle,
    sqlite_where=recorded_late,
    postgresql_where=recorded_late,
)


class Home(Protocol):
    """Where the read tables stand."""

    is_beside: bool
    """Whether they are being built beside others, and nobody reads them yet."""

    def prepare(
        self, current: Callable[[Connection], bool], make: Callable[[Connection], None]
    ) -> None:
        """Throw away what is there unless it is `current`, and `make` what is missing."""
        ...

    def writer(self) -> Engine:
        """Connections of which one at a time writes."""
        ...

    def reader(self) -> Engine:
        """Connections whose transactions are snapshots."""
        ...

    def lock(self, connection: Connection) -> bool:
        """Let nobody else write until this transaction ends; False if the tables moved away."""
        ...

    def beside(self) -> Home:
        """A place to build them anew, for one builder at a time.

        Raises LogUnavailableError while somebody else is building.
        """
        ...

    def take_over(self, finish: Callable[[], object]) -> None:
        """Of tables beside others: let nobody write those, `finish` these, and stand there."""
        ...

    def discard(self) -> None:
        """Remove what was built beside, unless it stands in the other's place now."""
        ...


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
        self._reader = self._home.reader()

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
            with self._writer.begin() as connection:
                if self._home.lock(connection):
                    yield connection
                    return
                connection.invalidate()

    @contextmanager
    def read(self) -> Generator[Connection]:
        """One snapshot: everything read in it stands at the same position."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def beside(self) -> Generator[Views]:
        """Empty views to be built anew beside these; gone afterwards, unless they replaced these.

        Raises LogUnavailableError while somebody else is building.
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

    def index(self) -> None:
        """Make the indexes that views built beside others begin without."""
        with self.write() as connection:
            _index(connection)

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


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose values come in the order of the table's columns.

    The driver gets them as they are: binding every value by its name costs more than the insert.
    """
    if connection.dialect.name == "postgresql":
        # Column by column, so that however many rows make one journey to the server.
        columns = tuple(list(column) for column in zip(*rows, strict=True))
        connection.exec_driver_sql(_insert_columns(table), columns)
    else:
        insert_together(connection, table.name, len(table.columns), rows)


def insert_together(
    connection: Connection, target: str, width: int, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows into SQLite, many with one statement.

    The driver lets other threads go first at every statement, and would have to wait for its turn
    after each row.
    """
    begin = 0
    for together in TOGETHER:
        statement = _insert_values(target, width, together)
        while len(rows) - begin >= together:
            values = tuple(chain.from_iterable(rows[begin : begin + together]))
            connection.exec_driver_sql(statement, values)
            begin += together


TOGETHER = (64, 8, 1)
"""How many rows one statement inserts; few numbers, so that statements are parsed once."""


@cache
def _insert_values(target: str, width: int, together: int) -> str:
    marks = ", ".join([f"({', '.join('?' * width)})"] * together)
    return f"INSERT INTO {target} VALUES {marks}"  # noqa: S608 - the name of our own table


@cache
def _insert_columns(table: Table) -> str:
    marks = ", ".join(f"%b::{_ARRAYS[type(column.type)]}" for column in table.columns)
    return f"INSERT INTO {table.name} SELECT * FROM unnest({marks})"  # noqa: S608 - the same


_ARRAYS: dict[type[Any], str] = {
    AnyText: "text[]",
    BigInteger: "bigint[]",
    Boolean: "boolean[]",
    Integer: "integer[]",
    LargeBinary: "bytea[]",
}


_STANDING = select(position_table.c.build, position_table.c.position).where(
    position_table.c.schema_version == SCHEMA_VERSION
)
_MOVE = update(position_table).values(position=bindparam("reached"))


class Standing(NamedTuple):
    """In which building the read tables were made, and the position they stand at."""

    build: str
    position: int


def standing(connection: Connection) -> Standing:
    """How far the read tables have come, and which ones they are.

    Raises LogUnavailableError where another version of the product has built them anew since.
    """
    found = connection.execute(_STANDING).one_or_none()
    if found is None:
        raise LogUnavailableError(
            "The views were built anew by another version of okr; run one version at a time."
        )
    return Standing(*found)


def position(connection: Connection) -> int:
    """The position of the log that the read tables stand at. Raises as `standing` does."""
    return standing(connection).position


def set_position(connection: Connection, value: int) -> None:
    """Note, in the transaction of the rows themselves, how far they have come."""
    connection.execute(_MOVE, {"reached": value})
