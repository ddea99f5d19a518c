"""Question 7: how long was each key result on track, at risk, off track, stale?"""

from __future__ import annotations

from projections.retrospective.findings import Answer, Finding, Number, Party, Shape, Thing


class StatusDays(Shape):
    """Days in each status."""

    on_track: Number
    at_risk: Number
    off_track: Number
    stale: Number
    unknown: Number


class KeyResultStatuses(Finding):
    """The days of one key result in each status, while it lived and the cycle ran."""

    key_result: Thing
    objective: Thing
    owner: Party
    days: StatusDays


class TimeInStatus(Answer):
    """Days by key result, and in all."""

    days: StatusDays
    key_results: tuple[KeyResultStatuses, ...]
