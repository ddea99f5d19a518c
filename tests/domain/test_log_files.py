"""A log in a file: which files are refused or left alone, and what its connections are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from domain.log import Log, LogUnavailableError
from tests.builders import ANNA
from tests.domain.logs import entry, opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def a_directory(path: Path) -> None:
    path.mkdir()


def a_file_of_something_else(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 100)


def a_path_to_nowhere(path: Path) -> None:
    path.parent.rmdir()


@pytest.mark.parametrize("spoil", [a_directory, a_file_of_something_else, a_path_to_nowhere])
def test_a_file_that_is_no_log_is_refused_in_one_sentence(
    path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(path)
    with pytest.raises(LogUnavailableError) as refusal:
        Log(path)
    assert str(refusal.value).startswith(f"The log {path} cannot be used (")
    assert str(refusal.value).endswith(
        "check that the file is a database of this product, readable and writable, "
        "on a disk with room."
    )
    assert "\n" not in str(refusal.value)


def test_a_database_with_nothing_in_it_becomes_a_log(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.execute("DROP TABLE recipes")
    with opened(path) as log:
        assert log.append([entry()], {})


def test_the_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(LogUnavailableError, match="the database of something else"):
        Log(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
    connection.close()


def test_a_log_to_which_what_is_missing_cannot_be_added_is_refused(path: Path) -> None:
    with opened(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE identity")
        connection.execute("CREATE TABLE identity (given TEXT NOT NULL, family TEXT NOT NULL)")
    with pytest.raises(LogUnavailableError, match="cannot be used"):
        Log(path)


# Connections.


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[sqlite3.Connection]:
    """Every connection that is opened from here on."""
    connect, made = sqlite3.connect, list[sqlite3.Connection]()

    def spy(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        made.append(connect(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr("sqlite3.connect", spy)
    return made


def pragma(connection: sqlite3.Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_what_is_appended_is_on_disk_when_the_append_returns(
    path: Path, connections: list[sqlite3.Connection]
) -> None:
    full = 2
    with opened(path) as log:
        log.append([entry()], {})
        assert log.head() == 1
        writers = [one for one in connections if pragma_or_closed(one) == 0]
        assert writers
        for writer in writers:
            assert pragma(writer, "synchronous") == full
            assert pragma(writer, "journal_mode") == "wal"


def pragma_or_closed(connection: sqlite3.Connection) -> Any:
    """Whether an open connection only reads; None for a closed one."""
    try:
        return pragma(connection, "query_only")
    except sqlite3.ProgrammingError:
        return None


def test_readers_cannot_write_and_belong_to_no_thread(
    path: Path, connections: list[sqlite3.Connection]
) -> None:
    with opened(path) as log:
        for _ in range(10):
            thread = Thread(target=log.head)
            thread.start()
            thread.join()
        assert [pragma_or_closed(one) for one in connections].count(1) == 1


def test_a_closed_log_lets_go_of_every_connection(
    path: Path, connections: list[sqlite3.Connection]
) -> None:
    with opened(path) as log:
        log.append([entry()], {})
        assert log.stream(ANNA)
    assert {pragma_or_closed(one) for one in connections} == {None}
