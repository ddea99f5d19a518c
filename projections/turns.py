"""What a replay is made of: one entry after the other, each with the totals it led to."""

from __future__ import annotations

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

Without an entry something happened that is not told. There is one for every change, so they are
plain tuples.
"""


class Turns(Protocol):
    """The turns of a replay, read some at a time, each time in any transaction."""

    def begin(self, connection: Connection) -> bytes:
        """The totals of the place where they begin."""
        ...

    def read(self, connection: Connection) -> list[Turn]:
        """The next turns; none at the end."""
        ...


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
                turns.append((step.at, step.position, None, totals))
        return turns

    def _totals(self) -> bytes:
        return orjson.dumps(self._picture.sums.as_json())
