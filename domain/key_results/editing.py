"""Editing: what a key result says, whose it is, how much it counts and when it is due."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, assert_never
from uuid import UUID

from domain.record import Command, Event
from domain.values import Commitment, Id, Moved, Owner, Text, Title, Weight, moved

if TYPE_CHECKING:
    from domain.key_results.key_result import KeyResult


class KeyResultReworded(Event):
    """A key result's title or description changed."""

    TOPIC: ClassVar[str] = "key-result.reworded"
    key_result_id: UUID
    title: Moved[Title] | None = None
    description: Moved[Text] | None = None


class KeyResultReassigned(Event):
    """Somebody else looks after the key result."""

    TOPIC: ClassVar[str] = "key-result.reassigned"
    key_result_id: UUID
    owner: Moved[Owner | None]


class KeyResultReweighted(Event):
    """The key result counts for more, or less, of its objective."""

    TOPIC: ClassVar[str] = "key-result.reweighted"
    key_result_id: UUID
    weight: Moved[Weight]


class KeyResultCommitmentChanged(Event):
    """A promise became a stretch, or the other way round."""

    TOPIC: ClassVar[str] = "key-result.commitment-changed"
    key_result_id: UUID
    commitment: Moved[Commitment | None]


class DeadlineMoved(Event):
    """The day a key result is due moved."""

    TOPIC: ClassVar[str] = "key-result.deadline-moved"
    key_result_id: UUID
    deadline: Moved[date | None]


class RewordKeyResult(Command):
    """Change a key result's title or description; a field left out stays as it is."""

    NAME: ClassVar[str] = "reword_key_result"
    key_result_id: Id
    title: Title | None = None
    description: Text | None = None


class ReassignKeyResult(Command):
    """Let somebody else look after a key result."""

    NAME: ClassVar[str] = "reassign_key_result"
    key_result_id: Id
    owner: Owner | None


class ReweightKeyResult(Command):
    """Let a key result count for more, or less."""

    NAME: ClassVar[str] = "reweight_key_result"
    key_result_id: Id
    weight: Weight


class ChangeKeyResultCommitment(Command):
    """Make a key result a promise, a stretch or something to find out."""

    NAME: ClassVar[str] = "change_key_result_commitment"
    key_result_id: Id
    commitment: Commitment | None


class MoveDeadline(Command):
    """Move the day a key result is due."""

    NAME: ClassVar[str] = "move_deadline"
    key_result_id: Id
    deadline: date | None


Edit = (
    RewordKeyResult
    | ReassignKeyResult
    | ReweightKeyResult
    | ChangeKeyResultCommitment
    | MoveDeadline
)


def edited(key_result: KeyResult, command: Edit) -> Event | None:
    """The event that an edit asks for; None, or one without moves, where it changes nothing."""
    name: dict[str, Any] = {"key_result_id": key_result.id}
    match command:
        case RewordKeyResult():
            return KeyResultReworded(
                **name,
                title=moved(key_result.title, command.title or key_result.title),
                description=None
                if command.description is None
                else moved(key_result.description, command.description),
            )
        case ReassignKeyResult():
            change = moved(key_result.owner, command.owner)
            return KeyResultReassigned(**name, owner=change) if change else None
        case ReweightKeyResult():
            change = moved(key_result.weight, command.weight)
            return KeyResultReweighted(**name, weight=change) if change else None
        case ChangeKeyResultCommitment():
            change = moved(key_result.commitment, command.commitment)
            return KeyResultCommitmentChanged(**name, commitment=change) if change else None
        case MoveDeadline():
            change = moved(key_result.deadline, command.deadline)
            return DeadlineMoved(**name, deadline=change) if change else None
        case _:
            assert_never(command)
