"""The entries that made a difference between two moments."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from domain.portions import portions
from projections.instants import Moment, position_at
from projections.plain import from_micros, unpacked
from projections.published import publishing
from projections.tables import facet_shapes, facets, subjects

CHUNK = 500
"""How many entities are named in one query."""


class Cause(NamedTuple):
    """An entry that made a difference: its id, and the fields that it moved."""

    event_id: str
    fields: frozenset[str]


def causes_of(
    connection: Connection, numbers: list[int], one: Moment, other: Moment
) -> dict[int, list[Cause]]:
    """The entries about entities that one moment holds and the other does not, by number."""
    since, until = sorted((one.micros, other.micros))
    few, many = sorted((one.position, other.position))
    # Nothing is effective after it is recorded, so what became true since was recorded since.
    first = min(few, position_at(connection, from_micros(since)))
    rows = facets.c
    query = (
        select(rows.entity, rows.event_id, facet_shapes.c.fields)
        .join_from(facets, facet_shapes, facet_shapes.c.number == rows.shape)
        .where(
            rows.position > first,
            rows.position <= many,
            or_(rows.effective_at.between(since + 1, until), rows.position > few),
            *one.sight.shown(facets),
        )
        .order_by(rows.position)
    )
    causes: dict[int, list[Cause]] = defaultdict(list)
    opened = None if one.sight.everything else publishing(one, other)
    for chunk in portions(numbers, CHUNK):
        for number, event_id, moved in connection.execute(query.where(rows.entity.in_(chunk))):
            causes[number].append(Cause(unpacked(event_id), frozenset(moved.split(","))))
        if opened is not None:
            for number, event_id in connection.execute(opened.where(subjects.c.entity.in_(chunk))):
                causes[number].append(Cause(unpacked(event_id), frozenset()))
    return causes


_CAUSES = {
    "progress": {"value", "reached", "baseline", "target", "direction", "milestones", "retracted"},
    "measured_at": {"value", "reached", "measured_at", "retracted"},
    "check_in_id": {"value", "reached", "retracted", "measured_at"},
    "value": {"value", "retracted", "measured_at"},
    "published_at": {"state"},
    "computed_score": {"self_score", "agreed_score"},
}


def moving(causes: list[Cause], field: str) -> list[str]:
    """The entries that moved a field, or that moved what the field follows from."""
    leading = _CAUSES.get(field, {field})
    named = [cause.event_id for cause in causes if not leading.isdisjoint(cause.fields)]
    return named or list(dict.fromkeys(cause.event_id for cause in causes))
