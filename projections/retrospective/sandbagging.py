"""Question 4: who always scores 1.0, and was sure of it from the first week?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from projections.retrospective.account import Account, thing
from projections.retrospective.findings import Answer, Finding, Number, Party, Thing, small
from projections.retrospective.original_targets import given_score
from projections.retrospective.period import tidy
from projections.retrospective.stories import KeyResultStory


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


ENOUGH = 3
"""How many scored key results it takes to suspect anybody."""

SURE = 8
"""The mean first confidence from which on somebody was sure of them."""

Scored = tuple[Account, KeyResultStory]


def sandbagging(accounts: Sequence[Account]) -> Sandbagging:
    """The answer for one cycle, or for several."""
    owned: dict[str, list[Scored]] = {}
    for account in accounts:
        for one in account.key_results:
            if one.lives_now and given_score(one.state) is not None:
                owned.setdefault(account.owner_of(one).id, []).append((account, one))
    owners = sorted(map(_owner, owned.values()), key=_order)
    n = sum(map(len, owned.values()))
    return Sandbagging(
        unknown=None if n else "no_scores",
        n=n,
        small_sample=small(n),
        owners=tuple(owners),
        suspected=sum(one.verdict == "suspected" for one in owners),
    )


def _order(one: OwnerScores) -> tuple[bool, bool, str]:
    return one.verdict != "suspected", one.verdict != "unknown", one.owner.name or ""


def _owner(scored: list[Scored]) -> OwnerScores:
    account, last = scored[-1]
    stories = [one for _, one in scored]
    full = sum((given_score(one.state) or 0) >= 1 for one in stories)
    first = [level for one in stories if (level := first_confidence(one)) is not None]
    mean = sum(first) / len(first) if first else None
    return OwnerScores(
        positions=tuple(sorted({place for one in stories for place in _evidence(one)})),
        owner=account.owner_of(last),
        key_results=tuple(thing(one.state) for one in stories),
        full=full,
        first_confidence=None if mean is None else tidy(mean, 2),
        cycles=len({one.cycle["id"] for one, _ in scored}),
        verdict=_verdict(len(stories), full, mean),
        small_sample=small(len(stories)),
    )


def _verdict(
    n: int, full: int, first: float | None
) -> Literal["suspected", "not_suspected", "unknown"]:
    """One score below 1.0 clears; three of 1.0, and sure of them from the start, are suspicious."""
    if full < n:
        return "not_suspected"
    if n < ENOUGH or first is None:
        return "unknown"
    return "suspected" if first >= SURE else "not_suspected"


def first_confidence(key_result: KeyResultStory) -> int | None:
    """The confidence of the first check-in that has one."""
    return next(
        (one.confidence for one in key_result.check_ins if one.confidence is not None), None
    )


def _evidence(key_result: KeyResultStory) -> list[int]:
    """The scores, and the check-in with the first confidence."""
    found = [one.position for one in key_result.told if one.type == "KeyResultScored"]
    first = next((one for one in key_result.check_ins if one.confidence is not None), None)
    return found if first is None else [*found, *first.positions]
