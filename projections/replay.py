"""The replay of a cycle or a unit: frames of what happened, in order, with running totals."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection

from projections.axes import BEGINNING, END, Axis, Key
from projections.curtain import curtain
from projections.instants import Moment, position_at, recorded_at
from projections.plain import from_micros, micros
from projections.subjects import Subject
from projections.tally import CycleTurns
from projections.turns import ToldTurns, Turn, Turns, UnitTurns
from projections.views import standing
from projections.walk import last_position

_ALWAYS = datetime.max.replace(tzinfo=UTC)
Every = Literal["change", "day", "week"]
When = datetime | int | None


class Frame(NamedTuple):
    """What one change, day or week brought: its place on the axis, and its JSON."""

    key: Key
    encoded: bytes


_Told = tuple[int, int, bytes]
"""The same, so plain that a million of them cost little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which frames are wanted: of what, as known when, along which axis, from where on.

    Days begin in `zone`, weeks on Monday.
    """

    subject: Subject
    moment: Moment
    zone: ZoneInfo
    every: Every = "change"
    axis: Axis = "effective"
    start: Key = BEGINNING

    @property
    def last(self) -> int:
        """The last instant that a frame may have, in microseconds."""
        moment = self.moment
        return micros(moment.as_of if self.axis == "effective" else moment.known_at)

    def mark(self, connection: Connection) -> Hashable | None:
        """What the frames depend on: of equal marks the frames are equal. None if they may not be.

        Nothing is effective after it was recorded, so an `as_of` that is not before `known_at` cuts
        nothing off. Days and weeks end with the moment, and what a unit holds may change elsewhere.
        """
        if self.every != "change" or self.subject.kind != "cycle":
            return None
        moment = self.moment
        as_of = _ALWAYS if moment.as_of >= moment.known_at else moment.as_of
        last = last_position(connection, self.subject.id, moment)
        # Everything else that a plan may ask for belongs to the mark by itself; of who asks, what
        # is hidden from them does.
        fixed = replace(self, moment=Moment(as_of, _ALWAYS, last))
        hidden = curtain(connection, [self.subject.id], moment, self.axis)
        return standing(connection).build, fixed, hidden and hidden.mark()

    def between(self, connection: Connection, start: When, end: When) -> Plan:
        """The part of the plan between two places on its axis, both included."""
        return replace(
            self,
            start=self.start if start is None else _before(connection, self.axis, start),
            moment=self.moment if end is None else _until(connection, self.axis, self.moment, end),
        )


def _before(connection: Connection, axis: Axis, start: datetime | int) -> Key:
    """The place right before the first frame."""
    if isinstance(start, int):
        return Key(0, start - 1)
    at = micros(start) - 1
    return Key(at, END if axis == "effective" else position_at(connection, from_micros(at)))


def _until(connection: Connection, axis: Axis, moment: Moment, end: datetime | int) -> Moment:
    """A moment that knows nothing past the last frame."""
    if axis == "effective" and isinstance(end, datetime):
        return replace(moment, as_of=min(moment.as_of, end))
    if isinstance(end, datetime):
        position, known_at = position_at(connection, end), end
    else:
        position, known_at = end, recorded_at(connection, end) or moment.known_at
    return replace(
        moment,
        position=min(moment.position, position),
        known_at=min(moment.known_at, known_at),
    )


class Replay:
    """A replay under way, read some frames at a time, each time in any transaction.

    Along effective time a frame's totals are those of the board as of its `at`, so they count what
    was recorded or corrected later, as known at the moment. Along recorded time they are those of
    the board as of the moment, as known at the frame's position.

    Frames by day or week end with the last microsecond of theirs; a quiet one between two changes
    has no changes.
    """

    def __init__(self, plan: Plan, after: Key | None = None) -> None:
        """Begin at the first frame, or go on `after` the frame of that key."""
        self._plan = plan
        self._after = after
        self._turns: Turns | None = None
        self._totals = b""
        self._pending: list[bytes] = []
        self._position = 0 if after is None else after.position
        self._period_end: int | None = None
        if after is not None and plan.every != "change":
            self._period_end = self._end_of_period(after.at + 1)
        self._is_eventful = False
        """Whether the day or week at hand has anything to tell."""

    def read(self, connection: Connection) -> list[Frame]:
        """The next frames; none at the end."""
        return [Frame(Key(at, position), told) for at, position, told in self._next(connection)]

    def lines(self, connection: Connection) -> bytes:
        """The same as JSON Lines, in one piece."""
        # The last line gets its end from the nothing that follows it.
        return b"\n".join([*[told for _, _, told in self._next(connection)], b""])

    def _next(self, connection: Connection) -> list[_Told]:
        if self._turns is None:
            self._turns = self._begin()
            self._totals = self._turns.begin(connection)
        while turns := self._turns.read(connection):
            is_change = self._plan.every == "change"
            frames = self._by_change(turns) if is_change else list(self._by_period(turns))
            if frames:
                return frames
        return self._rest()

    def _begin(self) -> Turns:
        subject, moment, axis = self._plan.subject, self._plan.moment, self._plan.axis
        if subject.kind == "cycle":
            turns: Turns = CycleTurns(subject.id, moment, axis, self._place())
        else:
            turns = UnitTurns(subject, moment, axis, self._place())
        return turns if moment.sight.everything else ToldTurns(turns)

    def _place(self) -> Key:
        """Where the turns begin: before a whole instant, since its frames share their totals."""
        after, plan = self._after, self._plan
        if after is None:
            return plan.start
        if plan.axis == "recorded":
            return after
        return Key(after.at - 1 if plan.every == "change" else after.at, END)

    def _by_change(self, turns: list[Turn]) -> list[_Told]:
        after = self._after
        if after is not None:
            turns = [one for one in turns if one[:2] > after]
        if not turns:
            return []
        # All instants are spelled at once: one by one they would take twice as long.
        instants = orjson.dumps([from_micros(one[0]) for one in turns], option=orjson.OPT_UTC_Z)
        return [
            (at, position, _frame(instant, position, entry, totals))
            for instant, (at, position, entry, totals) in zip(
                instants[1:-1].split(b","), turns, strict=True
            )
            if entry is not None
        ]

    def _by_period(self, turns: list[Turn]) -> Iterator[_Told]:
        for at, position, entry, totals in turns:
            if entry is None and totals == self._totals:
                continue
            while self._period_end is not None and at > self._period_end:
                yield self._period(self._period_end)
                self._period_end = self._end_of_period(self._period_end + 1)
            if entry:
                self._pending.append(entry)
            if entry is not None:
                self._position = max(self._position, position)
            self._period_end = self._period_end or self._end_of_period(at)
            self._is_eventful, self._totals = True, totals

    def _rest(self) -> list[_Told]:
        """The last day or week, which ends with what the moment knows."""
        if not self._is_eventful or self._period_end is None:
            return []
        return [self._period(min(self._period_end, self._plan.last))]

    def _period(self, end: int) -> _Told:
        changes, self._pending, self._is_eventful = b",".join(self._pending), [], False
        encoded = _frame(_instant(end), self._position, changes, self._totals)
        return end, self._position, encoded

    def _end_of_period(self, instant: int) -> int:
        """The last microsecond of the day or ISO week that an instant lies in."""
        zone = self._plan.zone
        day = from_micros(instant).astimezone(zone).date()
        days = 1 if self._plan.every == "day" else 7 - day.weekday()
        return micros(datetime.combine(day + timedelta(days=days), time(), zone)) - 1


def _instant(at: int) -> bytes:
    return orjson.dumps(from_micros(at), option=orjson.OPT_UTC_Z)


def _frame(at: bytes, position: int, changes: bytes, totals: bytes) -> bytes:
    """A frame as JSON, of parts that are JSON already."""
    return b'{"at":%b,"position":%d,"changes":[%b],"totals":%b}' % (at, position, changes, totals)
