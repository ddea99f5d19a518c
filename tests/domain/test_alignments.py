"""Alignments: proposed by one side or both, between things that are there and live."""

from decimal import Decimal
from uuid import UUID

import pytest

from domain.alignments.answering import AlignmentAccepted
from domain.alignments.edges import Relation, graph_id
from domain.alignments.proposing import ProposeAlignment
from domain.cycles.placing import MoveCycle
from domain.errors import (
    AlignmentCycleMismatch,
    AlignmentEndNotLive,
    AlignmentExists,
    AlignmentWithItself,
    AlreadyExists,
    EffectiveBeforeItExisted,
    KeyResultNotFound,
    NotYoursToAlign,
    ObjectiveNotFound,
    Refusal,
)
from domain.key_results.editing import ReassignKeyResult
from domain.record import Command
from domain.units.members import JoinUnit, Role
from tests.builders import (
    A_METRIC,
    ANNA,
    BEN,
    CARA,
    EDGE,
    GROWTH,
    LAUNCH,
    LOYALTY,
    NEXT_CYCLE,
    OTHER_EDGE,
    Q1,
    Q2,
    REVENUE,
    SPEED,
    SUPPORT,
    THIRD_EDGE,
    THREE_OBJECTIVES,
    UNKNOWN,
    add,
    draft,
    key_result_end,
    person,
    propose,
    unit,
)
from tests.domain.stories import (
    A_REFUSED_PROPOSAL,
    A_VISION,
    A_WITHDRAWN_PROPOSAL,
    ACCEPTED,
    AN_ALIGNMENT,
    LAUNCH_END,
    NOT_LIVE,
    REVENUE_END,
    VISION,
    VISION_END,
    answered,
    proposed,
)
from tests.spec import NOW, Steps, done, given, on


def test_an_alignment_leads_from_one_end_to_the_other() -> None:
    start, finish = ({"type": "objective", "id": one} for one in (GROWTH, LOYALTY))
    words = {"alignment_id": EDGE, "from": start, "to": finish, "relation": "supports"}
    assert ProposeAlignment.model_validate(words) == propose(GROWTH, LOYALTY)


def test_the_owner_of_the_start_asks_the_other_side() -> None:
    given(THREE_OBJECTIVES).when(
        propose(GROWTH, LOYALTY, relation=Relation.CONTRIBUTES, weight=Decimal("0.5")), by=ANNA
    ).then(
        proposed(relation=Relation.CONTRIBUTES, weight=Decimal("0.5"))
    ).not_marked().effective_at(NOW)


def test_the_owner_of_the_finish_asks_the_side_that_it_starts_from() -> None:
    given(THREE_OBJECTIVES).when(propose(GROWTH, LOYALTY), by=BEN).then(proposed(awaiting="from"))


@pytest.mark.parametrize("steps", [(), JoinUnit(unit_id=SUPPORT, person_id=ANNA, role=Role.LEAD)])
def test_who_speaks_for_both_sides_has_agreed_already(steps: Steps) -> None:
    story = given(THREE_OBJECTIVES, steps)
    story.when(propose(GROWTH, LOYALTY), by=ANNA if steps else None).then(
        proposed(), AlignmentAccepted(**answered(ACCEPTED))
    )


def test_a_proposal_may_start_and_end_at_key_results() -> None:
    story = given(THREE_OBJECTIVES, add(LAUNCH, objective_id=LOYALTY))
    story.when(propose(key_result_end(REVENUE), key_result_end(LAUNCH)), by=ANNA).then(
        proposed(REVENUE_END, LAUNCH_END)
    )


def test_an_alignment_goes_to_a_cycle_above() -> None:
    given(THREE_OBJECTIVES, A_VISION).when(propose(GROWTH, VISION), by=ANNA).then(
        proposed(finish=VISION_END)
    )


def test_edges_live_in_the_graph_of_the_cycle_they_start_in() -> None:
    story = given(AN_ALIGNMENT)
    assert story.memory.stream_of(EDGE) == graph_id(Q1)
    assert story.book.graph(Q1).cycle_id == Q1


