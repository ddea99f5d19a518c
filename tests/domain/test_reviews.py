"""Reviews: the look back, who stands by it, and what was done because of it."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.errors import (
    ActionNotFound,
    AlreadyExists,
    EffectiveBeforeItExisted,
    Invalid,
    ObjectiveNotFound,
    PersonNotFound,
    ReasonRequired,
    Refusal,
    ReviewNotFound,
)
from domain.objectives.closing import CloseObjective, Outcome
from domain.people import RegisterPerson
from domain.record import Command
from domain.reviews import (
    AcknowledgeReview,
    Action,
    ActionCompleted,
    CompleteAction,
    Conclusion,
    ObjectiveReviewed,
    ReviewAcknowledged,
    Stage,
)
from tests.builders import (
    A_PUBLISHED_OBJECTIVE,
    A_REVIEW,
    AN_OPEN_CYCLE,
    ANNA,
    BEN,
    CALL_CUSTOMERS,
    CLOSE,
    GROWTH,
    HIRE,
    IN_WORDS,
    LOYALTY,
    REVIEW,
    SALES,
    UNKNOWN,
    draft,
    review,
    uid,
)
from tests.spec import NOW, done, given, on

SECOND_REVIEW = uid("7e7e7e7e", 2)
CALL = Action(action_id=CALL_CUSTOMERS, text="Call ten customers", owner=ANNA)
ACKNOWLEDGE = AcknowledgeReview(objective_id=GROWTH, review_id=REVIEW)


def complete(**fields: Any) -> CompleteAction:
    given = {"objective_id": GROWTH, "review_id": REVIEW, "action_id": CALL_CUSTOMERS}
    return CompleteAction(**(given | fields))


def test_an_objective_is_looked_back_on_in_four_steps_and_a_decision() -> None:
    hire = Action(action_id=HIRE, text="Hire somebody", due_on=date(2026, 4, 1))
    given(A_PUBLISHED_OBJECTIVE).when(
        review(
            stage=Stage.MID,
            recall="Grow",
            evaluation="Half",
            causes="No budget",
            lessons="Ask earlier",
            decision=Conclusion.CARRY_OVER,
            actions=(CALL, hire),
        )
    ).then(
        ObjectiveReviewed(
            review_id=REVIEW,
            stage=Stage.MID,
            recall="Grow",
            evaluation="Half",
            causes="No budget",
            lessons="Ask earlier",
            decision=Conclusion.CARRY_OVER,
            actions=(CALL, hire),
        )
    ).not_marked().effective_at(NOW)


def test_an_objective_may_be_reviewed_again() -> None:
    given(A_REVIEW).when(review(SECOND_REVIEW)).then_accepted()


def test_a_closed_objective_may_be_reviewed() -> None:
    closed = CloseObjective(objective_id=GROWTH, outcome=Outcome.MISSED)
    given(A_PUBLISHED_OBJECTIVE, closed).when(review()).then_accepted()


def test_a_person_stands_by_a_review() -> None:
    given(A_REVIEW).when(ACKNOWLEDGE, by=ANNA).then(
        ReviewAcknowledged(review_id=REVIEW, by=str(ANNA))
    )


def test_everybody_stands_by_a_review_once() -> None:
    story = given(A_REVIEW, done(ACKNOWLEDGE, by=ANNA))
    story.when(ACKNOWLEDGE, by=ANNA, at=on(1, 1)).then_nothing()
    story.when(ACKNOWLEDGE, by=BEN).then_accepted()
    story.when(ACKNOWLEDGE, by=ANNA).then_nothing()


def test_an_action_is_completed() -> None:
    given(A_REVIEW).when(complete()).then(
        ActionCompleted(review_id=REVIEW, action_id=CALL_CUSTOMERS)
    )


def test_each_action_is_completed_once() -> None:
    hire = Action(action_id=HIRE, text="Hire somebody")
    story = given(A_PUBLISHED_OBJECTIVE, review(actions=(CALL, hire)), complete())
    story.when(complete(), at=on(1, 1)).then_nothing()
    story.when(complete(action_id=HIRE)).then_accepted()
    story.when(complete()).then_nothing()


def test_every_step_of_a_review_is_a_version_of_its_objective() -> None:
    before = given(A_PUBLISHED_OBJECTIVE).book.objective(GROWTH).version
    reviewed = given(A_REVIEW, ACKNOWLEDGE, complete()).book.objective(GROWTH)
    assert reviewed.version == before + 3


def test_what_follows_a_review_does_not_undo_what_followed_before() -> None:
    story = given(A_REVIEW, done(ACKNOWLEDGE, by=ANNA), complete(), done(ACKNOWLEDGE, by=BEN))
    story.when(complete()).then_nothing()
    story.when(ACKNOWLEDGE, by=ANNA).then_nothing()
    assert story.book.objective(GROWTH).reviews[REVIEW].version == 4


@pytest.mark.parametrize(
    ("command", "refusal", "message"),
    [
        (review(SECOND_REVIEW, objective_id=UNKNOWN), ObjectiveNotFound, "no objective"),
        (review(), AlreadyExists, f"{REVIEW} is taken"),
        (
            review(SECOND_REVIEW, actions=(Action(action_id=HIRE, text="-", owner=SALES),)),
            PersonNotFound,
            f"no person {SALES}",
        ),
        (
            ACKNOWLEDGE.model_copy(update={"objective_id": UNKNOWN}),
            ObjectiveNotFound,
            f"no objective {UNKNOWN}",
        ),
        (complete(objective_id=UNKNOWN), ObjectiveNotFound, f"no objective {UNKNOWN}"),
        (ACKNOWLEDGE.model_copy(update={"review_id": UNKNOWN}), ReviewNotFound, "no review"),
        (complete(review_id=UNKNOWN), ReviewNotFound, f"no review {UNKNOWN}"),
        (complete(action_id=HIRE), ActionNotFound, f"no action {HIRE}"),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_review_names_what_there_is(
    command: Command, refusal: type[Refusal], message: str, imported: bool
) -> None:
    given(A_REVIEW).when(command, imported=imported).then_refused(refusal, message)


def test_two_actions_do_not_share_an_id() -> None:
    given(A_PUBLISHED_OBJECTIVE).when(review(actions=(CALL, CALL))).then_refused(
        Invalid, "Give every action an id of its own.", field="actions"
    )


def test_an_action_may_have_no_owner() -> None:
    given(A_PUBLISHED_OBJECTIVE).when(
        review(actions=(Action(action_id=HIRE, text="Hire somebody"),))
    ).then_accepted()


@pytest.mark.parametrize("command", [review(), ACKNOWLEDGE, complete()])
def test_a_review_after_the_close_needs_a_reason_and_is_marked(command: Command) -> None:
    first = () if command.CREATES else (review(),)
    closed = given(A_PUBLISHED_OBJECTIVE, first, CLOSE)
    closed.when(command).then_refused(ReasonRequired, "The cycle is closed")
    closed.when(command, reason=IN_WORDS).then_accepted().marked_after_freeze()


@pytest.mark.parametrize("imported", [False, True])
def test_an_objective_is_not_reviewed_before_it_was_drafted(imported: bool) -> None:
    given(AN_OPEN_CYCLE, done(draft(), at=on(2, 1))).when(
        review(), at=on(1, 31), imported=imported
    ).then_refused(EffectiveBeforeItExisted, f"the objective {GROWTH} did not exist before")


@pytest.mark.parametrize("command", [ACKNOWLEDGE, complete()])
@pytest.mark.parametrize("imported", [False, True])
def test_nothing_follows_a_review_before_it_was_made(command: Command, imported: bool) -> None:
    story = given(A_PUBLISHED_OBJECTIVE, done(review(), at=on(2, 1)))
    story.when(command, at=on(1, 31), imported=imported).then_refused(
        EffectiveBeforeItExisted, f"the review {REVIEW} did not exist before"
    )
    story.when(command, at=on(2, 1)).then_accepted()


def test_nobody_has_an_action_before_they_were_known() -> None:
    young: UUID = uid("aaaaaaaa", 9)
    given(A_PUBLISHED_OBJECTIVE, done(RegisterPerson(person_id=young), at=on(2, 1))).when(
        review(actions=(Action(action_id=HIRE, text="Hire", owner=young),)), at=on(1, 31)
    ).then_refused(EffectiveBeforeItExisted, f"the person {young} did not exist before")


def test_the_id_of_a_review_counts_within_its_objective() -> None:
    story = given(A_REVIEW, draft(LOYALTY)).when(review(objective_id=LOYALTY, actions=()))
    story.then_accepted()
    kept = [story.book.objective(one).reviews[REVIEW].actions for one in (GROWTH, LOYALTY)]
    assert kept == [{CALL_CUSTOMERS: ANNA}, {}]
