"""What came to be seen by being published: which things, and by which records."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, true

from projections.instants import Moment
from projections.plain import unpacked
from projections.tables import entities, facets, subjects

_END, _HOME = entities.alias("end"), subjects.alias("home")


def opened_between(one: Moment, other: Moment) -> Select[int]:
    """The numbers of what was published after one moment and by the other.

    They are objectives, the key results in them and the alignments that touch them.
    """
    homes = select(_END.c.entity_id).join(_HOME, _HOME.c.entity == _END.c.position)
    homes = homes.where(_published_between(one, other))
    ends = (subjects.c.objective_id, subjects.c.other_id)
    return select(subjects.c.entity).where(or_(*(end.in_(homes) for end in ends)))


def publishing(one: Moment, other: Moment) -> Select[*tuple[Any, ...]]:
    """The numbers of the same things, each with the id of the record that published it."""
    return _with_homes(facets.c.event_id).where(_published_between(one, other))


class Citable(NamedTuple):
    """A record that an answer may name."""

    position: int
    event_id: str
    recorded_at: int


def record_seen(connection: Connection, position: int, moment: Moment) -> Citable:
    """The record at a position, or, to whom that is drafting, the one that published its subject.

    The subject itself is one that is seen at the moment.
    """
    shown = and_(true(), *moment.sight.shown(facets))
    query = select(facets.c.entity, facets.c.event_id, facets.c.recorded_at, shown.label("shown"))
    found = connection.execute(query.where(facets.c.position == position)).one()
    if found.shown:
        return Citable(position, unpacked(found.event_id), found.recorded_at)
    return published_by(connection, {found.entity})[found.entity]


def published_by(connection: Connection, numbers: Collection[int]) -> dict[int, Citable]:
    """The record since which each of some things is seen by all.

    An alignment is seen once both its ends are.
    """
    if not numbers:
        return {}
    query = _with_homes(_HOME.c.published_by, facets.c.event_id, facets.c.recorded_at)
    query = query.where(subjects.c.entity.in_(numbers)).order_by(_HOME.c.published_by)
    return {
        number: Citable(position, unpacked(event_id), recorded_at)
        for number, position, event_id, recorded_at in connection.execute(query)
    }


def _with_homes(*columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Things that were published, by their numbers, with what published them."""
    ends = _END.c.entity_id.in_((subjects.c.objective_id, subjects.c.other_id))
    return (
        select(subjects.c.entity, *columns)
        .join_from(subjects, _END, ends)
        .join(_HOME, _HOME.c.entity == _END.c.position)
        .join(facets, facets.c.position == _HOME.c.published_by)
    )


def _published_between(one: Moment, other: Moment) -> ColumnElement[bool]:
    few, many = sorted((one.position, other.position))
    since, until = sorted((one.micros, other.micros))
    by, since_when = _HOME.c.published_by, _HOME.c.shown_from
    between = or_((by > few) & (by <= many), (since_when > since) & (since_when <= until))
    return between & one.sight.is_foreign(_HOME)
