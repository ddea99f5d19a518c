"""Question 15: did we miss through strategy or through rhythm?"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from projections.retrospective.account import Account, thing
from projections.retrospective.findings import (
    SMALL_SAMPLE,
    Answer,
    Finding,
    Number,
    Party,
    Thing,
    Unknown,
    small,
)
from projections.retrospective.outcomes import ENOUGH, attained
from projections.retrospective.period import tidy
from projections.retrospective.rhythm import IN_RHYTHM, OUT_OF_RHYTHM, count, together
from projections.retrospective.stories import KeyResultStory
from projections.rollup import shown

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


FEW_PERIODS = 4
"""With fewer expected check-ins than this nothing is said of the rhythm of a key result."""


def strategy_or_rhythm(account: Account) -> StrategyOrRhythm:
    """The answer for an account."""
    decided = [
        (one, found) for one in account.key_results if (found := attained(account, one)) is not None
    ]
    misses = [_miss(account, one, found) for one, found in decided if found < ENOUGH]
    kept = together(count(account, one) for one, _ in decided)
    good = len(decided) - len(misses)
    share = good / len(decided) if decided else None
    verdict, unknown = _verdict(account, len(decided), share, misses)
    return StrategyOrRhythm(
        unknown=unknown,
        n=len(decided),
        small_sample=small(len(decided)),
        verdict=verdict,
        attained_share=None if share is None else tidy(share),
        kept_share=None if kept.share is None else tidy(kept.share),
        misses=tuple(misses),
    )


def _verdict(
    account: Account, decided: int, share: float | None, misses: list[Miss]
) -> tuple[Literal["reached", "strategy", "rhythm", "unknown"], Unknown | None]:
    """Reached where 0.7 of what is decided was; else the cause of more than half of the misses."""
    if not account.period.over:
        return "unknown", "not_over"
    if share is None or decided < SMALL_SAMPLE:
        return "unknown", "too_few"
    if share >= ENOUGH:
        return "reached", None
    for cause in ("strategy", "rhythm"):
        if 2 * sum(one.cause == cause for one in misses) > len(misses):
            return cause, None
    return "unknown", "mixed"


def _miss(account: Account, key_result: KeyResultStory, found: Fraction) -> Miss:
    kept = count(account, key_result)
    scored = {one.position for one in key_result.told if one.type == "KeyResultScored"}
    measured = {place for one in key_result.check_ins for place in one.positions}
    return Miss(
        positions=tuple(sorted({key_result.told[0].position, *scored, *measured})),
        key_result=thing(key_result.state),
        objective=thing(account.objective_of(key_result).state),
        owner=account.owner_of(key_result),
        attained=shown(found, 2) or 0,
        kept_share=None if kept.share is None else tidy(kept.share),
        cause=_cause(kept.expected, kept.share),
    )


def _cause(expected: int, share: float | None) -> Cause:
    """Who looked every week and missed had the wrong plan; who did not look cannot know."""
    if share is None or expected < FEW_PERIODS:
        return "unknown"
    if share >= IN_RHYTHM:
        return "strategy"
    return "rhythm" if share < OUT_OF_RHYTHM else "unknown"
