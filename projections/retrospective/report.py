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
from projections.retrospective.alignment_coverage import AlignmentCoverage, alignment_coverage
from projections.retrospective.beliefs import Beliefs, Days, beliefs
from projections.retrospective.calibration import Calibration, calibration
from projections.retrospective.carry_over import CarryOver, carry_over
from projections.retrospective.courses import ObjectiveCourse, courses
from projections.retrospective.early_warnings import EarlyWarnings, early_warnings
from projections.retrospective.findings import Shape, Thing
from projections.retrospective.late_scores import LateScores, late_scores
from projections.retrospective.missed_unreviewed import UnreviewedMisses, missed_unreviewed
from projections.retrospective.moved_targets import MovedTargets, moved_targets
from projections.retrospective.original_targets import ScoresByOriginal, scores_by_original
from projections.retrospective.period import instant
from projections.retrospective.rhythm import CheckInRhythm, rhythm
from projections.retrospective.sandbagging import Sandbagging, sandbagging
from projections.retrospective.scope import Scope
from projections.retrospective.strategy_or_rhythm import StrategyOrRhythm, strategy_or_rhythm
from projections.retrospective.time_in_status import TimeInStatus, time_in_status
from projections.retrospective.unfollowed_parents import UnfollowedParents, unfollowed_parents


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
    sandbagging: Sandbagging
    calibration: Calibration
    early_warnings: EarlyWarnings
    time_in_status: TimeInStatus
    rhythm: CheckInRhythm
    late_scores: LateScores
    alignment_coverage: AlignmentCoverage
    unfollowed_parents: UnfollowedParents
    carry_over: CarryOver
    missed_unreviewed: UnreviewedMisses
    beliefs: Beliefs
    strategy_or_rhythm: StrategyOrRhythm
    courses: Annotated[
        tuple[ObjectiveCourse, ...], Field(description="What plots are drawn from, by week.")
    ]


def retrospective(
    connection: Connection,
    cycle_id: str,
    moment: Moment,
    zone: ZoneInfo,
    scope: Scope | None = None,
    days: Days | None = None,
) -> Retrospective | None:
    """The answers for what belongs to a scope; None while the cycle did not exist yet.

    `zone` is where days begin and end; `days` are those that question 14 is asked about.
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
        sandbagging=sandbagging([account]),
        calibration=calibration([account]),
        early_warnings=early_warnings(account),
        time_in_status=time_in_status(account),
        rhythm=rhythm(account),
        late_scores=late_scores(account),
        alignment_coverage=alignment_coverage(account),
        unfollowed_parents=unfollowed_parents(account),
        carry_over=carry_over(connection, account),
        missed_unreviewed=missed_unreviewed(account),
        beliefs=beliefs(connection, account, days or Days()),
        strategy_or_rhythm=strategy_or_rhythm(account),
        courses=tuple(courses(account)),
    )
