"""What a key result measures moves with a reason that can be counted, and goes on fitting."""

from decimal import Decimal

import pytest

from domain.errors import (
    EffectiveTimeGoesBack,
    MeasureInvalid,
    ReasonRequired,
)
from domain.key_results.adjusting import (
    AdjustBaseline,
    AdjustTarget,
    BaselineAdjusted,
    ChangeMeasure,
    MeasureChanged,
    TargetAdjusted,
)
from domain.measures import Direction, Milestone
from domain.record import Command
from domain.values import Moved, Reason, ReasonCode
from tests.builders import (
    A_BOOLEAN,
    A_METRIC,
    A_ROLLOUT,
    FREEZE,
    IN_WORDS,
    LAUNCH,
    REVENUE,
    ROLLOUT,
    STEPS,
    WORLD_CHANGED,
)
from tests.domain.key_result_changes import COMMANDS, HUNDRED, TEN, TWENTY
from tests.spec import Steps, done, given, on

MEASURE_CHANGES = COMMANDS[1:4]


def test_milestones_change_as_a_whole() -> None:
    steps = (*STEPS, Milestone(name="Loved"))
    given(A_ROLLOUT).when(
        ChangeMeasure(key_result_id=ROLLOUT, milestones=steps), reason=WORLD_CHANGED
    ).then(MeasureChanged(key_result_id=ROLLOUT, milestones=Moved(old=STEPS, new=steps)))


def test_a_part_of_the_measure_given_as_nothing_is_removed() -> None:
    given(A_METRIC).when(
        ChangeMeasure(key_result_id=REVENUE, unit=None, direction=None), reason=WORLD_CHANGED
    ).then(
        MeasureChanged(
            key_result_id=REVENUE,
            unit=Moved(old="EUR", new=None),
            direction=Moved(old=Direction.INCREASE, new=None),
        )
    )


FALLING = ChangeMeasure(
    key_result_id=REVENUE, direction=Direction.DECREASE, baseline=TWENTY, target=TEN
)


def test_a_measure_turns_round_in_one_step_told_by_an_event_of_each_kind() -> None:
    """Each of these alone would leave a measure that contradicts itself."""
    given(A_METRIC).when(FALLING, reason=WORLD_CHANGED).then(
        MeasureChanged(
            key_result_id=REVENUE,
            direction=Moved(old=Direction.INCREASE, new=Direction.DECREASE),
        ),
        BaselineAdjusted(key_result_id=REVENUE, baseline=Moved(old=Decimal(0), new=TWENTY)),
        TargetAdjusted(key_result_id=REVENUE, target=Moved(old=HUNDRED, new=TEN)),
    ).not_marked()


def test_what_stays_of_a_measure_is_not_told_again() -> None:
    given(A_METRIC).when(
        ChangeMeasure(key_result_id=REVENUE, unit="EUR", baseline=Decimal(0), target=TEN),
        reason=WORLD_CHANGED,
    ).then(TargetAdjusted(key_result_id=REVENUE, target=Moved(old=HUNDRED, new=TEN)))


def test_a_measure_that_turns_round_after_the_freeze_is_marked_throughout() -> None:
    turned = given(A_METRIC, FREEZE).when(FALLING, reason=WORLD_CHANGED)
    assert [record.after_freeze for record in turned.records] == [True, True, True]


@pytest.mark.parametrize("field", ["direction", "baseline", "target"])
def test_no_part_of_a_measure_turns_round_before_its_last_change(field: str) -> None:
    """All three are told together, or none is."""
    first = {"direction": Direction.AT_LEAST, "baseline": TEN, "target": TWENTY}[field]
    changed = ChangeMeasure.model_validate({"key_result_id": REVENUE, field: first})
    given(A_METRIC, done(changed, at=on(2, 1))).when(
        ChangeMeasure(
            key_result_id=REVENUE,
            direction=Direction.DECREASE,
            baseline=Decimal(9),
            target=Decimal(8),
        ),
        at=on(1, 31),
        reason=WORLD_CHANGED,
    ).then_refused(EffectiveTimeGoesBack, f"the {field} of key result {REVENUE} changed then")


@pytest.mark.parametrize("command", MEASURE_CHANGES)
@pytest.mark.parametrize("reason", [None, IN_WORDS])
def test_a_measure_moves_only_with_a_reason_that_can_be_counted(
    command: Command, reason: Reason | None
) -> None:
    given(A_METRIC).when(command, reason=reason).then_refused(
        ReasonRequired, "Give a reason code to move a target, a baseline or a measure"
    )


@pytest.mark.parametrize("command", MEASURE_CHANGES)
@pytest.mark.parametrize("code", ReasonCode)
def test_a_measure_moves_with_each_reason_code(command: Command, code: ReasonCode) -> None:
    given(A_METRIC).when(command, reason=Reason(code=code)).then_accepted()


@pytest.mark.parametrize("command", MEASURE_CHANGES)
def test_an_import_may_move_a_measure_without_a_reason(command: Command) -> None:
    given(A_METRIC).when(command, imported=True).then_accepted()


@pytest.mark.parametrize(
    ("steps", "command", "field"),
    [
        (A_METRIC, AdjustTarget(key_result_id=REVENUE, target=Decimal(-1)), "target"),
        (A_METRIC, AdjustBaseline(key_result_id=REVENUE, baseline=Decimal(101)), "target"),
        (A_METRIC, ChangeMeasure(key_result_id=REVENUE, commit=Decimal(101)), "target"),
        (A_METRIC, ChangeMeasure(key_result_id=REVENUE, milestones=STEPS), "milestones"),
        (A_METRIC, ChangeMeasure(key_result_id=REVENUE, direction=Direction.DECREASE), "target"),
        (A_METRIC, ChangeMeasure(key_result_id=REVENUE, baseline=TEN, target=Decimal(9)), "target"),
        (A_BOOLEAN, AdjustTarget(key_result_id=LAUNCH, target=Decimal(1)), "target"),
        (A_BOOLEAN, AdjustBaseline(key_result_id=LAUNCH, baseline=Decimal(1)), "baseline"),
        (A_ROLLOUT, ChangeMeasure(key_result_id=ROLLOUT, milestones=()), "milestones"),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_measure_goes_on_fitting_its_kind(
    steps: Steps, command: Command, field: str, imported: bool
) -> None:
    given(steps).when(command, reason=WORLD_CHANGED, imported=imported).then_refused(
        MeasureInvalid, "", field=field
    )


def test_a_wrong_target_is_put_right_from_the_moment_it_was_wrong() -> None:
    was_wrong = Reason(code=ReasonCode.WAS_WRONG)
    moved = (A_METRIC, done(AdjustTarget(key_result_id=REVENUE, target=TEN), at=on(2, 1)))
    given(moved).when(
        AdjustTarget(key_result_id=REVENUE, target=TWENTY), at=on(2, 1), reason=was_wrong
    ).then(TargetAdjusted(key_result_id=REVENUE, target=Moved(old=TEN, new=TWENTY))).effective_at(
        on(2, 1)
    )
