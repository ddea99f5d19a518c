"""Where a history is kept: the address an operator gives, and how it is told without its password.

A SQLite history is a file; its views are another one beside it. A PostgreSQL history is a database
of a server; log and views are two schemas in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")

_HOW = "give sqlite:/// and a file, or postgresql://user:password@host/database"
_UNREADABLE = (
    "it is no PostgreSQL address; write postgresql://user:password@host/database, "
    "with %40 for @ and %2F for / inside the password"
)


@dataclass(frozen=True, slots=True)
class SQLiteFile:
    """One file of SQLite."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def views(self) -> SQLiteFile:
        """The file of the read tables: `okr.views.db` beside `okr.db`."""
        return SQLiteFile(self.path.with_name(f"{self.path.stem}.views.db"))


@dataclass(frozen=True, slots=True)
class PostgresDatabase:
    """One database of a PostgreSQL server."""

    address: str = field(repr=False)
    """As libpq reads it; it may hold a password."""
    shown: str
    """The same without password and options, for people."""

    def __str__(self) -> str:
        return self.shown

    @property
    def views(self) -> PostgresDatabase:
        """The read tables stand in the same database, in a schema of their own."""
        return self


Database = SQLiteFile | PostgresDatabase


def database(address: str | Path) -> Database:
    """The database behind an address, or behind a file's name.

    Raises ValueError with a sentence for people, which never repeats the address: a mistyped one
    may show a part of the password anywhere.
    """
    if isinstance(address, Path):
        return SQLiteFile(address)
    if address.startswith(POSTGRES):
        return _postgres(address)
    name = address.removeprefix(SQLITE)
    if not name or name == address:
        raise ValueError(_HOW)
    return SQLiteFile(Path(name))


def _postgres(address: str) -> PostgresDatabase:
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(address).items()}
    except ProgrammingError:
        raise ValueError(_UNREADABLE) from None
    host, port = parts.get("host", ""), parts.get("port", "")
    name, user = parts.get("dbname", ""), parts.get("user", "")
    # An @ or / that stands bare in a password ends it there; the rest becomes host, port or name.
    if "@" in host + name or (not port.replace(",", "").isdecimal() and port):
        raise ValueError(_UNREADABLE)
    if not name:
        raise ValueError("name the database, as in postgresql://user:password@host/database")
    where = f"{user}@{host}" if user else host
    return PostgresDatabase(address, f"postgresql://{where}{port and ':' + port}/{name}")
