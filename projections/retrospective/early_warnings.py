"""Question 6: when was the earliest honest warning, what was done next, and did it recover?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from projections.retrospective.account import Account, thing
from projections.retrospective.findings import (
    Answer,
    Finding,
    Number,
    Party,
    Thing,
    Unknown,
    Who,
    small,
)
from projections.retrospective.outcomes import reached
from projections.retrospective.period import DAY, instant
from projections.retrospective.stories import CheckIn, KeyResultStory, progress_by
from projections.status import AT_RISK, ON_TRACK


class FollowUp(Finding):
    """Something done about a key result or its objective after a warning."""

    type: str
    entity: Thing
    at: datetime
    by: Who


class EarlyWarning(Finding):
    """The first check-in of a key result that said: this is likely to fail."""

    key_result: Thing
    objective: Thing
    owner: Party
    at: datetime
    by: Who
    confidence: int
    confidence_before: int | None
    note: str
    blockers: Annotated[int, Field(description="How many blockers it named.")]
    days_before_end: Number | None
    followed_by: tuple[FollowUp, ...]
    back_on_track_at: Annotated[
        datetime | None, Field(description="The first later check-in that was confident again.")
    ]
    recovered: Annotated[
        bool | None,
        Field(description="Whether the target of that time was reached; null while nobody knows."),
    ]


class UnwarnedMiss(Finding):
    """A key result that missed and never warned: it rests on its check-ins and scores."""

    key_result: Thing


class EarlyWarnings(Answer):
    """The first warning of each key result, earliest first."""

    warnings: tuple[EarlyWarning, ...]
    recovered: int
    missed_unwarned: Annotated[
        tuple[UnwarnedMiss, ...], Field(description="Key results that missed and never warned.")
    ]


FALL = 3
"""How far confidence falls at once where the fall is a warning by itself."""

FOLLOW_UP_DAYS = 14
"""How long after a warning what was done counts as done about it."""

_NO_ANSWER = frozenset({"KeyResultScored", "ObjectiveScored", "ObjectiveCarriedOver"})
"""What ends a cycle answers no warning."""


def early_warnings(account: Account) -> EarlyWarnings:
    """The answer for an account."""
    found: list[EarlyWarning] = []
    unwarned: list[UnwarnedMiss] = []
    confident = 0
    for key_result in account.key_results:
        confident += any(one.confidence is not None for one in key_result.check_ins)
        warning = first_warning(account, key_result)
        if warning is not None:
            found.append(_found(account, key_result, *warning))
        elif reached(account, key_result) is False:
            unwarned.append(_unwarned(key_result))
    found.sort(key=lambda one: (one.at, one.positions))
    return EarlyWarnings(
        unknown=None if confident else _unknown(account),
        n=confident,
        small_sample=small(confident),
        warnings=tuple(found),
        recovered=sum(one.recovered is True for one in found),
        missed_unwarned=tuple(unwarned),
    )


def _unwarned(key_result: KeyResultStory) -> UnwarnedMiss:
    """A miss with all that could have warned, and what it came to."""
    scores = (one.position for one in key_result.told if one.type == "KeyResultScored")
    made = (place for one in key_result.check_ins for place in one.positions)
    places = {key_result.told[0].position, *scores, *made}
    return UnwarnedMiss(positions=tuple(sorted(places)), key_result=thing(key_result.state))


def _unknown(account: Account) -> Unknown:
    return "no_confidence" if any(one.check_ins for one in account.key_results) else "no_check_ins"


def first_warning(
    account: Account, key_result: KeyResultStory
) -> tuple[CheckIn, int | None] | None:
    """The first check-in that is off track, or falls steeply below on track, with what was before.

    None where there is none while the cycle ran.
    """
    previous: int | None = None
    for one in key_result.check_ins:
        level = one.confidence
        if level is None or not account.start <= one.at < account.period.until:
            continue
        fell = previous is not None and previous - level >= FALL and level < ON_TRACK
        if level < AT_RISK or fell:
            return one, previous
        previous = level
    return None


def _found(
    account: Account, key_result: KeyResultStory, check_in: CheckIn, previous: int | None
) -> EarlyWarning:
    later = [one for one in key_result.check_ins if one.at > check_in.at]
    back = next((one for one in later if (one.confidence or 0) >= ON_TRACK), None)
    return EarlyWarning(
        positions=tuple(sorted(check_in.positions)),
        key_result=thing(key_result.state),
        objective=thing(account.objective_of(key_result).state),
        owner=account.owner_of(key_result),
        at=instant(check_in.at),
        by=account.who(check_in.actor),
        confidence=check_in.confidence or 0,
        confidence_before=previous,
        note=check_in.note,
        blockers=check_in.blockers,
        days_before_end=account.period.days_before_end(check_in.at),
        followed_by=tuple(_follow_ups(account, key_result, check_in.at)),
        back_on_track_at=None if back is None else instant(back.at),
        recovered=_recovered(account, key_result, check_in.at),
    )


def _follow_ups(account: Account, key_result: KeyResultStory, since: int) -> list[FollowUp]:
    """What was done to a key result or its objective in the days after a warning."""
    objective = account.objective_of(key_result)
    found = [
        FollowUp(
            positions=(told.position,),
            type=told.type,
            entity=thing(story.state),
            at=instant(told.at),
            by=account.who(told.entry["actor"]),
        )
        for story in (key_result, objective)
        for told in story.told
        if since < told.at <= since + FOLLOW_UP_DAYS * DAY and told.type not in _NO_ANSWER
    ]
    return sorted(found, key=lambda one: (one.at, one.positions))


def _recovered(account: Account, key_result: KeyResultStory, warned: int) -> bool | None:
    """Whether the target that held at the warning was reached in the end."""
    if not account.period.over or not key_result.lives_now:
        return None
    progress = progress_by(key_result.measure_at(warned), key_result.reading)
    return None if progress is None else progress >= 1
