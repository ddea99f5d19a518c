"""The views: whose log they tell of, what they hold, and what cannot stop them."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from domain.check_ins.measuring import CheckInKeyResult
from domain.database import database
from domain.desk import Desk
from domain.key_results.adding import AddKeyResult
from domain.log import Log
from domain.objectives.drafting import DraftObjective
from domain.people import RegisterPerson
from domain.values import Owner
from projections.board import board
from projections.instants import Moment
from projections.places import number_of
from projections.projector import Projector
from projections.states import state_at
from projections.tables import states
from projections.views import Views, position
from tests.histories import CYCLE, UNIT, Company
from tests.projections.test_properties import UTC_ZONE

FAR = Moment(datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), 2**60)


@pytest.fixture
def log(where: str) -> Generator[Log]:
    log = Log(where)
    yield log
    log.close()


def opened(where: str, log: Log) -> Views:
    return Views(database(where).views, log.identity(), log.head)


def founded(log: Log) -> Company:
    company = Company(Desk(log))
    company.found()
    return company


def with_key_result(company: Company, target: Decimal) -> CheckInKeyResult:
    """An objective with one key result, and a check-in for it that is not made yet."""
    objective_id, key_result_id = uuid4(), uuid4()
    owner = Owner(type="unit", id=UNIT)
    company.do(DraftObjective(objective_id=objective_id, cycle_id=CYCLE, owner=owner, title="Grow"))
    company.do(
        AddKeyResult(
            key_result_id=key_result_id,
            objective_id=objective_id,
            title="Sales",
            baseline=Decimal(0),
            target=target,
        )
    )
    return CheckInKeyResult(check_in_id=uuid4(), key_result_id=key_result_id, value=Decimal(1))


def test_views_of_another_log_are_built_anew(tmp_path: Path, where: str, log: Log) -> None:
    founded(log)
    views = opened(where, log)
    Projector(log, views).catch_up()
    views.close()
    other = Log(tmp_path / "other.db")
    again = opened(where, other)
    with again.read() as connection:
        assert position(connection) == 0
    again.close()
    other.close()


def test_views_ahead_of_their_log_are_built_anew(where: str, log: Log) -> None:
    founded(log)
    views = opened(where, log)
    Projector(log, views).catch_up()
    views.close()
    restored = Views(database(where).views, log.identity(), lambda: log.head() - 1)
    with restored.read() as connection:
        assert position(connection) == 0
    restored.close()


def test_progress_beyond_all_measure_is_shown(where: str, log: Log) -> None:
    company = founded(log)
    check_in = with_key_result(company, Decimal("0.01"))
    company.do(check_in.model_copy(update={"value": Decimal(999_999_999_999_999)}))
    company.do(RegisterPerson(person_id=uuid4(), name="Zoe"))
    views = opened(where, log)
    Projector(log, views).catch_up()
    with views.read() as connection:
        state = state_at(connection, str(check_in.key_result_id), FAR)
        assert state is not None
        assert state["progress"] == pytest.approx(999_999_999_999_999 / 0.01)
        moment = Moment(company.now, company.now, log.head())
        shown = board(connection, str(CYCLE), moment, UTC_ZONE)
        assert shown is not None
        assert shown["totals"]["progress"] == state["progress"]
    views.close()


def test_check_ins_entered_newest_first_cost_few_rows_each(where: str, log: Log) -> None:
    company = founded(log)
    check_in = with_key_result(company, Decimal(100))
    company.now += timedelta(hours=200)
    for late in range(1, 101):
        update = {"check_in_id": uuid4(), "value": Decimal(late)}
        company.do(check_in.model_copy(update=update), late=2 * late)
    views = opened(where, log)
    Projector(log, views).catch_up()
    with views.read() as connection:
        number = number_of(str(check_in.key_result_id))
        query = select(func.count()).where(states.c.entity == number)
        assert connection.execute(query).scalar_one() <= 2 * 100 + 1
        state = state_at(connection, str(check_in.key_result_id), FAR)
        assert state is not None
        assert (state["value"], state["version"]) == (1, 101)
    views.close()
