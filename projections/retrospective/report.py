"""The retrospective of a cycle: the answers to all fifteen questions, from one walk."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy import Connection

from projections.instants import Moment
from projections.retrospective.account import Account, thing
from projections.retrospective.after_freeze import ChangesAfterFreeze, changes_after_freeze
from projections.retrospective.findings import Shape, Thing
from projections.retrospective.moved_targets import MovedTargets, moved_targets
from projections.retrospective.original_targets import ScoresByOriginal, scores_by_original
from projections.retrospective.period import instant
from projections.retrospective.scope import Scope


class Scoped(Shape):
    """What the answers are narrowed to."""

    unit_id: str | None
    person_id: str | None


class Retrospective(Shape):
    """How a cycle went, by what was known at a moment."""

    cycle: Thing
    scope: Scoped
    starts_at: Annotated[
        datetime | None, Field(description="When work began: it was opened, or its first day.")
    ]
    ends_at: Annotated[datetime | None, Field(description="Where its last day ends.")]
    until: Annotated[datetime, Field(description="The end, or the moment if that is earlier.")]
    over: Annotated[bool, Field(description="Whether scoring began or its last day has passed.")]
    moved_targets: MovedTargets
    scores_by_original: ScoresByOriginal
    changes_after_freeze: ChangesAfterFreeze


def retrospective(
    connection: Connection,
    cycle_id: str,
    moment: Moment,
    zone: ZoneInfo,
    scope: Scope | None = None,
) -> Retrospective | None:
    """The answers for what belongs to a scope; None while the cycle did not exist yet.

    `zone` is where days begin and end.
    """
    scope = scope or Scope()
    account = Account.of(connection, cycle_id, moment, zone, scope)
    if account is None:
        return None
    period = account.period
    return Retrospective(
        cycle=thing(account.cycle),
        scope=Scoped(unit_id=scope.unit_id, person_id=scope.person_id),
        starts_at=None if period.start is None else instant(period.start),
        ends_at=None if period.end is None else instant(period.end),
        until=instant(period.until),
        over=period.over,
        moved_targets=moved_targets(account),
        scores_by_original=scores_by_original(account),
        changes_after_freeze=changes_after_freeze(account),
    )
