"""The views on a server: one projector at a time, words by their bytes, and schemas of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Connection, Text, func, select, update
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

from domain.database import database
from domain.desk import Desk
from domain.log import Log, LogUnavailableError
from domain.people import PersonRegistered
from projections import audit_trail, projector, search
from projections.filters import Filters
from projections.instants import Moment, resolve
from projections.projector import Projector
from projections.tables import metadata, position_table, trail
from projections.views import Views, position
from projections.words import sought
from tests.databases import fresh
from tests.histories import Company
from tests.projections.test_poison import append
from tests.projections.test_properties import rows

PROCESSES = 4


@pytest.fixture
def where(tmp_path: Path) -> Iterator[str]:
    with fresh("postgresql", tmp_path) as address:
        yield address


@pytest.fixture
def log(where: str) -> Iterator[Log]:
    log = Log(where)
    yield log
    log.close()


def opened(where: str, log: Log) -> Views:
    return Views(database(where).views, log.identity(), log.head)


def sql(where: str, statement: str) -> list[Any]:
    """What a statement gives to anybody who asks."""
    with psycopg.connect(where, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
def test_words_are_compared_by_their_bytes(table: Any) -> None:
    made = str(CreateTable(table).compile(dialect=dialect()))
    words = [column for column in table.columns if isinstance(column.type, Text)]
    assert made.count('COLLATE "C"') == len(words)


def test_projectors_of_many_processes_write_each_row_once(where: str, log: Log) -> None:
    Company(Desk(log)).found()
    append(log, *((uuid4(), PersonRegistered(name=f"Ada {n}")) for n in range(200)))
    with ExitStack() as stack:
        logs = [Log(where) for _ in range(PROCESSES)]
        views = [opened(where, log) for _ in range(PROCESSES)]
        for one in (*logs, *views):
            stack.callback(one.close)
        projectors = [Projector(*pair) for pair in zip(logs, views, strict=True)]
        for turn in range(10):
            append(log, *((uuid4(), PersonRegistered(name=f"Eve {turn}")) for _ in range(7)))
            with ThreadPoolExecutor(PROCESSES) as pool:
                futures = [pool.submit(projector.catch_up) for projector in projectors]
                assert {future.result() for future in futures} == {log.head()}
        followed = rows(views[0])
    with fresh("postgresql", Path()) as elsewhere:
        rebuilt = opened(elsewhere, log)
        Projector(log, rebuilt).catch_up()
        assert followed == rows(rebuilt)
        rebuilt.close()


def test_many_may_make_the_tables_at_once(where: str, log: Log) -> None:
    def make(_number: int) -> int:
        views = opened(where, log)
        with views.read() as connection:
            found = position(connection)
        views.close()
        return found

    with ThreadPoolExecutor(PROCESSES) as pool:
        assert set(pool.map(make, range(2 * PROCESSES))) == {0}
    assert sql(where, "SELECT count(*) FROM okr_views.view_position") == [(1,)]


def test_a_reader_sees_one_snapshot_and_cannot_write(where: str, log: Log) -> None:
    views = opened(where, log)
    count = select(func.count()).select_from(trail)
    with views.read() as connection:
        assert connection.execute(count).scalar_one() == 0
        Company(Desk(log)).found()
        Projector(log, views).catch_up()
        assert (position(connection), connection.execute(count).scalar_one()) == (0, 0)
    with views.read() as connection, pytest.raises(DBAPIError, match="read-only"):
        connection.execute(update(position_table).values(position=7))
    views.close()


def test_a_process_of_another_version_writes_nothing_more(where: str, log: Log) -> None:
    views = opened(where, log)
    projector = Projector(log, views)
    sql(where, "UPDATE okr_views.view_position SET schema_version = schema_version + 1")
    Company(Desk(log)).found()
    with pytest.raises(LogUnavailableError, match="run one version at a time"):
        projector.catch_up()
    assert sql(where, "SELECT count(*) FROM okr_views.trail") == [(0,)]
    views.close()


def test_a_schema_of_something_else_is_left_alone(where: str, log: Log) -> None:
    sql(where, "CREATE SCHEMA okr_views CREATE TABLE recipes (name text)")
    with pytest.raises(LogUnavailableError, match="belongs to something else"):
        opened(where, log)
    assert sql(where, "SELECT * FROM okr_views.recipes") == []


def test_a_role_that_may_make_nothing_is_told_so(where: str, log: Log) -> None:
    role = f"clerk_{uuid4().hex}"
    sql(where, f"CREATE ROLE {role} LOGIN")
    try:
        with pytest.raises(LogUnavailableError, match="lacks a right"):
            opened(where.replace("postgres@", f"{role}@"), log)
    finally:
        sql(where, f"DROP ROLE {role}")


def test_reading_heals_after_connections_were_cut(where: str, log: Log) -> None:
    views = opened(where, log)
    projector = Projector(log, views)
    Company(Desk(log)).found()
    projector.catch_up()
    sql(
        where,
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    with views.read() as connection:
        assert position(connection) == log.head()
    append(log, (uuid4(), PersonRegistered(name="Ada")))
    assert projector.catch_up() == log.head()
    views.close()


def test_after_many_records_the_server_knows_what_there_is(
    where: str, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    Company(Desk(log)).found()
    views = opened(where, log)
    known = "SELECT count(DISTINCT tablename) > 5 FROM pg_stats WHERE schemaname = 'okr_views'"
    Projector(log, views).catch_up()
    assert sql(where, known) == [(False,)]
    append(log, (uuid4(), PersonRegistered(name="Anna")))
    monkeypatch.setattr(projector, "STOCK_AFTER", 1)
    Projector(log, views).catch_up()
    assert sql(where, known) == [(True,)]
    views.close()


def audited(connection: Connection, moment: Moment) -> None:
    wanted = Filters(type="PersonRegistered", words=sought("anna"))
    audit_trail.page(connection, wanted, moment, 10)


def searched(connection: Connection, moment: Moment) -> None:
    search.page(connection, sought("anna"), moment, 10)


@pytest.mark.parametrize("ask", [audited, searched])
def test_what_is_looked_for_is_planned_for_its_values_each_time(
    where: str, log: Log, ask: Callable[[Connection, Moment], object]
) -> None:
    append(log, (uuid4(), PersonRegistered(name="Anna")))
    views = opened(where, log)
    Projector(log, views).catch_up()
    for _ in range(12):
        with views.read() as connection:
            ask(connection, resolve(connection, log.clock()))
    with views.read() as connection:
        kept = "SELECT custom_plans, generic_plans FROM pg_prepared_statements"
        plans = connection.exec_driver_sql(f"{kept} WHERE statement LIKE '%%words%%'").all()
    views.close()
    assert plans
    assert all(custom and not generic for custom, generic in plans)
