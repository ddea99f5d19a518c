"""What the page on PostgreSQL tells operators to do, done."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import select

from api.history import History
from api.settings import Settings
from projections.tables import trail
from tests.builders import ANNA
from tests.databases import fresh, plain
from tests.docs import pages
from tests.domain.desks import ANNA_IS_KNOWN, do, rename
from tests.servers import postgres

PAGE = pages.page("how-to/run-with-postgresql.md")
GRANTS = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)[0]
BACK_UP = pages.section(PAGE, "Back up and restore")


@pytest.fixture
def where(tmp_path: Path) -> Iterator[str]:
    with fresh("postgresql", tmp_path) as address:
        yield address


def entries(history: History) -> list[bytes]:
    """The whole trail, once it is caught up."""
    history.catch_up()
    with history.views.read() as connection:
        return list(connection.execute(select(trail.c.entry).order_by(trail.c.position)).scalars())


def recorded(where: str) -> list[bytes]:
    """A history with something in it, and its trail."""
    history = History(Settings(database=where))
    do(history.desk, ANNA_IS_KNOWN)
    do(history.desk, rename("Ann"))
    found = entries(history)
    history.close()
    return found


def test_a_user_with_the_rights_of_the_page_serves_and_cannot_undo(where: str) -> None:
    before = recorded(where)
    role, database = f"server_{uuid4().hex}", where.partition("@/")[2].partition("?")[0]
    grants = GRANTS.replace("okr_server", role).replace("DATABASE okr ", f"DATABASE {database} ")
    with plain(where) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute(grants)
    served = where.replace("postgres@", f"{role}@")
    history = History(Settings(database=served))
    assert entries(history) == before
    do(history.desk, rename("Anni"))
    assert len(entries(history)) == len(before) + 1
    history.close()
    with plain(served) as connection:
        for forgery in (
            "DELETE FROM stored_events",
            "UPDATE stored_events SET topic = 'x'",
            "ALTER TABLE stored_events DISABLE TRIGGER ALL",
            "DROP TABLE receipts",
        ):
            with pytest.raises((psycopg.IntegrityError, psycopg.errors.InsufficientPrivilege)):
                connection.execute(forgery)
    with plain(where) as connection:
        connection.execute(f"DROP OWNED BY {role}")
        connection.execute(f"DROP ROLE {role}")


def test_a_history_is_restored_from_its_backup(where: str, tmp_path: Path) -> None:
    before = recorded(where)
    commands = re.findall(r"^\$ (pg_\w+) (.+) okr(?:\.dump)?$", BACK_UP, re.MULTILINE)
    (dump, how_to_dump), (restore, how_to_restore) = commands
    with fresh("postgresql", tmp_path) as elsewhere:
        run(tmp_path, dump, *shlex.split(how_to_dump), where)
        run(tmp_path, restore, *shlex.split(how_to_restore)[:-1], elsewhere, "okr.dump")
        history = History(Settings(database=elsewhere))
        assert entries(history) == before
        assert history.desk.book().person(ANNA).name == "Ann"
        do(history.desk, rename("Anni"))
        history.close()
        with plain(elsewhere) as connection, pytest.raises(psycopg.IntegrityError):
            connection.execute("DELETE FROM stored_events")


def run(folder: Path, program: str, *arguments: str) -> None:
    command = [str(postgres().program(program)), *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
