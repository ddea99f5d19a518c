"""What check-ins move of a key result, and how far it is along by them."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any

from domain.measures import Direction, Kind, Measure, Milestone, Reading, progress
from projections.plain import decimal, is_later, plain
from projections.told import Told

State = dict[str, Any]

READING = ("value", "reached", "confidence", "note", "blockers")

MOVING = ("version", "changed_at", "check_in_id", "measured_at", *READING, "progress")
"""What check-ins move of a key result; the rest is its definition."""

_moving = itemgetter(*MOVING)
_UNMEASURED: State = dict.fromkeys(("check_in_id", "measured_at", *READING))

Scale = tuple[str, str | None, float | None, float | None, tuple[tuple[str, float], ...]]
"""What progress is read off by: kind, direction, baseline, target, steps with their weights."""


def moving_of(state: State) -> State:
    """What check-ins move of the state of a key result."""
    return dict(zip(MOVING, _moving(state), strict=True))


def scale_of(state: State) -> Scale:
    """What the progress of a key result depends on besides its latest measurement."""
    steps = state["milestones"]
    return (
        state["kind"],
        state["direction"],
        state["baseline"],
        state["target"],
        tuple([(step["name"], step["weight"]) for step in steps]) if steps else (),
    )


def touched(state: State, told: Told) -> State:
    """A copy of a state, or of what check-ins move of it, with one more event counted."""
    state = state.copy()
    state["version"] += 1
    if is_later(told.effective_at, state["changed_at"]):
        state["changed_at"] = told.effective_at
    return state


def with_check_in(moving: State, told: Told, scale: Scale) -> State:
    """What check-ins have moved, which was `moving`, once one more is the latest measured."""
    fields, at = told.fields, told.effective_at
    value, reached = fields["value"], fields["reached"]
    return {
        "version": moving["version"] + 1,
        "changed_at": at if is_later(at, moving["changed_at"]) else moving["changed_at"],
        "check_in_id": fields["check_in_id"],
        "measured_at": at,
        "value": value,
        "reached": reached,
        "confidence": fields["confidence"],
        "note": fields["note"],
        "blockers": fields["blockers"],
        "progress": _read_off(scale, value, reached),
    }


def with_reading(state: State, body: State | None) -> State:
    """The state of a key result whose latest measurement is `body`."""
    return showing(state, scale_of(state), body)


def showing(moving: State, scale: Scale, body: State | None) -> State:
    """What check-ins have moved where the latest measurement is `body`."""
    moving = moving | (_UNMEASURED if body is None else body)
    moving["progress"] = (
        None if body is None else _read_off(scale, moving["value"], moving["reached"])
    )
    return moving


def progress_of(state: State) -> float | int | None:
    """How far along a key result's latest measurement is."""
    if state["check_in_id"] is None:
        return None
    return _read_off(scale_of(state), state["value"], state["reached"])


def _read_off(
    scale: Scale, value: float | bool | None, reached: list[str] | None
) -> float | int | None:
    return _progress(*scale, value, None if reached is None else tuple(reached))


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
