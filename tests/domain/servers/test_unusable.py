"""A database that cannot be used is refused in one sentence, and no password is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from domain.log import Log, LogUnavailableError
from domain.log.postgres_schema import SCHEMA
from tests.builders import BEN
from tests.databases import dump, fresh, plain
from tests.domain.logs import entry, opened
from tests.servers import postgres


def refusal(where: str) -> str:
    """The one sentence in which an address is refused."""
    with pytest.raises((LogUnavailableError, ValueError)) as refused:
        Log(where)
    said = str(refused.value)
    assert "\n" not in said
    assert "hush" not in said
    return said


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna:hush@127.0.0.1:1/okr",
        "postgresql://anna:hush@nowhere.invalid/okr",
        "postgresql://anna:hush@%2Fno%2Fwhere/okr",
    ],
)
def test_a_server_that_is_not_there_is_named_without_the_password(address: str) -> None:
    assert "cannot be reached" in refusal(address)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna:hu@sh@host/okr",
        "postgresql://anna:hush/hush@host/okr",
        "postgresql://anna:hush%@host/okr",
        "postgresql://anna:hush@[::1/okr",
        "postgresql://anna@host/okr?hush=1",
    ],
)
def test_an_address_that_cannot_be_read_is_never_repeated(address: str) -> None:
    assert "no PostgreSQL address" in refusal(address)


def test_a_database_has_to_be_named() -> None:
    assert "name the database" in refusal("postgresql://anna:hush@host")


def test_a_database_that_is_not_there_is_named() -> None:
    assert 'database "nowhere" does not exist' in refusal(postgres().address("nowhere"))


def test_the_schema_of_something_else_is_left_alone(where: str) -> None:
    with plain(where) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA} CREATE TABLE stored_events (name text)")
    assert "belongs to something else" in refusal(where)
    with plain(where) as connection:
        assert connection.execute("SELECT * FROM stored_events").fetchall() == []


def test_a_database_that_cannot_hold_every_language_is_refused() -> None:
    server = postgres()
    name = server.make("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    assert "ENCODING 'UTF8'" in refusal(server.address(name))


@pytest.fixture
def clerk(where: str) -> Iterator[str]:
    """The address for a role that owns nothing, to a log that another role made."""
    with opened(where) as log:
        log.append([entry()], {})
    role = f"clerk_{uuid4().hex}"
    with plain(where) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
    yield where.replace("postgres@", f"{role}@")
    with plain(where) as connection:
        connection.execute(f"DROP OWNED BY {role}")
        connection.execute(f"DROP ROLE {role}")


def grant(where: str, clerk: str, *rights: str) -> None:
    role = clerk.removeprefix("postgresql://").partition("@")[0]
    with plain(where) as connection:
        for right in rights:
            connection.execute(f"GRANT {right} TO {role}")


RIGHTS = (
    "USAGE ON SCHEMA okr",
    "SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA okr",
    "USAGE ON ALL SEQUENCES IN SCHEMA okr",
)


def test_a_role_without_rights_is_told_which_one_is_missing(where: str, clerk: str) -> None:
    with opened(clerk) as log, pytest.raises(LogUnavailableError, match="lacks a right"):
        log.head()
    grant(where, clerk, RIGHTS[0], "SELECT, INSERT ON ALL TABLES IN SCHEMA okr")
    with opened(clerk) as log:
        assert log.head() == 1
        with pytest.raises(LogUnavailableError, match="permission denied for table"):
            log.append([entry(BEN)], {})
    assert len(dump(where)["stored_events"]) == 1


def test_a_role_that_owns_nothing_can_record_and_still_change_nothing(
    where: str, clerk: str
) -> None:
    grant(where, clerk, *RIGHTS)
    with opened(clerk) as log:
        assert log.append([entry(BEN)], {})
    with plain(clerk) as connection:
        for forgery in ("UPDATE stored_events SET state = ''", "DELETE FROM stored_events"):
            with pytest.raises((psycopg.IntegrityError, psycopg.errors.InsufficientPrivilege)):
                connection.execute(forgery)


def test_a_role_that_may_make_nothing_cannot_begin_a_log(tmp_path: Path) -> None:
    with fresh("postgresql", tmp_path) as where:
        role = f"clerk_{uuid4().hex}"
        with plain(where) as connection:
            connection.execute(f"CREATE ROLE {role} LOGIN")
        said = refusal(where.replace("postgres@", f"{role}@"))
        assert "lacks a right" in said
        with plain(where) as connection:
            connection.execute(f"DROP ROLE {role}")
