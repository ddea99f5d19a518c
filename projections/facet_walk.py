"""Walks along the facets of entries, in the order of the log, without a look at the others.

A walk goes along the rarest of its conditions and meets the others on its way, mostly in the same
index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, func, select

from projections.facets import LATE
from projections.plain import micros
from projections.sight import EVERYTHING, Sight
from projections.tables import facet_shapes, facet_units, facets, recorded_late
from projections.text_index import Reach, said_by
from projections.words import Sought

_PROBES = (1_000, 10_000)
"""How many rows of each condition are counted, to find the rarest."""


_AHEAD = facets.alias("ahead")
"""The same rows, looked at to see how far a page reaches."""

_PREFERRED = ("entity", "cycle", "unit", "actor", "shape")
"""Which condition leads where all are frequent."""


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


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk along the rarest condition, one span of positions after the other."""

    connection: Connection
    numbers: Numbers
    effective: Effective
    limit: int
    descending: bool
    sight: Sight = EVERYTHING
    said: Said | None = None

    def positions(self, spans: Sequence[Span]) -> list[int]:
        """At most `limit` positions within the spans, which are in the order of the log."""
        found: list[int] = []
        for span in reversed(spans) if self.descending else spans:
            if span.low <= span.high and len(found) < self.limit:
                leg = _Leg(self, span, self.limit - len(found))
                found.extend(leg.positions())
        return found


@dataclass(frozen=True, slots=True)
class _Leg:
    """The part of a walk that lies within one span."""

    walk: Walk
    span: Span
    limit: int

    def positions(self) -> list[int]:
        """At most `limit` positions within the span, in walking order."""
        leading = self._rarest()
        if leading == "shape" and len(self._numbers["shape"]) > 1:
            query = self._merged()
        else:
            query = self._straight(leading)
        return list(self.walk.connection.execute(query).scalars())

    @property
    def _numbers(self) -> Numbers:
        return self.walk.numbers

    def _rarest(self) -> str | None:
        """The condition that the fewest rows of the span meet; None where there is none."""
        names = [name for name in _PREFERRED if name in self._numbers]
        if self.span.lateness:
            names.insert(0, "lateness")
        if len(names) < 2 or self.span.high - self.span.low < _PROBES[-1]:
            return names[0] if names else None
        for probe in _PROBES:
            counted = {name: self._counted(name, probe) for name in names}
            rarest = min(names, key=lambda name: counted[name])
            if counted[rarest] < probe:
                return rarest
        return names[0]

    def _counted(self, name: str, at_most: int) -> int:
        rows = _table_of(name)
        query = select(rows.c.position).where(self._leads(rows, name), *self._within(rows))
        counting = select(func.count()).select_from(query.limit(at_most).subquery())
        return self.walk.connection.execute(counting).scalar_one()

    def _straight(self, leading: str | None) -> Select[int]:
        """One walk; a few numbers of one facet are few rows, which may be sorted."""
        rows = _table_of(leading)
        query = select(rows.c.position).where(*self._within(rows), *self._met(rows, leading))
        if leading is not None:
            query = query.where(self._leads(rows, leading))
        return self._ordered(query, rows)

    def _merged(self) -> Select[int]:
        """Walks along many shapes at once, none further than the page can reach."""
        shapes, rows, ahead = facet_shapes, facets, _AHEAD
        reach = (
            self._ordered(select(ahead.c.position), ahead, skip=self.limit - 1)
            .where(
                ahead.c.shape == shapes.c.number,
                *self._within(ahead),
                *self._met(ahead, "shape"),
            )
            .correlate(shapes)
            .scalar_subquery()
        )
        if self.walk.descending:
            reached = rows.c.position >= func.coalesce(reach, self.span.low)
        else:
            reached = rows.c.position <= func.coalesce(reach, self.span.high)
        query = (
            select(rows.c.position)
            .join_from(shapes, rows, rows.c.shape == shapes.c.number)
            .where(
                shapes.c.number.in_(self._numbers["shape"]),
                reached,
                *self._within(rows),
                *self._met(rows, "shape"),
            )
        )
        return self._ordered(query, rows)

    def _ordered(
        self, query: Select[int], rows: FromClause, skip: int | None = None
    ) -> Select[int]:
        position = rows.c.position
        query = query.order_by(position.desc() if self.walk.descending else position)
        return query.limit(self.limit) if skip is None else query.limit(1).offset(skip)

    def _within(self, rows: FromClause) -> Iterator[ColumnElement[bool]]:
        position = rows.c.position
        yield position >= self.span.low
        yield position <= self.span.high
        if self.walk.said is not None:
            yield said_by(self.walk.connection, position, *self.walk.said)

    def _leads(self, rows: FromClause, name: str) -> ColumnElement[bool]:
        if name == "lateness":
            at_least = range(self.span.lateness, len(LATE) + 1)
            return and_(recorded_late, rows.c.lateness.in_(at_least))
        numbers = self._numbers[name]
        return rows.c[name] == numbers[0] if len(numbers) == 1 else rows.c[name].in_(numbers)

    def _met(self, rows: FromClause, leading: str | None) -> Iterator[ColumnElement[bool]]:
        """The other conditions, met on the way."""
        yield from self.walk.sight.shown(rows)
        beside = facets.alias("beside")
        apart: list[ColumnElement[bool]] = []
        for name, numbers in self._numbers.items():
            if name == leading:
                continue
            if name == "unit":
                units = facet_units.c
                owned = units.position == rows.c.position
                yield exists().where(units.unit == numbers[0], owned)
            elif name in rows.c:
                yield _not_leading(rows.c[name]).in_(numbers)
            else:
                apart.append(beside.c[name].in_(numbers))
        if "effective_at" in rows.c:
            yield from self.walk.effective.conditions(rows.c.effective_at)
        else:
            apart.extend(self.walk.effective.conditions(beside.c.effective_at))
        if apart:
            yield exists().where(beside.c.position == rows.c.position, *apart)


def _table_of(leading: str | None) -> FromClause:
    return facet_units if leading == "unit" else facets


def _not_leading(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as a sum, so that the database does not walk along its index instead."""
    return column + 0
