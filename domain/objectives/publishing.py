"""Publishing: an objective is shown to everybody, once and for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from domain.errors import ObjectiveStateForbids
from domain.record import Command, Context, Event
from domain.standing import ObjectiveState
from domain.values import Id, Moved

if TYPE_CHECKING:
    from domain.objectives.objective import Objective


class ObjectivePublished(Event):
    """An objective was shown to everybody."""

    TOPIC: ClassVar[str] = "objective.published"
    state: Moved[ObjectiveState] = Moved(old=ObjectiveState.DRAFT, new=ObjectiveState.PUBLISHED)


class PublishObjective(Command):
    """Show an objective to everybody."""

    NAME: ClassVar[str] = "publish_objective"
    objective_id: Id


def published(objective: Objective, context: Context) -> Event | None:
    """The event that publishes an objective, or None where it was published before."""
    if objective.was_published:
        return None
    if objective.state is ObjectiveState.CLOSED and not context.imported:
        raise ObjectiveStateForbids("The objective is closed; reopen it before publishing it.")
    return ObjectivePublished(state=Moved(old=objective.state, new=ObjectiveState.PUBLISHED))
