"""The audit trail: every change, who made it, when, from what to what, and why."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, select

from projections.among import among
from projections.filters import Filters, positions
from projections.instants import Moment
from projections.kin import entry_without, named_in
from projections.plain import packed
from projections.seen import hidden_among
from projections.sight import KEPT, Sight
from projections.tables import entities, facets, subjects, trail

# Built once: building a statement takes longer than a few seeks.
_NAMES = (
    select(entities.c.entity_id, subjects.c.title)
    .join_from(entities, subjects, subjects.c.entity == entities.c.position)
    .where(among(entities.c.entity_id, "ids"))
)


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
    told: dict[int, bytes] = {}
    if found:
        rows = connection.execute(_entries(moment.sight), {"found": found})
        told = dict(rows.all())
    shown = [orjson.loads(told[position]) for position in found if position in told]
    return _told(connection, shown, moment)


@lru_cache(maxsize=KEPT)
def _entries(sight: Sight) -> Select[int, bytes]:
    """Asks for those; building a statement takes longer than a few seeks."""
    query = select(trail.c.position, trail.c.entry).where(among(trail.c.position, "found"))
    if sight.everything:
        return query
    query = query.join(facets, facets.c.position == trail.c.position)
    return query.where(*sight.shown(facets))


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
    names = dict(connection.execute(_NAMES, {"ids": ids}).all()) if ids else {}
    for one in entries:
        one["actor"]["name"] = names.get(one["actor"]["id"])
    return entries
