"""Views built anew beside those that are followed and asked meanwhile."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update

from domain.database import Database, database
from domain.desk import Desk
from domain.log import Entry, Log, LogUnavailableError
from domain.people import PersonRegistered, PersonRenamed, RegisterPerson
from domain.record import Context, Record
from domain.values import Actor, Moved
from projections.places import number_of
from projections.projector import Projector
from projections.read_models import PoisonError
from projections.rebuild import Difference, rebuild
from projections.tables import states, trail
from projections.views import Views, position
from tests.builders import ANNA, GROWTH
from tests.histories import Company
from tests.projections.test_poison import PersonCloned, append
from tests.projections.test_properties import rows
from tests.servers import postgres

PEOPLE = 40


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    if request.param == "sqlite":
        yield database(tmp_path / "okr.db")
    else:
        with postgres().fresh() as address:
            yield database(address)


@pytest.fixture
def log(where: Database) -> Generator[Log]:
    log = Log(where)
    yield log
    log.close()


@pytest.fixture
def views(where: Database, log: Log) -> Generator[Views]:
    """The views of a small company, caught up."""
    Company(Desk(log)).found()
    append(log, *((uuid4(), PersonRegistered(name="Ada")) for _ in range(PEOPLE)))
    views = Views(where.views, log.identity(), log.head)
    Projector(log, views).catch_up()
    yield views
    views.close()


def test_views_that_are_right_are_replaced_by_the_same(log: Log, views: Views) -> None:
    before = rows(views)
    told: list[int] = []
    report = rebuild(log, views, progress=told.append)
    assert report.is_same
    assert report.position == log.head() == told[-1]
    assert report.rows["trail"] == log.head()
    assert sum(report.rows.values()) > 2 * log.head()
    assert rows(views) == before
    assert rebuild(log, views).is_same


def test_what_was_wrong_is_named_and_mended(log: Log, views: Views) -> None:
    before = rows(views)
    with views.write() as connection:
        lost = {"position": log.head()}
        connection.execute(delete(trail).where(trail.c.position == log.head()))
        bent = update(states).where(states.c.position == log.head() - 1)
        connection.execute(bent.values(said=b"{}"))
        made_up = {"entity": 1_000_000, "valid_from": 1, "position": 1}
        connection.execute(states.insert(), made_up | {"said": b"{}"})
    report = rebuild(log, views, switch=False)
    assert not report.is_same
    assert (report.differing["trail"], report.differing["states"]) == (1, 2)
    assert Difference("trail", lost, in_old=False, in_new=True) in report.examples
    assert Difference("states", made_up, in_old=True, in_new=False) in report.examples
    assert rows(views) != before
    assert rebuild(log, views).differing == report.differing
    assert rows(views) == before


def test_whoever_follows_goes_on_in_the_new_views(where: Database, log: Log, views: Views) -> None:
    elsewhere = Views(where.views, log.identity(), log.head)
    followers = [Projector(log, views), Projector(log, elsewhere)]
    assert rebuild(log, views).is_same
    append(log, (ANNA, PersonRegistered(name="Anna")))
    for follower in followers:
        assert follower.catch_up() == log.head()
    with elsewhere.read() as connection:
        assert position(connection) == log.head()
    assert rows(views) == rows(elsewhere)
    elsewhere.close()


def test_a_rebuild_under_load_loses_nothing(log: Log, views: Views) -> None:
    desk, projector = Desk(log), Projector(log, views)
    projector.start()
    enough, unseen = Event(), list[int]()

    def write() -> None:
        while not enough.is_set():
            context = Context(actor=Actor(id="load", kind="service"), now=desk.now())
            register = RegisterPerson(person_id=uuid4(), name="Ada")
            written = desk.carry_out([register], context).position
            assert written is not None
            projector.when_at(written).result(30)
            with views.read() as connection:
                query = select(func.count()).where(trail.c.position == written)
                if not connection.execute(query).scalar_one():
                    unseen.append(written)

    writers = [Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        assert all(rebuild(log, views).is_same for _ in range(3))
    finally:
        enough.set()
        for writer in writers:
            writer.join()
        projector.stop()
    assert unseen == []
    assert rebuild(log, views).is_same
    with views.read() as connection:
        assert (
            connection.execute(select(func.count()).select_from(trail)).scalar_one() == log.head()
        )


def test_poison_stops_a_rebuild_and_the_views_stay(log: Log, views: Views) -> None:
    append(log, (GROWTH, PersonCloned()))
    Projector(log, views).catch_up()
    before = rows(views)
    with pytest.raises(PoisonError, match=rf"position {log.head()} \(person\.cloned\)"):
        rebuild(log, views)
    assert rows(views) == before


def test_one_rebuild_at_a_time(log: Log, views: Views) -> None:
    with views.beside(), pytest.raises(LogUnavailableError, match="rebuilt already"):
        rebuild(log, views)
    assert rebuild(log, views).is_same


def test_a_rebuild_leaves_no_files_but_the_views(tmp_path: Path) -> None:
    log = Log(tmp_path / "okr.db")
    views = Views(tmp_path / "okr.views.db", log.identity())
    append(log, (ANNA, PersonRegistered(name="Anna")))
    for _ in range(3):
        rebuild(log, views)
    (tmp_path / "okr.views.db.built-0000").write_bytes(b"cut off")
    rebuild(log, views)
    views.close()
    (built,) = tmp_path.glob("okr.views.db.built-*")
    assert (tmp_path / "okr.views.db").resolve() == built.resolve()
    again = Views(tmp_path / "okr.views.db", log.identity(), log.head)
    assert rows(again)["trail"]
    again.close()
    log.close()


def test_views_that_replaced_others_are_thrown_away_like_any(tmp_path: Path) -> None:
    log = Log(tmp_path / "okr.db")
    append(log, (ANNA, PersonRegistered(name="Anna")))
    views = Views(tmp_path / "okr.views.db", log.identity())
    rebuild(log, views)
    views.close()
    of_another: dict[str, Any] = rows(other := Views(tmp_path / "okr.views.db", "another log"))
    assert of_another["trail"] == []
    other.close()
    log.close()


def test_a_projector_forgets_what_it_knew_of_views_that_were_replaced(
    where: Database, log: Log, views: Views
) -> None:
    projector = Projector(log, views)
    append(log, (ANNA, PersonRegistered(name="Anna")))
    projector.catch_up()
    with views.write() as connection:
        bent = update(states).where(states.c.entity == number_of(str(ANNA)))
        connection.execute(bent.values(said=b'{"id": "bent"}'))
    mender = Views(where.views, log.identity(), log.head)
    assert not rebuild(log, mender).is_same
    now = log.clock()
    renamed = PersonRenamed(name=Moved(old="Anna", new="Ann"))
    record = Record(
        event_id=uuid4(),
        stream_id=ANNA,
        version=2,
        event=renamed,
        stored_at=now,
        recorded_at=now,
        effective_at=now,
        actor=Actor(id="test", kind="service"),
    )
    log.append([Entry(record)], {})
    projector.catch_up()
    mender.close()
    assert rebuild(log, views).is_same


def test_views_are_not_ahead_of_a_log_that_grows_meanwhile(
    where: Database, log: Log, views: Views
) -> None:
    before = rows(views)
    projector = Projector(log, views)

    def head() -> int:
        append(log, (uuid4(), PersonRegistered(name="Zoe")))
        projector.catch_up()
        return log.head()

    opened = Views(where.views, log.identity(), head)
    with opened.read() as connection:
        assert position(connection) > 0
    opened.close()
    assert len(rows(views)["trail"]) >= len(before["trail"])
