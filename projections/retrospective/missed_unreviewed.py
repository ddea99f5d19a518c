"""Question 13: which committed objectives missed with no review?"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.scores import band
from projections.entity_states import State
from projections.retrospective.account import Account, thing
from projections.retrospective.findings import (
    Answer,
    Finding,
    Number,
    Party,
    Thing,
    Unknown,
    small,
)
from projections.retrospective.original_targets import given_score, objective_progress, score
from projections.retrospective.stories import ObjectiveStory
from projections.rollup import counts

Judge = Literal["score", "outcome", "progress"]


class MissedUnreviewed(Finding):
    """A promise that was not kept, and that nobody looked back on."""

    objective: Thing
    owner: Party
    outcome: str | None
    score: Number | None
    band: Literal["red", "yellow", "green"] | None
    judged_by: Annotated[Judge, Field(description="What says that it missed.")]


class UnreviewedMisses(Answer):
    """Committed objectives below 1.0 without a final review; `n` counts committed objectives."""

    missed: Annotated[int, Field(description="How many committed objectives missed at all.")]
    undecided: Annotated[int, Field(description="How many of which nobody can say.")]
    unreviewed: tuple[MissedUnreviewed, ...]


def missed_unreviewed(account: Account) -> UnreviewedMisses:
    """The answer for an account."""
    promised = [
        one
        for one in account.objectives
        if one.state["commitment"] == "committed" and counts(one.state)
    ]
    over = account.period.over
    judged = [(one, _judged(account, one)) for one in promised if over]
    missed: list[tuple[ObjectiveStory, Judge]] = [
        (one, by) for one, (by, kept) in judged if by and not kept
    ]
    return UnreviewedMisses(
        unknown=_unknown(account, promised),
        n=len(promised),
        small_sample=small(len(promised)),
        missed=len(missed),
        undecided=sum(by is None for _, (by, _) in judged),
        unreviewed=tuple(
            _found(account, one, by) for one, by in missed if not _reviewed(one.state)
        ),
    )


def _unknown(account: Account, promised: list[ObjectiveStory]) -> Unknown | None:
    if not promised:
        return "no_committed" if account.objectives else "no_objectives"
    return None if account.period.over else "not_over"


def _judged(account: Account, objective: ObjectiveStory) -> tuple[Judge | None, bool]:
    """What says whether a promise was kept, and whether it was: 1.0 is what was promised."""
    state = objective.state
    given, outcome = given_score(state), state["outcome"]
    if given is not None:
        return "score", given >= 1
    if outcome is not None:
        return "outcome", outcome == "achieved"
    progress = score(objective_progress(account, objective))
    return (None, False) if progress is None else ("progress", progress >= 1)


def _reviewed(state: State) -> bool:
    return any(one["stage"] == "final" for one in state["reviews"])


def _found(account: Account, objective: ObjectiveStory, judge: Judge) -> MissedUnreviewed:
    state = objective.state
    judged = given_score(state)
    if judge == "progress":
        judged = score(objective_progress(account, objective))
    wanted = ("ObjectiveScored", "ObjectiveClosed", "CommitmentChanged", "ObjectiveDrafted")
    measured = [one.check_ins[-1].positions for one in account.parts_of(objective) if one.check_ins]
    places = {one.position for one in objective.told if one.type in wanted}
    if judge == "progress":
        places |= {place for positions in measured for place in positions}
    return MissedUnreviewed(
        positions=tuple(sorted(places)),
        objective=thing(state),
        owner=account.owner(state),
        outcome=state["outcome"],
        score=judged,
        band=None if judged is None else band(Decimal(str(judged))).value,
        judged_by=judge,
    )
