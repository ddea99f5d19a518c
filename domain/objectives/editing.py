"""Editing: what an objective says, whose it is, how much it counts and how far it is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, assert_never

from domain.record import Command, Event
from domain.values import Commitment, Id, Moved, Owner, Text, Title, Weight, moved

if TYPE_CHECKING:
    from domain.objectives.objective import Objective


class ObjectiveReworded(Event):
    """An objective's title or description changed."""

    TOPIC: ClassVar[str] = "objective.reworded"
    title: Moved[Title] | None = None
    description: Moved[Text] | None = None


class ObjectiveReassigned(Event):
    """An objective belongs to somebody else."""

    TOPIC: ClassVar[str] = "objective.reassigned"
    owner: Moved[Owner]


class ObjectiveReweighted(Event):
    """An objective counts for more, or less, of its cycle."""

    TOPIC: ClassVar[str] = "objective.reweighted"
    weight: Moved[Weight]


class CommitmentChanged(Event):
    """A promise became a stretch, or the other way round."""

    TOPIC: ClassVar[str] = "objective.commitment-changed"
    commitment: Moved[Commitment | None]


class RewordObjective(Command):
    """Change an objective's title or description; a field left out stays as it is."""

    NAME: ClassVar[str] = "reword_objective"
    objective_id: Id
    title: Title | None = None
    description: Text | None = None


class ReassignObjective(Command):
    """Give an objective to another owner."""

    NAME: ClassVar[str] = "reassign_objective"
    objective_id: Id
    owner: Owner


class ReweightObjective(Command):
    """Let an objective count for more, or less."""

    NAME: ClassVar[str] = "reweight_objective"
    objective_id: Id
    weight: Weight


class ChangeCommitment(Command):
    """Make an objective a promise, a stretch or something to find out."""

    NAME: ClassVar[str] = "change_commitment"
    objective_id: Id
    commitment: Commitment | None


Edit = RewordObjective | ReassignObjective | ReweightObjective | ChangeCommitment


def edited(objective: Objective, command: Edit) -> Event | None:
    """The event that an edit asks for; None, or one without moves, where it changes nothing."""
    match command:
        case RewordObjective(title=title, description=description):
            return ObjectiveReworded(
                title=moved(objective.title, title or objective.title),
                description=None
                if description is None
                else moved(objective.description, description),
            )
        case ReassignObjective():
            change = moved(objective.owner, command.owner)
            return ObjectiveReassigned(owner=change) if change else None
        case ReweightObjective():
            change = moved(objective.weight, command.weight)
            return ObjectiveReweighted(weight=change) if change else None
        case ChangeCommitment():
            change = moved(objective.commitment, command.commitment)
            return CommitmentChanged(commitment=change) if change else None
        case _:
            assert_never(command)
