"""Alignments: proposed by one side, answered by the other, and never in a circle."""

from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from domain.alignments import (
    AcceptAlignment,
    AlignmentAccepted,
    AlignmentDeclined,
    AlignmentProposed,
    AlignmentState,
    AlignmentWithdrawn,
    Answer,
    DeclineAlignment,
    End,
    EndId,
    Relation,
    WithdrawAlignment,
    graph_id,
)
from domain.cycles import MoveCycle
from domain.errors import (
    AlignmentCircle,
    AlignmentCycleMismatch,
    AlignmentDecided,
    AlignmentEndNotLive,
    AlignmentExists,
    AlignmentNotFound,
    AlignmentWithItself,
    AlreadyExists,
    EffectiveBeforeItExisted,
    EffectiveTimeGoesBack,
    KeyResultNotFound,
    NotYoursToAlign,
    ObjectiveNotFound,
    Refusal,
)
from domain.key_results import DropKeyResult, ReassignKeyResult
from domain.objectives import CloseObjective, Outcome, ReassignObjective, ReopenObjective
from domain.record import Command
from domain.units import JoinUnit, LeaveUnit, Role
from domain.values import Actor, Moved, Owner
from tests.builders import (
    A_METRIC,
    AN_ORGANISATION,
    ANNA,
    BEN,
    CARA,
    COMPANY,
    EDGE,
    GROWTH,
    LAUNCH,
    LOYALTY,
    NEXT_CYCLE,
    OTHER_EDGE,
    Q1,
    Q2,
    REVENUE,
    SALES,
    SPEED,
    SUPPORT,
    THIRD_EDGE,
    THREE_OBJECTIVES,
    UNKNOWN,
    YEAR,
    add,
    draft,
    key_result_end,
    objective_end,
    person,
    plan,
    propose,
    uid,
    unit,
)
from tests.spec import NOW, Steps, done, given, on

PROPOSED, ACCEPTED, DECLINED, WITHDRAWN = AlignmentState
VISION = uid("0b0b0b0b", 9)
A_VISION: Steps = (draft(VISION, cycle_id=YEAR, owner=unit(COMPANY), title="Be loved"),)


def accept(alignment_id: UUID = EDGE) -> AcceptAlignment:
    return AcceptAlignment(alignment_id=alignment_id)


def decline(alignment_id: UUID = EDGE) -> DeclineAlignment:
    return DeclineAlignment(alignment_id=alignment_id)


def withdraw(alignment_id: UUID = EDGE) -> WithdrawAlignment:
    return WithdrawAlignment(alignment_id=alignment_id)


GROWTH_END = End(type="objective", id=GROWTH, objective_id=GROWTH)
LOYALTY_END = End(type="objective", id=LOYALTY, objective_id=LOYALTY)
VISION_END = End(type="objective", id=VISION, objective_id=VISION)
REVENUE_END = End(type="key_result", id=REVENUE, objective_id=GROWTH)
LAUNCH_END = End(type="key_result", id=LAUNCH, objective_id=LOYALTY)


def proposed(
    start: End = GROWTH_END, finish: End = LOYALTY_END, **fields: Any
) -> AlignmentProposed:
    """The event of an edge, from Growth to Loyalty unless said otherwise."""
    given: dict[str, Any] = {
        "alignment_id": EDGE,
        "cycle_id": Q1,
        "start": start,
        "finish": finish,
        "relation": Relation.SUPPORTS,
        "awaiting": "to",
    }
    return AlignmentProposed(**(given | fields))


def answered(new: AlignmentState, old: AlignmentState = PROPOSED) -> dict[str, Any]:
    return {"alignment_id": EDGE, "state": Moved(old=old, new=new)}


A_PROPOSAL: Steps = (THREE_OBJECTIVES, done(propose(GROWTH, LOYALTY), by=ANNA))
AN_ALIGNMENT: Steps = (THREE_OBJECTIVES, propose(GROWTH, LOYALTY))
A_REFUSED_PROPOSAL: Steps = (A_PROPOSAL, decline())
A_WITHDRAWN_PROPOSAL: Steps = (A_PROPOSAL, withdraw())


# Proposing.


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


NOT_LIVE: list[Steps] = [
    (CloseObjective(objective_id=GROWTH, outcome=Outcome.MISSED),),
    (CloseObjective(objective_id=LOYALTY, outcome=Outcome.MISSED),),
    (DropKeyResult(key_result_id=REVENUE),),
]


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


