"""The log's schema in a PostgreSQL database, and the triggers that keep it whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from domain.database import PostgresDatabase
from domain.log.errors import LogUnavailableError
from domain.log.sqlite_schema import DENIED

SCHEMA = "okr"
TABLES = ("stored_events", "receipts", "entity_streams")
"""The tables in which nothing is ever changed or removed."""

_OPENING = 0x6F6B72
"""The advisory lock under which one process at a time makes what is missing."""

_BESIDE = (
    "CREATE TABLE IF NOT EXISTS {schema}.identity (id text NOT NULL)",
    """INSERT INTO {schema}.identity SELECT replace(gen_random_uuid()::text, '-', '')
        WHERE NOT EXISTS (SELECT 1 FROM {schema}.identity)""",
    """CREATE TABLE IF NOT EXISTS {schema}.receipts (
        scope text COLLATE "C", key text COLLATE "C", digest text NOT NULL,
        first_position bigint NOT NULL, last_position bigint NOT NULL,
        PRIMARY KEY (scope, key)
    )""",
    """CREATE TABLE IF NOT EXISTS {schema}.entity_streams (
        entity_id uuid PRIMARY KEY, stream_id uuid NOT NULL
    )""",
    f"""CREATE OR REPLACE FUNCTION {{schema}}.deny() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{DENIED}' USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
)

_GUARD = (
    "DROP TRIGGER IF EXISTS append_only ON {table}",
    """CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {schema}.deny()""",
    # Also where a session calls itself a replica, which would skip other triggers.
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only",
)


def _beside() -> Iterator[Composed]:
    schema = Identifier(SCHEMA)
    for statement in _BESIDE:
        yield SQL(statement).format(schema=schema)
    for name in TABLES:
        for statement in _GUARD:
            yield SQL(statement).format(schema=schema, table=Identifier(SCHEMA, name))


def prepare(
    connection: Connection[TupleRow], where: PostgresDatabase, events_table: Iterable[Composed]
) -> None:
    """Make what is missing. Raises LogUnavailableError where the place is not ours.

    A schema that is whole is only looked at: its user needs no right to make anything then.
    """
    _refuse_encoding(connection, where)
    if _whole(connection):
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_OPENING,))
        _refuse_foreign(connection, where)
        if connection.execute("SELECT to_regnamespace(%s)", (SCHEMA,)).fetchone() == (None,):
            connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(SCHEMA)))
        for statement in (*events_table, *_beside()):
            connection.execute(statement, prepare=False)


def _whole(connection: Connection[TupleRow]) -> bool:
    """Whether every table stands there with its guard."""
    query = """SELECT count(*) FROM pg_trigger
        JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = %s AND relname = ANY(%s) AND tgname = 'append_only' AND tgenabled = 'A'"""
    return connection.execute(query, (SCHEMA, list(TABLES))).fetchone() == (len(TABLES),)


def _refuse_foreign(connection: Connection[TupleRow], where: PostgresDatabase) -> None:
    """Leave another program's schema alone."""
    query = """SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = %s AND relkind IN ('r', 'p', 'v', 'm', 'f')"""
    names = {row[0] for row in connection.execute(query, (SCHEMA,))}
    if names and not names >= {*TABLES, "identity"}:
        raise LogUnavailableError(
            f"The schema {SCHEMA} in {where} belongs to something else; name another database."
        )


def _refuse_encoding(connection: Connection[TupleRow], where: PostgresDatabase) -> None:
    """Words of all languages have to fit in."""
    encoding = connection.execute("SELECT current_setting('server_encoding')").fetchone()
    if encoding != ("UTF8",):
        raise LogUnavailableError(
            f"The database {where} cannot hold every language; make one with ENCODING 'UTF8'."
        )
