"""Question 9: what was scored late or again, by whom, from what to what?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from projections.retrospective.findings import Answer, Finding, Number, Party, Thing, Who, Why


class LateScore(Finding):
    """A score that came late, or that replaced another one."""

    entity: Thing
    owner: Party
    kind: Literal["self", "agreed"]
    old: Annotated[Number | None, Field(alias="from")]
    new: Annotated[Number, Field(alias="to")]
    at: datetime
    by: Who
    reason: Why | None
    days_late: Annotated[
        Number | None, Field(description="Days past the day scores were due; null if not late.")
    ]
    repeated: bool


class LateScores(Answer):
    """Late and repeated scores in the order in which they were given; `n` counts all scores."""

    due_at: Annotated[
        datetime | None,
        Field(description="The end of the day scores were due, or when the cycle was closed."),
    ]
    scores: tuple[LateScore, ...]
    late: int
    repeated: int
    unscored: Annotated[
        tuple[Thing, ...], Field(description="Key results that nobody scored, once it is over.")
    ]
