"""What was believed on a day, told the slow and obvious way from what was recorded by then."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.oracle import Thing, cycle_progress, progress, things_at
from tests.projections.retrospective.oracle import Story
from tests.projections.retrospective.oracle_of_ends import status

FIELDS = (
    "title",
    "state",
    "outcome",
    "owner",
    "commitment",
    "weight",
    "target",
    "baseline",
    "confidence",
    "self_score",
    "agreed_score",
)


def believed(story: Story, day: datetime) -> dict[UUID, Thing]:
    """The published objectives and their key results, to whoever looked that day."""
    known = sum(one.recorded_at <= day for one in story.records)
    things = things_at(story.records, day, known)
    shown = {
        one.stream_id
        for one in story.records[:known]
        if type(one.event).__name__ == "ObjectivePublished" and one.effective_at <= day
    }
    return {
        one: thing
        for one, thing in things.items()
        if ("outcome" in thing and one in shown) or thing.get("objective_id") in shown
    }


def totals(things: dict[UUID, Thing], day: datetime) -> tuple[dict[str, int], Fraction | None]:
    """What counted, with how many key results in each status, and what it came to."""
    objectives = [
        one for one, thing in things.items() if thing.get("outcome", "dropped") != "dropped"
    ]
    live = [
        one
        for one in things.values()
        if one.get("objective_id") in objectives and one["state"] == "live"
    ]
    statuses = ("on_track", "at_risk", "off_track", "stale", "unknown")
    counted: dict[str, int] = {str(name): 0 for name in statuses}
    for one in live:
        counted[status(one, day - one["at"] if "at" in one else None)] += 1
    counted |= {"objectives": len(objectives), "key_results": len(live)}
    counted["measured"] = sum(progress(one) is not None for one in live)
    return counted, cycle_progress(things)


def changes(first: dict[UUID, Thing], last: dict[UUID, Thing]) -> set[tuple[UUID, str]]:
    """Which fields were believed to be otherwise; of what is new, only that it is there."""
    found: set[tuple[UUID, str]] = set()
    for one, new in last.items():
        if one not in first:
            found.add((one, "state"))
            continue
        told, then = _told(first[one]), _told(new)
        found |= {(one, name) for name in told if told[name] != then[name]}
    return found


def _told(thing: Thing) -> dict[str, Any]:
    measured = progress(thing) if "objective_id" in thing else None
    return {name: thing.get(name) for name in FIELDS} | {"progress": measured}
