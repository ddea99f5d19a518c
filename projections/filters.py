"""Finds the entries that pass filters, page by page, without a look at the others.

The walk goes along the rarest of the conditions, in the order of the log, and meets the others on
its way. Conditions on time become borders of the walk: `recorded_at` never runs backwards along
the log and nothing is effective after it is recorded. Only what was recorded late lies beyond
those borders, and is walked by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, func, select

from projections.facets import LATE
from projections.instants import Moment, position_at, recorded_at
from projections.plain import micros
from projections.views import (
    facet_actors,
    facet_entities,
    facet_shapes,
    facet_units,
    facets,
    recorded_late,
)
from projections.vocabulary import types_named

_INSTANT = timedelta(microseconds=1)
_PROBES = (1_000, 10_000)
"""How many rows of each condition are counted, to find the rarest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which entries are wanted; all that are given must hold."""

    actor_id: str | None = None
    type: str | None = None
    """An event's name; with a `*` at its end every name that begins like it."""
    entity_type: str | None = None
    entity_id: str | None = None
    entity_ids: frozenset[str] | None = None
    """Any of these entities."""
    cycle_id: str | None = None
    unit_id: str | None = None
    """About the unit, or about what it owned when the change was recorded or came to own by it."""
    field: str | None = None
    reason_code: str | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    after_freeze: bool | None = None


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


Numbers = dict[str, list[int]]
"""The numbers that each facet may have."""


def positions(
    connection: Connection,
    filters: Filters,
    moment: Moment,
    limit: int,
    after: int | None = None,
    *,
    descending: bool = False,
) -> list[int]:
    """At most `limit` positions past `after` whose entries pass, as known at the moment."""
    numbers = _numbers(connection, filters)
    if not all(numbers.values()):
        return []
    effective = _effective(connection, filters, moment)
    spans = _spans(connection, filters, moment, effective)
    found: list[int] = []
    for span in reversed(spans) if descending else spans:
        rest = span if after is None else span.past(after, descending)
        if rest.low <= rest.high and len(found) < limit:
            walk = _Walk(connection, numbers, effective, rest, limit - len(found), descending)
            found.extend(walk.positions())
    return found


def _numbers(connection: Connection, filters: Filters) -> Numbers:
    """What the filters ask for, as the numbers that rows hold; an empty list finds nothing."""
    entities = facet_entities.c
    number = select(entities.number)
    asked: dict[str, Select[int]] = {}
    if filters.actor_id is not None:
        actors = facet_actors.c
        asked["actor"] = select(actors.number).where(actors.actor_id == filters.actor_id)
    for name, entity_id in (("cycle", filters.cycle_id), ("unit", filters.unit_id)):
        if entity_id is not None:
            asked[name] = number.where(entities.entity_id == entity_id)
    if filters.entity_id is not None:
        asked["entity"] = number.where(entities.entity_id == filters.entity_id)
    elif filters.entity_ids is not None:
        asked["entity"] = number.where(entities.entity_id.in_(filters.entity_ids))
    if shaped := list(_shaped(filters)):
        asked["shape"] = select(facet_shapes.c.number).where(*shaped)
    return {name: list(connection.execute(query).scalars()) for name, query in asked.items()}


def _shaped(filters: Filters) -> Iterator[ColumnElement[bool]]:
    """The conditions that a shape meets or not."""
    shapes = facet_shapes.c
    if filters.type is not None:
        yield shapes.type.in_(types_named(filters.type))
    if filters.entity_type is not None:
        yield shapes.entity_type == filters.entity_type
    if filters.field is not None:
        yield shapes.fields.contains(f",{filters.field},", autoescape=True)
    if filters.reason_code is not None:
        yield shapes.reason_code == filters.reason_code
    if filters.after_freeze is not None:
        yield shapes.after_freeze.is_(filters.after_freeze)


class _Effective(NamedTuple):
    """The instants that effective times must lie between, both included; None is no border."""

    start: datetime | None
    end: datetime | None

    def conditions(self, column: ColumnElement[int]) -> Iterator[ColumnElement[bool]]:
        if self.start is not None:
            yield column >= micros(self.start)
        if self.end is not None:
            yield column <= micros(self.end)


def _effective(connection: Connection, filters: Filters, moment: Moment) -> _Effective:
    """What was not yet true at the moment is left out; mostly there is no such entry."""
    end = min(filters.effective_to or moment.as_of, moment.as_of)
    last = recorded_at(connection, moment.position)
    return _Effective(filters.effective_from, None if last is None or last <= end else end)


