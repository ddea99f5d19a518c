"""How each event changes the state of the entity it is about. States are plain JSON objects."""

from __future__ import annotations

from collections.abc import Callable

from domain.alignments.answering import AlignmentAccepted, AlignmentDeclined, AlignmentWithdrawn
from domain.measures import Measure
from domain.objectives.carrying_over import ObjectiveCarriedOver
from domain.objectives.publishing import ObjectivePublished
from domain.record import Event
from domain.reviews import ActionCompleted, ObjectiveReviewed, ReviewAcknowledged
from domain.scores import KeyResultScored, ObjectiveScored
from domain.units.members import MemberJoined, MemberLeft
from projections.measuring import READING, State, progress_of, touched
from projections.told import Told
from projections.wording import moving_fields

MEASURE = tuple(Measure.model_fields)
_UNSAID: dict[str, State] = {
    "person": {},
    "unit": {"state": "active", "members": []},
    "cycle": {"state": "planned", "anchored": False},
    "objective": {
        "state": "draft",
        "published_at": None,
        "outcome": None,
        "self_score": None,
        "agreed_score": None,
        "computed_score": None,
        "carried_over_to": None,
        "reviews": [],
    },
    "key_result": {
        "state": "live",
        "check_in_id": None,
        "measured_at": None,
        "self_score": None,
        "agreed_score": None,
        "computed_score": None,
        **dict.fromkeys(READING),
        "progress": None,
    },
    "alignment": {"state": "proposed"},
}
_NAMES = {"start": "from", "finish": "to"}
_OWN_IDS = ("key_result_id", "alignment_id")


def beginning(told: Told, scope: str) -> State:
    """The state of an entity after the event that brought it into being."""
    fields = {
        _NAMES.get(name, name): value for name, value in told.fields.items() if name not in _OWN_IDS
    }
    state: State = {"id": told.entity_id, "type": told.kind, "version": 1}
    if told.kind == "key_result":
        state |= {"objective_id": told.stream_id, "cycle_id": scope}
    state |= fields | _UNSAID[told.kind]
    state["exists_from"] = told.effective_at
    state["changed_at"] = told.effective_at
    state["assumed"] = told.assumed
    return state


def after(state: State, told: Told) -> State:
    """The state after an event that is not about its series of check-ins."""
    state = touched(state, told)
    change = _CHANGES.get(told.event)
    return _moved(state, told) if change is None else change(state, told)


def _moved(state: State, told: Told) -> State:
    fields = told.fields
    moves = {
        name: fields[name]["new"] for name in moving_fields(told.event) if fields[name] is not None
    }
    state |= moves
    if state["type"] == "key_result" and not moves.keys().isdisjoint(MEASURE):
        state["progress"] = progress_of(state)
    return state


def _published(state: State, told: Told) -> State:
    return _moved(state, told) | {"published_at": told.effective_at}


def _answered(state: State, told: Told) -> State:
    return _moved(state, told) | {"awaiting": None}


def _joined(state: State, told: Told) -> State:
    member = {"person_id": told.fields["person_id"], "role": told.fields["role"]}
    return state | {"members": [*_without(state["members"], member["person_id"]), member]}


def _left(state: State, told: Told) -> State:
    return state | {"members": _without(state["members"], told.fields["person_id"])}


def _without(members: list[State], person_id: str) -> list[State]:
    return [member for member in members if member["person_id"] != person_id]


def _scored(state: State, told: Told) -> State:
    fields = told.fields
    return state | {
        f"{fields['kind']}_score": fields["score"]["new"],
        "computed_score": fields["computed"],
    }


def _carried_over(state: State, told: Told) -> State:
    fields = told.fields
    carried = {"objective_id": fields["to_objective_id"], "cycle_id": fields["to_cycle_id"]}
    return state | {"carried_over_to": carried}


def _reviewed(state: State, told: Told) -> State:
    review = told.fields | {
        "id": told.fields["review_id"],
        "reviewed_at": told.effective_at,
        "reviewed_by": told.actor_id,
        "acknowledged_by": [],
        "actions": [action | {"completed_at": None} for action in told.fields["actions"]],
    }
    del review["review_id"]
    return state | {"reviews": [*state["reviews"], review]}


def _acknowledged(state: State, told: Told) -> State:
    def acknowledge(review: State) -> State:
        return review | {"acknowledged_by": [*review["acknowledged_by"], told.fields["by"]]}

    return _with_review(state, told, acknowledge)


def _completed(state: State, told: Told) -> State:
    def complete(review: State) -> State:
        actions = [
            action | {"completed_at": told.effective_at}
            if action["action_id"] == told.fields["action_id"]
            else action
            for action in review["actions"]
        ]
        return review | {"actions": actions}

    return _with_review(state, told, complete)


def _with_review(state: State, told: Told, change: Callable[[State], State]) -> State:
    wanted = told.fields["review_id"]
    reviews = [change(one) if one["id"] == wanted else one for one in state["reviews"]]
    return state | {"reviews": reviews}


_CHANGES: dict[type[Event], Callable[[State, Told], State]] = {
    MemberJoined: _joined,
    MemberLeft: _left,
    KeyResultScored: _scored,
    ObjectiveScored: _scored,
    ObjectiveReviewed: _reviewed,
    ReviewAcknowledged: _acknowledged,
    ActionCompleted: _completed,
    ObjectiveCarriedOver: _carried_over,
    ObjectivePublished: _published,
    AlignmentAccepted: _answered,
    AlignmentDeclined: _answered,
    AlignmentWithdrawn: _answered,
}
"""Each takes a copy that is its own. Every other event changes a state by what it moved."""
