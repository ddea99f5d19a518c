"""The replay of a cycle: what happened, in the order in which it was true, with running totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any, Literal
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection, select

from projections.instants import Moment
from projections.plain import from_micros, iso, micros
from projections.rollup import State, Totals, counts, objective_sum
from projections.views import states, trail

Every = Literal["change", "day", "week"]


@dataclass(slots=True)
class _Running:
    """The cycle as the replay has come to know it so far."""

    objectives: dict[str, State] = field(default_factory=dict[str, State])
    key_results: dict[str, dict[str, State]] = field(
        default_factory=lambda: defaultdict[str, dict[str, State]](dict)
    )
    totals: Totals = field(default_factory=Totals)

    def put(self, state: State) -> None:
        match state["type"]:
            case "objective":
                self.objectives[state["id"]] = state
                self._sum(state["id"])
            case "key_result":
                self.key_results[state["objective_id"]][state["id"]] = state
                self._sum(state["objective_id"])
            case _:
                pass

    def _sum(self, objective_id: str) -> None:
        objective = self.objectives.get(objective_id)
        if objective is not None:
            own = self.key_results[objective_id].values()
            summed = objective_sum(objective, own) if counts(objective) else None
            self.totals.put(objective_id, summed)


def replay(
    connection: Connection,
    cycle_id: str,
    moment: Moment,
    *,
    every: Every = "change",
    start: datetime | None = None,
    end: datetime | None = None,
    zone: ZoneInfo,
) -> Iterator[dict[str, Any]]:
    """The frames of a cycle between two instants (both included), as known at the moment.

    A frame's totals are those of the board as of its `at`, so they count what was recorded or
    corrected later, as known at the moment. Frames by day or week end with the last microsecond
    of theirs, days beginning in `zone` and weeks on Monday; a quiet one has no changes.
    """
    last = min(moment.as_of, end) if end is not None else moment.as_of
    running = _Running()
    pending: list[dict[str, Any]] = []
    position, frame_end = 0, None
    for instant, changed, entries in _instants(connection, cycle_id, moment, micros(last)):
        while frame_end is not None and instant > frame_end:
            yield _frame(frame_end, position, pending, running.totals)
            pending, frame_end = [], _period_end(frame_end + 1, every, zone)
        for state in changed:
            running.put(state)
        position = max((position, *(entry["position"] for entry in entries)))
        if start is not None and instant < micros(start):
            continue
        if every == "change":
            for entry in entries:
                yield _frame(instant, entry["position"], [entry], running.totals)
        elif entries:
            pending.extend(entries)
            frame_end = frame_end or _period_end(instant, every, zone)
    if frame_end is not None:
        yield _frame(min(frame_end, micros(last)), position, pending, running.totals)


def _instants(
    connection: Connection, cycle_id: str, moment: Moment, last: int
) -> Iterator[tuple[int, list[State], list[dict[str, Any]]]]:
    """Every instant at which something happened: the states it led to, and the entries."""
    rows = states.c
    state_rows = connection.execution_options(yield_per=1000).execute(
        select(rows.valid_from, rows.entity_id, rows.state)
        .where(rows.scope == cycle_id, rows.valid_from <= last, rows.position <= moment.position)
        .order_by(rows.valid_from, rows.position)
    )
    entry_rows = connection.execution_options(yield_per=1000).execute(
        select(trail.c.effective_at, trail.c.entry)
        .where(
            trail.c.cycle_id == cycle_id,
            trail.c.effective_at <= last,
            trail.c.position <= moment.position,
        )
        .order_by(trail.c.effective_at, trail.c.position)
    )
    led_to = groupby(state_rows, key=lambda row: row.valid_from)
    happened = groupby(entry_rows, key=lambda row: row.effective_at)
    for instant, state_group, entry_group in _merged(led_to, happened):
        # Of several rows at one instant the last one known is what the instant came to.
        latest = {row.entity_id: row.state for row in state_group}
        entries = [orjson.loads(row.entry) for row in entry_group]
        yield instant, [orjson.loads(state) for state in latest.values()], entries


def _merged(
    left: Iterator[tuple[int, Iterable[Any]]], right: Iterator[tuple[int, Iterable[Any]]]
) -> Iterator[tuple[int, Iterable[Any], Iterable[Any]]]:
    """Two ordered streams of groups as one, each instant once."""
    nothing: list[Any] = []
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        instant = min(group[0] for group in (one, other) if group is not None)
        here = one if one is not None and one[0] == instant else None
        there = other if other is not None and other[0] == instant else None
        yield instant, here[1] if here else nothing, there[1] if there else nothing
        one = next(left, None) if here else one
        other = next(right, None) if there else other


def _frame(at: int, position: int, entries: list[dict[str, Any]], totals: Totals) -> dict[str, Any]:
    return {
        "at": iso(from_micros(at)),
        "position": position,
        "changes": [_change(entry) for entry in entries],
        "totals": totals.as_json(),
    }


def _change(entry: dict[str, Any]) -> dict[str, Any]:
    names = ("event_id", "position", "type", "actor", "entity", "reason", "after_freeze", "changes")
    return {name: entry[name] for name in names}


def _period_end(instant: int, every: Every, zone: ZoneInfo) -> int:
    """The last microsecond of the day or ISO week that an instant lies in."""
    day = from_micros(instant).astimezone(zone).date()
    days = 1 if every == "day" else 7 - day.weekday()
    return micros(datetime.combine(day + timedelta(days=days), time(), zone)) - 1