# Circles.


def chain(*objectives: UUID, relation: Relation = Relation.SUPPORTS) -> Steps:
    """Edges from each objective to the next."""
    return tuple(
        propose(start, finish, uid("edededed", 100 + number), relation=relation)
        for number, (start, finish) in enumerate(pairwise(objectives))
    )


@pytest.mark.parametrize("links", [(LOYALTY, GROWTH), (LOYALTY, SPEED, GROWTH)])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Relation.SUPPORTS, Relation.SUPPORTS),
        (Relation.SUPPORTS, Relation.CONTRIBUTES),
        (Relation.PROMOTED_TO, Relation.SUPPORTS),
        (Relation.DEPENDS_ON, Relation.DEPENDS_ON),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_alignments_do_not_form_a_circle(
    links: tuple[UUID, ...], first: Relation, second: Relation, imported: bool
) -> None:
    given(THREE_OBJECTIVES, chain(*links, relation=first)).when(
        propose(GROWTH, LOYALTY, relation=second), imported=imported
    ).then_refused(AlignmentCircle, "The other end leads back here already")


@pytest.mark.parametrize(
    ("first", "second"),
    [(Relation.DEPENDS_ON, Relation.SUPPORTS), (Relation.SUPPORTS, Relation.DEPENDS_ON)],
)
def test_dependencies_form_a_graph_of_their_own(first: Relation, second: Relation) -> None:
    given(THREE_OBJECTIVES, chain(LOYALTY, GROWTH, relation=first)).when(
        propose(GROWTH, LOYALTY, relation=second)
    ).then_accepted()


@pytest.mark.parametrize(
    ("start", "finish"),
    [
        (objective_end(GROWTH), key_result_end(LAUNCH)),
        (key_result_end(REVENUE), objective_end(LOYALTY)),
        (key_result_end(REVENUE), key_result_end(LAUNCH)),
    ],
)
def test_a_key_result_counts_as_its_objective(start: EndId, finish: EndId) -> None:
    given(THREE_OBJECTIVES, add(LAUNCH, objective_id=LOYALTY), chain(LOYALTY, SPEED, GROWTH)).when(
        propose(start, finish)
    ).then_refused(AlignmentCircle, "leads back here")


def test_a_proposed_edge_counts_like_an_accepted_one() -> None:
    given(A_PROPOSAL).when(propose(LOYALTY, GROWTH, OTHER_EDGE)).then_refused(
        AlignmentCircle, "leads back here"
    )


@pytest.mark.parametrize("steps", [A_REFUSED_PROPOSAL, A_WITHDRAWN_PROPOSAL])
def test_an_edge_that_came_to_nothing_closes_no_circle(steps: Steps) -> None:
    given(steps).when(propose(LOYALTY, GROWTH, OTHER_EDGE)).then_accepted()


def test_ways_that_meet_again_are_no_circle() -> None:
    given(THREE_OBJECTIVES, draft(VISION), chain(GROWTH, LOYALTY, VISION)).when(
        propose(GROWTH, SPEED)
    ).then_accepted()
    given(
        THREE_OBJECTIVES, draft(VISION), chain(GROWTH, LOYALTY, VISION), propose(GROWTH, SPEED)
    ).when(propose(SPEED, VISION, OTHER_EDGE)).then_accepted()
    given(THREE_OBJECTIVES, draft(VISION), chain(GROWTH, LOYALTY, VISION)).when(
        propose(GROWTH, VISION)
    ).then_accepted()


def test_a_new_key_result_closes_no_circle_by_what_it_supports() -> None:
    given(THREE_OBJECTIVES, chain(LOYALTY, SPEED, GROWTH)).when(
        add(LAUNCH, supports=(LOYALTY,))
    ).then_refused(AlignmentCircle, "leads back here")


MOVED_CYCLES: Steps = (
    # Growth points up to the year's vision; then the year goes below the quarter of Growth.
    AN_ORGANISATION,
    (plan(YEAR), plan(Q2, parent_id=YEAR), plan(Q1, parent_id=Q2)),
    (draft(GROWTH), draft(SPEED), draft(VISION, cycle_id=YEAR), propose(GROWTH, VISION)),
    (MoveCycle(cycle_id=Q2, parent_id=None), MoveCycle(cycle_id=YEAR, parent_id=Q1)),
)


