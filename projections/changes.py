"""What one record changed, field by field: the common ground of every question about history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.alignments.proposing import AlignmentProposed
from domain.check_ins.measuring import CheckedIn
from domain.check_ins.retracting import CheckInRetracted
from domain.cycles.planning import CyclePlanned
from domain.key_results.adding import KeyResultAdded
from domain.objectives.carrying_over import ObjectiveCarriedOver
from domain.objectives.closing import ObjectiveClosed
from domain.objectives.drafting import ObjectiveDrafted
from domain.people import PersonRegistered
from domain.record import Event
from domain.reviews import ActionCompleted, ObjectiveReviewed, ReviewAcknowledged
from domain.scores import KeyResultScored, ObjectiveScored
from domain.units.forming import UnitFormed
from domain.units.members import MemberJoined, MemberLeft
from projections.wording import moving_fields

Fields = dict[str, Any]
Change = dict[str, Any]
"""`{field, from, to}` in plain JSON."""

BEGINNINGS: frozenset[type[Event]] = frozenset(
    {
        PersonRegistered,
        UnitFormed,
        CyclePlanned,
        ObjectiveDrafted,
        KeyResultAdded,
        AlignmentProposed,
    }
)
"""The events that bring an entity into being."""

IDS = {"key_result_id", "alignment_id", "check_in_id", "review_id"}


Teller = Callable[[type[Event], Fields], list[Change]]
"""Says what an event moved by its fields."""


def teller_of(event: type[Event]) -> Teller:
    """What tells of an event every field that it moved, with its old and new value."""
    return _TELLERS.get(event, _moves)


def _change(field: str, old: Any, new: Any) -> Change:
    return {"field": field, "from": old, "to": new}


def _moves(event: type[Event], fields: Fields) -> list[Change]:
    return [
        _change(name, move["old"], move["new"])
        for name in moving_fields(event)
        if (move := fields[name]) is not None
    ]


def _beginning(_event: type[Event], fields: Fields) -> list[Change]:
    """A beginning moves every field that it says from nothing; an empty text says nothing."""
    return [
        {"field": name, "from": None, "to": value}
        for name, value in fields.items()
        # A zero and a no say something.
        if (value or value == 0) and name not in IDS
    ]


def _retracted(_event: type[Event], _fields: Fields) -> list[Change]:
    return [_change("retracted", False, True)]


def _joined(_event: type[Event], fields: Fields) -> list[Change]:
    person_id, previous = fields["person_id"], fields["previous"]
    old = None if previous is None else {"person_id": person_id, "role": previous}
    return [_change("members", old, {"person_id": person_id, "role": fields["role"]})]


def _left(_event: type[Event], fields: Fields) -> list[Change]:
    member = {"person_id": fields["person_id"], "role": fields["role"]}
    return [_change("members", member, None)]


def _scored(_event: type[Event], fields: Fields) -> list[Change]:
    score = fields["score"]
    return [_change(f"{fields['kind']}_score", score["old"], score["new"]), *_note(fields)]


def _reviewed(_event: type[Event], fields: Fields) -> list[Change]:
    return [_change("reviews", None, fields)]


def _acknowledged(_event: type[Event], fields: Fields) -> list[Change]:
    return [_change("acknowledged_by", None, fields["by"])]


def _completed(_event: type[Event], fields: Fields) -> list[Change]:
    return [_change("completed", None, fields["action_id"])]


def _carried_over(_event: type[Event], fields: Fields) -> list[Change]:
    carried = {
        "objective_id": fields["to_objective_id"],
        "cycle_id": fields["to_cycle_id"],
        "kept": fields["kept"],
    }
    return [_change("carried_over_to", None, carried)]


def _closed(event: type[Event], fields: Fields) -> list[Change]:
    return [*_moves(event, fields), *_note(fields)]


def _note(fields: Fields) -> list[Change]:
    return [_change("note", None, fields["note"])] if fields["note"] else []


_TELLERS: dict[type[Event], Teller] = {
    **dict.fromkeys((*BEGINNINGS, CheckedIn), _beginning),
    CheckInRetracted: _retracted,
    MemberJoined: _joined,
    MemberLeft: _left,
    KeyResultScored: _scored,
    ObjectiveScored: _scored,
    ObjectiveReviewed: _reviewed,
    ReviewAcknowledged: _acknowledged,
    ActionCompleted: _completed,
    ObjectiveCarriedOver: _carried_over,
    ObjectiveClosed: _closed,
}
"""Every other event says what it changed by what it moved."""
