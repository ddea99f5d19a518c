"""A log on a server: gaps, lost answers, lost connections, missing rights, and no password told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from domain.database import PostgresDatabase, database
from domain.desk import Desk
from domain.log import Log, LogUnavailableError, RaceLostError
from domain.log.postgres import READERS
from domain.log.postgres_recorder import PostgresLogRecorder
from domain.log.postgres_schema import SCHEMA
from tests.builders import ANNA, BEN, CARA
from tests.databases import dump, fresh, plain
from tests.domain.desks import ANNA_IS_KNOWN, do, rename
from tests.domain.logs import RENAMED, entry, everything_in, key, opened
from tests.servers import postgres

PATIENCE_SECONDS = 30


@pytest.fixture
def where(tmp_path: Path) -> Iterator[str]:
    with fresh("postgresql", tmp_path) as address:
        yield address


@pytest.fixture
def log(where: str) -> Iterator[Log]:
    with opened(where) as log:
        yield log


# Positions have gaps.


def burn(where: str) -> None:
    """Use up a position for nothing, as a failed transaction does."""
    with plain(where) as connection:
        connection.execute("SELECT nextval('stored_events_notification_id_seq')")


def test_records_are_read_across_gaps(where: str, log: Log) -> None:
    burn(where)
    first = log.append([entry()], {})
    burn(where)
    second = log.append([entry(BEN), entry(CARA)], {})
    assert [record.position for record in (*first, *second)] == [2, 4, 5]
    with opened(where) as other:
        for one in (log, other):
            assert everything_in(one) == [*first, *second]
            assert one.records(2, 1) == second[:1]
            assert one.records(3, 1) == second[:1]
            assert one.last_recorded_at() == second[-1].recorded_at


def test_what_another_process_recorded_between_is_not_skipped(where: str, log: Log) -> None:
    with opened(where) as other:
        records = log.append([entry()], {})
        records += other.append([entry(BEN)], {})
        records += log.append([entry(CARA)], {})
        assert log.records(0, 10) == records[:1]
        assert everything_in(log) == records


def test_a_desk_knows_across_gaps_what_it_has_recorded(
    where: str, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(log)
    do(desk, ANNA_IS_KNOWN)
    burn(where)
    do(desk, rename("Ann"))
    monkeypatch.setattr(log, "records", None)
    assert desk.book().person(ANNA).name == "Ann"


def test_a_repeated_request_is_told_its_own_records_alone(where: str, log: Log) -> None:
    desk = Desk(log)
    first = do(desk, ANNA_IS_KNOWN, rename("Ann"), key=key())
    with plain(where) as connection:
        # As if the two had been recorded with a gap between them.
        connection.execute("ALTER TABLE receipts DISABLE TRIGGER append_only")
        connection.execute("UPDATE receipts SET last_position = last_position + 1")
    burn(where)
    do(desk, rename("Anni"))
    assert do(desk, ANNA_IS_KNOWN, rename("Ann"), key=key()).records == first.records


# Answers and connections that are lost.


def losing_the_answer(monkeypatch: pytest.MonkeyPatch, after: Callable[[], object]) -> None:
    """Let the next commit arrive, and the connection break before its answer is heard."""
    commit = PostgresLogRecorder.commit

    def lost(recorder: PostgresLogRecorder) -> None:
        monkeypatch.undo()
        commit(recorder)
        after()
        recorder.connection.close()
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(PostgresLogRecorder, "commit", lost)


def test_a_commit_whose_answer_was_lost_is_a_success(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing_the_answer(monkeypatch, lambda: None)
    records = log.append([entry(key=key()), entry(BEN)], {CARA: 0})
    assert everything_in(log) == records
    assert log.receipt("anna", "k-1") is not None


def test_it_is_a_success_though_others_built_on_it_meanwhile(
    where: str, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(where) as other:
        later = entry(version=2, event=RENAMED)
        losing_the_answer(monkeypatch, lambda: other.append([later, entry(CARA)], {}))
        records = log.append([entry()], {CARA: 0})
        assert everything_in(other)[0] == records[0]
        assert [one.event_id for one in everything_in(log)][1:] == [
            one.event_id for one in everything_in(other)[1:]
        ]


def test_what_comes_after_a_lost_answer_goes_on_from_there(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, list[int]]] = []
    log.on_recorded(lambda after, some: told.append((after, [one.position for one in some])))
    log.append([entry()], {})
    losing_the_answer(monkeypatch, lambda: None)
    log.append([entry(BEN), entry(version=2, event=RENAMED)], {})
    log.append([entry(CARA)], {ANNA: 2, BEN: 1})
    assert told == [(0, [1]), (1, [2, 3]), (3, [4])]


def losing_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the connection break before the next commit arrives."""

    def lost(recorder: PostgresLogRecorder) -> None:
        monkeypatch.undo()
        recorder.connection.close()
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(PostgresLogRecorder, "commit", lost)


def test_a_commit_that_never_arrived_is_made_again(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing_the_commit(monkeypatch)
    records = log.append([entry()], {})
    assert everything_in(log) == records


def test_a_request_that_changed_nothing_is_noted_again_where_its_commit_never_arrived(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing_the_commit(monkeypatch)
    log.append([], {}, [key()])
    assert log.receipt("anna", "k-1") is not None


def test_only_a_connection_that_was_there_and_broke_is_lost(where: str) -> None:
    with closing(PostgresLogRecorder(_server(where))) as recorder:
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
    with closing(PostgresLogRecorder(_server(where))) as stuck:
        stuck.begin()
        assert log.append([entry()], {})
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            stuck.commit()


def test_who_really_lost_the_race_is_told_so_after_a_lost_connection(
    where: str, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = PostgresLogRecorder.begin

    def lost(recorder: PostgresLogRecorder) -> Any:
        monkeypatch.undo()
        begin(recorder)
        recorder.connection.close()
        with opened(where) as other:
            other.append([entry()], {})
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(PostgresLogRecorder, "begin", lost)
    with pytest.raises(RaceLostError):
        log.append([entry()], {})


def cut_off(where: str) -> None:
    """End every connection to the database but this one."""
    with plain(where) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


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
            recorder = PostgresLogRecorder(_server(where))
            assert recorder.connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
            recorder.close()
        finally:
            connection.execute(f"ALTER DATABASE {name} RESET synchronous_commit")


def _server(where: str) -> PostgresDatabase:
    found = database(where)
    assert isinstance(found, PostgresDatabase)
    return found


# Several processes.


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


# Databases that cannot be used.


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
