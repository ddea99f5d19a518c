"""What a key result supports is said as a whole: the missing is proposed, the rest withdrawn."""

from uuid import UUID, uuid5

import pytest

from domain.alignments.answering import AlignmentAccepted, AlignmentWithdrawn
from domain.alignments.edges import AlignmentState, Relation
from domain.alignments.supporting import SupportObjectives
from domain.errors import (
    AlignmentCircle,
    AlignmentEndNotLive,
    AlignmentWithItself,
    CycleStateForbids,
    EffectiveBeforeItExisted,
    KeyResultNotFound,
    NotYoursToAlign,
    ObjectiveNotFound,
    ReasonRequired,
)
from domain.mandate import Mandate, OrganisationRole
from domain.objectives.closing import CloseObjective, Outcome
from domain.objectives.publishing import PublishObjective
from domain.record import Context
from domain.values import Actor, Moved
from tests.builders import (
    ANNA,
    BEN,
    CARA,
    CLOSE,
    FREEZE,
    GROWTH,
    LAUNCH,
    LOYALTY,
    REVENUE,
    SPEED,
    THREE_OBJECTIVES,
    UNKNOWN,
    add,
    draft,
    key_result_end,
    propose,
    uid,
)
from tests.domain.stories import ACCEPTED, PROPOSED, REVENUE_END, WITHDRAWN, proposed
from tests.spec import NOW, Given, Steps, done, given, on

FIRST = uuid5(REVENUE, str(LOYALTY))
"""The edge by which Revenue supports Loyalty for the first time."""


def support(*objective_ids: UUID) -> SupportObjectives:
    return SupportObjectives(key_result_id=REVENUE, supports=objective_ids)


def supported(story: Given) -> set[UUID]:
    """What Revenue supports."""
    edges = story.book.graph(story.book.objective(GROWTH).cycle_id).edges.values()
    return {one.finish.id for one in edges if one.start.id == REVENUE and one.counts}


def taken_back(alignment_id: UUID, old: AlignmentState = ACCEPTED) -> AlignmentWithdrawn:
    return AlignmentWithdrawn(alignment_id=alignment_id, state=Moved(old=old, new=WITHDRAWN))


def test_what_is_missing_is_proposed_and_agreed_for_whoever_speaks_for_both_ends() -> None:
    given(THREE_OBJECTIVES).when(support(LOYALTY)).then(
        proposed(start=REVENUE_END, alignment_id=FIRST),
        AlignmentAccepted(alignment_id=FIRST, state=Moved(old=PROPOSED, new=ACCEPTED)),
    ).not_marked()


def test_what_is_not_said_is_withdrawn_and_what_is_said_again_stays() -> None:
    both = given(THREE_OBJECTIVES, support(LOYALTY, SPEED))
    both.when(support(SPEED, LOYALTY, SPEED)).then_nothing()
    both.when(support(SPEED)).then(taken_back(FIRST))
    assert supported(both.when(support())) == set()


def test_a_proposal_that_waits_counts_as_said() -> None:
    asked = given(THREE_OBJECTIVES, done(support(LOYALTY), by=ANNA))
    asked.when(support(LOYALTY)).then_nothing()
    asked.when(support(), by=BEN).then(taken_back(FIRST, PROPOSED))


def test_what_was_withdrawn_is_proposed_under_another_id() -> None:
    again = given(THREE_OBJECTIVES, support(LOYALTY), support(), support(LOYALTY))
    assert supported(again) == {LOYALTY}
    assert again.memory.records[-2].event == proposed(
        start=REVENUE_END, alignment_id=uuid5(REVENUE, f"{LOYALTY} 1")
    )


def test_what_was_added_with_a_key_result_is_said_anew_as_well() -> None:
    given(THREE_OBJECTIVES, add(LAUNCH, supports=(LOYALTY,))).when(
        SupportObjectives(key_result_id=LAUNCH, supports=())
    ).then(taken_back(uuid5(LAUNCH, str(LOYALTY))))


A_KEY_RESULT_OF_LOYALTY = add(LAUNCH, objective_id=LOYALTY)
OTHERS: list[Steps] = [
    propose(key_result_end(REVENUE), LOYALTY, relation=Relation.DEPENDS_ON),
    propose(GROWTH, LOYALTY),
    (A_KEY_RESULT_OF_LOYALTY, propose(key_result_end(REVENUE), key_result_end(LAUNCH))),
]
"""Of another relation, from elsewhere, and with a key result."""


@pytest.mark.parametrize("other", OTHERS)
def test_alignments_that_this_cannot_name_stay(other: Steps) -> None:
    given(THREE_OBJECTIVES, other).when(support()).then_nothing()


def test_all_is_done_or_nothing() -> None:
    story = given(THREE_OBJECTIVES, support(LOYALTY))
    story.when(support(SPEED, GROWTH)).then_refused(AlignmentWithItself, "different objectives")
    assert supported(story) == {LOYALTY}
    leading_back = given(THREE_OBJECTIVES, propose(LOYALTY, GROWTH))
    leading_back.when(support(SPEED, LOYALTY)).then_refused(AlignmentCircle, "leads back here")


def test_what_it_names_has_to_be_there_and_to_go_on() -> None:
    nowhere = SupportObjectives(key_result_id=UNKNOWN, supports=())
    given(THREE_OBJECTIVES).when(nowhere).then_refused(KeyResultNotFound, "check the id")
    given(THREE_OBJECTIVES).when(support(UNKNOWN)).then_refused(ObjectiveNotFound, "check the id")
    ended = CloseObjective(objective_id=LOYALTY, outcome=Outcome.MISSED)
    given(THREE_OBJECTIVES, ended).when(support(LOYALTY)).then_refused(
        AlignmentEndNotLive, "One end is closed"
    )
    given(THREE_OBJECTIVES, support(LOYALTY), ended).when(support()).then(taken_back(FIRST))


@pytest.mark.parametrize("imported", [False, True])
def test_nothing_is_supported_before_it_was_there(imported: bool) -> None:
    later = uid("0b0b0b0b", 9)
    given(THREE_OBJECTIVES, done(draft(later), at=on(2, 1))).when(
        support(later), at=on(1, 31), imported=imported
    ).then_refused(EffectiveBeforeItExisted, "did not exist before")


def test_the_freeze_and_the_end_of_the_cycle_hold_for_it() -> None:
    frozen = given(THREE_OBJECTIVES, FREEZE)
    frozen.when(support(LOYALTY), reason=None).then_refused(ReasonRequired, "reason")
    given(THREE_OBJECTIVES, CLOSE).when(support(LOYALTY)).then_refused(
        CycleStateForbids, "The cycle is closed"
    )


def test_nobody_says_it_for_others() -> None:
    story = given(THREE_OBJECTIVES, support(LOYALTY))
    story.when(support(), by=CARA).then_refused(NotYoursToAlign, "Ask the owner")
    story.when(support(LOYALTY, SPEED), by=BEN).then_refused(NotYoursToAlign, "Ask the owner")


def test_what_supports_drafts_of_others_stays_and_is_not_told() -> None:
    story = given(THREE_OBJECTIVES, PublishObjective(objective_id=GROWTH), support(LOYALTY))
    by_anna = Context(
        actor=Actor(id=str(ANNA), kind="person"),
        now=NOW,
        mandate=Mandate(frozenset({OrganisationRole.MEMBER})),
    )
    assert not story.memory.apply(support(), by_anna)
    with pytest.raises(ObjectiveNotFound, match="check the id"):
        story.memory.apply(support(LOYALTY), by_anna)
