"""What was true, told the slow and obvious way: by folding the records again for every question.

Written without a look at the projections, from the rules of time alone: fields change in effective
order, check-ins are a series, of two at one instant the later recorded wins, and what was recorded
after the position asked for is not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from domain import alignments, check_ins, cycles, key_results, objectives, people, scores, units
from domain.record import Record

Thing = dict[str, Any]


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
    event = record.event
    match event:
        case people.PersonRegistered():
            things[record.stream_id] = dict(event)
        case units.UnitFormed():
            things[record.stream_id] = {**dict(event), "state": "active"}
        case cycles.CyclePlanned():
            things[record.stream_id] = {**dict(event), "state": "planned"}
        case objectives.ObjectiveDrafted():
            things[record.stream_id] = {**dict(event), "state": "draft", "outcome": None}
        case key_results.KeyResultAdded():
            things[event.key_result_id] = {
                **dict(event),
                "state": "live",
                "objective_id": record.stream_id,
            }
        case alignments.AlignmentProposed():
            things[event.alignment_id] = {"state": "proposed"}
        case scores.KeyResultScored():
            things[event.key_result_id][f"{event.kind}_score"] = event.score.new
        case scores.ObjectiveScored():
            things[record.stream_id][f"{event.kind}_score"] = event.score.new
        case _:
            ids = [getattr(event, name, None) for name in ("key_result_id", "alignment_id")]
            thing = things[next((one for one in ids if one is not None), record.stream_id)]
            if not isinstance(event, check_ins.CheckInEvent):
                thing.update({name: move.new for name, move in event.moves().items()})


def _measurements(seen: list[Record], instant: datetime) -> dict[UUID, Thing]:
    """The latest measurement of each key result that stands."""
    series: dict[UUID, dict[UUID, Thing]] = {}
    for record in sorted(seen, key=lambda one: one.position):
        event = record.event
        if isinstance(event, check_ins.CheckedIn):
            series.setdefault(event.key_result_id, {})[event.check_in_id] = {
                "value": event.value,
                "confidence": event.confidence,
                "at": record.effective_at,
                "rank": record.position,
            }
        elif isinstance(event, check_ins.CheckInCorrected):
            told = series[event.key_result_id][event.check_in_id]
            told.update({name: move.new for name, move in event.moves().items()})
            told.update({"at": record.effective_at, "rank": record.position})
        elif isinstance(event, check_ins.CheckInRetracted):
            del series[event.key_result_id][event.check_in_id]
    return {
        key_result_id: max(standing, key=lambda one: (one["at"], one["rank"]))
        for key_result_id, told in series.items()
        if (standing := [one for one in told.values() if one["at"] <= instant])
    }


def progress(thing: Thing) -> Fraction | None:
    """How far along a key result is, in exact fractions."""
    if "value" not in thing or thing["target"] is None:
        return None
    value, target = Fraction(thing["value"]), Fraction(thing["target"])
    match thing["direction"]:
        case "at_least":
            return Fraction(value >= target)
        case "at_most":
            return Fraction(value <= target)
        case _:
            if thing["baseline"] is None or thing["baseline"] == thing["target"]:
                return None
            baseline = Fraction(thing["baseline"])
            return (value - baseline) / (target - baseline)


def cycle_progress(things: dict[UUID, Thing]) -> Fraction | None:
    """The weighted mean over objectives of the weighted mean over their key results."""
    parts: list[tuple[Fraction, Fraction | None]] = []
    for objective_id, objective in things.items():
        if "outcome" not in objective or objective["outcome"] == "dropped":
            continue
        own = [one for one in things.values() if one.get("objective_id") == objective_id]
        live = [(Fraction(one["weight"]), progress(one)) for one in own if one["state"] == "live"]
        parts.append((Fraction(objective["weight"]), mean(live)))
    return mean(parts)


def mean(parts: list[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """A weighted mean in which the unknown counts as 0; None where nothing weighs anything."""
    total = sum((weight for weight, _ in parts), Fraction(0))
    if total == 0:
        return None
    return sum((weight * (part or Fraction(0)) for weight, part in parts), Fraction(0)) / total
