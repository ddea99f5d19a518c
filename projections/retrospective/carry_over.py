"""Question 12: which objectives are carried over and over, and how do their targets drift?"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from projections.retrospective.findings import Answer, Finding, Number, Party, Shape, Thing


class ChainLink(Finding):
    """An objective in one of the cycles of its chain."""

    objective: Thing
    cycle: Thing
    owner: Party
    outcome: str | None
    score: Annotated[Number | None, Field(description="Agreed, or said by its owner.")]


class DriftLink(Shape):
    """A key result in one of the cycles of its chain."""

    key_result: Thing
    cycle: Thing
    first_target: Annotated[Any, Field(description="When it came into the cycle.")]
    last_target: Any
    value: Any


class TargetDrift(Finding):
    """How the target of a key result went from cycle to cycle."""

    links: tuple[DriftLink, ...]
    drift: Annotated[
        Number | None, Field(description="The last target less the first; null without numbers.")
    ]
    eased: bool | None


class Chain(Finding):
    """An objective that goes on from cycle to cycle, the first cycle first."""

    links: tuple[ChainLink, ...]
    cycles: int
    drifts: tuple[TargetDrift, ...]


class CarryOver(Answer):
    """Chains of the objectives of this cycle, the longest first; `n` counts objectives."""

    chains: tuple[Chain, ...]
