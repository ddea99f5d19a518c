"""Connections to PostgreSQL, and one sentence for whatever keeps them from being of use."""

from __future__ import annotations

import psycopg
from psycopg import Connection, errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from domain.database import PostgresDatabase

_DEFAULTS = {"connect_timeout": 10, "application_name": "okr-history"}
"""What holds unless the address says otherwise."""

_CONNECTING = ("08", "28", "3D", "57")
"""The classes of error in which the server is not there, shuts down, or lets nobody in."""


def connect(where: PostgresDatabase) -> Connection[TupleRow]:
    """A connection on which each statement is a transaction unless BEGIN says otherwise.

    Raises psycopg.OperationalError.
    """
    asked = _DEFAULTS | conninfo_to_dict(where.address) | {"client_encoding": "utf8"}
    return psycopg.connect(make_conninfo("", **asked), autocommit=True)


def sentence(where: PostgresDatabase, error: psycopg.Error) -> str:
    """What is wrong with a database, and what to do; never with a password in it."""
    reason = _reason(error)
    if isinstance(error, errors.InsufficientPrivilege):
        return f"The user of {where} lacks a right ({reason}); grant it, or name another user."
    if isinstance(error, errors.LockNotAvailable):
        return f"Somebody holds the log in {where} locked ({reason}); try again later."
    if isinstance(error, psycopg.OperationalError) and (
        error.sqlstate is None or error.sqlstate.startswith(_CONNECTING)
    ):
        return (
            f"The database {where} cannot be reached ({reason}); check that the server runs and "
            "that the address, the user and the password are right."
        )
    return f"The database {where} cannot be used ({reason}); look into the server's log."


def _reason(error: psycopg.Error) -> str:
    """The first line of what the server or the driver says."""
    said = str(error).strip() or type(error).__name__
    return said.splitlines()[0].removeprefix("connection failed: ").rstrip(".")
