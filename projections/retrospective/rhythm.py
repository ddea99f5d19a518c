"""Question 8: how regular were check-ins?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from projections.retrospective.findings import Answer, Finding, Number, Party, Shape, Thing

Verdict = Literal["in_rhythm", "irregular", "out_of_rhythm", "unknown"]


class Kept(Shape):
    """How well a rhythm was kept."""

    expected: Annotated[int, Field(description="Whole periods of the cadence that passed.")]
    kept: Annotated[int, Field(description="Those of them with a check-in.")]
    made: Annotated[int, Field(description="All check-ins that stand.")]
    late: Annotated[int, Field(description="Those entered more than a day after measuring.")]
    longest_gap_days: Annotated[
        Number | None,
        Field(description="The longest time without a check-in, from the first day to the last."),
    ]
    verdict: Verdict


class KeyResultRhythm(Kept, Finding):
    """The rhythm of one key result."""

    key_result: Thing
    objective: Thing
    owner: Party


class OwnerRhythm(Kept):
    """The rhythm of an owner's key results together."""

    owner: Party
    key_results: int
    small_sample: bool


class Rhythm(Kept, Answer):
    """The rhythm of all, of each owner, and of each key result; the worst come first."""

    cadence_days: int
    owners: tuple[OwnerRhythm, ...]
    key_results: tuple[KeyResultRhythm, ...]
