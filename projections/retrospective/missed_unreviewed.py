"""Question 13: which committed objectives missed with no review?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from projections.retrospective.findings import Answer, Finding, Number, Party, Thing


class MissedUnreviewed(Finding):
    """A promise that was not kept, and that nobody looked back on."""

    objective: Thing
    owner: Party
    outcome: str | None
    score: Number | None
    band: Literal["red", "yellow", "green"] | None
    judged_by: Annotated[
        Literal["score", "outcome", "progress"], Field(description="What says that it missed.")
    ]


class UnreviewedMisses(Answer):
    """Committed objectives below 1.0 without a final review; `n` counts committed objectives."""

    missed: Annotated[int, Field(description="How many committed objectives missed at all.")]
    undecided: Annotated[int, Field(description="How many of which nobody can say.")]
    unreviewed: tuple[MissedUnreviewed, ...]
