"""Key results change, are dropped and restored; what they measure moves only with a reason."""

from datetime import date
from decimal import Decimal

import pytest

from domain.errors import (
    EffectiveBeforeItExisted,
    EffectiveTimeGoesBack,
    KeyResultIsDropped,
    KeyResultNotFound,
    MeasureInvalid,
    ObjectiveStateForbids,
    PersonNotFound,
    ReasonRequired,
    Refusal,
    UnitNotFound,
)
from domain.key_results.adjusting import (
    AdjustBaseline,
    AdjustTarget,
    BaselineAdjusted,
    ChangeMeasure,
    MeasureChanged,
    TargetAdjusted,
)
from domain.key_results.dropping import (
    DropKeyResult,
    KeyResultDropped,
    KeyResultRestored,
    RestoreKeyResult,
)
from domain.key_results.editing import (
    ChangeKeyResultCommitment,
    DeadlineMoved,
    KeyResultCommitmentChanged,
    KeyResultReassigned,
    KeyResultReweighted,
    KeyResultReworded,
    MoveDeadline,
    ReassignKeyResult,
    ReweightKeyResult,
    RewordKeyResult,
)
from domain.measures import Direction, Milestone
from domain.objectives.closing import CloseObjective, Outcome
from domain.record import Command, Event
from domain.standing import KeyResultState
from domain.values import Commitment, Moved, Reason, ReasonCode
from tests.builders import (
    A_BOOLEAN,
    A_METRIC,
    A_PUBLISHED_OBJECTIVE,
    A_ROLLOUT,
    CARA,
    FREEZE,
    GROWTH,
    IN_WORDS,
    LAUNCH,
    REVENUE,
    ROLLOUT,
    SALES,
    STEPS,
    UNKNOWN,
    WORLD_CHANGED,
    add,
    person,
    unit,
)
from tests.spec import Steps, done, given, on

TEN, TWENTY, HUNDRED = Decimal(10), Decimal(20), Decimal(100)
CHANGES: list[tuple[Command, Event]] = [
    (
        RewordKeyResult(key_result_id=REVENUE, title="Sales", description="Net"),
        KeyResultReworded(
            key_result_id=REVENUE,
            title=Moved(old="Revenue", new="Sales"),
            description=Moved(old="", new="Net"),
        ),
    ),
    (
        AdjustTarget(key_result_id=REVENUE, target=Decimal(120)),
        TargetAdjusted(key_result_id=REVENUE, target=Moved(old=HUNDRED, new=Decimal(120))),
    ),
    (
        AdjustBaseline(key_result_id=REVENUE, baseline=TEN),
        BaselineAdjusted(key_result_id=REVENUE, baseline=Moved(old=Decimal(0), new=TEN)),
    ),
    (
        ChangeMeasure(key_result_id=REVENUE, unit="USD", commit=Decimal(50), stretch=Decimal(150)),
        MeasureChanged(
            key_result_id=REVENUE,
            unit=Moved(old="EUR", new="USD"),
            commit=Moved(old=None, new=Decimal(50)),
            stretch=Moved(old=None, new=Decimal(150)),
        ),
    ),
    (
        ReassignKeyResult(key_result_id=REVENUE, owner=person(CARA)),
        KeyResultReassigned(key_result_id=REVENUE, owner=Moved(old=None, new=person(CARA))),
    ),
    (
        ReweightKeyResult(key_result_id=REVENUE, weight=Decimal(0)),
        KeyResultReweighted(key_result_id=REVENUE, weight=Moved(old=Decimal(1), new=Decimal(0))),
    ),
    (
        ChangeKeyResultCommitment(key_result_id=REVENUE, commitment=Commitment.COMMITTED),
        KeyResultCommitmentChanged(
            key_result_id=REVENUE, commitment=Moved(old=None, new=Commitment.COMMITTED)
        ),
    ),
    (
        MoveDeadline(key_result_id=REVENUE, deadline=date(2026, 3, 1)),
        DeadlineMoved(key_result_id=REVENUE, deadline=Moved(old=None, new=date(2026, 3, 1))),
    ),
    (
        DropKeyResult(key_result_id=REVENUE),
        KeyResultDropped(
            key_result_id=REVENUE,
            state=Moved(old=KeyResultState.LIVE, new=KeyResultState.DROPPED),
        ),
    ),
]
COMMANDS = [command for command, _ in CHANGES]
MEASURE_CHANGES = COMMANDS[1:4]
RESTORE = RestoreKeyResult(key_result_id=REVENUE)
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
@pytest.mark.parametrize("imported", [False, True])
def test_nothing_happens_to_a_key_result_before_it_was_added(
    command: Command, imported: bool
) -> None:
    given(A_PUBLISHED_OBJECTIVE, done(add(), at=on(2, 1))).when(
        command, at=on(1, 31), reason=WORLD_CHANGED, imported=imported
    ).then_refused(EffectiveBeforeItExisted, f"the key result {REVENUE} did not exist before")


