"""What runs along time: marks and weeks, and the measurements of a key result."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.models.boards import BoardTotals
from api.models.shapes import Change, Echo, Number, Shape
from api.models.trails import TrailEntity, TrailReason


class Mark(Shape):
    """Something worth a flag: a change, or a spell in which a key result was amiss."""

    kind: Literal[
        "opened",
        "frozen",
        "scoring_started",
        "closed",
        "reopened",
        "published",
        "scored",
        "reviewed",
        "objective_closed",
        "objective_reopened",
        "target_moved",
        "baseline_moved",
        "measure_changed",
        "deadline_moved",
        "dropped",
        "restored",
        "at_risk",
        "off_track",
    ]
    at: datetime
    until: datetime | None = Field(description="When a spell ended; null while it lasts.")
    entity: TrailEntity
    event_id: UUID | None = Field(description="The change; null for a spell.")
    position: int | None
    reason: TrailReason | None
    after_freeze: bool
    changes: list[Change]


class Week(Shape):
    """How an ISO week ended, and what happened in it."""

    week: str = Field(examples=["2026-W10"])
    starts_on: date
    at: datetime = Field(description="The end of the week, or `as_of` if that is earlier.")
    totals: BoardTotals
    check_ins: int = Field(description="How many check-ins that stand were measured in it.")
    changes: int


class Timeline(Echo):
    """Marks in the order of their instants, and the weeks."""

    marks: list[Mark]
    weeks: list[Week]


class CycleTimeline(Timeline):
    cycle_id: UUID


class UnitTimeline(Timeline):
    unit_id: UUID


class Point(Shape):
    """One measurement, as it stands."""

    check_in_id: UUID
    effective_at: datetime
    recorded_at: datetime = Field(description="When what it says now was recorded.")
    position: int
    value: bool | Number | None
    reached: list[str] | None
    progress: Number | None = Field(description="By the measure that held at `effective_at`.")
    confidence: int | None
    corrected: bool


class LineStep(Shape):
    """A value that holds until the next."""

    effective_at: datetime
    value: Number | None


class Lines(Shape):
    """What measurements are held against, over time."""

    baseline: list[LineStep]
    target: list[LineStep]
    commit: list[LineStep]
    stretch: list[LineStep]


class Spell(Shape):
    """A time in which a key result kept one status."""

    status: Literal["on_track", "at_risk", "off_track", "stale", "unknown"]
    start: datetime = Field(alias="from")
    finish: datetime | None = Field(alias="to", description="Null while it lasts.")


class Series(Echo):
    """A key result over time."""

    key_result_id: UUID
    points: list[Point]
    lines: Lines
    spells: list[Spell]
    marks: list[Mark]
