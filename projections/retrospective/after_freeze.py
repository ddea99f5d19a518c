"""Question 3: what changed after the freeze, how long after, and with what reason?"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from projections.entity_states import State
from projections.retrospective.account import Account, field_changes, thing, why
from projections.retrospective.findings import (
    Answer,
    FieldChange,
    Finding,
    Number,
    Thing,
    Who,
    Why,
)
from projections.retrospective.period import days, instant
from projections.retrospective.stories import Told


class FrozenChange(Finding):
    """A change of what had been agreed."""

    entity: Thing
    type: str
    changes: tuple[FieldChange, ...]
    at: datetime
    recorded_at: datetime
    by: Who
    reason: Why | None
    during: Annotated[
        Literal["frozen", "scoring", "closed"] | None,
        Field(description="What the cycle was then; null where history does not tell."),
    ]
    days_after: Annotated[Number | None, Field(description="Days since the cycle was frozen.")]


class ChangesAfterFreeze(Answer):
    """Every such change, in the order in which they were true."""

    frozen_at: datetime | None
    changes: tuple[FrozenChange, ...]
    by_reason: Annotated[
        dict[str, int],
        Field(description="How many had each reason code; `none` is a reason without a code."),
    ]
    without_reason: int


_STATES: dict[str, Literal["frozen", "scoring", "closed"]] = {
    "CycleFrozen": "frozen",
    "ScoringStarted": "scoring",
    "CycleClosed": "closed",
}


def changes_after_freeze(account: Account) -> ChangesAfterFreeze:
    """The answer for an account."""
    period = account.period
    frozen = next((one for one in period.steps if one.type in _STATES), None)
    late = [(one, state) for one, state in account.told() if one.entry["after_freeze"]]
    late.sort(key=lambda one: one[0][:2])
    codes = [_code(one) for one, _ in late]
    return ChangesAfterFreeze(
        unknown=None if frozen else "never_frozen",
        n=len(late),
        small_sample=False,
        positions=period.positions(*_STATES),
        frozen_at=None if frozen is None else instant(frozen.at),
        changes=tuple(_found(account, frozen, one, state) for one, state in late),
        by_reason=dict(Counter(code for code in codes if code is not None)),
        without_reason=codes.count(None),
    )


def _code(told: Told) -> str | None:
    """The code of a reason, `none` for one that has none; None without a reason."""
    reason = told.entry["reason"]
    return None if reason is None else reason.get("code") or "none"


def _found(account: Account, frozen: Told | None, told: Told, state: State) -> FrozenChange:
    step = account.period.step_before(told.position)
    return FrozenChange(
        positions=(told.position,),
        entity=thing(state),
        type=told.type,
        changes=field_changes(told),
        at=instant(told.at),
        recorded_at=datetime.fromisoformat(told.entry["recorded_at"]),
        by=account.who(told.entry["actor"]),
        reason=why(told),
        during=None if step is None else _STATES.get(step.type),
        days_after=None if frozen is None else days(told.at - frozen.at),
    )
