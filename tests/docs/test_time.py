"""The example of `docs/explanation/time.md`, lived on real databases and asked what it says."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from domain.check_ins.correcting import CorrectCheckIn
from domain.check_ins.measuring import CheckInKeyResult
from domain.cycles.planning import PlanCycle
from domain.cycles.steps import OpenCycle
from domain.desk import Desk
from domain.key_results.adding import AddKeyResult
from domain.log import Log
from domain.objectives.drafting import DraftObjective
from domain.people import RegisterPerson
from domain.record import Command, Context
from domain.values import Actor, Owner, Reason, ReasonCode
from projections.instants import resolve
from projections.projector import Projector
from projections.states import state_at
from projections.views import Views
from tests.docs import pages
from tests.docs.story import named

TABLES = pages.tables(pages.section(pages.page("explanation/time.md"), "An example"))
PERSON, CYCLE, OBJECTIVE, KEY_RESULT, ON_TIME, LATE = (
    named(name) for name in ("person", "cycle", "objective", "key result", "on time", "late")
)
OWNER = Owner(type="person", id=PERSON)
BEFORE: tuple[Command, ...] = (
    RegisterPerson(person_id=PERSON),
    PlanCycle(cycle_id=CYCLE, name="A quarter"),
    OpenCycle(cycle_id=CYCLE),
    DraftObjective(objective_id=OBJECTIVE, cycle_id=CYCLE, owner=OWNER, title="An objective"),
)
ROWS: tuple[Command, ...] = (
    AddKeyResult(
        key_result_id=KEY_RESULT,
        objective_id=OBJECTIVE,
        title="A key result",
        baseline=Decimal(100),
        target=Decimal(150),
    ),
    CheckInKeyResult(check_in_id=ON_TIME, key_result_id=KEY_RESULT, value=Decimal(120)),
    CheckInKeyResult(check_in_id=LATE, key_result_id=KEY_RESULT, value=Decimal(110)),
    CorrectCheckIn(check_in_id=ON_TIME, key_result_id=KEY_RESULT, value=Decimal(125)),
)
"""What the rows of the first table say, in their order."""


def noon(day: str) -> datetime:
    """Noon on a day as the page writes it."""
    return datetime.strptime(f"{day} 2026 12", "%d %B %Y %H").replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Generator[Connection]:
    """The read tables after the example happened."""
    folder: Path = tmp_path_factory.mktemp("example")
    now = noon("5 January")
    log, views = Log(folder / "okr.db", lambda: now), Views(folder / "okr.views.db")
    desk = Desk(log)
    actor = Actor(id="local", kind="service")
    desk.carry_out(BEFORE, Context(actor=actor, now=now))
    for command, (_mark, recorded, effective, _what) in zip(ROWS, TABLES[0], strict=True):
        now = noon(recorded)
        reason = Reason(code=ReasonCode.WAS_WRONG)
        context = Context(actor=actor, now=now, reason=reason, effective_at=noon(effective))
        assert desk.carry_out([command], context).records
    Projector(log, views).catch_up()
    with views.read() as connection:
        yield connection
    views.close()
    log.close()


@pytest.mark.parametrize("column", range(1, 5))
@pytest.mark.parametrize("row", TABLES[1])
def test_the_answers_are_those_of_the_page(lived: Connection, row: list[str], column: int) -> None:
    moment = resolve(lived, noon("31 March"), noon(row[0]), noon(KNOWN_AT[column - 1]))
    state: dict[str, Any] | None = state_at(lived, str(KEY_RESULT), moment)
    assert state is not None
    assert str(state["value"]).replace("None", "none") == row[column]


KNOWN_AT = ("1 March", "3 March", "10 March", "13 March")


def test_the_page_asks_at_these_days() -> None:
    head = "| asked as of | " + " | ".join(f"known at {day}" for day in KNOWN_AT) + " |"
    assert head in pages.page("explanation/time.md")
