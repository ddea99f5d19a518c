"""Question 6: when was the earliest honest warning, what was done next, and did it recover?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from projections.retrospective.findings import Answer, Finding, Number, Party, Thing, Who


class FollowUp(Finding):
    """Something done about a key result or its objective after a warning."""

    type: str
    entity: Thing
    at: datetime
    by: Who


class EarlyWarning(Finding):
    """The first check-in of a key result that said: this is likely to fail."""

    key_result: Thing
    objective: Thing
    owner: Party
    at: datetime
    by: Who
    confidence: int
    confidence_before: int | None
    note: str
    blockers: Annotated[int, Field(description="How many blockers it named.")]
    days_before_end: Number | None
    followed_by: tuple[FollowUp, ...]
    back_on_track_at: Annotated[
        datetime | None, Field(description="The first later check-in that was confident again.")
    ]
    recovered: Annotated[
        bool | None,
        Field(description="Whether the target of that time was reached; null while nobody knows."),
    ]


class EarlyWarnings(Answer):
    """The first warning of each key result, earliest first."""

    warnings: tuple[EarlyWarning, ...]
    recovered: int
    missed_unwarned: Annotated[
        tuple[Thing, ...], Field(description="Key results that missed and never warned.")
    ]
