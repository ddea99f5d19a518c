"""What a walk along records is held to: positions, numbers, times and words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement

from projections.plain import micros
from projections.text_index import Reach
from projections.words import Sought


class Span(NamedTuple):
    """Positions to walk, both ends included, and how late all that is wanted was recorded."""

    low: int
    high: int
    lateness: int = 0

    def past(self, after: int, descending: bool) -> Span:
        """What is left of it past a position."""
        if descending:
            return self._replace(high=min(self.high, after - 1))
        return self._replace(low=max(self.low, after + 1))

    def within(self, low: int, high: int) -> Span:
        """The part of it between two positions, both included."""
        return self._replace(low=max(self.low, low), high=min(self.high, high))


Numbers = dict[str, list[int]]
"""The numbers that each facet may have."""


class Effective(NamedTuple):
    """The instants that effective times must lie between, both included; None is no border."""

    start: datetime | None
    end: datetime | None

    def conditions(self, column: ColumnElement[int]) -> Iterator[ColumnElement[bool]]:
        if self.start is not None:
            yield column >= micros(self.start)
        if self.end is not None:
            yield column <= micros(self.end)


ALWAYS = Effective(None, None)


class Said(NamedTuple):
    """The words that a record must say, and how far to look for them."""

    words: Sought
    reach: Reach
    each: bool = False
    """Whether to look at the words of each record that is met, rather than for all with them."""
