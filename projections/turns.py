"""What a replay is made of: one entry after the other, each with the totals it led to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import orjson
from sqlalchemy import Connection

from projections.axes import Axis, Key
from projections.instants import Moment
from projections.picture import Picture
from projections.subjects import Subject, scopes_of
from projections.walk import Walk

Turn = tuple[int, int, bytes | None, bytes]
"""When and at which position of the log something happened, the entry that tells it, and the totals
of that place on the axis; the last two are JSON.

Without an entry something happened that is not told, and the position is that of the record which
published what comes to be seen there, or 0. There is one for every change, so they are plain
tuples.
"""

NO_CHANGE = b""
"""The entry of a turn that is told though there is no change in it."""


class Turns(Protocol):
    """The turns of a replay, read some at a time, each time in any transaction."""

    def begin(self, connection: Connection) -> bytes:
        """The totals of the place where they begin."""
        ...

    def read(self, connection: Connection) -> list[Turn]:
        """The next turns; none at the end."""
        ...


class ToldTurns:
    """The turns that somebody is told who does not see every draft.

    What comes to be seen by itself is told without a change, under the record that published it. If
    a change of the same instant is told, that one has its totals, and no more is.
    """

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._totals = b""
        self._opening: Turn | None = None
        """What came to be seen at an instant of which no change was told so far."""

    def begin(self, connection: Connection) -> bytes:
        """The totals of the place where they begin."""
        self._totals = self._turns.begin(connection)
        return self._totals

    def read(self, connection: Connection) -> list[Turn]:
        """The next turns; none at the end."""
        while turns := self._turns.read(connection):
            if told := list(self._told(turns)):
                return told
        return list(self._told_opening())

    def _told(self, turns: Iterable[Turn]) -> Iterator[Turn]:
        for at, position, entry, totals in turns:
            if self._opening is not None and self._opening[0] < at:
                yield from self._told_opening()
            if entry is not None:
                self._opening = None
                yield at, position, entry, totals
            elif position and totals != self._totals:
                self._opening = at, position, NO_CHANGE, totals
            self._totals = totals

    def _told_opening(self) -> Iterator[Turn]:
        if self._opening is not None:
            yield self._opening
        self._opening = None


class UnitTurns:
    """The turns of a unit: what it and the units below it own, as owners and units are then."""

    def __init__(self, subject: Subject, moment: Moment, axis: Axis, after: Key) -> None:
        """From after a place on."""
        self._subject = subject
        self._moment = moment
        self._axis: Axis = axis
        self._after = after
        self._picture = Picture(subject)
        self._walk: Walk | None = None

    def begin(self, connection: Connection) -> bytes:
        """The totals of the place where they begin."""
        scopes = scopes_of(connection, self._subject, self._moment)
        self._walk = Walk(scopes, self._moment, self._axis, self._after)
        self._picture.put(self._walk.begin(connection))
        return self._totals()

    def read(self, connection: Connection) -> list[Turn]:
        """The next turns; none at the end."""
        if self._walk is None:
            raise ValueError("begin before you read")
        turns: list[Turn] = []
        for step in self._walk.read(connection):
            entries, totals = self._picture.take(step), self._totals()
            turns += [(step.at, one.position, one.encoded, totals) for one in entries]
            if not entries:
                turns.append((step.at, step.published_by, None, totals))
        return turns

    def _totals(self) -> bytes:
        return orjson.dumps(self._picture.sums.as_json())
