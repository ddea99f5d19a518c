"""The words that the trail speaks: every type of change, and every field that it can move."""

from __future__ import annotations

from domain.catalogue import EVENTS
from domain.check_ins.measuring import CheckedIn
from domain.check_ins.retracting import CheckInRetracted
from domain.objectives.carrying_over import ObjectiveCarriedOver
from domain.objectives.closing import ObjectiveClosed
from domain.record import Event
from domain.reviews import ActionCompleted, ObjectiveReviewed, ReviewAcknowledged
from domain.scores import KeyResultScored, ObjectiveScored
from domain.units.members import MemberJoined, MemberLeft
from projections.changes import BEGINNINGS, IDS
from projections.wording import moving_fields

_SCORED = frozenset({"self_score", "agreed_score", "note"})
_OWN_WORDS: dict[type[Event], frozenset[str]] = {
    CheckInRetracted: frozenset({"retracted"}),
    MemberJoined: frozenset({"members"}),
    MemberLeft: frozenset({"members"}),
    KeyResultScored: _SCORED,
    ObjectiveScored: _SCORED,
    ObjectiveReviewed: frozenset({"reviews"}),
    ReviewAcknowledged: frozenset({"acknowledged_by"}),
    ActionCompleted: frozenset({"completed"}),
    ObjectiveCarriedOver: frozenset({"carried_over_to"}),
}
"""What `teller_of` calls the changes of events that do not name them by their own fields."""


def fields_of(event: type[Event]) -> frozenset[str]:
    """Every field that an event of this type can move."""
    if event in _OWN_WORDS:
        return _OWN_WORDS[event]
    if event is CheckedIn or event in BEGINNINGS:
        return frozenset(event.model_fields) - IDS
    moved = frozenset(moving_fields(event))
    return moved | {"note"} if event is ObjectiveClosed else moved


TYPES = frozenset(event.__name__ for event in EVENTS.values())
"""The name of every event."""

FIELDS = frozenset[str]().union(*(fields_of(event) for event in EVENTS.values()))
"""Every field that some event can move."""


def types_named(wanted: str) -> frozenset[str]:
    """The types that a name means; with a `*` at its end, all that begin like it."""
    if wanted.endswith("*"):
        return frozenset(one for one in TYPES if one.startswith(wanted[:-1]))
    return TYPES & {wanted}