def _spans(
    connection: Connection, filters: Filters, moment: Moment, effective: _Effective
) -> list[Span]:
    """The positions that can pass, in the order of the log."""
    low, high = 1, moment.position
    for start in (filters.recorded_from, effective.start):
        if start is not None:
            low = max(low, _position_before(connection, start) + 1)
    if filters.recorded_to is not None:
        high = min(high, position_at(connection, filters.recorded_to))
    if effective.end is None:
        return [Span(low, high)]
    return list(_by_lateness(connection, low, high, effective.end))


def _by_lateness(connection: Connection, low: int, high: int, end: datetime) -> Iterator[Span]:
    """What was true by `end` was recorded within a day from then, or was more than a day late.

    So the further a span lies behind the end, the fewer of its rows are worth a look.
    """
    for lateness, by in enumerate(LATE):
        border = min(high, position_at(connection, _later(end, timedelta(microseconds=by))))
        yield Span(low, border, lateness)
        low = max(low, border + 1)
    yield Span(low, high, len(LATE))


def _position_before(connection: Connection, instant: datetime) -> int:
    """The highest position recorded before an instant; 0 where there is none."""
    return 0 if instant == _FIRST else position_at(connection, instant - _INSTANT)


_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def _later(instant: datetime, by: timedelta) -> datetime:
    """An instant later by so much, or the last one there is."""
    return _LAST if instant > _LAST - by else instant + by


@dataclass(frozen=True, slots=True)
class _Walk:
    """One walk along the rarest condition within a span of positions."""

    connection: Connection
    numbers: Numbers
    effective: _Effective
    span: Span
    limit: int
    descending: bool

    def positions(self) -> list[int]:
        leading = self._rarest()
        if leading == "shape" and len(self.numbers["shape"]) > 1:
            query = self._merged()
        else:
            query = self._straight(leading)
        return list(self.connection.execute(query).scalars())

    def _rarest(self) -> str | None:
        """The condition that the fewest rows of the span meet; None where there is none."""
        names = [name for name in _PREFERRED if name in self.numbers]
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
        return self.connection.execute(counting).scalar_one()

    def _straight(self, leading: str | None) -> Select[int]:
        """One walk; a few numbers of one facet are few rows, which may be sorted."""
        rows = _table_of(leading)
        query = select(rows.c.position).where(*self._within(rows), *self._met(rows, leading))
        if leading is not None:
            query = query.where(self._leads(rows, leading))
        return self._ordered(query, rows)

    def _merged(self) -> Select[int]:
        """Walks along many shapes at once, none further than the page can reach."""
        shapes, rows, ahead = facet_shapes, facets, facets.alias()
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
        if self.descending:
            reached = rows.c.position >= func.coalesce(reach, self.span.low)
        else:
            reached = rows.c.position <= func.coalesce(reach, self.span.high)
        query = (
            select(rows.c.position)
            .join_from(shapes, rows, rows.c.shape == shapes.c.number)
            .where(
                shapes.c.number.in_(self.numbers["shape"]),
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
        query = query.order_by(position.desc() if self.descending else position)
        return query.limit(self.limit) if skip is None else query.limit(1).offset(skip)

    def _within(self, rows: FromClause) -> tuple[ColumnElement[bool], ...]:
        return rows.c.position >= self.span.low, rows.c.position <= self.span.high

    def _leads(self, rows: FromClause, name: str) -> ColumnElement[bool]:
        if name == "lateness":
            at_least = range(self.span.lateness, len(LATE) + 1)
            return and_(recorded_late, rows.c.lateness.in_(at_least))
        numbers = self.numbers[name]
        return rows.c[name] == numbers[0] if len(numbers) == 1 else rows.c[name].in_(numbers)

    def _met(self, rows: FromClause, leading: str | None) -> Iterator[ColumnElement[bool]]:
        """The other conditions, met on the way."""
        beside = facets.alias("beside")
        apart: list[ColumnElement[bool]] = []
        for name, numbers in self.numbers.items():
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
            yield from self.effective.conditions(rows.c.effective_at)
        else:
            apart.extend(self.effective.conditions(beside.c.effective_at))
        if apart:
            yield exists().where(beside.c.position == rows.c.position, *apart)


_PREFERRED = ("entity", "cycle", "unit", "actor", "shape")
"""Which condition leads where all are frequent."""


def _table_of(leading: str | None) -> FromClause:
    return facet_units if leading == "unit" else facets


def _not_leading(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as a sum, so that the database does not walk along its index instead."""
    return column + 0
