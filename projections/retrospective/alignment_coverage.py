"""Question 10: how much was unaligned, and when?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from projections.retrospective.findings import Answer, Finding, Number, Party, Shape, Thing


class Span(Shape):
    """A time from an instant until another one; null while it lasts."""

    start: Annotated[datetime, Field(alias="from")]
    finish: Annotated[datetime | None, Field(alias="to")]


class CoverageWeek(Shape):
    """How many published objectives were aligned when a week ended."""

    week: str
    at: datetime
    objectives: int
    aligned: int
    orphaned: int
    share: Annotated[Number | None, Field(description="Aligned objectives of all; null of none.")]


class UnalignedObjective(Finding):
    """An objective that for some time was aligned with nothing that lives."""

    objective: Thing
    owner: Party
    spans: tuple[Span, ...]
    days: Number
    ever_aligned: bool


class OrphanedObjective(Finding):
    """An objective that went on although what it supports was closed or dropped."""

    objective: Thing
    owner: Party
    parent: Thing
    parent_outcome: str | None
    since: datetime
    until: datetime | None
    days: Number
    check_ins_since: int


class AlignmentCoverage(Answer):
    """The share of aligned objectives by week, and which ones were not."""

    share: Annotated[
        Number | None, Field(description="Days aligned of all days that objectives were live.")
    ]
    weeks: tuple[CoverageWeek, ...]
    unaligned: tuple[UnalignedObjective, ...]
    orphaned: tuple[OrphanedObjective, ...]
