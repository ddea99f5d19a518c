"""How each event changes the state of the entity it is about. States are plain JSON objects."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from domain.check_ins import CheckedIn
from domain.measures import Direction, Kind, Measure, Milestone, Reading, progress
from domain.objectives import ObjectiveCarriedOver, ObjectivePublished
from domain.record import Record
from domain.reviews import ActionCompleted, ObjectiveReviewed, ReviewAcknowledged
from domain.scores import KeyResultScored, ObjectiveScored
from domain.units import MemberJoined, MemberLeft
from projections.plain import decimal, from_micros, iso, micros, micros_of, plain

State = dict[str, Any]

READING = ("value", "reached", "confidence", "note", "blockers")
MEASURE = tuple(Measure.model_fields)
_UNSAID: dict[str, State] = {
    "person": {},
    "unit": {"state": "active", "members": []},
    "cycle": {"state": "planned"},
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


def beginning(record: Record, kind: str, entity_id: str, scope: str) -> State:
    """The state of an entity after the event that brought it into being."""
    fields = {_NAMES.get(name, name): plain(value) for name, value in record.event}
    fields.pop("key_result_id", None)
    fields.pop("alignment_id", None)
    state: State = {"id": entity_id, "type": kind, "version": 1}
    if kind == "key_result":
        state |= {"objective_id": str(record.stream_id), "cycle_id": scope}
    state |= fields | _UNSAID[kind]
    state["exists_from"] = iso(record.effective_at)
    state["changed_at"] = iso(record.effective_at)
    state["assumed"] = list(record.assumed)
    return state


def after(state: State, record: Record) -> State:
    """The state after an event that is not about its series of check-ins."""
    event = record.event
    state = touched(state, record)
    match event:
        case CheckedIn():
            return _checked_in(state, event, record)
        case MemberJoined(person_id=person_id, role=role):
            others = _without(state["members"], str(person_id))
            return state | {"members": [*others, {"person_id": str(person_id), "role": role}]}
        case MemberLeft(person_id=person_id):
            return state | {"members": _without(state["members"], str(person_id))}
        case KeyResultScored(kind=kind, score=score) | ObjectiveScored(kind=kind, score=score):
            return state | {
                f"{kind}_score": plain(score.new),
                "computed_score": plain(event.computed),
            }
        case ObjectiveReviewed() | ReviewAcknowledged() | ActionCompleted():
            return state | {"reviews": _reviews(state["reviews"], event, record)}
        case ObjectiveCarriedOver():
            carried = {
                "objective_id": str(event.to_objective_id),
                "cycle_id": str(event.to_cycle_id),
            }
            return state | {"carried_over_to": carried}
        case _:
            return _moved(state, record)


def touched(state: State, record: Record) -> State:
    """The state with one more event counted."""
    changed_at = max(micros_of(state["changed_at"]), micros(record.effective_at))
    return state | {"version": state["version"] + 1, "changed_at": iso(from_micros(changed_at))}


def _moved(state: State, record: Record) -> State:
    event = record.event
    moves = {name: plain(value) for name, value in event.new_values().items()}
    state = state | moves
    if state["type"] == "alignment":
        state["awaiting"] = None
    if isinstance(event, ObjectivePublished):
        state["published_at"] = iso(record.effective_at)
    if state["type"] == "key_result" and not moves.keys().isdisjoint(MEASURE):
        state["progress"] = progress_of(state)
    return state


def _checked_in(state: State, event: CheckedIn, record: Record) -> State:
    """A check-in shows unless a later measurement counts already; at equal times the later wins."""
    shown = state["measured_at"]
    if shown is not None and micros_of(shown) > micros(record.effective_at):
        return state
    return with_reading(state, check_in_body(event, iso(record.effective_at)))


def check_in_body(event: CheckedIn, measured_at: str) -> State:
    """One check-in as plain JSON."""
    reading = {name: plain(getattr(event, name)) for name in READING}
    return {"check_in_id": str(event.check_in_id), "measured_at": measured_at} | reading


def with_reading(state: State, body: State | None) -> State:
    """The state of a key result whose latest measurement is `body`."""
    state = state | (_UNMEASURED if body is None else body)
    state["progress"] = progress_of(state)
    return state


def progress_of(state: State) -> float | int | None:
    """How far along a key result's latest measurement is."""
    if state["check_in_id"] is None:
        return None
    steps = tuple((step["name"], step["weight"]) for step in state["milestones"])
    measure = _measure(state["kind"], state["direction"], state["baseline"], state["target"], steps)
    return _shown(progress(measure, _reading(state)))


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


def _reading(state: State) -> Reading:
    value = state["value"]
    return Reading.model_construct(
        value=value if value is None or isinstance(value, bool) else decimal(value),
        reached=state["reached"],
    )


def _shown(value: Decimal | None) -> float | int | None:
    """Quotients may never end; twelve decimals are more than any measurement carries.

    Past 2⁵³ a JSON number has no decimals to keep, nor room for every digit.
    """
    if value is None:
        return None
    return float(value) if abs(value) >= 2**53 else plain(round(value, 12))


def _without(members: list[State], person_id: str) -> list[State]:
    return [member for member in members if member["person_id"] != person_id]


def _reviews(
    reviews: list[State],
    event: ObjectiveReviewed | ReviewAcknowledged | ActionCompleted,
    record: Record,
) -> list[State]:
    if isinstance(event, ObjectiveReviewed):
        review = plain(event) | {
            "id": str(event.review_id),
            "reviewed_at": iso(record.effective_at),
            "reviewed_by": record.actor.id,
            "acknowledged_by": [],
        }
        del review["review_id"]
        review["actions"] = [action | {"completed_at": None} for action in review["actions"]]
        return [*reviews, review]
    return [
        _followed_up(review, event, record) if review["id"] == str(event.review_id) else review
        for review in reviews
    ]


def _followed_up(
    review: State, event: ReviewAcknowledged | ActionCompleted, record: Record
) -> State:
    if isinstance(event, ReviewAcknowledged):
        return review | {"acknowledged_by": [*review["acknowledged_by"], event.by]}
    actions = [
        action | {"completed_at": iso(record.effective_at)}
        if action["action_id"] == str(event.action_id)
        else action
        for action in review["actions"]
    ]
    return review | {"actions": actions}
