"""What one record changed, field by field: the common ground of every question about history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.alignments import AlignmentProposed
from domain.check_ins import CheckedIn, CheckInRetracted
from domain.cycles import CyclePlanned
from domain.key_results import KeyResultAdded
from domain.objectives import ObjectiveCarriedOver, ObjectiveClosed, ObjectiveDrafted
from domain.people import PersonRegistered
from domain.record import Event, Record
from domain.reviews import ActionCompleted, ObjectiveReviewed, ReviewAcknowledged
from domain.scores import KeyResultScored, ObjectiveScored
from domain.units import MemberJoined, MemberLeft, UnitFormed
from projections.plain import plain

BEGINNINGS = (
    PersonRegistered,
    UnitFormed,
    CyclePlanned,
    ObjectiveDrafted,
    KeyResultAdded,
    AlignmentProposed,
)
_IDS = {"key_result_id", "alignment_id", "check_in_id", "review_id"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field's old and new value, in plain JSON."""

    field: str
    old: Any
    new: Any

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "from": self.old, "to": self.new}


def entity_of(record: Record) -> tuple[str, UUID]:
    """The kind and id of the entity that a record is about."""
    event = record.event
    key_result_id = getattr(event, "key_result_id", None)
    if key_result_id is not None:
        return "key_result", key_result_id
    alignment_id = getattr(event, "alignment_id", None)
    if alignment_id is not None:
        return "alignment", alignment_id
    return event.TOPIC.partition(".")[0], record.stream_id


def changes_of(event: Event) -> list[Change]:
    """Every field that an event moved, with its old and new value."""
    match event:
        case event if isinstance(event, BEGINNINGS):
            return _beginning(event)
        case CheckedIn():
            return _beginning(event)
        case CheckInRetracted():
            return [Change("retracted", False, True)]
        case MemberJoined(person_id=person_id, role=role, previous=previous):
            old = None if previous is None else {"person_id": plain(person_id), "role": previous}
            return [Change("members", old, {"person_id": plain(person_id), "role": role})]
        case MemberLeft(person_id=person_id, role=role):
            return [Change("members", {"person_id": plain(person_id), "role": role}, None)]
        case KeyResultScored(kind=kind, score=score) | ObjectiveScored(kind=kind, score=score):
            change = Change(f"{kind}_score", plain(score.old), plain(score.new))
            return [change, *_note(event.note)]
        case ObjectiveReviewed():
            return [Change("reviews", None, plain(event))]
        case ReviewAcknowledged():
            return [Change("acknowledged_by", None, event.by)]
        case ActionCompleted():
            return [Change("completed", None, plain(event.action_id))]
        case ObjectiveCarriedOver():
            carried = {"objective_id": event.to_objective_id, "cycle_id": event.to_cycle_id}
            return [Change("carried_over_to", None, plain(carried | {"kept": event.kept}))]
        case ObjectiveClosed(note=note):
            return [*_moves(event), *_note(note)]
        case _:
            return _moves(event)


def _beginning(event: Event) -> list[Change]:
    """A beginning moves every field that it says from nothing; an empty text says nothing."""
    return [
        Change(name, None, plain(value))
        for name, value in event
        if name not in _IDS and value not in (None, "", ())
    ]


def _moves(event: Event) -> list[Change]:
    return [Change(name, plain(move.old), plain(move.new)) for name, move in event.moves().items()]


def _note(note: str) -> list[Change]:
    return [Change("note", None, note)] if note else []
