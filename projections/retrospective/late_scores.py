"""Question 9: what was scored late or again, by whom, from what to what?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from projections.entity_states import State
from projections.retrospective.account import Account, thing, why
from projections.retrospective.findings import (
    Answer,
    Finding,
    Number,
    Party,
    Thing,
    Who,
    Why,
    small,
)
from projections.retrospective.original_targets import given_score
from projections.retrospective.period import days, end_of, instant
from projections.retrospective.stories import Told


class LateScore(Finding):
    """A score that came late, or that replaced another one."""

    entity: Thing
    owner: Party
    kind: Literal["self", "agreed"]
    old: Annotated[Number | None, Field(alias="from")]
    new: Annotated[Number, Field(alias="to")]
    at: datetime
    by: Who
    reason: Why | None
    days_late: Annotated[
        Number | None, Field(description="Days past the day scores were due; null if not late.")
    ]
    repeated: bool


class LateScores(Answer):
    """Late and repeated scores in the order in which they were given; `n` counts all scores."""

    due_at: Annotated[
        datetime | None,
        Field(description="The end of the day scores were due, or when the cycle was closed."),
    ]
    scores: tuple[LateScore, ...]
    late: int
    repeated: int
    unscored: Annotated[
        tuple[Thing, ...], Field(description="Key results that nobody scored, once it is over.")
    ]


_KINDS: dict[str, Literal["self", "agreed"]] = {"self_score": "self", "agreed_score": "agreed"}


def late_scores(account: Account) -> LateScores:
    """The answer for an account."""
    due = _due(account)
    scored = [
        (told, story.state)
        for story in (*account.objectives, *account.key_results)
        for told in story.told
        if told.type.endswith("Scored")
    ]
    found = [_found(account, due, *one) for one in scored]
    amiss = [one for one in found if one.repeated or one.days_late is not None]
    over, closed = account.period.over, account.cycle["state"] == "closed"
    unscored = [
        thing(one.state)
        for one in account.key_results
        if closed and one.lives_now and given_score(one.state) is None
    ]
    return LateScores(
        unknown=None if found else "no_scores" if over else "not_over",
        n=len(found),
        small_sample=small(len(found)),
        positions=account.period.positions("CycleClosed"),
        due_at=None if due is None else instant(due),
        scores=tuple(sorted(amiss, key=lambda one: (one.at, one.positions))),
        late=sum(one.days_late is not None for one in amiss),
        repeated=sum(one.repeated for one in amiss),
        unscored=tuple(unscored),
    )


def _due(account: Account) -> int | None:
    """The end of the day on which scores were due, or else when the cycle was first closed."""
    due = end_of(account.cycle["scores_due_on"], account.zone)
    closed = account.period.first("CycleClosed")
    return due if due is not None or closed is None else closed.at


def _found(account: Account, due: int | None, told: Told, state: State) -> LateScore:
    change: dict[str, Any] = next(one for one in told.entry["changes"] if one["field"] in _KINDS)
    late = None if due is None or told.at <= due else days(told.at - due)
    return LateScore(
        positions=(told.position,),
        entity=thing(state),
        owner=account.owner_of_state(state),
        kind=_KINDS[change["field"]],
        old=change["from"],
        new=change["to"],
        at=instant(told.at),
        by=account.who(told.entry["actor"]),
        reason=why(told),
        days_late=late,
        repeated=change["from"] is not None,
    )
