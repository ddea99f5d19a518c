"""The table of what a cycle's state allows: every command, in every state, live and imported."""

import pytest

from domain.alignments.answering import AcceptAlignment, DeclineAlignment, WithdrawAlignment
from domain.check_ins.correcting import CorrectCheckIn
from domain.check_ins.retracting import RetractCheckIn
from domain.cycles.placing import MoveCycle
from domain.cycles.planning import RenameCycle, RescheduleCycle
from domain.errors import CycleStateForbids, ReasonRequired
from domain.key_results.adjusting import AdjustBaseline, AdjustTarget, ChangeMeasure
from domain.key_results.dropping import DropKeyResult, RestoreKeyResult
from domain.key_results.editing import (
    ChangeKeyResultCommitment,
    MoveDeadline,
    ReassignKeyResult,
    ReweightKeyResult,
    RewordKeyResult,
)
from domain.objectives.carrying_over import CarryOverObjective
from domain.objectives.closing import CloseObjective, Outcome, ReopenObjective
from domain.objectives.editing import (
    ChangeCommitment,
    ReassignObjective,
    ReweightObjective,
    RewordObjective,
)
from domain.objectives.promoting import PromoteKeyResult
from domain.objectives.publishing import PublishObjective
from domain.record import Command
from domain.reviews import AcknowledgeReview, CompleteAction
from domain.rules import CycleState
from domain.scores import ScoreKeyResult, ScoreObjective
from domain.values import Commitment, Reason, ReasonCode
from tests.builders import (
    A_PLANNED_CYCLE,
    BEN,
    CALL_CUSTOMERS,
    FIRST_CHECK_IN,
    GROWTH,
    LAUNCH,
    LOYALTY,
    NEXT_CYCLE,
    Q1,
    Q2,
    REVENUE,
    REVIEW,
    SALES,
    SECOND_CHECK_IN,
    SPEED,
    SUPPORT,
    THIRD_EDGE,
    add,
    check_in,
    draft,
    moved_on,
    person,
    propose,
    review,
    uid,
    unit,
)
from tests.spec import Steps, done, given

NEW = uid("0b0b0b0b", 9)
CLOSED, WAITING = uid("0b0b0b0b", 7), uid("edededed", 7)
DROPPED = uid("4e4e4e4e", 7)

THE_STRUCTURE = "draft, publish or change objectives, key results and alignments"
ACTIVITIES: dict[str, tuple[Command, ...]] = {
    "edit the cycle": (
        RenameCycle(cycle_id=Q1, name="Winter"),
        RescheduleCycle(cycle_id=Q1, cadence_days=14),
        MoveCycle(cycle_id=Q1, unit_id=SALES),
    ),
    THE_STRUCTURE: (
        draft(NEW),
        PublishObjective(objective_id=GROWTH),
        RewordObjective(objective_id=GROWTH, title="Grow"),
        ReassignObjective(objective_id=GROWTH, owner=person(BEN)),
        ReweightObjective.model_validate({"objective_id": GROWTH, "weight": 2}),
        ChangeCommitment(objective_id=GROWTH, commitment=Commitment.LEARNING),
        CloseObjective(objective_id=GROWTH, outcome=Outcome.DROPPED),
        PromoteKeyResult(
            new_objective_id=NEW, key_result_id=REVENUE, owner=unit(SUPPORT), cycle_id=Q1
        ),
        add(LAUNCH),
        RewordKeyResult(key_result_id=REVENUE, title="Sales"),
        AdjustTarget.model_validate({"key_result_id": REVENUE, "target": 120}),
        AdjustBaseline.model_validate({"key_result_id": REVENUE, "baseline": 10}),
        ChangeMeasure(key_result_id=REVENUE, unit="USD"),
        ReassignKeyResult(key_result_id=REVENUE, owner=person(BEN)),
        ReweightKeyResult.model_validate({"key_result_id": REVENUE, "weight": 2}),
        ChangeKeyResultCommitment(key_result_id=REVENUE, commitment=Commitment.LEARNING),
        MoveDeadline.model_validate({"key_result_id": REVENUE, "deadline": "2026-03-01"}),
        DropKeyResult(key_result_id=REVENUE),
        RestoreKeyResult(key_result_id=DROPPED),
        propose(GROWTH, SPEED, THIRD_EDGE),
        AcceptAlignment(alignment_id=WAITING),
        DeclineAlignment(alignment_id=WAITING),
        WithdrawAlignment(alignment_id=WAITING),
    ),
    "check in": (check_in(50, SECOND_CHECK_IN),),
    "correct or retract a check-in": (
        CorrectCheckIn(key_result_id=REVENUE, check_in_id=FIRST_CHECK_IN, note="Better"),
        RetractCheckIn(key_result_id=REVENUE, check_in_id=FIRST_CHECK_IN),
    ),
    "score": (
        ScoreKeyResult.model_validate({"key_result_id": REVENUE, "score": 0.7}),
        ScoreObjective.model_validate({"objective_id": GROWTH, "score": 0.7}),
    ),
    "review, acknowledge or complete an action": (
        review(uid("7e7e7e7e", 2)),
        AcknowledgeReview(objective_id=GROWTH, review_id=REVIEW),
        CompleteAction(objective_id=GROWTH, review_id=REVIEW, action_id=CALL_CUSTOMERS),
    ),
    "close or reopen an objective": (
        CloseObjective(objective_id=GROWTH, outcome=Outcome.ACHIEVED),
        ReopenObjective(objective_id=CLOSED),
    ),
    "carry an objective over": (
        CarryOverObjective(new_objective_id=NEW, objective_id=GROWTH, cycle_id=Q2, keep=(REVENUE,)),
    ),
}
EVERYTHING: tuple[Command, ...] = (
    draft(),
    add(),
    add(DROPPED),
    DropKeyResult(key_result_id=DROPPED),
    check_in(40),
    review(),
    draft(LOYALTY, owner=person(BEN)),
    draft(SPEED),
    draft(CLOSED),
    CloseObjective(objective_id=CLOSED, outcome=Outcome.MISSED),
    propose(GROWTH, LOYALTY, WAITING),
)

