"""What each entry of the trail can be found by: numbers in narrow rows beside the wide entries.

Every value that entries are asked for by has a number: the position of the first record that had
it, so that a rebuild gives the same numbers. What many entries share (type, fields, reason, whether
after the freeze) is one number together, their shape; there are a few hundred of those.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, select

from domain.alignments import AlignmentProposed
from domain.key_results import KeyResultAdded
from domain.objectives import ObjectiveDrafted
from domain.units import UnitFormed
from projections.changes import BEGINNINGS
from projections.told import Told
from projections.views import (
    facet_actors,
    facet_entities,
    facet_shapes,
    facet_units,
    facets,
    insert_rows,
)

KEPT = 50_000
_DAY = 86_400_000_000
LATE = tuple(4**power * _DAY for power in range(6))
"""How late, in microseconds; a record's lateness is how many of these it exceeds."""

NOTHING = 0
"""The number of the cycle of what belongs to none."""

Shape = tuple[str, str, str, str | None, bool]
"""Type, entity type, fields, reason code, and whether after the freeze."""


class Place(NamedTuple):
    """An entity's number, its cycle's, that of the unit that owns it, and what holds it."""

    number: int
    cycle: int
    unit: int | None
    holder_id: str | None


class Facets:
    """Writes the rows that entries are found by, a batch of records at a time."""

    def __init__(self) -> None:
        self._shapes: dict[Shape, int] = {}
        self._actors: OrderedDict[str, int] = OrderedDict()
        self._places: OrderedDict[str, Place] = OrderedDict()
        self._owned: OrderedDict[str, tuple[int, ...]] = OrderedDict()
        self._changed: set[str] = set()
        self._new: dict[Table, list[tuple[Any, ...]]] = {facet_shapes: [], facet_actors: []}

    def forget(self) -> None:
        """Drop what is remembered of the tables, since another process moved them on."""
        for known in (self._shapes, self._actors, self._places, self._owned, self._changed):
            known.clear()
        for rows in self._new.values():
            rows.clear()

    def apply(self, connection: Connection, batch: Iterable[Told]) -> None:
        """Write the rows of some records, in the order of the log."""
        found: list[tuple[Any, ...]] = []
        concerned: list[tuple[Any, ...]] = []
        for told in batch:
            units = self._units(connection, told)
            place = self._place(connection, told.entity_id)
            shape, actor = self._shape(connection, told), self._actor(connection, told)
            lateness = bisect_left(LATE, told.recorded - told.effective)
            seen = (shape, actor, place.cycle)
            found.append((told.position, *seen, place.number, told.effective, lateness))
            concerned.extend((unit, told.position, *seen) for unit in units)
        insert_rows(connection, facets, found)
        if concerned:
            insert_rows(connection, facet_units, concerned)
        self._flush(connection)

    def _flush(self, connection: Connection) -> None:
        for table, rows in self._new.items():
            if rows:
                insert_rows(connection, table, rows)
                rows.clear()
        if self._changed:
            ids = list(self._changed)
            connection.execute(facet_entities.delete().where(facet_entities.c.entity_id.in_(ids)))
            insert_rows(connection, facet_entities, [(one, *self._places[one]) for one in ids])
            self._changed.clear()
        for known in (self._actors, self._places, self._owned):
            while len(known) > KEPT:
                known.popitem(last=False)

    def _units(self, connection: Connection, told: Told) -> Iterable[int]:
        """The units that a record concerns: those that own its entity before it and after it."""
        if told.event in BEGINNINGS:
            self._keep(told.entity_id, self._begun(connection, told))
        units = self._owners(connection, told.entity_id)
        for change in told.changes:
            if change["field"] == "owner":
                place = self._place(connection, told.entity_id)
                unit = self._owner(connection, change["to"])
                self._keep(told.entity_id, place._replace(unit=unit))
                # It may hold others, which the new owner owns with it.
                self._owned.clear()
                return {*units, *self._owners(connection, told.entity_id)}
        return units

    def _begun(self, connection: Connection, told: Told) -> Place:
        """The place of a new entity; its owner, if any, is among the changes."""
        number = told.position
        if told.event in (ObjectiveDrafted, AlignmentProposed):
            home = self._place(connection, told.fields["cycle_id"])
            return Place(number, home.number, None, None)
        if told.event is KeyResultAdded:
            holder = self._place(connection, told.stream_id)
            return Place(number, holder.cycle, None, told.stream_id)
        cycle = number if told.kind == "cycle" else NOTHING
        return Place(number, cycle, number if told.event is UnitFormed else None, None)

    def _owners(self, connection: Connection, entity_id: str) -> tuple[int, ...]:
        owners = self._owned.get(entity_id)
        if owners is None:
            place = self._place(connection, entity_id)
            units = {place.unit}
            if place.holder_id is not None:
                units.add(self._place(connection, place.holder_id).unit)
            owners = self._owned[entity_id] = tuple(unit for unit in units if unit is not None)
        return owners

    def _owner(self, connection: Connection, owner: dict[str, Any] | None) -> int | None:
        if owner is None or owner["type"] != "unit":
            return None
        return self._place(connection, owner["id"]).number

    def _keep(self, entity_id: str, place: Place) -> None:
        self._places[entity_id] = place
        self._changed.add(entity_id)

    def _place(self, connection: Connection, entity_id: str) -> Place:
        place = self._places.get(entity_id)
        if place is None:
            known = facet_entities.c
            query = select(known.number, known.cycle, known.unit, known.holder_id)
            row = connection.execute(query.where(known.entity_id == entity_id)).one()
            place = self._places[entity_id] = Place(*row)
        return place

    def _actor(self, connection: Connection, told: Told) -> int:
        actor_id = told.actor["id"]
        number = self._actors.get(actor_id)
        if number is None:
            known = facet_actors.c
            query = select(known.number).where(known.actor_id == actor_id)
            number = connection.execute(query).scalar_one_or_none()
            if number is None:
                number = told.position
                self._new[facet_actors].append((actor_id, number))
            self._actors[actor_id] = number
        return number

    def _shape(self, connection: Connection, told: Told) -> int:
        if not self._shapes:
            known = facet_shapes.c
            query = select(
                known.number,
                known.type,
                known.entity_type,
                known.fields,
                known.reason_code,
                known.after_freeze,
            )
            for number, *shape in connection.execute(query):
                self._shapes[tuple(shape)] = number
        shape = (
            told.event.__name__,
            told.kind,
            f",{','.join([change['field'] for change in told.changes])},",
            None if told.reason is None else told.reason.get("code"),
            told.after_freeze,
        )
        number = self._shapes.get(shape)
        if number is None:
            number = self._shapes[shape] = told.position
            self._new[facet_shapes].append((number, *shape))
        return number
