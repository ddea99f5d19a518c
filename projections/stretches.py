"""What a stretch of a cycle's history is read from: its entries, and the numbers of its states."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select, tuple_

from projections.axes import AXES, Axis
from projections.tables import entities, facet_shapes, facets, states, trail

Row = tuple[Any, ...]

Numbers = tuple[int, int, float | None, float | None, int | None]
"""From which place on an objective or a key result, by its number, has which weight, progress and
confidence."""


def fetched(connection: Connection, query: Select[*Row], values: dict[str, Any]) -> list[Row]:
    """Rows as the driver gives them: wrapping each costs a third of reading it."""
    cursor = connection.execute(query, values).cursor
    if cursor is None:
        raise ValueError("the query gives no rows")
    return list(cursor.fetchall())


# All are built once: building a statement takes longer than reading hundreds of rows.
INHABITANTS = select(entities).where(
    or_(
        entities.c.scope == bindparam("cycle_id"),
        entities.c.entity_id == bindparam("cycle_id"),
    )
)
"""A cycle with everything that ever lived in it."""


def _entries(axis: Axis, *, named: bool) -> Select[*Row]:
    rows = facets.c
    at = rows.effective_at if axis == "effective" else rows.recorded_at
    query = select(at, rows.position, trail.c.entry)
    query = query.join_from(facets, trail, trail.c.position == rows.position)
    if named:
        query = query.add_columns(rows.entity, facet_shapes.c.type)
        query = query.join(facet_shapes, facet_shapes.c.number == rows.shape)
    query = query.where(
        rows.cycle == bindparam("cycle"),
        rows.position <= bindparam("known"),
        rows.effective_at <= bindparam("as_of"),
    ).limit(bindparam("chunk"))
    if axis == "recorded":
        # Both sides say it: PostgreSQL may merge them, and would read the trail from its beginning.
        query = query.where(trail.c.position > bindparam("position"))
        return query.where(rows.position > bindparam("position")).order_by(rows.position)
    key = tuple_(rows.effective_at, rows.position)
    place = tuple_(bindparam("at"), bindparam("position"))
    return query.where(key > place).order_by(rows.effective_at, rows.position)


ENTRIES = {axis: _entries(axis, named=False) for axis in AXES}
"""The next entries past a place: when, position and JSON."""

NAMED_ENTRIES = {axis: _entries(axis, named=True) for axis in AXES}
"""The same, each with the number of what it is about, and its type."""

_NUMBERS = (states.c.entity, states.c.weight, states.c.progress, states.c.confidence)

NUMBERS: dict[Axis, Select[*Row]] = {
    "effective": select(states.c.valid_from, *_NUMBERS)
    .where(
        states.c.cycle == bindparam("cycle"),
        states.c.valid_from > bindparam("since"),
        states.c.valid_from <= bindparam("until"),
        states.c.position <= bindparam("known"),
    )
    .order_by(states.c.valid_from, states.c.position),
    "recorded": select(states.c.position, *_NUMBERS, states.c.valid_from)
    .join_from(facets, states, states.c.position == facets.c.position)
    .where(
        facets.c.cycle == bindparam("cycle"),
        facets.c.position > bindparam("since"),
        facets.c.position <= bindparam("until"),
        states.c.valid_from <= bindparam("as_of"),
    )
    .order_by(states.c.position, states.c.valid_from),
}
"""The numbers between two places; along recorded time each with the instant that it is true from,
and whatever else was learned as well: asked for the cycle alone, a planner may go by instants.

A state is known from its record's position on. Of several from one instant on, the last known is
what the instant came to."""
