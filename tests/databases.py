"""Empty databases of every kind that a history can be kept in, and a plain look into them."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from domain.database import SQLITE
from tests.servers import postgres

DATABASES = ("sqlite", "postgresql")
TABLES = ("stored_events", "receipts", "entity_streams")


@contextmanager
def fresh(kind: str, folder: Path) -> Generator[str]:
    """The address of an empty database; a file stands in the folder."""
    if kind == "sqlite":
        yield f"{SQLITE}{folder / 'okr.db'}"
    else:
        with postgres().fresh() as address:
            yield address


def is_file(where: str) -> bool:
    """Whether a database is a file of SQLite."""
    return where.startswith(SQLITE)


def file_of(where: str) -> Path:
    """The file behind an address."""
    return Path(where.removeprefix(SQLITE))


@contextmanager
def plain(where: str) -> Generator[sqlite3.Connection | psycopg.Connection]:
    """A connection as anybody may open one, looking at the log's tables."""
    if is_file(where):
        with closing(sqlite3.connect(file_of(where), isolation_level=None)) as connection:
            yield connection
    else:
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute("SET search_path = okr")
            yield connection


def dump(where: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the log."""
    with plain(where) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # type: ignore[arg-type]  # noqa: S608
            for table in TABLES
        }