@pytest.mark.parametrize("imported", [False, True])
def test_cycles_that_were_moved_do_not_hide_a_circle(imported: bool) -> None:
    story = given(MOVED_CYCLES)
    story.when(propose(VISION, GROWTH, OTHER_EDGE), imported=imported).then_refused(
        AlignmentCircle, "leads back here"
    )
    story.when(propose(VISION, SPEED, OTHER_EDGE), imported=imported).then_accepted()
    story.when(propose(SPEED, GROWTH, THIRD_EDGE), imported=imported).then_refused(
        AlignmentCircle, "leads back here"
    )


# Answering.


def test_the_side_that_is_asked_accepts() -> None:
    given(A_PROPOSAL).when(accept(), by=BEN).then(
        AlignmentAccepted(**answered(ACCEPTED))
    ).not_marked()


def test_the_side_that_is_asked_declines() -> None:
    given(A_PROPOSAL).when(decline(), by=BEN).then(AlignmentDeclined(**answered(DECLINED)))


@pytest.mark.parametrize("side", [ANNA, BEN])
@pytest.mark.parametrize(("steps", "old"), [(A_PROPOSAL, PROPOSED), (AN_ALIGNMENT, ACCEPTED)])
def test_either_side_takes_an_alignment_back(side: UUID, steps: Steps, old: AlignmentState) -> None:
    given(steps).when(withdraw(), by=side).then(AlignmentWithdrawn(**answered(WITHDRAWN, old)))


@pytest.mark.parametrize("command", [accept(), decline()])
def test_the_side_that_asked_does_not_answer(command: Command) -> None:
    given(A_PROPOSAL).when(command, by=ANNA).then_refused(
        NotYoursToAlign, "Ask the owner of the other end to answer this."
    )


@pytest.mark.parametrize("command", [accept(), decline(), withdraw()])
def test_a_stranger_does_not_answer(command: Command) -> None:
    given(A_PROPOSAL).when(command, by=CARA).then_refused(NotYoursToAlign, "Ask the owner")
    given(A_PROPOSAL).when(command, by=CARA, imported=True).then_accepted()


def test_a_proposal_from_the_finish_is_answered_at_its_start() -> None:
    asked = (THREE_OBJECTIVES, done(propose(GROWTH, LOYALTY), by=BEN))
    given(asked).when(accept(), by=BEN).then_refused(NotYoursToAlign, "Ask the owner")
    given(asked).when(accept(), by=ANNA).then_accepted()


@pytest.mark.parametrize("command", [accept(), decline()])
def test_a_service_answers_for_everyone(command: Command) -> None:
    given(A_PROPOSAL).when(command).then_accepted()


def test_a_unit_is_spoken_for_by_its_leads_of_today() -> None:
    changed = (
        A_PROPOSAL,
        LeaveUnit(unit_id=SUPPORT, person_id=BEN),
        JoinUnit(unit_id=SUPPORT, person_id=CARA, role=Role.LEAD),
        JoinUnit(unit_id=SUPPORT, person_id=ANNA),
    )
    given(changed).when(accept(), by=BEN).then_refused(NotYoursToAlign, "Ask the owner")
    given(changed).when(accept(), by=ANNA).then_refused(NotYoursToAlign, "Ask the owner")
    given(changed).when(accept(), by=CARA).then_accepted()


def test_a_pending_proposal_goes_to_the_new_owner() -> None:
    reassigned = (A_PROPOSAL, ReassignObjective(objective_id=LOYALTY, owner=person(CARA)))
    given(reassigned).when(accept(), by=BEN).then_refused(NotYoursToAlign, "Ask the owner")
    given(reassigned).when(accept(), by=CARA).then_accepted()


def test_a_key_result_at_the_other_end_is_spoken_for_by_its_owner() -> None:
    owner: Owner = person(CARA)
    asked = (
        THREE_OBJECTIVES,
        add(LAUNCH, objective_id=LOYALTY, owner=owner),
        done(propose(GROWTH, key_result_end(LAUNCH)), by=ANNA),
    )
    given(asked).when(accept(), by=CARA).then_accepted()


@pytest.mark.parametrize(
    ("steps", "command"),
    [
        (AN_ALIGNMENT, accept()),
        (A_REFUSED_PROPOSAL, decline()),
        (A_WITHDRAWN_PROPOSAL, withdraw()),
    ],
)
def test_the_same_answer_again_records_nothing(steps: Steps, command: Answer) -> None:
    given(steps).when(command, by=UNKNOWN, at=on(1, 1)).then_nothing()


