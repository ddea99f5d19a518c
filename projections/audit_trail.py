"""The audit trail: every change, who made it, when, from what to what, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, select, true

from projections.instants import Moment
from projections.plain import micros
from projections.text_index import reaches, said_by
from projections.views import subjects, trail
from projections.words import Sought


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
    field: str | None = None
    reason_code: str | None = None
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    after_freeze: bool | None = None
    words: Sought | None = None
    """What the change says, takes the place of, or gives as its reason."""


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
    column = trail.c.position
    query = _matching(filters, moment)
    if after is not None:
        query = query.where(column < after if descending else column > after)
    query = query.order_by(column.desc() if descending else column).limit(limit)
    found: Sequence[bytes] = ()
    for words in _words(connection, filters, moment, after, descending=descending):
        found = connection.execute(query.where(words)).scalars().all()
        if len(found) == limit:
            break
    return _with_names(connection, [orjson.loads(entry) for entry in found])


def _words(
    connection: Connection,
    filters: Filters,
    moment: Moment,
    after: int | None,
    *,
    descending: bool,
) -> Iterator[ColumnElement[bool]]:
    """The condition on words: among the nearest matches first, which mostly fill a page."""
    words = filters.words
    if words is None:
        yield true()
        return
    for reach in reaches(connection, words, moment.position, after, descending=descending):
        yield said_by(connection, trail.c.position, words, reach)


def entry(connection: Connection, event_id: str) -> dict[str, Any] | None:
    """One entry, or None."""
    query = select(trail.c.entry).where(trail.c.event_id == event_id)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else _with_names(connection, [orjson.loads(found)])[0]


def _matching(filters: Filters, moment: Moment) -> Select[bytes]:
    return select(trail.c.entry).where(
        trail.c.position <= moment.position,
        trail.c.effective_at <= moment.micros,
        *_conditions(filters),
    )


def _conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    rows = trail.c
    for name in ("actor_id", "entity_type", "entity_id", "cycle_id", "reason_code"):
        wanted = getattr(filters, name)
        if wanted is not None:
            yield rows[name] == wanted
    if filters.entity_ids is not None:
        yield rows.entity_id.in_(filters.entity_ids)
    if filters.after_freeze is not None:
        yield rows.after_freeze == filters.after_freeze
    if filters.type is not None:
        if filters.type.endswith("*"):
            yield rows.type.startswith(filters.type[:-1], autoescape=True)
        else:
            yield rows.type == filters.type
    if filters.field is not None:
        yield rows.fields.contains(f",{filters.field},", autoescape=True)
    if filters.recorded_from is not None:
        yield rows.recorded_at >= micros(filters.recorded_from)
    if filters.recorded_to is not None:
        yield rows.recorded_at <= micros(filters.recorded_to)
    if filters.effective_from is not None:
        yield rows.effective_at >= micros(filters.effective_from)
    if filters.effective_to is not None:
        yield rows.effective_at <= micros(filters.effective_to)


def _with_names(connection: Connection, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say beside each actor's id how they are called now; names are kept with people alone."""
    ids = {entry["actor"]["id"] for entry in entries}
    query = select(subjects.c.entity_id, subjects.c.title).where(subjects.c.entity_id.in_(ids))
    names = {row.entity_id: row.title for row in connection.execute(query)} if ids else {}
    for one in entries:
        one["actor"]["name"] = names.get(one["actor"]["id"])
    return entries
