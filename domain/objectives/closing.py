"""Closing: work on an objective ends with an outcome, and may be taken up again."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from domain.errors import ObjectiveStateForbids
from domain.record import Command, Context, Event
from domain.standing import ObjectiveState
from domain.values import Id, Moved, Text

if TYPE_CHECKING:
    from domain.objectives.objective import Objective


class Outcome(StrEnum):
    """How an objective ended."""

    ACHIEVED = "achieved"
    PARTIAL = "partial"
    MISSED = "missed"
    DROPPED = "dropped"


class ObjectiveClosed(Event):
    """Work on an objective ended with an outcome."""

    TOPIC: ClassVar[str] = "objective.closed"
    state: Moved[ObjectiveState]
    outcome: Moved[Outcome | None]
    note: Text = ""


class ObjectiveReopened(Event):
    """Work on a closed objective goes on."""

    TOPIC: ClassVar[str] = "objective.reopened"
    state: Moved[ObjectiveState]
    outcome: Moved[Outcome | None]


class CloseObjective(Command):
    """End the work on an objective."""

    NAME: ClassVar[str] = "close_objective"
    objective_id: Id
    outcome: Outcome
    note: Text = ""


class ReopenObjective(Command):
    """Go on with a closed objective."""

    NAME: ClassVar[str] = "reopen_objective"
    objective_id: Id


def closed(objective: Objective, command: CloseObjective, context: Context) -> Event | None:
    """The event that ends an objective, or None where it ended like this already."""
    is_closed = objective.state is ObjectiveState.CLOSED
    if is_closed and objective.outcome is command.outcome:
        return None
    if is_closed and not context.imported:
        raise ObjectiveStateForbids(
            f"The objective was closed as {objective.outcome}; reopen it to close it otherwise."
        )
    return ObjectiveClosed(
        state=Moved(old=objective.state, new=ObjectiveState.CLOSED),
        outcome=Moved(old=objective.outcome, new=command.outcome),
        note=command.note,
    )


def reopened(objective: Objective) -> Event | None:
    """The event that takes an objective up again, or None where it is not closed."""
    if objective.state is not ObjectiveState.CLOSED:
        return None
    before = ObjectiveState.PUBLISHED if objective.was_published else ObjectiveState.DRAFT
    return ObjectiveReopened(
        state=Moved(old=ObjectiveState.CLOSED, new=before),
        outcome=Moved(old=objective.outcome, new=None),
    )
