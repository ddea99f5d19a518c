"""What each entry of the trail can be found by: numbers in narrow rows beside the wide entries.

Every value that entries are asked for by has a number: the position of the first record that had
it, so that a rebuild gives the same numbers. What many entries share (type, fields, reason, whether
after the freeze) is one number together, their shape; there are a few hundred of those.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from typing import Any

from sqlalchemy import bindparam, select

from projections.directory import Place
from projections.plain import packed
from projections.sheet import Sheet
from projections.tables import facet_actors, facet_shapes, facet_units, facets
from projections.told import Told

KEPT = 50_000
_DAY = 86_400_000_000
LATE = tuple(4**power * _DAY for power in range(6))
"""How late, in microseconds; a record's lateness is how many of these it exceeds."""

Shape = tuple[str, str, str, str | None, bool]
"""Type, entity type, fields, reason code, and whether after the freeze."""


class Facets:
    """Writes the rows that entries are found by."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._rows = sheet.of(facets)
        self._concerned = sheet.of(facet_units)
        self._new_shapes = sheet.of(facet_shapes)
        self._new_actors = sheet.of(facet_actors)
        self._shapes: dict[Shape, int] = {}
        self._seen: dict[tuple[Any, ...], int] = {}
        """The same numbers by what records say, to be found fast."""
        self._actors: OrderedDict[str, int] = OrderedDict()

    def forget(self) -> None:
        """Drop what is remembered of the tables, since another process moved them on."""
        self._shapes.clear()
        self._seen.clear()
        self._actors.clear()

    def take(self, told: Told, place: Place) -> None:
        """Write the rows of a record."""
        shape, actor = self._shape(told), self._actor(told)
        position, draft_of = told.position, told.draft_of
        late = told.recorded - told.effective
        self._rows.append(
            (
                position,
                shape,
                actor,
                place.cycle,
                place.number,
                draft_of,
                told.recorded,
                told.effective,
                bisect_left(LATE, late) if late else 0,
                packed(told.event_id),
            )
        )
        for unit in told.units:
            self._concerned.append((unit, position, shape, actor, place.cycle, draft_of))

    def _actor(self, told: Told) -> int:
        actor_id = told.actor_id
        number = self._actors.get(actor_id)
        if number is None:
            number = self._sheet.look(_ACTOR, sought=actor_id).scalar_one_or_none()
            if number is None:
                number = told.position
                self._new_actors.append((actor_id, number))
            self._actors[actor_id] = number
        return number

    def write(self) -> None:
        """Remember no more actors than the latest ones, now that all are written."""
        while len(self._actors) > KEPT:
            self._actors.popitem(last=False)

    def _shape(self, told: Told) -> int:
        if not self._shapes:
            self._recall()
        reason = told.reason
        code = None if reason is None else reason.get("code")
        seen = (told.event, told.moved, code, told.after_freeze)
        number = self._seen.get(seen)
        if number is None:
            number = self._seen[seen] = self._number_of(
                (
                    told.event.__name__,
                    told.kind,
                    f",{','.join(told.moved)},",
                    code,
                    told.after_freeze,
                ),
                told.position,
            )
        return number

    def _number_of(self, shape: Shape, position: int) -> int:
        number = self._shapes.get(shape)
        if number is None:
            number = self._shapes[shape] = position
            self._new_shapes.append((number, *shape))
        return number

    def _recall(self) -> None:
        known = facet_shapes.c
        query = select(
            known.number,
            known.type,
            known.entity_type,
            known.fields,
            known.reason_code,
            known.after_freeze,
        )
        for row in self._sheet.look(query):
            shape = (row.type, row.entity_type, row.fields, row.reason_code, row.after_freeze)
            self._shapes[shape] = row.number


_ACTOR = select(facet_actors.c.number).where(facet_actors.c.actor_id == bindparam("sought"))
