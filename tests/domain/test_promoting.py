"""A key result is promoted to an objective of somebody else."""

from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.alignments.answering import AlignmentAccepted
from domain.alignments.edges import AlignmentState, End, Relation, graph_id
from domain.alignments.proposing import AlignmentProposed
from domain.errors import (
    AlignmentCycleMismatch,
    AlreadyExists,
    CycleNotFound,
    EffectiveBeforeItExisted,
    KeyResultIsDropped,
    KeyResultNotFound,
    NotYoursToAlign,
    ObjectiveStateForbids,
    PersonNotFound,
    ReasonRequired,
    Refusal,
    UnitDissolvedAlready,
    UnitNotFound,
)
from domain.key_results.dropping import DropKeyResult
from domain.objectives.closing import CloseObjective, Outcome
from domain.objectives.drafting import ObjectiveDrafted
from domain.objectives.promoting import PromoteKeyResult
from domain.record import Command
from domain.rules import CycleState
from domain.units.forming import DissolveUnit
from domain.values import Commitment, Moved
from tests.builders import (
    A_METRIC,
    AN_OPEN_CYCLE,
    ANNA,
    BEN,
    CARA,
    EDGE,
    GROWTH,
    IN_WORDS,
    LOYALTY,
    NEXT_CYCLE,
    Q1,
    Q2,
    REVENUE,
    SALES,
    SUPPORT,
    UNKNOWN,
    YEAR,
    add,
    draft,
    moved_on,
    person,
    plan,
    unit,
)
from tests.spec import Steps, done, given, on


def promote(**fields: Any) -> PromoteKeyResult:
    given: dict[str, Any] = {
        "new_objective_id": LOYALTY,
        "key_result_id": REVENUE,
        "owner": unit(SUPPORT),
        "cycle_id": Q1,
    }
    return PromoteKeyResult(**(given | fields))


def edge_to(objective_id: UUID, alignment_id: UUID = EDGE) -> AlignmentProposed:
    return AlignmentProposed(
        alignment_id=alignment_id,
        cycle_id=Q1,
        start=End(type="key_result", id=REVENUE, objective_id=GROWTH),
        finish=End(type="objective", id=objective_id, objective_id=objective_id),
        relation=Relation.PROMOTED_TO,
        awaiting="to",
    )


def test_a_key_result_becomes_an_objective_of_another_unit_with_an_edge_that_says_so() -> None:
    given(A_METRIC).when(promote(alignment_id=EDGE), by=ANNA).then(
        ObjectiveDrafted(cycle_id=Q1, owner=unit(SUPPORT), title="Revenue"), edge_to(LOYALTY)
    ).not_marked()


def test_a_promotion_by_who_speaks_for_both_is_accepted_at_once() -> None:
    agreed = Moved(old=AlignmentState.PROPOSED, new=AlignmentState.ACCEPTED)
    given(A_METRIC).when(promote(alignment_id=EDGE, title="Sell more")).then(
        ObjectiveDrafted(cycle_id=Q1, owner=unit(SUPPORT), title="Sell more"),
        edge_to(LOYALTY),
        AlignmentAccepted(alignment_id=EDGE, state=agreed),
    )


def test_a_promoted_objective_keeps_what_the_key_result_said() -> None:
    key_result = add(description="Net of returns", commitment=Commitment.COMMITTED)
    given(AN_OPEN_CYCLE, draft(), key_result).when(promote(), by=ANNA).then(
        ObjectiveDrafted(
            cycle_id=Q1,
            owner=unit(SUPPORT),
            title="Revenue",
            description="Net of returns",
            commitment=Commitment.COMMITTED,
        ),
        edge_to(LOYALTY, uuid5(LOYALTY, str(REVENUE))),
    )


BELOW: Steps = (plan(Q2, name="March", parent_id=Q1),)