YES, NO, REASON = "yes", "no", "with a reason, and marked"
TABLE: dict[str, tuple[str, str, str, str, str]] = {
    # activity: planned, open, frozen, scoring, closed
    "edit the cycle": (YES, YES, YES, YES, NO),
    THE_STRUCTURE: (YES, YES, REASON, REASON, NO),
    "check in": (NO, YES, YES, YES, NO),
    "correct or retract a check-in": (NO, YES, YES, YES, REASON),
    "score": (NO, NO, NO, YES, REASON),
    "review, acknowledge or complete an action": (NO, YES, YES, YES, REASON),
    "close or reopen an objective": (YES, YES, YES, YES, NO),
    "carry an objective over": (NO, YES, YES, YES, REASON),
}
CASES = [
    pytest.param(state, activity, command, id=f"{command.NAME}-{state}-{number}")
    for activity, commands in ACTIVITIES.items()
    for number, command in enumerate(commands)
    for state in CycleState
]


def in_a_cycle_that_is(state: CycleState) -> Steps:
    """A cycle with something in it for every activity, told by an import, in a state."""
    imported = tuple(done(command, imported=True) for command in EVERYTHING)
    return (A_PLANNED_CYCLE, NEXT_CYCLE, imported, moved_on(state))


def verdict(state: CycleState, activity: str) -> str:
    return TABLE[activity][list(CycleState).index(state)]


MOVES_A_MEASURE = AdjustTarget | AdjustBaseline | ChangeMeasure
"""Asks for a reason that can be counted, whatever the cycle's state."""

PUTS_A_CHECK_IN_RIGHT = CorrectCheckIn | RetractCheckIn
"""Asks for a reason, whatever the cycle's state."""

ADVICE = {
    CycleState.PLANNED: "open it first.",
    CycleState.OPEN: "start scoring first.",
    CycleState.FROZEN: "start scoring first.",
    CycleState.CLOSED: "reopen it first.",
}


@pytest.mark.parametrize(("state", "activity", "command"), CASES)
def test_a_cycles_state_allows_what_the_table_says(
    state: CycleState, activity: str, command: Command
) -> None:
    outcome = given(in_a_cycle_that_is(state)).when(
        command, reason=Reason(code=ReasonCode.PRIORITY_CHANGED)
    )
    match verdict(state, activity):
        case "no":
            outcome.then_refused(
                CycleStateForbids,
                f"The cycle is {state}, so nobody can {activity} now; {ADVICE[state]}",
            )
        case "yes":
            outcome.then_accepted().not_marked()
        case _:
            outcome.then_accepted()
            assert outcome.records[0].after_freeze


@pytest.mark.parametrize(("state", "activity", "command"), CASES)
def test_a_change_after_the_freeze_needs_a_reason(
    state: CycleState, activity: str, command: Command
) -> None:
    outcome = given(in_a_cycle_that_is(state)).when(command)
    match verdict(state, activity):
        case "no":
            outcome.then_refused(CycleStateForbids, f"The cycle is {state}")
        case "yes" if isinstance(command, MOVES_A_MEASURE):
            outcome.then_refused(ReasonRequired, "Give a reason code")
        case "yes" if isinstance(command, PUTS_A_CHECK_IN_RIGHT):
            outcome.then_refused(ReasonRequired, "Give a reason to correct")
        case "yes":
            outcome.then_accepted().not_marked()
        case _:
            outcome.then_refused(
                ReasonRequired, f"The cycle is {state}: give a reason to {activity}."
            )


@pytest.mark.parametrize(("state", "activity", "command"), CASES)
def test_an_import_is_never_refused_for_the_cycles_state_and_marked_after_the_freeze(
    state: CycleState, activity: str, command: Command
) -> None:
    outcome = given(in_a_cycle_that_is(state)).when(command, imported=True).then_accepted()
    after_freeze = state in (CycleState.FROZEN, CycleState.SCORING, CycleState.CLOSED)
    if activity == "edit the cycle":
        outcome.not_marked()
    else:
        marked = verdict(state, activity) != YES and after_freeze
        assert outcome.records[0].after_freeze == marked


@pytest.mark.parametrize("state", [CycleState.FROZEN, CycleState.SCORING])
@pytest.mark.parametrize(
    "reason", [Reason(code=ReasonCode.OTHER), Reason(text="The board asked for it.")]
)
def test_a_code_or_a_text_is_reason_enough_after_the_freeze(
    state: CycleState, reason: Reason
) -> None:
    given(in_a_cycle_that_is(state)).when(draft(NEW), reason=reason).then_accepted()


def test_the_mark_is_a_verdict_that_back_dating_does_not_escape() -> None:
    frozen = given(in_a_cycle_that_is(CycleState.FROZEN))
    born = frozen.book.objective(GROWTH).exists_from
    frozen.when(RewordObjective(objective_id=GROWTH, title="Grow"), at=born).then_refused(
        ReasonRequired, "The cycle is frozen"
    )
    frozen.when(
        RewordObjective(objective_id=GROWTH, title="Grow"),
        at=born,
        reason=Reason(code=ReasonCode.OTHER),
    ).then_accepted().marked_after_freeze().effective_at(born)
