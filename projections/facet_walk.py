"""Walks along the facets of entries, in the order of the log, without a look at the others.

A walk goes along the rarest of its conditions and meets the others on its way, mostly in the same
index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    literal,
    select,
    true,
    tuple_,
)

from projections.bounds import ALWAYS, Effective, Numbers, Said, Span
from projections.facets import LATE
from projections.sight import EVERYTHING, Sight
from projections.tables import Number, facet_shapes, facet_units, facets, recorded_late
from projections.text_index import NOWHERE, Reach, said_by, said_here

_PROBES = (1_000, 4_000)
"""How many rows of each condition are counted, to find the rarest."""

SHORT = 30_000
"""How many rows a walk has at most that looks at the words of each on a server."""


_AHEAD = facets.alias("ahead")
"""The same rows, looked at to see how far a page reaches."""

_PREFERRED = ("entity", "cycle", "unit", "actor", "shape")
"""Which condition leads where all are frequent."""


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

    def is_short(self, spans: Sequence[Span]) -> bool:
        """Whether words are better looked at in each row than looked for in their index.

        SQLite finds words in their own order and not by the record that says them.
        """
        if self.connection.dialect.name != "postgresql" or not self.numbers:
            return False
        spans = [span for span in spans if span.low <= span.high]
        if not spans:
            return True
        leg = _Leg(self, Span(spans[0].low, spans[-1].high), self.limit)
        return leg.has_fewer(SHORT)


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
            counted = self._counted(names, probe)
            rarest = min(names, key=lambda name: counted[name])
            if counted[rarest] < probe:
                return rarest
        return names[0]

    def has_fewer(self, rows: int) -> bool:
        """Whether some condition is met by fewer rows of the span."""
        if self.span.high - self.span.low < rows:
            return True
        probes = (*_PROBES, rows)
        return any(
            min(self._counted(list(self._numbers), probe).values()) < probe for probe in probes
        )

    def _counted(self, names: Sequence[str], at_most: int) -> dict[str, int]:
        """How many rows of the span meet each of these conditions, up to so many."""
        counting: list[ScalarSelect[int]] = []
        for name in names:
            rows = _table_of(name)
            query = select(rows.c.position).where(self._leads(rows, name), *self._within(rows))
            counted = select(func.count()).select_from(query.limit(at_most).subquery())
            counting.append(counted.scalar_subquery())
        row = self.walk.connection.execute(select(*counting)).one()
        return dict(zip(names, row, strict=True))

    def _straight(self, leading: str | None) -> Select[int]:
        """One walk; a few numbers of one facet are few rows, which may be sorted."""
        rows = _table_of(leading)
        query = select(rows.c.position).where(*self._within(rows), *self._met(rows, leading))
        if leading is None:
            return self._ordered(query, rows)
        if leading == "lateness" or len(self._numbers[leading]) > 1:
            return self._ordered(query.where(self._leads(rows, leading)), rows)
        return self._along(query, rows, rows.c[leading], literal(self._numbers[leading][0], Number))

    def _along(
        self, query: Select[int], rows: FromClause, facet: ColumnElement[int], number: Any
    ) -> Select[int]:
        """A walk along the index of a facet, where it holds this number.

        PostgreSQL is told so in the words of the index, since it may otherwise take the rows to be
        spread evenly, and walk along all of them up to the first that has it.
        """
        if not self._on_server:
            return self._ordered(query.where(facet == number), rows)
        place = tuple_(facet, rows.c.position)
        query = query.where(
            place >= tuple_(number, literal(self.span.low, Number)),
            place <= tuple_(number, literal(self.span.high, Number)),
        )
        return self._ordered(query.order_by(facet.desc() if self.walk.descending else facet), rows)

    @property
    def _on_server(self) -> bool:
        return self.walk.connection.dialect.name == "postgresql"

    def _merged(self) -> Select[int]:
        """Walks along many shapes at once, none further than the page can reach."""
        if self._on_server:
            return self._merged_sideways()
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

    def _merged_sideways(self) -> Select[int]:
        """The same where one walk for each shape may be joined to it."""
        shapes, rows = facet_shapes, facets
        query = select(rows.c.position).where(*self._within(rows), *self._met(rows, "shape"))
        walk = self._along(query, rows, rows.c.shape, shapes.c.number).correlate(shapes)
        of_one = walk.lateral("of_one")
        query = select(of_one.c.position).select_from(shapes).join(of_one, true())
        return self._ordered(query.where(shapes.c.number.in_(self._numbers["shape"])), of_one)

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
        said = self.walk.said
        if said is not None and not said.each:
            yield said_by(self.walk.connection, position, said.words, said.reach)

    def _leads(self, rows: FromClause, name: str) -> ColumnElement[bool]:
        if name == "lateness":
            at_least = range(self.span.lateness, len(LATE) + 1)
            return and_(recorded_late, rows.c.lateness.in_(at_least))
        numbers = self._numbers[name]
        return rows.c[name] == numbers[0] if len(numbers) == 1 else rows.c[name].in_(numbers)

    def _met(self, rows: FromClause, leading: str | None) -> Iterator[ColumnElement[bool]]:
        """The other conditions, met on the way."""
        yield from self.walk.sight.shown(rows)
        if self.walk.said is not None and self.walk.said.each:
            yield said_here(rows.c.position, self.walk.said.words)
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


def extent(connection: Connection, name: str, numbers: list[int], reach: Reach) -> Reach:
    """The part of a reach from the first row to the last whose facet holds one of the numbers."""
    walks = (Walk(connection, {name: numbers}, ALWAYS, 1, back) for back in (False, True))
    ends = [position for walk in walks for position in walk.positions([Span(*reach)])]
    return Reach(*ends) if ends else NOWHERE


def _table_of(leading: str | None) -> FromClause:
    return facet_units if leading == "unit" else facets


def _not_leading(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as a sum, so that the database does not walk along its index instead."""
    return column + 0
