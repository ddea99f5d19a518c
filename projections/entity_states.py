"""How each event changes the state of the entity it is about. States are plain JSON objects."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any

from domain.alignments.answering import AlignmentAccepted, AlignmentDeclined, AlignmentWithdrawn
from domain.check_ins import CheckedIn
from domain.measures import Direction, Kind, Measure, Milestone, Reading, progress
from domain.objectives.carrying_over import ObjectiveCarriedOver
from domain.objectives.publishing import ObjectivePublished
from domain.record import Event
from domain.reviews import ActionCompleted, ObjectiveReviewed, ReviewAcknowledged
from domain.scores import KeyResultScored, ObjectiveScored
from domain.units import MemberJoined, MemberLeft
from projections.plain import decimal, is_later, plain
from projections.told import Told
from projections.wording import moving_fields

State = dict[str, Any]

READING = ("value", "reached", "confidence", "note", "blockers")
_reading = itemgetter(*READING)
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
_UNMEASURED: State = dict.fromkeys(("check_in_id", "measured_at", *READING))
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


def touched(state: State, told: Told) -> State:
    """A copy of the state with one more event counted."""
    state = state.copy()
    _count(state, told)
    return state


def measure(state: State, told: Told) -> None:
    """Let the state of a key result itself show a check-in that is the latest measured."""
    _count(state, told)
    state.update(check_in_body(told))
    state["progress"] = progress_of(state)


def _count(state: State, told: Told) -> None:
    state["version"] += 1
    if is_later(told.effective_at, state["changed_at"]):
        state["changed_at"] = told.effective_at


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


def _checked_in(state: State, told: Told) -> State:
    """A check-in shows unless a later measurement counts already; at equal times the later wins."""
    shown = state["measured_at"]
    if shown is not None and is_later(shown, told.effective_at):
        return state
    state.update(check_in_body(told))
    state["progress"] = progress_of(state)
    return state


_CHANGES: dict[type[Event], Callable[[State, Told], State]] = {
    CheckedIn: _checked_in,
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


def check_in_body(told: Told) -> State:
    """The check-in that an event made, as plain JSON."""
    fields = told.fields
    return {
        "check_in_id": fields["check_in_id"],
        "measured_at": told.effective_at,
        **dict(zip(READING, _reading(fields), strict=True)),
    }


def with_reading(state: State, body: State | None) -> State:
    """The state of a key result whose latest measurement is `body`."""
    state = state | (_UNMEASURED if body is None else body)
    state["progress"] = progress_of(state)
    return state


def progress_of(state: State) -> float | int | None:
    """How far along a key result's latest measurement is."""
    if state["check_in_id"] is None:
        return None
    steps, reached = state["milestones"], state["reached"]
    return _progress(
        state["kind"],
        state["direction"],
        state["baseline"],
        state["target"],
        tuple([(step["name"], step["weight"]) for step in steps]) if steps else (),
        state["value"],
        None if reached is None else tuple(reached),
    )


@lru_cache(maxsize=16_384)
def _progress(
    kind: str,
    direction: str | None,
    baseline: float | None,
    target: float | None,
    steps: tuple[tuple[str, float], ...],
    value: float | bool | None,
    reached: tuple[str, ...] | None,
) -> float | int | None:
    """The same by what it depends on: values repeat themselves, and decimals take their time."""
    measure = _measure(kind, direction, baseline, target, steps)
    number = value if value is None or isinstance(value, bool) else decimal(value)
    return _shown(progress(measure, Reading(number, reached)))


@lru_cache(maxsize=4096)
def _measure(
    kind: str,
    direction: str | None,
    baseline: float | None,
    target: float | None,
    steps: tuple[tuple[str, float], ...],
) -> Measure:
    """The measure that a state spells. A key result is measured often and changed rarely."""
    return Measure(
        kind=Kind(kind),
        direction=None if direction is None else Direction(direction),
        baseline=decimal(baseline),
        target=decimal(target),
        milestones=tuple(
            Milestone(name=name, weight=Decimal(str(weight))) for name, weight in steps
        ),
    )


def _shown(value: Decimal | None) -> float | int | None:
    """Quotients may never end; twelve decimals are more than any measurement carries.

    Past 2⁵³ a JSON number has no decimals to keep, nor room for every digit.
    """
    if value is None:
        return None
    return float(value) if abs(value) >= 2**53 else plain(round(value, 12))
