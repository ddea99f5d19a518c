"""The status of a key result: what its last check-in says at an instant, and whether it is old."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from projections.entity_states import State
from projections.instants import Moment

ON_TRACK, AT_RISK = 7, 4
STATUSES: tuple[str, ...] = ("on_track", "at_risk", "off_track", "stale", "unknown")
STALE_AFTER = 1.5
"""A check-in is stale once it is older than this many cadences."""

_MICROSECOND = timedelta(microseconds=1)


def looked_at(cycle: State | None, moment: Moment, zone: ZoneInfo) -> datetime:
    """The instant at which staleness is judged: a closed cycle is judged as it ended.

    `zone` is where the cycle's days begin and end.
    """
    end = judged_until(cycle, zone)
    return moment.as_of if end is None else min(moment.as_of, end)


def judged_until(cycle: State | None, zone: ZoneInfo) -> datetime | None:
    """The end of a closed cycle's last day; None where there is none."""
    if cycle is None or cycle["state"] != "closed" or cycle["ends_on"] is None:
        return None
    last_day = date.fromisoformat(cycle["ends_on"])
    if last_day == date.max:
        return None
    return datetime.combine(last_day + timedelta(days=1), time(), zone)


def stale_from(key_result: State, cycle: State | None, zone: ZoneInfo) -> datetime | None:
    """The first instant at which the last check-in is too old; None if it never will be."""
    if key_result["measured_at"] is None or cycle is None:
        return None
    try:
        due = datetime.fromisoformat(key_result["measured_at"]) + _patience(cycle) + _MICROSECOND
    except OverflowError:
        return None
    end = judged_until(cycle, zone)
    return None if end is not None and due > end else due


def _patience(cycle: State) -> timedelta:
    return timedelta(days=STALE_AFTER * cycle["cadence_days"])


def status(key_result: State, cycle: State | None, at: datetime) -> str:
    """`stale` when the last check-in is too old for the cadence, else by its confidence."""
    if key_result["measured_at"] is None:
        return "unknown"
    age = at - datetime.fromisoformat(key_result["measured_at"])
    if cycle is not None and age > _patience(cycle):
        return "stale"
    confidence = key_result["confidence"]
    if confidence is None:
        return "unknown"
    if confidence >= ON_TRACK:
        return "on_track"
    return "at_risk" if confidence >= AT_RISK else "off_track"
