"""Question 14: what did we believe on day D, and what changed between D1 and D2?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from projections.retrospective.findings import Answer, Finding, Number, Party, Shape, Thing


class Totals(Shape):
    """What the board showed: live objectives and key results, and what they added up to."""

    objectives: int
    key_results: int
    measured: int
    progress: Number | None
    confidence: Number | None
    on_track: int
    at_risk: int
    off_track: int
    stale: int
    unknown: int


class Belief(Shape):
    """What was believed at an instant, by what was known at that instant."""

    at: datetime
    position: Annotated[int, Field(description="The last record known then.")]
    totals: Totals


class ObjectiveBelief(Shape):
    """An objective as it was believed to stand."""

    objective: Thing
    owner: Party
    progress: Number | None
    confidence: Annotated[Number | None, Field(description="The mean of its key results.")]


class BeliefChange(Finding):
    """A field believed to be one thing on the first day and another on the second."""

    entity: Thing
    field: str
    old: Annotated[Any, Field(alias="from")]
    new: Annotated[Any, Field(alias="to")]


class Beliefs(Answer):
    """What was believed on the day asked about, and what changed between the other two."""

    on: Belief
    objectives: Annotated[
        tuple[ObjectiveBelief, ...], Field(description="As they were believed to stand that day.")
    ]
    start: Annotated[Belief, Field(alias="from")]
    finish: Annotated[Belief, Field(alias="to")]
    changes: tuple[BeliefChange, ...]