@pytest.mark.parametrize("imported", [False, True])
def test_a_dropped_key_result_is_not_restored_before_it_was_added(imported: bool) -> None:
    young = (done(add(), at=on(2, 1)), DropKeyResult(key_result_id=REVENUE))
    given(A_PUBLISHED_OBJECTIVE, young).when(RESTORE, at=on(1, 31), imported=imported).then_refused(
        EffectiveBeforeItExisted, f"the key result {REVENUE} did not exist before"
    )


@pytest.mark.parametrize("imported", [False, True])
def test_a_restored_key_result_is_not_dropped_again_before_it_was_restored(imported: bool) -> None:
    drop = DropKeyResult(key_result_id=REVENUE)
    restored = given(A_METRIC, drop, done(RESTORE, at=on(2, 1)))
    restored.when(drop, at=on(1, 31), imported=imported).then_refused(
        EffectiveTimeGoesBack, f"the state of key result {REVENUE} changed then"
    )
    restored.when(drop, at=on(2, 1), imported=imported).then_accepted()


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        (COMMANDS[0], RewordKeyResult(key_result_id=REVENUE, title="R"), "title"),
        (COMMANDS[0], RewordKeyResult(key_result_id=REVENUE, description=""), "description"),
        (COMMANDS[1], AdjustTarget(key_result_id=REVENUE, target=HUNDRED), "target"),
        (COMMANDS[2], AdjustBaseline(key_result_id=REVENUE, baseline=TWENTY), "baseline"),
        (COMMANDS[3], ChangeMeasure(key_result_id=REVENUE, commit=Decimal(60)), "commit"),
        (COMMANDS[4], ReassignKeyResult(key_result_id=REVENUE, owner=None), "owner"),
        (COMMANDS[5], ReweightKeyResult(key_result_id=REVENUE, weight=TEN), "weight"),
        (
            COMMANDS[6],
            ChangeKeyResultCommitment(key_result_id=REVENUE, commitment=None),
            "commitment",
        ),
        (COMMANDS[7], MoveDeadline(key_result_id=REVENUE, deadline=None), "deadline"),
        (COMMANDS[8], RESTORE, "state"),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_field_does_not_change_before_its_last_change(
    first: Command, second: Command, field: str, imported: bool
) -> None:
    changed = (A_METRIC, done(first, at=on(2, 1)))
    given(changed).when(second, at=on(2, 1), reason=WORLD_CHANGED).then_accepted()
    given(changed).when(second, at=on(1, 31), reason=WORLD_CHANGED, imported=imported).then_refused(
        EffectiveTimeGoesBack, f"the {field} of key result {REVENUE} changed then"
    )


def test_a_wrong_target_is_put_right_from_the_moment_it_was_wrong() -> None:
    was_wrong = Reason(code=ReasonCode.WAS_WRONG)
    moved = (A_METRIC, done(AdjustTarget(key_result_id=REVENUE, target=TEN), at=on(2, 1)))
    given(moved).when(
        AdjustTarget(key_result_id=REVENUE, target=TWENTY), at=on(2, 1), reason=was_wrong
    ).then(TargetAdjusted(key_result_id=REVENUE, target=Moved(old=TEN, new=TWENTY))).effective_at(
        on(2, 1)
    )


def test_one_field_may_change_before_the_last_change_of_another() -> None:
    given(A_METRIC, done(COMMANDS[1], at=on(2, 1))).when(
        COMMANDS[2], at=on(1, 31), reason=WORLD_CHANGED
    ).then_accepted()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_change_is_a_version_of_the_key_result_and_not_of_its_objective(command: Command) -> None:
    before = given(A_METRIC).book.objective(GROWTH).version
    objective, key_result = given(A_METRIC, command).book.key_result(REVENUE)
    assert objective.version == before
    assert key_result.version == 2
