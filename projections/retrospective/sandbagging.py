"""Question 4: who always scores 1.0, and was sure of it from the first week?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from projections.retrospective.findings import Answer, Finding, Number, Party, Thing


class OwnerScores(Finding):
    """What an owner's key results scored, and how sure the owner was of them at first."""

    owner: Party
    key_results: Annotated[tuple[Thing, ...], Field(description="Those that were scored.")]
    full: Annotated[int, Field(description="How many of them scored 1.0.")]
    first_confidence: Annotated[
        Number | None, Field(description="The mean of the first confidences of those.")
    ]
    cycles: int
    verdict: Literal["suspected", "not_suspected", "unknown"]
    small_sample: bool


class Sandbagging(Answer):
    """Every owner of scored key results; those suspected come first."""

    owners: tuple[OwnerScores, ...]
    suspected: int
