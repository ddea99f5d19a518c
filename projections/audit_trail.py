"""The audit trail: every change, who made it, when, from what to what, and why."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, select

from projections.filters import Filters, positions
from projections.instants import Moment
from projections.kin import entry_without, named_in
from projections.plain import packed
from projections.seen import hidden_among
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
    return entries(connection, found, moment)


def entries(connection: Connection, found: list[int], moment: Moment) -> list[dict[str, Any]]:
    """The entries at some positions that are seen, in the order in which these are given."""
    rows, told = trail.c, dict[int, bytes]()
    for some in (found[start : start + _AT_ONCE] for start in range(0, len(found), _AT_ONCE)):
        query = select(rows.position, rows.entry).where(rows.position.in_(some))
        if not moment.sight.everything:
            query = query.join(facets, facets.c.position == rows.position)
            query = query.where(*moment.sight.shown(facets))
        told |= {row.position: row.entry for row in connection.execute(query)}
    shown = [orjson.loads(told[position]) for position in found if position in told]
    return _told(connection, shown, moment)


def entry(connection: Connection, event_id: str, moment: Moment) -> dict[str, Any] | None:
    """One entry; None where there is none that is known and seen at the moment."""
    query = (
        select(trail.c.entry)
        .join_from(facets, trail, trail.c.position == facets.c.position)
        .where(
            facets.c.event_id == packed(event_id),
            facets.c.position <= moment.position,
            *moment.sight.shown(facets),
        )
    )
    found = connection.execute(query).scalar()
    return None if found is None else _told(connection, [orjson.loads(found)], moment)[0]


def _told(
    connection: Connection, entries: list[dict[str, Any]], moment: Moment
) -> list[dict[str, Any]]:
    """Entries as they are told: with names, and without the ids of what is not seen."""
    if not moment.sight.everything:
        named = {one for entry in entries for one in named_in(entry)}
        hidden = hidden_among(connection, named, moment)
        entries = [entry_without(one, hidden) for one in entries]
    return _with_names(connection, entries)


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
