"""Views that lag far behind their log are built anew, and nobody sees a difference."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import inspect, select

from domain.database import database
from domain.desk import Desk
from domain.log import Log
from domain.people import PersonRegistered
from projections.catching_up import FAR, LOOK_SECONDS, catch_up
from projections.projector import Projector
from projections.set_aside import listed
from projections.tables import metadata, position_table
from projections.views import Views
from tests.builders import GROWTH
from tests.databases import DATABASES, is_file
from tests.histories import Company
from tests.projections.test_poison import PersonCloned, append
from tests.projections.test_properties import empty, rows


@pytest.fixture(params=DATABASES)
def where(request: pytest.FixtureRequest) -> Generator[str]:
    """A history that is worth building views of, with a record that they cannot take in."""
    with empty(request.param) as address:
        log = Log(address)
        Company(Desk(log)).found()
        append(log, (GROWTH, PersonCloned()))
        append(log, *((uuid4(), PersonRegistered(name="Ada")) for _ in range(FAR)))
        log.close()
        yield address


@contextmanager
def opened(where: str) -> Generator[tuple[Log, Views, Projector]]:
    log = Log(where)
    views = Views(database(where).views, log.identity(), log.head)
    try:
        yield log, views, Projector(log, views)
    finally:
        views.close()
        log.close()


def build_of(views: Views) -> str:
    with views.read() as connection:
        return connection.execute(select(position_table.c.build)).scalar_one()


def indexes(views: Views) -> set[str | None]:
    with views.write() as connection:
        found = inspect(connection)
        return {one["name"] for table in metadata.tables for one in found.get_indexes(table)}


def test_views_built_at_once_are_the_same_as_followed_ones(where: str) -> None:
    with opened(where) as (log, views, projector):
        made, wanted, told = build_of(views), indexes(views), list[int]()
        assert catch_up(log, views, projector, told.append) == log.head() == told[-1]
        assert build_of(views) != made
        assert indexes(views) == wanted
        with views.read() as connection:
            (aside,) = listed(connection, 10)
        assert aside["topic"] == "person.cloned"
        with empty("sqlite" if is_file(where) else "postgresql") as elsewhere:
            followed = Views(database(elsewhere).views, log.identity())
            Projector(log, followed).catch_up()
            assert rows(followed) == rows(views)
            followed.close()
        built = build_of(views)
        append(log, *((uuid4(), PersonRegistered(name="Ben")) for _ in range(3)))
        assert catch_up(log, views, projector, told.append) == log.head() == told[-1]
        assert build_of(views) == built


def test_of_several_processes_one_builds_and_the_others_wait(where: str) -> None:
    with opened(where) as first, opened(where) as second, ThreadPoolExecutor() as pool:
        log, views, _ = first
        with views.beside():
            waiting = [pool.submit(catch_up, *one, lambda _: None) for one in (first, second)]
            assert not wait(waiting, timeout=2 * LOOK_SECONDS).done
        assert [one.result(timeout=60) for one in waiting] == [log.head()] * 2
        assert build_of(views) == build_of(second[1])
        assert rows(views) == rows(second[1])