def test_a_key_result_is_promoted_to_a_cycle_below() -> None:
    story = given(A_METRIC, BELOW).when(promote(cycle_id=Q2, alignment_id=EDGE), by=ANNA)
    story.then(
        ObjectiveDrafted(cycle_id=Q2, owner=unit(SUPPORT), title="Revenue"),
        edge_to(LOYALTY).model_copy(update={"cycle_id": Q2}),
    )
    assert story.memory.stream_of(EDGE) == graph_id(Q2)


@pytest.mark.parametrize("cycle_id", [YEAR, Q2])
def test_a_key_result_is_not_promoted_above_or_to_another_branch_of_cycles(cycle_id: UUID) -> None:
    given(A_METRIC, NEXT_CYCLE).when(promote(cycle_id=cycle_id)).then_refused(
        AlignmentCycleMismatch, "or of a cycle above it."
    )


@pytest.mark.parametrize("state", [CycleState.FROZEN, CycleState.SCORING])
def test_a_promotion_is_judged_by_the_state_of_the_cycle_it_goes_to(state: CycleState) -> None:
    frozen = given(A_METRIC, BELOW, moved_on(state, Q2))
    frozen.when(promote(cycle_id=Q2)).then_refused(ReasonRequired, f"The cycle is {state}")
    frozen.when(promote(cycle_id=Q2), reason=IN_WORDS).then_accepted().marked_after_freeze()


@pytest.mark.parametrize(
    ("command", "refusal", "message"),
    [
        (promote(key_result_id=UNKNOWN), KeyResultNotFound, "no key result"),
        (promote(cycle_id=UNKNOWN), CycleNotFound, f"no cycle {UNKNOWN}"),
        (promote(owner=person(UNKNOWN)), PersonNotFound, f"no person {UNKNOWN}"),
        (promote(owner=unit(UNKNOWN)), UnitNotFound, "no unit"),
        (promote(new_objective_id=GROWTH), AlreadyExists, f"{GROWTH} is taken"),
        (promote(alignment_id=SALES), AlreadyExists, f"{SALES} is taken"),
        (promote(alignment_id=LOYALTY), AlreadyExists, f"{LOYALTY} is taken"),
    ],
)
def test_a_promotion_names_what_there_is_and_makes_what_is_new(
    command: Command, refusal: type[Refusal], message: str
) -> None:
    given(A_METRIC).when(command).then_refused(refusal, message)


def test_only_who_speaks_for_one_of_the_ends_promotes() -> None:
    given(A_METRIC).when(promote(owner=person(CARA)), by=BEN).then_refused(
        NotYoursToAlign, "Ask the owner of one of the two ends"
    )


def test_a_key_result_is_not_promoted_to_a_dissolved_unit() -> None:
    dissolved = given(A_METRIC, DissolveUnit(unit_id=SUPPORT))
    dissolved.when(promote()).then_refused(UnitDissolvedAlready, "Support is dissolved")
    dissolved.when(promote(), imported=True).then_accepted()


def test_a_dropped_key_result_is_not_promoted() -> None:
    dropped = given(A_METRIC, DropKeyResult(key_result_id=REVENUE))
    dropped.when(promote()).then_refused(KeyResultIsDropped, "restore it first")
    dropped.when(promote(), imported=True).then_accepted()


def test_a_key_result_of_a_closed_objective_is_not_promoted() -> None:
    closed = given(A_METRIC, CloseObjective(objective_id=GROWTH, outcome=Outcome.MISSED))
    closed.when(promote()).then_refused(ObjectiveStateForbids, "reopen it first")
    closed.when(promote(), imported=True).then_accepted()


@pytest.mark.parametrize("imported", [False, True])
def test_a_key_result_is_not_promoted_before_it_was_added(imported: bool) -> None:
    given(AN_OPEN_CYCLE, draft(), done(add(), at=on(2, 1))).when(
        promote(), at=on(1, 31), imported=imported
    ).then_refused(EffectiveBeforeItExisted, f"the key result {REVENUE} did not exist before")
