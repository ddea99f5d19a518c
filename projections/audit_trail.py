"""The audit trail: every change, who made it, when, from what to what, and why."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, select

from projections.filters import Filters, positions
from projections.instants import Moment
from projections.plain import packed
from projections.tables import entities, facets, subjects, trail

_AT_ONCE = 500
"""How many positions one query names."""


def page(
    connection: Connection,
    filters: Filters,
    moment: Moment,
    limit: int,
    after: int | None = None,
    *,
    descending: bool = False,
) -> list[dict[str, Any]]:
    """At most `limit` entries past the position `after`, as known at the moment."""
    found = positions(connection, filters, moment, limit, after, descending=descending)
    return entries(connection, found)


def entries(connection: Connection, found: list[int]) -> list[dict[str, Any]]:
    """The entries at some positions, in the order in which these are given."""
    rows, told = trail.c, dict[int, bytes]()
    for some in (found[start : start + _AT_ONCE] for start in range(0, len(found), _AT_ONCE)):
        query = select(rows.position, rows.entry).where(rows.position.in_(some))
        told |= {row.position: row.entry for row in connection.execute(query)}
    return _with_names(connection, [orjson.loads(told[position]) for position in found])


def entry(connection: Connection, event_id: str) -> dict[str, Any] | None:
    """One entry, or None."""
    query = (
        select(trail.c.entry)
        .join_from(facets, trail, trail.c.position == facets.c.position)
        .where(facets.c.event_id == packed(event_id))
    )
    found = connection.execute(query).scalar()
    return None if found is None else _with_names(connection, [orjson.loads(found)])[0]


def _with_names(connection: Connection, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say beside each actor's id how they are called now; names are kept with people alone."""
    ids = {entry["actor"]["id"] for entry in entries}
    query = (
        select(entities.c.entity_id, subjects.c.title)
        .join_from(entities, subjects, subjects.c.entity == entities.c.position)
        .where(entities.c.entity_id.in_(ids))
    )
    names = {row.entity_id: row.title for row in connection.execute(query)} if ids else {}
    for one in entries:
        one["actor"]["name"] = names.get(one["actor"]["id"])
    return entries
