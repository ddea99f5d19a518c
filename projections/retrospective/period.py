"""When a cycle ran: from when on it was worked in, until when, and whether it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from projections.entity_states import State
from projections.plain import from_micros, micros
from projections.retrospective.findings import Number
from projections.retrospective.stories import Told

DAY = 86_400_000_000
"""Microseconds."""

STEPS = frozenset({"CycleOpened", "CycleFrozen", "ScoringStarted", "CycleClosed", "CycleReopened"})


@dataclass(frozen=True, slots=True)
class Period:
    """The time of a cycle, in microseconds since 1970."""

    start: int | None
    """When it was opened, or else when its first day began; None where history tells neither."""
    end: int | None
    """Where its last day ends; None without one."""
    until: int
    """The end or the moment asked about, whichever is first; without an end, when it was closed."""
    over: bool
    """Whether it is being scored or closed, or its last day has passed."""
    steps: tuple[Told, ...]
    """Its openings, freezes, scorings, closings and reopenings, in order."""

    def days_before_end(self, instant: int) -> Number | None:
        """Days from an instant to the end; negative after it."""
        return None if self.end is None else days(self.end - instant)

    def first(self, step: str) -> Told | None:
        """The first step of that type."""
        return next((one for one in self.steps if one.type == step), None)

    def step_before(self, position: int) -> Told | None:
        """The last step in the log before a record; rules are judged in the order of the log."""
        earlier = [one for one in self.steps if one.position < position]
        return max(earlier, key=lambda one: one.position, default=None)

    def positions(self, *steps: str) -> tuple[int, ...]:
        """Where the steps of some types stand in the log."""
        return tuple(sorted(one.position for one in self.steps if one.type in steps))


def period_of(cycle: State, told: list[Told], moment: int, zone: ZoneInfo) -> Period:
    """The time of a cycle with these entries, as seen from a moment."""
    steps = tuple(sorted((one for one in told if one.type in STEPS), key=lambda one: one[:2]))
    opened = next((one.at for one in steps if one.type == "CycleOpened"), None)
    closed = next((one.at for one in reversed(steps) if one.type == "CycleClosed"), None)
    start = opened if opened is not None else _begins(cycle["starts_on"], zone)
    end = end_of(cycle["ends_on"], zone)
    ended = end if end is not None else closed
    over = cycle["state"] in ("scoring", "closed") or (end is not None and end <= moment)
    return Period(start, end, moment if ended is None else min(ended, moment), over, steps)


def _begins(day: str | None, zone: ZoneInfo) -> int | None:
    return None if day is None else micros(datetime.combine(date.fromisoformat(day), time(), zone))


def end_of(day: str | None, zone: ZoneInfo) -> int | None:
    """Where a day ends; None for none, and for the last one that there is."""
    if day is None or date.fromisoformat(day) == date.max:
        return None
    return _begins(str(date.fromisoformat(day) + timedelta(days=1)), zone)


def days(span: int) -> Number:
    """Microseconds in days, to two decimals."""
    return tidy(span / DAY, 2)


def tidy(number: float, places: int = 4) -> Number:
    """A rounded figure; whole ones are written without a point."""
    rounded = round(number, places)
    return int(rounded) if rounded == int(rounded) else rounded


def instant(at: int) -> datetime:
    """Microseconds as an instant in UTC."""
    return from_micros(at)