@pytest.mark.parametrize(
    ("steps", "command", "state"),
    [
        (AN_ALIGNMENT, decline(), "accepted"),
        (A_REFUSED_PROPOSAL, accept(), "declined"),
        (A_REFUSED_PROPOSAL, withdraw(), "declined"),
        (A_WITHDRAWN_PROPOSAL, accept(), "withdrawn"),
        (A_WITHDRAWN_PROPOSAL, decline(), "withdrawn"),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_what_was_answered_is_not_answered_otherwise(
    steps: Steps, command: Answer, state: str, imported: bool
) -> None:
    given(steps).when(command, imported=imported).then_refused(
        AlignmentDecided, f"The alignment is {state}; propose a new one instead."
    )


@pytest.mark.parametrize("command", [accept(UNKNOWN), decline(UNKNOWN), withdraw(GROWTH)])
def test_an_alignment_that_nobody_knows_is_refused(command: Command) -> None:
    given(A_PROPOSAL).when(command).then_refused(AlignmentNotFound, "no alignment")


def test_a_key_result_is_no_alignment() -> None:
    given(A_PROPOSAL).when(accept(REVENUE)).then_refused(AlignmentNotFound, "no alignment")


@pytest.mark.parametrize("ended", NOT_LIVE)
def test_an_end_that_was_closed_or_dropped_meanwhile_is_not_accepted(ended: Steps) -> None:
    asked = propose(key_result_end(REVENUE), LOYALTY)
    story = given(THREE_OBJECTIVES, done(asked, by=ANNA), ended)
    story.when(accept(), by=BEN).then_refused(AlignmentEndNotLive, "reopen it or decline")
    story.when(accept(), imported=True).then_accepted()


@pytest.mark.parametrize("ended", NOT_LIVE)
@pytest.mark.parametrize("command", [decline(), withdraw()])
def test_an_edge_to_a_closed_end_may_still_be_ended(ended: Steps, command: Command) -> None:
    asked = propose(key_result_end(REVENUE), LOYALTY)
    given(THREE_OBJECTIVES, done(asked, by=ANNA), ended).when(command, by=BEN).then_accepted()


def test_an_accepted_edge_outlives_the_close_of_an_end() -> None:
    closed = CloseObjective(objective_id=LOYALTY, outcome=Outcome.MISSED)
    book = given(AN_ALIGNMENT, closed, ReopenObjective(objective_id=LOYALTY)).book
    assert book.graph(Q1).edges[EDGE].state is ACCEPTED


@pytest.mark.parametrize("command", [accept(), decline(), withdraw()])
@pytest.mark.parametrize("imported", [False, True])
def test_nothing_is_answered_before_it_was_proposed(command: Command, imported: bool) -> None:
    asked = (THREE_OBJECTIVES, done(propose(GROWTH, LOYALTY), by=ANNA, at=on(2, 1)))
    given(asked).when(command, at=on(2, 1)).then_accepted()
    given(asked).when(command, at=on(1, 31), imported=imported).then_refused(
        EffectiveBeforeItExisted, f"the alignment {EDGE} did not exist before"
    )


@pytest.mark.parametrize("imported", [False, True])
def test_an_answer_is_not_changed_before_it_was_given(imported: bool) -> None:
    agreed = (A_PROPOSAL, done(accept(), at=on(2, 1)))
    given(agreed).when(withdraw(), at=on(2, 1)).then_accepted()
    given(agreed).when(withdraw(), at=on(1, 31), imported=imported).then_refused(
        EffectiveTimeGoesBack, f"the state of alignment {EDGE} changed then"
    )


def test_each_answer_is_a_version_of_the_edge() -> None:
    edge = given(AN_ALIGNMENT, withdraw()).book.graph(Q1).edges[EDGE]
    assert edge.version == 3


@pytest.mark.parametrize(
    ("actor", "speaks"),
    [
        (Actor(id="local", kind="service"), True),
        (Actor(id="importer", kind="import"), True),
        (Actor(id=str(SALES), kind="person"), False),
    ],
)
def test_only_a_person_needs_to_own_or_lead_what_they_speak_for(actor: Actor, speaks: bool) -> None:
    assert actor.speaks_for_all is speaks
