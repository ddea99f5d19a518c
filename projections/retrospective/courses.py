"""How every key result and objective went, week by week: what plots are drawn from."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from projections.retrospective.findings import Number, Party, Shape, Thing

Status = Literal["on_track", "at_risk", "off_track", "stale", "unknown"]


class CourseWeek(Shape):
    """How something stood when an ISO week ended, or at the end of what is known."""

    week: Annotated[str, Field(examples=["2026-W10"])]
    at: datetime
    progress: Annotated[Number | None, Field(description="By the measure that held then.")]
    progress_by_original: Annotated[
        Number | None, Field(description="By the measure that work began with.")
    ]
    progress_by_final: Annotated[
        Number | None, Field(description="By the measure that holds in the end.")
    ]
    confidence: Number | None


class KeyResultWeek(CourseWeek):
    """One cell of the heat strip."""

    status: Annotated[Status | None, Field(description="Null while it did not live.")]


class KeyResultCourse(Shape):
    """A key result over the weeks of the cycle."""

    key_result: Thing
    owner: Party
    weeks: tuple[KeyResultWeek, ...]


class ObjectiveCourse(Shape):
    """An objective with its key results over the weeks of the cycle."""

    objective: Thing
    owner: Party
    weeks: tuple[CourseWeek, ...]
    key_results: tuple[KeyResultCourse, ...]
