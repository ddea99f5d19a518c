"""The raw feed as one listener hears it: all of the log, or what is somebody's own of it.

All of it is read from the log, and is never behind. What is somebody's own is known to the views
alone, so it is told as far as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from api.history import History, PositionNotReachedError
from api.streaming import Event
from domain.codec import Stored
from projections.feed import as_cloud_event, fed, named, unnamed
from projections.own import STRETCH, own
from projections.seen import hidden_among
from projections.sight import Viewer

TOGETHER = 500
"""How many records are read and sent together."""

Tell = Callable[[dict[str, Any]], bytes]
"""A record of the feed as it is sent."""


def teller(history: History, form: str | None) -> Tell:
    """How records are spelled in a form: plainly, or as CloudEvents."""
    if form is None:
        return orjson.dumps
    identity = history.log.identity()
    return lambda one: orjson.dumps(as_cloud_event(one, identity))


class WholeFeed:
    """The feed of those who are told everything."""

    def __init__(self, history: History, tell: Tell, after: int) -> None:
        self._log = history.log
        self._tell = tell
        self.place = after
        """The position up to which the listener was told everything."""

    def end(self) -> int:
        """The position at which lines that are asked for now end."""
        return self._log.head()

    def lines(self, last: int) -> Iterator[bytes]:
        """The records up to a position, some lines at a time."""
        while found := [one for one in self._next() if one.position <= last]:
            yield b"".join([self._tell(fed(one)) + b"\n" for one in found])

    def events(self) -> list[Event]:
        """The next records as events whose id is their position; none where there is no more."""
        return [Event(str(one.position), self._tell(fed(one))) for one in self._next()]

    def _next(self) -> list[Stored]:
        found = self._log.stored(self.place, TOGETHER)
        if found:
            self.place = found[-1].position
        return found


class OwnFeed:
    """The feed of an owner or a lead: the records about what is theirs when they are read."""

    def __init__(self, history: History, tell: Tell, after: int, viewer: Viewer) -> None:
        self._history = history
        self._tell = tell
        self._viewer = viewer
        self.place = after

    def end(self) -> int:
        """Raises PositionNotReachedError where the views stand before the listener."""
        with self._history.ask(min_position=self.place, viewer=self._viewer) as question:
            return question.moment.position

    def lines(self, last: int) -> Iterator[bytes]:
        """Raises PositionNotReachedError where the views were begun anew meanwhile."""
        while self.place < last:
            before = self.place
            found = [one for one in self._next() if one["position"] <= last]
            if self.place == before:
                raise PositionNotReachedError(self._history, last)
            yield b"".join([self._tell(one) + b"\n" for one in found])

    def events(self) -> list[Event]:
        """Raises PositionNotReachedError where the log has more, of which the views say nothing
        yet.

        A long stretch without anything of theirs is told as an event without data: its id alone.
        """
        before = self.place
        found = [Event(str(one["position"]), self._tell(one)) for one in self._next()]
        if not found and self.place - before >= STRETCH:
            return [Event(str(self.place))]
        if not found and self._history.log.head() > self.place:
            raise PositionNotReachedError(self._history, self._history.log.head())
        return found

    def _next(self) -> list[dict[str, Any]]:
        """What is theirs in the next stretch, however long that is."""
        with self._history.ask(viewer=self._viewer) as question:
            connection, moment = question.connection, question.moment
            stretch = own(connection, moment, self.place, TOGETHER)
            found = [fed(one) for one in self._history.log.at(stretch.positions)]
            ids = {one_id for one in found if (one_id := named(one)) is not None}
            hidden = hidden_among(connection, ids, moment)
        self.place = stretch.end
        return [unnamed(one) if named(one) in hidden else one for one in found]
