"""What is remembered of an entity while its states are written: the latest of them, in order."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

import orjson

from projections.measuring import Scale, State, moving_of

SPANS = 16
"""How many spans of each: what is entered late is mostly a little late."""


CHECK_INS = 32
"""How many check-ins of each key result: what is corrected was mostly said lately."""

EVER = -(2**63)
"""Before every instant."""


class Definition(NamedTuple):
    """The part of a key result's states that no check-in moves: where it stands, and its JSON."""

    valid_from: int
    position: int
    said: bytes
    scale: Scale
    weight: float | None


class Span(NamedTuple):
    """An instant from which on a state holds, as known now."""

    start: int
    definition: Definition | None
    said: bytes

    @property
    def state(self) -> State:
        """The state, read anew each time."""
        definition = self.definition
        return orjson.loads(self.said if definition is None else definition.said + self.said)

    @property
    def moving(self) -> State:
        """What check-ins move of the state of a key result, read anew each time."""
        return orjson.loads(b"{" + self.said[1:])


class CheckIn(NamedTuple):
    """A check-in that stands: when measured, last touched, last said, and its state's JSON."""

    measured_at: int
    position: int
    id: bytes
    said: bytes


class Series:
    """The latest check-ins of a key result: all that stand and were measured `since` an instant."""

    __slots__ = ("_found", "since")

    def __init__(self, since: int, found: Iterable[CheckIn] = ()) -> None:
        self.since = since
        self._found = sorted(found)
        self._forget_the_first()

    def add(self, one: CheckIn) -> None:
        """Take in a check-in that is not among them."""
        if one.measured_at >= self.since:
            insort(self._found, one)
            self._forget_the_first()

    def put(self, one: CheckIn) -> None:
        """Take in a check-in as it stands now."""
        self.drop(one.id)
        self.add(one)

    def drop(self, check_in_id: bytes) -> None:
        """Forget a check-in that does not stand any more."""
        self._found = self._besides(check_in_id)

    def get(self, check_in_id: bytes) -> CheckIn | None:
        """A check-in, if it stands and is remembered."""
        return next((one for one in self._found if one.id == check_in_id), None)

    def besides(self, check_in_id: bytes, instant: int) -> list[CheckIn] | None:
        """The others in order, from the one that counts at an instant on; None if not known."""
        others = self._besides(check_in_id)
        reaches = self.since == EVER or (others and others[0].measured_at <= instant)
        return others if reaches else None

    def _besides(self, check_in_id: bytes) -> list[CheckIn]:
        return [one for one in self._found if one.id != check_in_id]

    def _forget_the_first(self) -> None:
        """Keep half of what there is room for, so that this is seldom needed."""
        if len(self._found) > CHECK_INS:
            kept = self._found[-CHECK_INS // 2 :]
            self.since = kept[0].measured_at + 1
            self._found = [one for one in kept if one.measured_at >= self.since]


class Known:
    """The latest state of an entity, and the latest of its spans.

    They are in order; there is none between them that is not here. What check-ins move of a key
    result is kept apart, so that the next one need not touch the rest: memory that was not used
    lately is slow.
    """

    __slots__ = ("_whole", "moving", "series", "spans")

    def __init__(self, state: State, span: Span, series: Series | None = None) -> None:
        self.spans = [span]
        self.series = Series(EVER) if series is None else series
        self._become(state)

    @property
    def latest(self) -> State:
        """The latest state, which is not to be changed."""
        return self._whole | self.moving if self.moving else self._whole

    @property
    def valid_from(self) -> int:
        return self.spans[-1].start

    def put(self, span: Span, state: State) -> None:
        """Take in a span with its state, unless it is older than all that is remembered."""
        if span.start >= self.valid_from:
            self._become(state)
        self._insert(span)

    def move(self, span: Span, moving: State) -> None:
        """Do the same with a span that differs from the one before in what check-ins move."""
        if span.start >= self.valid_from:
            self.moving = moving
        self._insert(span)

    def _become(self, state: State) -> None:
        self._whole = state
        self.moving = moving_of(state) if state["type"] == "key_result" else {}

    def _insert(self, span: Span) -> None:
        spans, place = self.spans, len(self.spans)
        if span.start <= spans[-1].start:
            place = bisect_right(spans, span.start, key=attrgetter("start"))
        if not place:
            return
        if spans[place - 1].start == span.start:
            spans[place - 1] = span
            return
        spans.insert(place, span)
        if len(spans) > SPANS:
            del spans[0]

    def since(self, instant: int) -> Iterator[Span] | None:
        """The spans from an instant on, cut off there; None if they are not all remembered."""
        place = bisect_right(self.spans, instant, key=attrgetter("start"))
        if not place:
            return None
        return iter([self.spans[place - 1]._replace(start=instant), *self.spans[place:]])
