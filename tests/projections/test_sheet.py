"""Rows that are inserted while further ones are worked out."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from domain.database import database
from domain.desk import Desk
from domain.log import Log
from domain.people import PersonRegistered
from projections import read_models
from projections.projector import Projector
from projections.sheet import Sheet
from projections.tables import trail
from projections.views import Views
from tests.histories import Company
from tests.projections.test_poison import append
from tests.projections.test_properties import rows
from tests.servers import postgres

COUNT = select(func.count()).select_from(trail)


def test_rows_handed_over_are_those_inserted_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(tmp_path / "okr.db")
    Company(Desk(log)).found()
    append(log, *((uuid4(), PersonRegistered(name="Ada")) for _ in range(40)))
    with postgres().fresh() as one, postgres().fresh() as other:
        at_the_end, handed_over = Views(database(one).views), Views(database(other).views)
        Projector(log, at_the_end).catch_up()
        monkeypatch.setattr(read_models, "TOGETHER", 3)
        monkeypatch.setattr(read_models, "HANDED_OVER", 6)
        Projector(log, handed_over).catch_up()
        assert rows(handed_over) == rows(at_the_end)
        for views in (at_the_end, handed_over):
            views.close()
    log.close()


def test_what_is_asked_is_asked_of_rows_handed_over_too(tmp_path: Path) -> None:
    views, sheet = Views(tmp_path / "views.db"), Sheet()
    with views.write() as connection:
        sheet.begin(connection)
        sheet.of(trail).append((1, b"{}"))
        sheet.hand_over()
        sheet.of(trail).append((2, b"{}"))
        assert sheet.look(COUNT).scalar_one() == 1
        assert sheet.ask(COUNT).scalar_one() == 2
    views.close()


def test_a_row_that_cannot_be_inserted_is_found_at_the_next_look(tmp_path: Path) -> None:
    views, sheet = Views(tmp_path / "views.db"), Sheet()
    with pytest.raises(IntegrityError):
        _write_twice(views, sheet)
    with views.read() as connection:
        assert connection.execute(COUNT).scalar_one() == 0
    views.close()


def _write_twice(views: Views, sheet: Sheet) -> None:
    with views.write() as connection:
        sheet.begin(connection)
        sheet.of(trail).extend([(1, b"{}"), (1, b"{}")])
        sheet.hand_over()
        sheet.look(COUNT)
