"""The timeline of a cycle or a unit: what is worth a flag, and how each week ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection, select

from projections.entity_states import State
from projections.instants import Moment
from projections.marks import Marks
from projections.picture import Picture
from projections.plain import from_micros, iso, micros
from projections.spells import Spells, status_at
from projections.status import STATUSES
from projections.subjects import Subject, scopes_of
from projections.tables import check_ins, entities
from projections.walk import Step, Walk


def timeline(
    connection: Connection, subject: Subject, moment: Moment, zone: ZoneInfo
) -> dict[str, Any]:
    """Marks in the order of their instants, and ISO weeks in `zone`, as known at the moment.

    A week's totals are those of the board at its end, or at the moment if that is earlier. Weeks
    begin with the first change. They end with the moment, or, where every cycle is closed by
    then, with the last change.
    """
    scopes = scopes_of(connection, subject, moment)
    told = _Timeline(subject, zone, _standing(connection, scopes, moment))
    walk = Walk(scopes, moment)
    while steps := walk.read(connection):
        for step in steps:
            told.take(step)
    return told.until(moment.micros)


class _Timeline:
    """A timeline as it grows."""

    def __init__(
        self, subject: Subject, zone: ZoneInfo, standing: Counter[tuple[str, int]]
    ) -> None:
        self._zone = zone
        self._standing = standing
        self._picture = Picture(subject)
        self._spells = Spells(zone)
        self._marks = Marks()
        self._weeks: list[dict[str, Any]] = []
        self._week_end: int | None = None
        self._counted = Counter[str]()
        self._eventful = 0
        """How many weeks there are up to the last change."""

    def take(self, step: Step) -> None:
        """Let a step happen."""
        self._end_weeks(step.at)
        entries = self._picture.take(step)
        for key_result in self._affected(step):
            live = self._picture.is_live(key_result)
            self._spells.see(step.at, key_result, self._cycle_of(key_result), live=live)
        if not entries:
            return
        self._marks.note(entries)
        self._week_end = self._week_end or _end_of_week(step.at, self._zone)
        self._counted["changes"] += len(entries)
        for key_result_id in {one.entity_id for one in entries if one.kind == "key_result"}:
            self._counted["check_ins"] += self._standing.pop((key_result_id, step.at), 0)
        self._eventful = len(self._weeks) + 1

    def until(self, last: int) -> dict[str, Any]:
        """The whole, as it stands at the last instant."""
        self._end_weeks(last)
        if self._week_end is not None:
            self._weeks.append(self._week(self._week_end, last))
        weeks = self._weeks if self._goes_on() else self._weeks[: self._eventful]
        return {"marks": self._marks.with_spells(self._spells.until(last)), "weeks": weeks}

    def _affected(self, step: Step) -> Iterable[State]:
        """The key results whose status a step may have changed."""
        picture, kinds = self._picture, {entry.kind for entry in step.entries}
        if "unit" in kinds:
            return picture.key_results()
        ids = {one.entity_id for one in step.entries}
        if not ids:
            # What led to these states was drafting, while what they belong to is published then.
            ids = {orjson.loads(state)["id"] for state in step.states}
        return (state for one in ids for state in picture.key_results_of(one))

    def _cycle_of(self, key_result: State) -> State | None:
        return self._picture.states.get(key_result["cycle_id"])

    def _goes_on(self) -> bool:
        """Whether a cycle that something of this lives in is not closed."""
        cycles = [one for one in self._picture.states.values() if one["type"] == "cycle"]
        return any(one["state"] != "closed" and self._picture.holds(one["id"]) for one in cycles)

    def _end_weeks(self, instant: int) -> None:
        """Put down every week that ended before an instant."""
        while self._week_end is not None and self._week_end < instant:
            self._weeks.append(self._week(self._week_end, self._week_end))
            self._week_end = _end_of_week(self._week_end + 1, self._zone)

    def _week(self, end: int, at: int) -> dict[str, Any]:
        picture, statuses = self._picture, dict.fromkeys(STATUSES, 0)
        for key_result in picture.key_results():
            if picture.is_live(key_result):
                found = status_at(key_result, self._cycle_of(key_result), at, self._zone)
                statuses[found] += 1
        last_day = from_micros(end).astimezone(self._zone).date()
        year, week, _ = last_day.isocalendar()
        counted, self._counted = self._counted, Counter[str]()
        return {
            "week": f"{year}-W{week:02}",
            "starts_on": str(last_day - timedelta(days=6)),
            "at": iso(from_micros(at)),
            "totals": picture.sums.as_json() | {"status": statuses},
            "check_ins": counted["check_ins"],
            "changes": counted["changes"],
        }


def _end_of_week(instant: int, zone: ZoneInfo) -> int:
    """The last microsecond of the ISO week that an instant lies in."""
    day = from_micros(instant).astimezone(zone).date()
    monday = day + timedelta(days=7 - day.weekday())
    return micros(datetime.combine(monday, time(), zone)) - 1


def _standing(
    connection: Connection, scopes: list[str], moment: Moment
) -> Counter[tuple[str, int]]:
    """How many check-ins that stand were measured, by key result and instant."""
    rows = check_ins.c
    query = (
        select(entities.c.entity_id, rows.check_in_id, rows.measured_at, rows.retracted)
        .join(entities, entities.c.position == rows.key_result)
        .where(entities.c.scope.in_(scopes), rows.position <= moment.position)
        .order_by(rows.key_result, rows.check_in_id, rows.position)
    )
    found = Counter[tuple[str, int]]()
    told = connection.execute(query.execution_options(yield_per=1_000))
    for _, touches in groupby(told, key=lambda row: (row.entity_id, row.check_in_id)):
        *_, last = touches
        if not last.retracted:
            found[last.entity_id, last.measured_at] += 1
    return found
