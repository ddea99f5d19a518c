"""Key results change, are dropped and restored, while their objective goes on."""

from datetime import date
from decimal import Decimal

import pytest

from domain.errors import (
    KeyResultIsDropped,
    KeyResultNotFound,
    ObjectiveStateForbids,
    PersonNotFound,
    Refusal,
    UnitNotFound,
)
from domain.key_results.adjusting import (
    AdjustBaseline,
    AdjustTarget,
    ChangeMeasure,
)
from domain.key_results.dropping import (
    DropKeyResult,
    KeyResultRestored,
)
from domain.key_results.editing import (
    ChangeKeyResultCommitment,
    DeadlineMoved,
    KeyResultReassigned,
    KeyResultReworded,
    MoveDeadline,
    ReassignKeyResult,
    ReweightKeyResult,
    RewordKeyResult,
)
from domain.measures import Direction
from domain.objectives.closing import CloseObjective, Outcome
from domain.record import Command, Event
from domain.standing import KeyResultState
from domain.values import Moved
from tests.builders import (
    A_METRIC,
    A_PUBLISHED_OBJECTIVE,
    CARA,
    GROWTH,
    REVENUE,
    SALES,
    UNKNOWN,
    WORLD_CHANGED,
    add,
    person,
    unit,
)
from tests.domain.key_result_changes import CHANGES, COMMANDS, RESTORE
from tests.spec import Steps, given, on

A_DROPPED_METRIC: Steps = (A_METRIC, DropKeyResult(key_result_id=REVENUE))
ENDED = CloseObjective(objective_id=GROWTH, outcome=Outcome.PARTIAL)


@pytest.mark.parametrize(("command", "event"), CHANGES)
def test_a_key_result_changes_and_keeps_what_it_was(command: Command, event: Event) -> None:
    given(A_METRIC).when(command, reason=WORLD_CHANGED).then(event).not_marked()


def test_a_dropped_key_result_counts_again() -> None:
    given(A_DROPPED_METRIC).when(RESTORE).then(
        KeyResultRestored(
            key_result_id=REVENUE,
            state=Moved(old=KeyResultState.DROPPED, new=KeyResultState.LIVE),
        )
    )


def test_a_title_left_out_stays_as_it_is() -> None:
    given(A_METRIC).when(RewordKeyResult(key_result_id=REVENUE, description="Net")).then(
        KeyResultReworded(key_result_id=REVENUE, description=Moved(old="", new="Net"))
    )


def test_a_key_result_loses_its_owner_and_deadline() -> None:
    story = given(A_PUBLISHED_OBJECTIVE, add(owner=person(CARA), deadline=date(2026, 3, 1)))
    story.when(ReassignKeyResult(key_result_id=REVENUE, owner=None)).then(
        KeyResultReassigned(key_result_id=REVENUE, owner=Moved(old=person(CARA), new=None))
    )
    story.when(MoveDeadline(key_result_id=REVENUE, deadline=None)).then(
        DeadlineMoved(key_result_id=REVENUE, deadline=Moved(old=date(2026, 3, 1), new=None))
    )


@pytest.mark.parametrize(
    "command",
    [
        RewordKeyResult(key_result_id=REVENUE),
        RewordKeyResult(key_result_id=REVENUE, title="Revenue", description=""),
        AdjustTarget(key_result_id=REVENUE, target=Decimal("100.0")),
        AdjustBaseline(key_result_id=REVENUE, baseline=Decimal(0)),
        ChangeMeasure(key_result_id=REVENUE),
        ChangeMeasure(
            key_result_id=REVENUE,
            unit="EUR",
            direction=Direction.INCREASE,
            commit=None,
            stretch=None,
            milestones=(),
        ),
        ReassignKeyResult(key_result_id=REVENUE, owner=None),
        ReweightKeyResult(key_result_id=REVENUE, weight=Decimal(1)),
        ChangeKeyResultCommitment(key_result_id=REVENUE, commitment=None),
        MoveDeadline(key_result_id=REVENUE, deadline=None),
        RESTORE,
    ],
)
def test_what_is_so_already_records_nothing(command: Command) -> None:
    given(A_METRIC).when(command, at=on(1, 1)).then_nothing()


def test_a_key_result_is_dropped_only_once() -> None:
    given(A_DROPPED_METRIC).when(DropKeyResult(key_result_id=REVENUE)).then_nothing()


@pytest.mark.parametrize("command", [*COMMANDS, RESTORE])
def test_a_key_result_that_nobody_knows_is_refused(command: Command) -> None:
    given(A_PUBLISHED_OBJECTIVE).when(command).then_refused(
        KeyResultNotFound, f"no key result {REVENUE}"
    )


@pytest.mark.parametrize(
    ("owner", "refusal"),
    [(person(SALES), PersonNotFound), (unit(UNKNOWN), UnitNotFound)],
)
def test_a_key_result_goes_to_an_owner_who_is_known(owner: object, refusal: type[Refusal]) -> None:
    command = ReassignKeyResult.model_validate({"key_result_id": REVENUE, "owner": owner})
    given(A_METRIC).when(command).then_refused(refusal, "check the id")


@pytest.mark.parametrize("command", COMMANDS[:-1])
def test_a_dropped_key_result_does_not_change(command: Command) -> None:
    dropped = given(A_DROPPED_METRIC)
    dropped.when(command, reason=WORLD_CHANGED).then_refused(KeyResultIsDropped, "restore it first")
    dropped.when(command, imported=True).then_accepted()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_key_result_of_a_closed_objective_does_not_change(command: Command) -> None:
    closed = given(A_METRIC, ENDED)
    closed.when(command, reason=WORLD_CHANGED).then_refused(
        ObjectiveStateForbids, "The objective is closed"
    )
    closed.when(command, imported=True).then_accepted()


def test_a_key_result_of_a_closed_objective_is_not_restored() -> None:
    closed = given(A_DROPPED_METRIC, ENDED)
    closed.when(RESTORE).then_refused(ObjectiveStateForbids, "The objective is closed")
    closed.when(RESTORE, imported=True).then_accepted()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_change_is_a_version_of_the_key_result_and_not_of_its_objective(command: Command) -> None:
    before = given(A_METRIC).book.objective(GROWTH).version
    objective, key_result = given(A_METRIC, command).book.key_result(REVENUE)
    assert objective.version == before
    assert key_result.version == 2