@pytest.mark.parametrize(
    ("command", "refusal", "message"),
    [
        (propose(GROWTH, SPEED, REVENUE), AlreadyExists, f"{REVENUE} is taken"),
        (propose(GROWTH, SPEED, EDGE), AlreadyExists, f"{EDGE} is taken"),
        (propose(UNKNOWN, GROWTH, THIRD_EDGE), ObjectiveNotFound, f"no objective {UNKNOWN}"),
        (propose(GROWTH, UNKNOWN, THIRD_EDGE), ObjectiveNotFound, f"no objective {UNKNOWN}"),
        (
            propose(GROWTH, key_result_end(UNKNOWN), THIRD_EDGE),
            KeyResultNotFound,
            f"no key result {UNKNOWN}",
        ),
        (
            propose(GROWTH, key_result_end(EDGE), THIRD_EDGE),
            KeyResultNotFound,
            f"no key result {EDGE}",
        ),
        (propose(GROWTH, GROWTH, THIRD_EDGE), AlignmentWithItself, "two ends"),
        (
            propose(GROWTH, key_result_end(REVENUE), THIRD_EDGE),
            AlignmentWithItself,
            "two ends",
        ),
        (propose(GROWTH, LOYALTY, THIRD_EDGE), AlignmentExists, "aligned like this already"),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_an_alignment_joins_two_different_things_once(
    command: Command, refusal: type[Refusal], message: str, imported: bool
) -> None:
    given(AN_ALIGNMENT).when(command, imported=imported).then_refused(refusal, message)


@pytest.mark.parametrize(
    "command",
    [
        propose(GROWTH, LOYALTY, OTHER_EDGE, relation=Relation.CONTRIBUTES),
        propose(key_result_end(REVENUE), LOYALTY, OTHER_EDGE),
        propose(GROWTH, key_result_end(LAUNCH), OTHER_EDGE),
    ],
)
def test_the_same_two_objectives_may_be_aligned_otherwise_as_well(command: Command) -> None:
    given(AN_ALIGNMENT, add(LAUNCH, objective_id=LOYALTY)).when(command).then_accepted()


@pytest.mark.parametrize("steps", [A_REFUSED_PROPOSAL, A_WITHDRAWN_PROPOSAL])
def test_what_was_refused_or_withdrawn_may_be_proposed_again(steps: Steps) -> None:
    given(steps).when(propose(GROWTH, LOYALTY, OTHER_EDGE)).then_accepted()


@pytest.mark.parametrize(
    ("start", "finish"), [(GROWTH, LOYALTY), (LOYALTY, GROWTH), (GROWTH, VISION)]
)
@pytest.mark.parametrize("imported", [False, True])
def test_an_alignment_does_not_cross_to_another_branch_of_cycles(
    start: UUID, finish: UUID, imported: bool
) -> None:
    elsewhere = (
        A_METRIC,
        NEXT_CYCLE,
        A_VISION,
        draft(LOYALTY, cycle_id=Q2),
        MoveCycle(cycle_id=Q1, parent_id=None),
    )
    given(elsewhere).when(propose(start, finish), imported=imported).then_refused(
        AlignmentCycleMismatch, "or of a cycle above it"
    )


def test_an_alignment_does_not_go_down_to_a_cycle_below() -> None:
    given(THREE_OBJECTIVES, A_VISION).when(propose(VISION, GROWTH)).then_refused(
        AlignmentCycleMismatch, "Align with an objective of 2026 or of a cycle above it."
    )


@pytest.mark.parametrize("ended", NOT_LIVE)
def test_an_end_that_is_closed_or_dropped_is_not_aligned(ended: Steps) -> None:
    command = propose(key_result_end(REVENUE), LOYALTY)
    story = given(THREE_OBJECTIVES, ended)
    story.when(command).then_refused(AlignmentEndNotLive, "reopen it or choose another")
    story.when(command, imported=True).then(proposed(REVENUE_END))


@pytest.mark.parametrize("stranger", [CARA, UNKNOWN])
def test_nobody_proposes_who_speaks_for_neither_side(stranger: UUID) -> None:
    given(THREE_OBJECTIVES).when(propose(GROWTH, LOYALTY), by=stranger).then_refused(
        NotYoursToAlign, "Ask the owner of one of the two ends"
    )


def test_an_import_awaits_the_other_side_whoever_proposed() -> None:
    given(THREE_OBJECTIVES).when(propose(GROWTH, LOYALTY), by=BEN, imported=True).then(proposed())
    given(THREE_OBJECTIVES).when(propose(SPEED, LOYALTY), by=ANNA, imported=True).then_accepted()


def test_the_owner_of_a_key_result_speaks_for_it() -> None:
    owned = ReassignKeyResult(key_result_id=REVENUE, owner=person(CARA))
    command = propose(key_result_end(REVENUE), LOYALTY)
    given(THREE_OBJECTIVES, owned).when(command, by=CARA).then_accepted()
    given(THREE_OBJECTIVES, owned).when(command, by=ANNA).then_accepted()
    given(THREE_OBJECTIVES, owned).when(propose(GROWTH, LOYALTY), by=CARA).then_refused(
        NotYoursToAlign, "Ask the owner"
    )


@pytest.mark.parametrize(
    ("command", "young"),
    [
        (propose(GROWTH, SPEED), "objective"),
        (propose(SPEED, GROWTH), "objective"),
        (propose(GROWTH, key_result_end(LAUNCH)), "key result"),
        (propose(key_result_end(LAUNCH), GROWTH), "key result"),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_nothing_is_aligned_before_it_existed(command: Command, young: str, imported: bool) -> None:
    given(
        A_METRIC,
        draft(LOYALTY, owner=unit(SUPPORT)),
        done(draft(SPEED), at=on(2, 1)),
        add(LAUNCH, objective_id=LOYALTY),
    ).when(command, at=on(1, 31), imported=imported).then_refused(
        EffectiveBeforeItExisted, f"the {young}"
    )
