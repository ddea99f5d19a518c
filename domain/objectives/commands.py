"""Every command about an objective, and what happens when it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.objectives.carrying_over import CarryOverObjective, carry_over
from domain.objectives.closing import (
    CloseObjective,
    ObjectiveClosed,
    ObjectiveReopened,
    Outcome,
    ReopenObjective,
    closed,
    reopened,
)
from domain.objectives.drafting import DraftObjective, draft
from domain.objectives.editing import Edit, ObjectiveReassigned, edited
from domain.objectives.promoting import PromoteKeyResult, promote
from domain.objectives.publishing import PublishObjective, published
from domain.record import Context, Event, Fact
from domain.rules import Activity, permit
from domain.standing import objective_must_be_live
from domain.times import forwards
from domain.voices import owner_must_exist

if TYPE_CHECKING:
    from domain.book import Book
    from domain.objectives.objective import Objective


ObjectiveChange = PublishObjective | Edit | CloseObjective | ReopenObjective
ObjectiveCommand = DraftObjective | ObjectiveChange | CarryOverObjective | PromoteKeyResult


def decide(book: Book, command: ObjectiveCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when an objective is drafted, changed, ended or continued."""
    match command:
        case DraftObjective():
            return (draft(book, command, context),)
        case CarryOverObjective():
            return carry_over(book, command, context)
        case PromoteKeyResult():
            return promote(book, command, context)
        case _:
            return _change(book, command, context)


def _change(book: Book, command: ObjectiveChange, context: Context) -> tuple[Fact, ...]:
    objective = book.objective(command.objective_id)
    event = _event_for(objective, command, context)
    if event is None or not event.new_values():
        return ()
    if not isinstance(event, ObjectiveReopened | ObjectiveClosed):
        objective_must_be_live(objective, context)
    after_freeze = permit(book.cycle(objective.cycle_id).state, _activity(event), context)
    forwards(context, objective, event)
    if isinstance(event, ObjectiveReassigned):
        owner_must_exist(book, event.owner.new, context)
    return (Fact(objective.id, event, after_freeze),)


def _activity(event: Event) -> Activity:
    """Ending an objective is no change of what was agreed, unless it is dropped."""
    match event:
        case ObjectiveClosed(outcome=outcome) if outcome.new is not Outcome.DROPPED:
            return Activity.CLOSE_OBJECTIVE
        case ObjectiveReopened():
            return Activity.CLOSE_OBJECTIVE
        case _:
            return Activity.CHANGE_STRUCTURE


def _event_for(objective: Objective, command: ObjectiveChange, context: Context) -> Event | None:
    """The event a command asks for; None, or one without moves, where it would change nothing."""
    match command:
        case PublishObjective():
            return published(objective, context)
        case CloseObjective():
            return closed(objective, command, context)
        case ReopenObjective():
            return reopened(objective)
        case _:
            return edited(objective, command)
