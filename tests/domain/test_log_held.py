"""A log on a server that others hold locked, whose writers get stuck, and that is let go of."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread
from threading import enumerate as all_threads
from time import sleep

import psycopg
import pytest

from domain.log import LogUnavailableError
from domain.log.postgres_recorder import PostgresLogRecorder
from domain.log.times import utc_now
from tests.builders import BEN
from tests.databases import fresh
from tests.domain.logs import entry, opened
from tests.servers import postgres


@pytest.fixture
def where(tmp_path: Path) -> Iterator[str]:
    with fresh("postgresql", tmp_path) as address:
        yield address


@contextmanager
def locked(where: str) -> Generator[None]:
    """While somebody holds the records locked; the server lets go of them after a few seconds."""
    with psycopg.connect(where) as connection:
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = '4s'")
        connection.execute("LOCK TABLE okr.stored_events IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


def test_who_reads_what_is_held_locked_is_told_so_each_time(where: str) -> None:
    with opened(f"{where}&options=-c%20lock_timeout%3D100") as hasty:
        hasty.append([entry()], {})
        with locked(where):
            for _ in range(2):
                with pytest.raises(LogUnavailableError, match="holds the log"):
                    hasty.head()
        assert hasty.head() == 1


def test_who_cannot_write_for_a_lock_waits_once_and_is_told_so(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.log.postgres_recorder.LOCK_TIMEOUT_SECONDS", 1)
    begin, begun = PostgresLogRecorder.begin, list[PostgresLogRecorder]()

    def begins(recorder: PostgresLogRecorder) -> object:
        begun.append(recorder)
        return begin(recorder)

    monkeypatch.setattr(PostgresLogRecorder, "begin", begins)
    with opened(where) as log:
        with locked(where), pytest.raises(LogUnavailableError, match="locked"):
            log.append([entry()], {})
        assert len(begun) == 1
        assert log.append([entry()], {})[0].version == 1


def test_a_server_that_is_away_at_the_first_record_is_said_to_be(where: str) -> None:
    with opened(where) as log:
        with postgres().away(), pytest.raises(LogUnavailableError, match="cannot be reached"):
            log.append([entry()], {})
        assert log.append([entry()], {})[0].position == 1


def test_a_writer_that_got_stuck_is_told_why_it_was_cut_off(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.log.postgres_recorder.STUCK_SECONDS", 0.2)
    waits = [0.6]

    def slow() -> datetime:
        """A clock that takes its time once, under the lock."""
        sleep(waits.pop() if waits else 0)
        return utc_now()

    with opened(where, slow) as log:
        with pytest.raises(LogUnavailableError, match="idle-in-transaction"):
            log.append([entry()], {})
        assert log.append([entry(BEN)], {})[0].stream_id == BEN


def listeners() -> set[Thread]:
    return {thread for thread in all_threads() if thread.name == "listener"}


def test_a_log_that_is_closed_listens_no_more(where: str) -> None:
    before = listeners()
    with opened(where) as log:
        log.listen()
        assert len(listeners() - before) == 1
    assert listeners() == before
