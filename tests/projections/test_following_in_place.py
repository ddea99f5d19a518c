"""A start that cannot build its views beside the old ones follows in place, and says why."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from domain.database import database
from domain.log import Log, LogUnavailableError
from domain.people import PersonRegistered
from projections import catching_up, postgres_views
from projections.catching_up import catch_up
from projections.home import BeingBuiltError
from projections.projector import Projector
from projections.rebuild import rebuild
from projections.tables import position_table
from projections.views import Views
from tests.projections.test_poison import append
from tests.servers import postgres

PEOPLE = 20
IN_PLACE = "the views are followed in place"


@pytest.fixture
def log(where: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """A log that is far ahead of its views, as far as these tests go."""
    monkeypatch.setattr(catching_up, "FAR", PEOPLE // 2)
    log = Log(where)
    append(log, *((uuid4(), PersonRegistered(name="Ada")) for _ in range(PEOPLE)))
    yield log
    log.close()


@pytest.fixture
def views(where: str, log: Log) -> Iterator[Views]:
    views = Views(database(where).views, log.identity(), log.head)
    yield views
    views.close()


only_files = pytest.mark.parametrize("where", ["sqlite"], indirect=True)
only_servers = pytest.mark.parametrize("where", ["postgresql"], indirect=True)


def build_of(views: Views) -> str:
    with views.read() as connection:
        return connection.execute(select(position_table.c.build)).scalar_one()


def followed(log: Log, views: Views) -> bool:
    """Whether a start brought these very views up to the log, without others in their place."""
    made = build_of(views)
    reached = catch_up(log, views, Projector(log, views), lambda _: None)
    assert reached == views.position() == log.head()
    return build_of(views) == made


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line.getMessage() for line in caplog.records if line.name == "okr"]


def test_who_waits_for_another_one_says_so_once_and_not_for_ever(
    log: Log, views: Views, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "WAIT_SECONDS", 3 * catching_up.LOOK_SECONDS)
    with views.beside():
        assert followed(log, views)
    waiting, in_place = said(caplog)
    assert waiting.startswith("another process is building the views; waiting")
    assert in_place.startswith(IN_PLACE)
    assert "look whether it still works" in in_place


def test_who_builds_alone_says_nothing(
    log: Log, views: Views, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert not followed(log, views)
    assert said(caplog) == []


@only_files
def test_a_file_system_without_links_has_its_views_followed(
    log: Log,
    views: Views,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    assert followed(log, views)
    (in_place,) = said(caplog)
    assert in_place.startswith(IN_PLACE)
    assert "Operation not permitted" in in_place
    with pytest.raises(LogUnavailableError, match="on a file system with locks and links"):
        rebuild(log, views)
    assert views.position() == log.head()
    assert list(tmp_path.glob("*.built-*")) == []


@only_files
@pytest.mark.parametrize("garbage", [None, b"no database at all, and of some length " * 100])
def test_what_keeps_from_building_is_not_taken_for_somebody_who_builds(
    log: Log,
    views: Views,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    garbage: bytes | None,
) -> None:
    lock = tmp_path / "okr.views.db.rebuild"
    if garbage is None:
        lock.mkdir()
    else:
        lock.write_bytes(garbage)
    with (
        pytest.raises(LogUnavailableError, match="cannot be built anew") as refused,
        views.beside(),
    ):
        pass
    assert not isinstance(refused.value, BeingBuiltError)
    assert refused.value.__cause__ is not None
    assert followed(log, views)
    (in_place,) = said(caplog)
    assert in_place.startswith(IN_PLACE)


@only_files
def test_who_cannot_switch_for_others_who_write_is_told_so(
    log: Log, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = sqlite3.connect

    def opened_in_haste(*arguments: Any, **options: Any) -> sqlite3.Connection:
        return opened(*arguments, **{**options, "timeout": 0.1})

    monkeypatch.setattr("sqlite3.dbapi2.connect", opened_in_haste)
    with (
        views.write(),
        pytest.raises(LogUnavailableError, match=r"writing the views .* try again later"),
    ):
        rebuild(log, views)
    assert views.position() == 0
    rebuild(log, views)
    assert views.position() == log.head()


@only_servers
def test_views_that_are_read_all_the_time_are_followed(
    log: Log, views: Views, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_views, "ATTEMPTS", 2)
    monkeypatch.setattr(postgres_views, "PAUSE_SECONDS", 0.01)
    with views.read():
        assert followed(log, views)
    (in_place,) = said(caplog)
    assert in_place.startswith(IN_PLACE)
    assert "reading the views" in in_place


@only_servers
def test_a_server_that_is_away_is_said_to_be(log: Log, views: Views) -> None:
    del log  # What the views were opened with.
    with postgres().away(), pytest.raises(LogUnavailableError, match="reached"), views.beside():
        pass
