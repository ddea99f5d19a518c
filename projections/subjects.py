"""What is looked at along time: a cycle, or a unit with the units below it as they were then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import orjson
from sqlalchemy import Connection, select

from domain.objectives.drafting import ObjectiveDrafted
from domain.objectives.editing import ObjectiveReassigned
from domain.record import Event
from domain.units.forming import UnitFormed, UnitMoved
from projections.heads import NOWHERE
from projections.instants import Moment
from projections.tables import facet_shapes, facets, trail


class Subject(NamedTuple):
    """One cycle or one unit, by its id."""

    kind: Literal["cycle", "unit"]
    id: str


def scopes_of(connection: Connection, subject: Subject, moment: Moment) -> list[str]:
    """Where its entries stand: the cycle, or the cycles in which a unit ever owned anything."""
    if subject.kind == "cycle":
        return [subject.id]
    units = _ever_below(connection, subject.id, moment)
    told = _moves(connection, moment, "owner", ObjectiveDrafted, ObjectiveReassigned)
    cycles = {entry["cycle_id"] for entry, owner in told if owner["id"] in units}
    return [NOWHERE, *sorted(cycles)]


def _ever_below(connection: Connection, unit_id: str, moment: Moment) -> set[str]:
    """A unit with every unit that ever stood below it, however far."""
    children: dict[str, set[str]] = {}
    for entry, parent_id in _moves(connection, moment, "parent_id", UnitFormed, UnitMoved):
        children.setdefault(parent_id, set()).add(entry["entity"]["id"])
    found, open_ends = {unit_id}, [unit_id]
    while open_ends:
        new = children.get(open_ends.pop(), set()) - found
        found |= new
        open_ends.extend(new)
    return found


def _moves(
    connection: Connection, moment: Moment, field: str, *events: type[Event]
) -> Iterator[tuple[dict[str, Any], Any]]:
    """The entries of some events that moved a field, each with what it moved it to."""
    names = [event.__name__ for event in events]
    query = (
        select(trail.c.entry)
        .join_from(facet_shapes, facets, facets.c.shape == facet_shapes.c.number)
        .join(trail, trail.c.position == facets.c.position)
        .where(facet_shapes.c.type.in_(names), facets.c.position <= moment.position)
    )
    for encoded in connection.execute(query).scalars():
        entry = orjson.loads(encoded)
        for change in entry["changes"]:
            if change["field"] == field and change["to"] is not None:
                yield entry, change["to"]
