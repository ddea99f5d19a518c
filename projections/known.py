"""What is remembered of an entity while its states are written: the latest of them, in order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

import orjson

from projections.entity_states import State

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
        self._found = {one.id: one for one in found}
        self._forget_the_first()

    def put(self, one: CheckIn) -> None:
        """Take in a check-in as it stands now."""
        self._found.pop(one.id, None)
        if one.measured_at >= self.since:
            self._found[one.id] = one
            if len(self._found) > CHECK_INS:
                self._forget_the_first()

    def drop(self, check_in_id: bytes) -> None:
        """Forget a check-in that does not stand any more."""
        self._found.pop(check_in_id, None)

    def get(self, check_in_id: bytes) -> CheckIn | None:
        """A check-in, if it stands and is remembered."""
        return self._found.get(check_in_id)

    def besides(self, check_in_id: bytes, instant: int) -> list[CheckIn] | None:
        """The others in order, from the one that counts at an instant on; None if not known."""
        others = sorted(one for one in self._found.values() if one.id != check_in_id)
        reaches = self.since == EVER or (others and others[0].measured_at <= instant)
        return others if reaches else None

    def _forget_the_first(self) -> None:
        """Keep half of what there is room for, so that this is seldom needed."""
        if len(self._found) > CHECK_INS:
            kept = sorted(self._found.values())[-CHECK_INS // 2 :]
            self.since = kept[0].measured_at
            self._found = {one.id: one for one in kept if one.measured_at > self.since}
            self.since += 1


@dataclass(slots=True)
class Known:
    """The latest state of an entity, and the latest of its spans.

    They are in order; there is none between them that is not here.
    """

    latest: State
    spans: list[Span]
    series: Series = field(default_factory=lambda: Series(EVER))

    @property
    def valid_from(self) -> int:
        return self.spans[-1].start

    def put(self, span: Span, state: State) -> None:
        """Take in a span, unless it is older than all that is remembered."""
        spans, last = self.spans, self.spans[-1].start
        if span.start >= last:
            self.latest = state
        place = len(spans)
        if span.start <= last:
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
