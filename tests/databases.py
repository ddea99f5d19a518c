"""Empty databases of every kind that a history can be kept in, and a plain look into them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

from domain.database import SQLITE
from tests.servers import postgres

DATABASES = ("sqlite", "postgresql")
Property = Callable[..., None]
TABLES = ("stored_events", "receipts", "entity_streams")


SEARCHES = {"sqlite": 1, "postgresql": 5}
"""By how much fewer examples are searched where each costs more."""


def on_every_database(*strategies: SearchStrategy[Any]) -> Callable[[Property], Property]:
    """Search for a history that breaks a property `(kind, *drawn)`, on every kind of database."""
    drawn = settings().max_examples

    def decorate(test: Property) -> Property:
        searches = {
            kind: settings(max_examples=max(5, drawn // fewer))(given(*strategies)(test))
            for kind, fewer in SEARCHES.items()
        }

        @pytest.mark.hypothesis
        @pytest.mark.parametrize("kind", DATABASES)
        def searched(kind: str) -> None:
            searches[kind](kind)

        searched.__name__, searched.__doc__ = test.__name__, test.__doc__
        return searched

    return decorate


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
def plain(where: str) -> Generator[Any]:
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
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608
            for table in TABLES
        }
