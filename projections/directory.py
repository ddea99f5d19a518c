"""Where each entity stands: its number, its cycle, its name, its owner, and whether it is public.

Every record is about one entity, and everything that is written of the record needs to know these.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import bindparam, select

from domain.alignments.proposing import AlignmentProposed
from domain.key_results.adding import KeyResultAdded
from domain.objectives.drafting import ObjectiveDrafted
from domain.objectives.publishing import ObjectivePublished
from domain.units.forming import UnitFormed
from projections.changes import BEGINNINGS
from projections.sheet import Sheet
from projections.tables import NOTHING, entities, subjects
from projections.told import Told

KEPT = 50_000
"""How many entities are remembered."""

_MOVING = frozenset({"owner", "title", "name"})
"""The changes by which an entity moves to another place."""


@dataclass(slots=True)
class Place:
    """Where an entity stands after the last record about it."""

    entity_id: str
    number: int
    kind: str
    scope: str
    """The cycle it lives in; empty for people, units and cycles."""
    cycle: int
    """The number of the cycle it belongs to; a cycle belongs to itself."""
    title: str | None
    unit: int | None
    """The number of the unit that owns it; of a unit, its own."""
    person: int | None
    """The number of the person who owns it."""
    objective_id: str | None
    """The objective whose drafting records about it may belong to: itself, or what it is part of.
    Of an alignment, the one that it starts from."""
    other_id: str | None
    """The objective that an alignment leads to."""
    published_by: int | None
    """The position of the record that published it, if any did."""
    shown_from: int | None
    """From when on others see it, in microseconds; of a draft, when the last of it became so."""
    dated_back: bool | None
    """True where it was published as of an instant at which it still read otherwise."""
    new: bool = False
    """Whether no row tells of it yet."""
    named: bytes = b""
    """What entries call it: `{type, id, title}` as JSON; empty until it is needed."""

    @property
    def cycle_id(self) -> str:
        """The id of the cycle it belongs to, or nothing."""
        return self.entity_id if self.kind == "cycle" else self.scope

    def name(self) -> bytes:
        """What entries call it."""
        if not self.named:
            told = {"type": self.kind, "id": self.entity_id, "title": self.title}
            self.named = orjson.dumps(told)
        return self.named


class Directory:
    """Knows the place of every entity, and writes down those that are new or have moved."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._places: OrderedDict[str, Place] = OrderedDict()
        self._begun = sheet.of(entities)
        self._moved = sheet.of(subjects)
        self._changed: dict[str, Place] = {}
        self._owned: dict[int, tuple[int, ...]] = {}

    def forget(self) -> None:
        """Drop what is remembered of the tables, since another process moved them on."""
        self._places.clear()
        self._changed.clear()
        self._owned.clear()

    def take(self, told: Told) -> Place:
        """The place of the entity that a record is about, once it has happened.

        What may change with the next record is told to this one: `told.units` are the units that
        own the entity before it or after it.
        """
        if told.event in BEGINNINGS:
            place = self._begin(told)
        else:
            place = self._places.get(told.entity_id) or self.place(told.entity_id)
            if told.event is ObjectivePublished:
                self._publish(told, place)
        told.cycle = place.cycle
        told.units = self._owned.get(place.number) or self._owners(place)
        if not _MOVING.isdisjoint(told.moved):
            self._move(told, place)
        told.draft_of = self._draft_of(told, place)
        told.entity = place.named or place.name()
        return place

    def _publish(self, told: Told, place: Place) -> None:
        """Take in since when an objective is seen by others.

        Records of its drafting may be true at later instants than its publishing. At those it read
        otherwise than what was shown, so others see it only from the last of them on.
        """
        place.published_by = told.position
        if place.shown_from is not None and place.shown_from > told.effective:
            place.dated_back = True
        else:
            place.shown_from = told.effective
        self._keep(place)

    def _move(self, told: Told, place: Place) -> None:
        """Take in that an entity is called otherwise or belongs to somebody else."""
        for change in told.changes:
            field = change["field"]
            if field == "owner":
                place.unit = self._owner("unit", change["to"])
                place.person = self._owner("person", change["to"])
                # It may hold others, which the new owner owns with it.
                self._owned.clear()
                told.units = tuple({*told.units, *self._owners(place)})
                self._keep(place)
            elif field in _MOVING and change["to"] != place.title:
                place.title, place.named = change["to"], b""
                self._keep(place)

    def place(self, entity_id: str) -> Place:
        """The place of an entity."""
        place = self._places.get(entity_id)
        if place is None:
            place = self._changed.get(entity_id) or self._stored(entity_id)
            self._places[entity_id] = place
        return place

    def _draft_of(self, told: Told, place: Place) -> int | None:
        """The number of the objective whose drafting a record belongs to, if it is no history yet.

        Of an alignment between two drafts that is the one it starts from.
        """
        if place.objective_id is None:
            return None
        found: int | None = None
        for objective_id in (place.objective_id, place.other_id):
            if objective_id is not None:
                objective = self.place(objective_id)
                if objective.published_by is None:
                    found = objective.number if found is None else found
                    if objective.shown_from is None or objective.shown_from < told.effective:
                        objective.shown_from = told.effective
                        self._keep(objective)
        return found

    def write(self) -> None:
        """Put down the places that changed, and remember no more than the latest ones."""
        replaced = [_row(place) for place in self._changed.values() if not place.new]
        if replaced:
            self._sheet.delete(_DELETE, [{"key": row[0]} for row in replaced])
        for place in self._changed.values():
            self._moved.append(_row(place))
            place.new = False
        self._changed.clear()
        if len(self._places) > KEPT:
            self._owned.clear()
        while len(self._places) > KEPT:
            self._places.popitem(last=False)

    def _begin(self, told: Told) -> Place:
        place = self._new(told)
        title = told.fields.get("title") or told.fields.get("name")
        place.title = title
        parent_id = place.objective_id if place.kind == "key_result" else place.scope or None
        row = (told.position, told.entity_id, place.scope, told.kind, parent_id)
        self._begun.append(row)
        self._places[told.entity_id] = place
        self._keep(place)
        return place

    def _new(self, told: Told) -> Place:
        """The place of a new entity; its owner, if any, is among the changes."""
        number, entity_id, fields = told.position, told.entity_id, told.fields
        scope, cycle, unit, objective_id, other_id = "", NOTHING, None, None, None
        if told.event in (ObjectiveDrafted, AlignmentProposed):
            scope = fields["cycle_id"]
            cycle = self.place(scope).number
            objective_id = entity_id
            if told.event is AlignmentProposed:
                objective_id = fields["start"]["objective_id"]
                other_id = fields["finish"]["objective_id"]
        elif told.event is KeyResultAdded:
            objective_id = told.stream_id
            home = self.place(objective_id)
            scope, cycle = home.scope, home.cycle
        elif told.kind == "cycle":
            cycle = number
        elif told.event is UnitFormed:
            unit = number
        return Place(
            entity_id,
            number,
            told.kind,
            scope,
            cycle,
            None,
            unit,
            None,
            objective_id,
            other_id,
            None,
            None,
            None,
            new=True,
        )

    def _owners(self, place: Place) -> tuple[int, ...]:
        """The unit that owns an entity, and that of the objective that holds it."""
        owners = self._owned.get(place.number)
        if owners is None:
            units = {place.unit}
            if place.kind == "key_result" and place.objective_id is not None:
                units.add(self.place(place.objective_id).unit)
            owners = tuple(unit for unit in units if unit is not None)
            self._owned[place.number] = owners
        return owners

    def _owner(self, kind: str, owner: dict[str, Any] | None) -> int | None:
        """The number of an owner, if it is of this kind."""
        if owner is None or owner["type"] != kind:
            return None
        return self.place(owner["id"]).number

    def _keep(self, place: Place) -> None:
        self._changed[place.entity_id] = place

    def _stored(self, entity_id: str) -> Place:
        row = self._sheet.look(_STORED, sought=entity_id).one()
        return Place(entity_id, *row)


_STORED = (
    select(
        entities.c.position,
        entities.c.kind,
        entities.c.scope,
        subjects.c.cycle,
        subjects.c.title,
        subjects.c.unit,
        subjects.c.person,
        subjects.c.objective_id,
        subjects.c.other_id,
        subjects.c.published_by,
        subjects.c.shown_from,
        subjects.c.dated_back,
    )
    .join(subjects, subjects.c.entity == entities.c.position)
    .where(entities.c.entity_id == bindparam("sought"))
)
_DELETE = subjects.delete().where(subjects.c.entity == bindparam("key"))


def _row(place: Place) -> tuple[Any, ...]:
    return (
        place.number,
        place.title,
        place.cycle,
        place.unit,
        place.person,
        place.objective_id,
        place.other_id,
        place.published_by,
        place.shown_from,
        place.dated_back,
    )
