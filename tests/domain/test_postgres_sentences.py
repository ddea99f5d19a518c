"""What people are told when PostgreSQL refuses: one sentence, by what there is to do."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from domain.database import PostgresDatabase
from domain.postgres import sentence

WHERE = PostgresDatabase("postgresql://okr:secret@db/okr", "db/okr")
RIGHT = "The user of db/okr lacks a right ({}); grant it, or name another user."
LOCKED = "Somebody holds the log in db/okr locked ({}); try again later."
AWAY = (
    "The database db/okr cannot be reached ({}); check that the server runs and that the address, "
    "the user and the password are right."
)
OF_NO_USE = "The database db/okr cannot be used ({}); look into the server's log."


@pytest.mark.parametrize(
    ("kind", "told", "said", "reason"),
    [
        (errors.InsufficientPrivilege, "no right to okr", RIGHT, "no right to okr"),
        (errors.LockNotAvailable, "lock timeout", LOCKED, "lock timeout"),
        (psycopg.OperationalError, "connection failed: Refused.\nIs it up?", AWAY, "Refused"),
        (psycopg.OperationalError, " ", AWAY, "OperationalError"),
        (errors.AdminShutdown, "shutting down", AWAY, "shutting down"),
        (errors.InvalidPassword, "who are you", AWAY, "who are you"),
        (errors.DiskFull, "disk full", OF_NO_USE, "disk full"),
        (psycopg.InterfaceError, "closed", OF_NO_USE, "closed"),
    ],
)
def test_a_refusal_says_what_to_do(
    kind: type[psycopg.Error], told: str, said: str, reason: str
) -> None:
    assert sentence(WHERE, kind(told)) == said.format(reason)
