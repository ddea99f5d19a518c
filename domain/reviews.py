"""Reviews: the look back in four steps (recall, evaluate, analyse, learn), then a decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, assert_never
from uuid import UUID

from domain.changed import changed
from domain.entity import Entity
from domain.errors import ActionNotFound, AlreadyExists, Invalid, ReviewNotFound
from domain.immutable import immutable
from domain.record import Command, Context, Event, Fact, Record
from domain.rules import Activity, permit
from domain.times import existed
from domain.values import Id, Sentence, Text, Value

if TYPE_CHECKING:
    from domain.book import Book
    from domain.objectives.objective import Objective


class Stage(StrEnum):
    """When a review looks back: half-way, or at the end."""

    MID = "mid"
    FINAL = "final"


class Conclusion(StrEnum):
    """What is done with the objective after the look back."""

    KEEP = "keep"
    MODIFY = "modify"
    DROP = "drop"
    CARRY_OVER = "carry_over"


class Action(Value):
    """Something somebody does because of a review."""

    action_id: Id
    text: Sentence
    owner: Id | None = None
    due_on: date | None = None


# Events: topics and fields are the storage format.


class ObjectiveReviewed(Event):
    """An objective was looked back on."""

    TOPIC: ClassVar[str] = "objective.reviewed"
    review_id: UUID
    stage: Stage
    recall: Text = ""
    evaluation: Text = ""
    causes: Text = ""
    lessons: Text = ""
    decision: Conclusion
    actions: tuple[Action, ...] = ()


class ReviewAcknowledged(Event):
    """Somebody read a review and stands by it."""

    TOPIC: ClassVar[str] = "objective.review-acknowledged"
    review_id: UUID
    by: str


class ActionCompleted(Event):
    """An action that a review asked for was done."""

    TOPIC: ClassVar[str] = "objective.action-completed"
    review_id: UUID
    action_id: UUID


ReviewEvent = ObjectiveReviewed | ReviewAcknowledged | ActionCompleted


@immutable(kw_only=True)
class Review(Entity):
    """What decisions need to know of a review."""

    word: ClassVar[str] = "review"
    actions: Mapping[UUID, UUID | None]
    """Whom each action is for, if for anybody."""
    completed: frozenset[UUID] = frozenset()
    acknowledged_by: frozenset[str] = frozenset()


def apply_review(
    reviews: Mapping[UUID, Review], event: ReviewEvent, record: Record
) -> dict[UUID, Review]:
    """The reviews of an objective after one more record."""
    match event:
        case ObjectiveReviewed(review_id=review_id, actions=actions):
            owners = {action.action_id: action.owner for action in actions}
            review = Review(id=review_id, exists_from=record.effective_at, actions=owners)
        case ReviewAcknowledged(review_id=review_id, by=by):
            old = reviews[review_id]
            acknowledged_by = old.acknowledged_by | {by}
            review = changed(old, version=old.version + 1, acknowledged_by=acknowledged_by)
        case ActionCompleted(review_id=review_id, action_id=action_id):
            old = reviews[review_id]
            completed = old.completed | {action_id}
            review = changed(old, version=old.version + 1, completed=completed)
        case _:
            assert_never(event)
    return {**reviews, review_id: review}


# Commands and their decisions.


class ReviewObjective(Command):
    """Look back on an objective and decide what becomes of it."""

    NAME: ClassVar[str] = "review_objective"
    CREATES: ClassVar[str | None] = "review_id"
    review_id: Id
    objective_id: Id
    stage: Stage
    recall: Text = ""
    evaluation: Text = ""
    causes: Text = ""
    lessons: Text = ""
    decision: Conclusion
    actions: tuple[Action, ...] = ()


class AcknowledgeReview(Command):
    """Say that one has read a review and stands by it."""

    NAME: ClassVar[str] = "acknowledge_review"
    objective_id: Id
    review_id: Id


class CompleteAction(Command):
    """Say that an action of a review is done."""

    NAME: ClassVar[str] = "complete_action"
    objective_id: Id
    review_id: Id
    action_id: Id


ReviewCommand = ReviewObjective | AcknowledgeReview | CompleteAction


def decide(book: Book, command: ReviewCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when an objective is reviewed, or a review is followed up."""
    objective = book.objective(command.objective_id)
    event = _event_for(book, objective, command, context)
    if event is None:
        return ()
    after_freeze = permit(book.cycle(objective.cycle_id).state, Activity.REVIEW, context)
    existed(context, objective)
    return (Fact(objective.id, event, after_freeze),)


def _event_for(
    book: Book, objective: Objective, command: ReviewCommand, context: Context
) -> Event | None:
    if isinstance(command, ReviewObjective):
        if command.review_id in objective.reviews:
            raise AlreadyExists(f"The id {command.review_id} is taken; choose another.")
        if len({action.action_id for action in command.actions}) != len(command.actions):
            raise Invalid("Give every action an id of its own.", "actions")
        for action in command.actions:
            if action.owner is not None:
                existed(context, book.person(action.owner))
        return ObjectiveReviewed(**{k: v for k, v in command if k != "objective_id"})
    review = objective.reviews.get(command.review_id)
    if review is None:
        raise ReviewNotFound(f"The objective has no review {command.review_id}; check the id.")
    if isinstance(command, AcknowledgeReview):
        if context.actor.voice in review.acknowledged_by:
            return None
        existed(context, review)
        return ReviewAcknowledged(review_id=command.review_id, by=context.actor.voice)
    if command.action_id not in review.actions:
        raise ActionNotFound(f"The review has no action {command.action_id}; check the id.")
    if command.action_id in review.completed:
        return None
    existed(context, review)
    return ActionCompleted(review_id=command.review_id, action_id=command.action_id)
