"""What came of a key result: how far it got, and whether that was its target."""

from __future__ import annotations

from fractions import Fraction

from projections.retrospective.account import Account
from projections.retrospective.original_targets import capped, given_score
from projections.retrospective.stories import KeyResultStory, progress_by
from projections.rollup import exact

ENOUGH = Fraction(7, 10)
"""What counts as delivered: the border of green."""


def attained(account: Account, key_result: KeyResultStory) -> Fraction | None:
    """How far a key result of a cycle that is over got, between 0 and 1.

    By its last measurement and the measure that holds in the end; where that says nothing, by its
    score. None while the cycle runs, for what was dropped, and where neither is known.
    """
    if not account.period.over or not key_result.lives_now:
        return None
    measured = capped(progress_by(key_result.state, key_result.reading))
    score = given_score(key_result.state)
    return measured if measured is not None or score is None else exact(score)


def reached(account: Account, key_result: KeyResultStory) -> bool | None:
    """Whether it got to its target; None where `attained` is."""
    found = attained(account, key_result)
    return None if found is None else found >= 1
