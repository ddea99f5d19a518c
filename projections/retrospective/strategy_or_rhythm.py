"""Question 15: did we miss through strategy or through rhythm?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from projections.retrospective.findings import Answer, Finding, Number, Party, Thing

Cause = Literal["strategy", "rhythm", "unknown"]


class Miss(Finding):
    """A key result that missed, and what its history points to."""

    key_result: Thing
    objective: Thing
    owner: Party
    attained: Number
    kept_share: Annotated[
        Number | None, Field(description="Kept periods of the cadence of those expected.")
    ]
    cause: Cause


class StrategyOrRhythm(Answer):
    """A modest verdict, and the misses it rests on; `n` counts key results that are decided."""

    verdict: Literal["reached", "strategy", "rhythm", "unknown"]
    attained_share: Annotated[
        Number | None, Field(description="Decided key results that came to 0.7 or more.")
    ]
    kept_share: Number | None
    misses: tuple[Miss, ...]
