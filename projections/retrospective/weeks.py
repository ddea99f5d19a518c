"""ISO weeks: where each ends, and how it is called."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from projections.plain import from_micros, micros


class Week(NamedTuple):
    """A week up to its last microsecond, or up to where what is known ends."""

    name: str
    at: int


def monday(instant: int, zone: ZoneInfo) -> date:
    """The day on which the week of an instant begins."""
    day = from_micros(instant).astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def midnight(instant: int, zone: ZoneInfo) -> int:
    """Where the day of an instant begins."""
    day = from_micros(instant).astimezone(zone).date()
    return micros(datetime.combine(day, time(), zone))


def weeks_of(start: int, until: int, zone: ZoneInfo) -> list[Week]:
    """The weeks between two instants; the last one ends with the second."""
    found: list[Week] = []
    begins = monday(start, zone)
    end = start
    # An end at midnight belongs to the day that it ends.
    while end + 1 < until:
        year, number, _ = begins.isocalendar()
        begins += timedelta(days=7)
        end = micros(datetime.combine(begins, time(), zone)) - 1
        found.append(Week(f"{year}-W{number:02}", min(end, until)))
    return found
