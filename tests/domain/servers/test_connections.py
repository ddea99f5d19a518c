"""Connections that are stuck, cut off, too many or away, and processes beside each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event

import psycopg
import pytest

from domain.database import PostgresDatabase, database
from domain.log import Log, LogUnavailableError
from domain.log.postgres import READERS
from domain.log.postgres_recorder import PostgresLogRecorder
from tests.builders import BEN
from tests.databases import plain
from tests.domain.logs import entry, opened
from tests.servers import postgres

PATIENCE_SECONDS = 30


def server_of(where: str) -> PostgresDatabase:
    found = database(where)
    assert isinstance(found, PostgresDatabase)
    return found


def cut_off(where: str) -> None:
    """End every connection to the database but this one."""
    with plain(where) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_only_a_connection_that_was_there_and_broke_is_lost(where: str) -> None:
    with closing(PostgresLogRecorder(server_of(where))) as recorder:
        assert not recorder.lost
        connection = recorder.connection
        assert not recorder.lost
        connection.close()
        assert recorder.lost
        assert recorder.connection is not connection
        assert not recorder.lost


def test_a_writer_that_is_stuck_is_cut_off_for_the_others(
    where: str, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.log.postgres_recorder.STUCK_SECONDS", 0.2)
    with closing(PostgresLogRecorder(server_of(where))) as stuck:
        stuck.begin()
        assert log.append([entry()], {})
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            stuck.commit()


def heads(pool: ThreadPoolExecutor, log: Log, times: int) -> set[int]:
    """What many threads are told at once."""
    return {future.result() for future in [pool.submit(log.head) for _ in range(times)]}


def test_connections_that_were_cut_heal_at_the_next_call(where: str, log: Log) -> None:
    log.append([entry()], {})
    with ThreadPoolExecutor(4) as pool:
        assert heads(pool, log, 8) == {1}
    cut_off(where)
    with ThreadPoolExecutor(4) as pool:
        assert heads(pool, log, 8) == {1}
    cut_off(where)
    assert log.append([entry(BEN)], {})[0].position == 2


def test_a_server_that_is_away_is_said_to_be_and_heals_when_it_is_back(log: Log) -> None:
    log.append([entry()], {})
    with postgres().away():
        for use in (log.head, lambda: log.append([entry(BEN)], {})):
            with pytest.raises(LogUnavailableError, match="cannot be reached"):
                use()
    assert log.head() == 1
    assert log.append([entry(BEN)], {})[0].position == 2


def test_no_more_connections_read_than_there_are_places(where: str, log: Log) -> None:
    log.append([entry()], {})
    with ThreadPoolExecutor(4 * READERS) as pool:
        assert heads(pool, log, 20 * READERS) == {1}
    with plain(where) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'okr-history'"
        found = connection.execute(query).fetchone()
        assert found is not None
        assert found[0] <= READERS + 1


def test_what_is_appended_is_on_disk_although_the_server_would_not_wait(where: str) -> None:
    with plain(where) as connection:
        (name,) = connection.execute("SELECT current_database()").fetchone()
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        try:
            recorder = PostgresLogRecorder(server_of(where))
            assert recorder.connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
            recorder.close()
        finally:
            connection.execute(f"ALTER DATABASE {name} RESET synchronous_commit")


def test_many_may_open_an_empty_database_at_once(where: str) -> None:
    def identity(_number: int) -> str:
        with opened(where) as log:
            return log.identity()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(identity, range(8)))) == 1


def test_appends_of_other_processes_are_heard(where: str, log: Log) -> None:
    heard = Event()
    log.on_append(heard.set)
    log.listen()
    assert heard.wait(PATIENCE_SECONDS)
    with opened(where) as other:
        heard.clear()
        other.append([entry()], {})
        assert heard.wait(PATIENCE_SECONDS)
    heard.clear()
    cut_off(where)
    assert heard.wait(PATIENCE_SECONDS)
