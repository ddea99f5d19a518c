"""How a cycle stood at the end of each week: its boards, narrowed to what is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from api.history import Question
from projections.board import board
from projections.retrospective.report import Retrospective
from projections.retrospective.scope import Owners, Scope
from projections.rollup import counts

State = dict[str, Any]
MOST_WEEKS = 60
"""A longer cycle is shown every second week, or third, since a screen shows no more apart."""


@dataclass(frozen=True, slots=True)
class Week:
    """The published objectives of the scope when a week ended, with all their key results."""

    at: datetime
    objectives: dict[str, State]
    alignments: list[State]

    def key_results(self) -> Iterator[State]:
        """Every key result that counts."""
        for objective in self.objectives.values():
            if counts(objective):
                yield from (one for one in objective["key_results"] if counts(one))


def course(question: Question, found: Retrospective, zone: ZoneInfo) -> tuple[list[Week], Week]:
    """The weeks of a cycle up to its end or the moment asked about, and how it stands then."""
    scope = Scope(found.scope.unit_id, found.scope.person_id)
    owners = Owners(question.connection, scope, question.moment)

    def week(at: datetime) -> Week:
        then = replace(question.moment, as_of=min(at, question.moment.as_of))
        shown = board(question.connection, found.cycle.id, then, zone) or {"objectives": []}
        mine = {
            one["id"]: one
            for one in shown["objectives"]
            if one["published_at"] and _narrow(one, owners)
        }
        return Week(at, mine, shown.get("alignments", []))

    ends = _ends_of_weeks(found.starts_at or found.until, found.until, zone)
    weeks, final = [week(at) for at in ends], week(question.moment.as_of)
    # An import may tell of goals that began only after the days of their cycle.
    return (weeks if any(one.objectives for one in weeks) else [final]), final


def _narrow(objective: State, owners: Owners) -> bool:
    """Leave of an objective what is looked at; whether that is anything."""
    if owners.own(objective):
        return True
    kept = [one for one in objective["key_results"] if owners.own(objective, one)]
    objective["key_results"] = kept
    return bool(kept)


def _ends_of_weeks(start: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
    """The last instant of each ISO week between two instants, and the second of them."""
    ends: list[datetime] = []
    day = start.astimezone(zone).date()
    monday = day + timedelta(days=7 - day.weekday())
    while (end := datetime.combine(monday, time(), zone) - timedelta(microseconds=1)) < until:
        ends.append(end)
        monday += timedelta(days=7)
    step = -(-len(ends) // MOST_WEEKS) or 1
    return [*ends[::step], until - timedelta(microseconds=1)]
