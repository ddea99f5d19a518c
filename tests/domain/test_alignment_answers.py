"""Alignments are answered by the other side, once, and taken back by either."""

from uuid import UUID

import pytest

from domain.alignments.answering import (
    AlignmentAccepted,
    AlignmentDeclined,
    AlignmentWithdrawn,
    Answer,
)
from domain.alignments.edges import AlignmentState
from domain.errors import (
    AlignmentDecided,
    AlignmentEndNotLive,
    AlignmentNotFound,
    EffectiveBeforeItExisted,
    EffectiveTimeGoesBack,
    NotYoursToAlign,
)
from domain.objectives.closing import CloseObjective, Outcome, ReopenObjective
from domain.objectives.editing import ReassignObjective
from domain.record import Command
from domain.units.members import JoinUnit, LeaveUnit, Role
from domain.values import Actor, Owner
from tests.builders import (
    ANNA,
    BEN,
    CARA,
    EDGE,
    GROWTH,
    LAUNCH,
    LOYALTY,
    Q1,
    REVENUE,
    SALES,
    SUPPORT,
    THREE_OBJECTIVES,
    UNKNOWN,
    add,
    key_result_end,
    person,
    propose,
)
from tests.domain.stories import (
    A_PROPOSAL,
    A_REFUSED_PROPOSAL,
    A_WITHDRAWN_PROPOSAL,
    ACCEPTED,
    AN_ALIGNMENT,
    DECLINED,
    NOT_LIVE,
    PROPOSED,
    WITHDRAWN,
    accept,
    answered,
    decline,
    withdraw,
)
from tests.spec import Steps, done, given, on


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
