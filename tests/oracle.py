"""What was true, told the slow and obvious way: by folding the records again for every question.

Written without a look at the projections, from the rules of time alone: fields change in effective
order, check-ins are a series, of two at one instant the later recorded wins, and what was recorded
after the position asked for is not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from domain import people, reviews, scores
from domain.alignments.graph import AlignmentEvent
from domain.alignments.proposing import AlignmentProposed
from domain.check_ins.correcting import CheckInCorrected
from domain.check_ins.measuring import CheckedIn
from domain.check_ins.retracting import CheckInRetracted
from domain.cycles.planning import CyclePlanned
from domain.key_results.adding import KeyResultAdded
from domain.objectives.carrying_over import ObjectiveCarriedOver
from domain.objectives.drafting import ObjectiveDrafted
from domain.objectives.publishing import ObjectivePublished
from domain.record import Record
from domain.units.forming import UnitFormed
from domain.units.members import MemberJoined, MemberLeft

Thing = dict[str, Any]
READING = ("value", "reached", "confidence", "note", "blockers")


def things_at(records: Iterable[Record], instant: datetime, known: int) -> dict[UUID, Thing]:
    """Every entity that exists at an instant as known at a position, with what was true of it."""
    seen = [record for record in records if record.position <= known]
    things: dict[UUID, Thing] = {}
    for record in sorted(seen, key=lambda one: (one.effective_at, one.position)):
        if record.effective_at <= instant:
            _tell(things, record)
    for key_result_id, measured in _measurements(seen, instant).items():
        if key_result_id in things:
            things[key_result_id] |= measured
    return things


def _tell(things: dict[UUID, Thing], record: Record) -> None:
    event: Any = record.event
    match event:
        case people.PersonRegistered():
            _begin(things, record.stream_id, record)
        case UnitFormed():
            _begin(things, record.stream_id, record, state="active", members={})
        case CyclePlanned():
            _begin(things, record.stream_id, record, state="planned", anchored=False)
        case ObjectiveDrafted():
            more: Thing = {"published_at": None, "carried_over_to": None, "reviews": {}}
            _begin(things, record.stream_id, record, state="draft", outcome=None, **more)
        case KeyResultAdded():
            home = record.stream_id
            more = {"objective_id": home, "cycle_id": things[home]["cycle_id"]}
            _begin(things, event.key_result_id, record, state="live", **more)
        case AlignmentProposed():
            _begin(things, event.alignment_id, record, state="proposed")
        case CheckedIn() | CheckInCorrected() | CheckInRetracted():
            pass
        case _:
            _change(things[about(record)], record)


def _begin(things: dict[UUID, Thing], thing_id: UUID, record: Record, **more: Any) -> None:
    since = {"exists_from": record.effective_at, "assumed": record.assumed}
    things[thing_id] = {**dict(record.event), **more, **since}


def about(record: Record) -> UUID:
    """The entity that a record is about."""
    ids = (getattr(record.event, name, None) for name in ("key_result_id", "alignment_id"))
    return next((one for one in ids if one is not None), record.stream_id)


def _change(thing: Thing, record: Record) -> None:
    event: Any = record.event
    match event:
        case scores.KeyResultScored() | scores.ObjectiveScored():
            thing[f"{event.kind}_score"] = event.score.new
            thing["computed_score"] = event.computed
        case MemberJoined():
            thing["members"] = {**thing["members"], event.person_id: event.role}
        case MemberLeft():
            members = thing["members"].items()
            thing["members"] = {one: role for one, role in members if one != event.person_id}
        case ObjectiveCarriedOver():
            thing["carried_over_to"] = {
                "objective_id": event.to_objective_id,
                "cycle_id": event.to_cycle_id,
            }
        case reviews.ObjectiveReviewed() | reviews.ReviewAcknowledged() | reviews.ActionCompleted():
            thing["reviews"] = _reviewed(thing["reviews"], record)
        case _:
            thing.update(event.new_values())
            if isinstance(event, ObjectivePublished):
                thing["published_at"] = record.effective_at
            if isinstance(event, AlignmentEvent):
                thing["awaiting"] = None


def _reviewed(told: dict[UUID, Thing], record: Record) -> dict[UUID, Thing]:
    """The reviews after one more look back, acknowledgement or action done."""
    event: Any = record.event
    match event:
        case reviews.ObjectiveReviewed():
            found = {
                **dict(event),
                "reviewed_at": record.effective_at,
                "reviewed_by": record.actor.id,
                "acknowledged_by": frozenset[str](),
                "actions": {
                    one.action_id: {**dict(one), "completed_at": None} for one in event.actions
                },
            }
        case reviews.ReviewAcknowledged():
            found = told[event.review_id]
            found = {**found, "acknowledged_by": found["acknowledged_by"] | {event.by}}
        case _:
            found = told[event.review_id]
            done = {**found["actions"][event.action_id], "completed_at": record.effective_at}
            found = {**found, "actions": {**found["actions"], event.action_id: done}}
    return {**told, event.review_id: found}


def _measurements(seen: list[Record], instant: datetime) -> dict[UUID, Thing]:
    """The latest measurement of each key result that stands."""
    series: dict[UUID, dict[UUID, Thing]] = {}
    for record in sorted(seen, key=lambda one: one.position):
        event = record.event
        if isinstance(event, CheckedIn):
            series.setdefault(event.key_result_id, {})[event.check_in_id] = {
                **{name: getattr(event, name) for name in READING},
                "check_in_id": event.check_in_id,
                "at": record.effective_at,
                "rank": record.position,
            }
        elif isinstance(event, CheckInCorrected):
            told = series[event.key_result_id][event.check_in_id]
            told.update(event.new_values())
            told.update({"at": record.effective_at, "rank": record.position})
        elif isinstance(event, CheckInRetracted):
            del series[event.key_result_id][event.check_in_id]
    return {
        key_result_id: max(standing, key=lambda one: (one["at"], one["rank"]))
        for key_result_id, told in series.items()
        if (standing := [one for one in told.values() if one["at"] <= instant])
    }


def progress(thing: Thing) -> Fraction | None:
    """How far along a key result is, in exact fractions."""
    if "value" not in thing:
        return None
    match thing["kind"]:
        case "boolean":
            return Fraction(thing["value"])
        case "milestones":
            weights = {one.name: Fraction(one.weight) for one in thing["milestones"]}
            reached = sum((weights.get(one, Fraction(0)) for one in thing["reached"]), Fraction(0))
            total = sum(weights.values(), Fraction(0))
            return reached / total if total else None
        case _:
            return _metric_progress(thing)


def _metric_progress(thing: Thing) -> Fraction | None:
    if thing["target"] is None:
        return None
    value, target = Fraction(thing["value"]), Fraction(thing["target"])
    match thing["direction"]:
        case "at_least":
            return Fraction(value >= target)
        case "at_most":
            return Fraction(value <= target)
        case "within":
            baseline = thing["baseline"]
            return None if baseline is None else Fraction(Fraction(baseline) <= value <= target)
        case _:
            if thing["baseline"] is None or thing["baseline"] == thing["target"]:
                return None
            baseline = Fraction(thing["baseline"])
            return (value - baseline) / (target - baseline)


def status(thing: Thing, cycle: Thing | None, at: datetime) -> str:
    """What the last check-in of a key result says at an instant, in a cycle of days in UTC."""
    if "at" not in thing or cycle is None:
        return "unknown"
    if cycle["state"] == "closed" and cycle["ends_on"] is not None:
        last = datetime.combine(cycle["ends_on"], time(), UTC) + timedelta(days=1)
        at = min(at, last)
    if (at - thing["at"]) / timedelta(days=1) > 1.5 * cycle["cadence_days"]:
        return "stale"
    confidence = thing["confidence"]
    if confidence is None:
        return "unknown"
    return "on_track" if confidence >= 7 else "at_risk" if confidence >= 4 else "off_track"


def orphaned(things: dict[UUID, Thing], edge: Thing) -> bool:
    """Whether an edge that still counts has an end that is closed or dropped."""
    if edge["state"] not in ("proposed", "accepted"):
        return False
    ends = {one for end in (edge["start"], edge["finish"]) for one in (end.id, end.objective_id)}
    return any(one not in things or things[one]["state"] in ("closed", "dropped") for one in ends)


def of_cycle(things: dict[UUID, Thing], cycle_id: UUID) -> dict[UUID, Thing]:
    """What lives in a cycle."""
    return {one: thing for one, thing in things.items() if thing.get("cycle_id") == cycle_id}


def of_unit(things: dict[UUID, Thing], unit_id: UUID) -> dict[UUID, Thing]:
    """The objectives that a unit and the units below it own, with their key results."""
    own = {
        one
        for one, thing in things.items()
        if "outcome" in thing and _belongs(things, thing["owner"], unit_id)
    }
    return {
        one: thing
        for one, thing in things.items()
        if one in own or thing.get("objective_id") in own
    }


def _belongs(things: dict[UUID, Thing], owner: Any, unit_id: UUID) -> bool:
    above, passed = owner.id if owner.type == "unit" else None, set[UUID]()
    while above is not None and above != unit_id and above not in passed:
        passed.add(above)
        above = things[above]["parent_id"] if above in things else None
    return above == unit_id


def counted(things: dict[UUID, Thing]) -> dict[UUID, Thing]:
    """The objectives that were not dropped."""
    return {
        one: thing
        for one, thing in things.items()
        if "outcome" in thing and thing["outcome"] != "dropped"
    }


def live_key_results(things: dict[UUID, Thing]) -> list[Thing]:
    """The key results that live, of objectives that were not dropped."""
    homes = counted(things)
    return [
        one
        for one in things.values()
        if one.get("objective_id") in homes and one["state"] == "live"
    ]


def cycle_progress(things: dict[UUID, Thing]) -> Fraction | None:
    """The weighted mean over objectives of the weighted mean over their key results."""
    parts: list[tuple[Fraction, Fraction | None]] = []
    live = live_key_results(things)
    for objective_id, objective in counted(things).items():
        own = [one for one in live if one["objective_id"] == objective_id]
        weighed = [(Fraction(one["weight"]), progress(one)) for one in own]
        parts.append((Fraction(objective["weight"]), mean(weighed)))
    return mean(parts)


def mean(parts: list[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """A weighted mean in which the unknown counts as 0; None where nothing weighs anything."""
    total = sum((weight for weight, _ in parts), Fraction(0))
    if total == 0:
        return None
    return sum((weight * (part or Fraction(0)) for weight, part in parts), Fraction(0)) / total
