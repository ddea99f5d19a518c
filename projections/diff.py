"""The difference between two instants: what differs, and the events that made it so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, Select, or_, select

from projections.causes import causes_of, moving
from projections.instants import Moment
from projections.places import cycle_ids, in_cycles, kind_of, number_of, parts_of
from projections.published import opened_between
from projections.seeking import state_then
from projections.seen import seen
from projections.states import State
from projections.tables import (
    entities,
    facet_shapes,
    facet_units,
    facets,
)

_NOT_COMPARED = {"version", "changed_at", "type", "id", "rank"}


class _Pair(NamedTuple):
    """An entity's states at both moments, None where it does not exist."""

    entity_id: str
    number: int
    old: State | None
    new: State | None

    @property
    def state(self) -> State:
        return self.new or self.old or {}

    def fields(self) -> list[str]:
        """The names of the fields that differ."""
        old, new = self.old or {}, self.new or {}
        names = new if old.keys() <= new.keys() else old | new
        differing = [name for name in names if old.get(name) != new.get(name)]
        return [name for name in differing if name not in _NOT_COMPARED]


def diff_of(
    connection: Connection, entity_id: str, one: Moment, other: Moment
) -> list[dict[str, Any]]:
    """The difference in one entity and what it holds.

    In a cycle that is everything that lives there; in a unit, what it owned at either moment.
    Applied to the first state, the changes give the second.
    """
    match kind_of(connection, entity_id):
        case "cycle":
            own = _named(connection, {entity_id}, one, other)
            return own + _in_scopes(connection, [entity_id], one, other)
        case "unit":
            owned = _owned(connection, entity_id, one, other)
            return _named(connection, {entity_id, *owned}, one, other)
        case _:
            ids = {entity_id, *parts_of(connection, entity_id)}
            return _named(connection, ids, one, other)


def diff_of_everything(connection: Connection, one: Moment, other: Moment) -> list[dict[str, Any]]:
    """The difference in people, units and cycles, and in everything in every cycle."""
    return _in_scopes(connection, ["", *cycle_ids(connection)], one, other)


def _named(
    connection: Connection, entity_ids: Iterable[str], one: Moment, other: Moment
) -> list[dict[str, Any]]:
    wanted = entities.c.entity_id.in_(entity_ids)
    return _changes(connection, _pairs(connection, wanted, one, other), one, other)


def _in_scopes(
    connection: Connection, scopes: list[str], one: Moment, other: Moment
) -> list[dict[str, Any]]:
    """What differs in whole scopes: only what was touched in between is looked at."""
    touched: list[ColumnElement[bool]] = []
    if one.micros != other.micros:
        touched.append(entities.c.position.in_(_true_between(scopes, one, other)))
    if one.position != other.position:
        touched.append(entities.c.position.in_(_recorded_between(scopes, one, other)))
    if not one.sight.everything:
        touched.append(entities.c.position.in_(opened_between(one, other)))
    if not touched:
        return []
    wanted = entities.c.scope.in_(scopes) & or_(*touched)
    return _changes(connection, _pairs(connection, wanted, one, other), one, other)


def _pairs(
    connection: Connection, wanted: ColumnElement[bool], one: Moment, other: Moment
) -> Iterator[_Pair]:
    """The states of the wanted entities that are not the very same at both moments.

    To whom drafts are hidden, what was published in between may be the same and yet be new.
    """
    rows = entities.c
    query = (
        select(
            rows.entity_id,
            rows.position,
            state_then(one),
            state_then(other),
        )
        .where(wanted)
        .order_by(rows.position)
    )
    whole = one.sight.everything
    found = (
        _Pair(entity_id, number, _state(old), _state(new))
        for entity_id, number, old, new in connection.execute(query)
        if old != new or not whole
    )
    return found if whole else _seen_of(connection, list(found), one, other)


def _seen_of(
    connection: Connection, pairs: list[_Pair], one: Moment, other: Moment
) -> Iterator[_Pair]:
    """The pairs with those states alone that are seen."""
    olds = seen(connection, (pair.old for pair in pairs if pair.old is not None), one)
    news = seen(connection, (pair.new for pair in pairs if pair.new is not None), other)
    old, new = ({state["id"]: state for state in states} for states in (olds, news))
    for pair in pairs:
        yield pair._replace(old=old.get(pair.entity_id), new=new.get(pair.entity_id))


def _state(stored: bytes | None) -> State | None:
    return None if stored is None else orjson.loads(stored)


def _true_between(scopes: list[str], one: Moment, other: Moment) -> Select[int]:
    """The numbers of entities of which something became true after one instant and by the other."""
    rows = facets.c
    return select(rows.entity).where(
        in_cycles(rows.cycle, scopes),
        rows.effective_at > min(one.micros, other.micros),
        rows.effective_at <= max(one.micros, other.micros),
        rows.position <= max(one.position, other.position),
    )


def _recorded_between(scopes: list[str], one: Moment, other: Moment) -> Select[int]:
    """The numbers of entities with a record after the one position and up to the other."""
    query = select(facets.c.entity).where(
        facets.c.position > min(one.position, other.position),
        facets.c.position <= max(one.position, other.position),
    )
    if len(scopes) > 1:
        return query
    return query.where(facets.c.cycle == number_of(scopes[0]))


def _owned(connection: Connection, unit_id: str, one: Moment, other: Moment) -> set[str]:
    """What a unit owned at either moment: objectives with their key results, and key results."""
    owner = {"type": "unit", "id": unit_id}
    owned: tuple[set[str], set[str]] = (set(), set())
    ever = entities.c.entity_id.in_(_ever_owned(connection, unit_id))
    for row in connection.execute(select(state_then(one), state_then(other)).where(ever)):
        for own, stored in zip(owned, row, strict=True):
            if stored is not None and (state := orjson.loads(stored))["owner"] == owner:
                own.add(state["id"])
    return owned[0] | owned[1] | _held(connection, owned, one, other)


def _held(
    connection: Connection, owned: tuple[set[str], set[str]], one: Moment, other: Moment
) -> set[str]:
    """What objectives held at the moment at which they were owned; they may have left by then."""
    rows = entities.c
    query = select(
        rows.entity_id,
        rows.parent_id,
        state_then(one).is_not(None),
        state_then(other).is_not(None),
    ).where(rows.parent_id.in_(owned[0] | owned[1]))
    return {
        entity_id
        for entity_id, parent_id, *exists in connection.execute(query)
        if any(there and parent_id in own for there, own in zip(exists, owned, strict=True))
    }


def _ever_owned(connection: Connection, unit_id: str) -> list[str]:
    """The ids in those records about the unit that say or move an owner."""
    naming = select(facet_shapes.c.number).where(facet_shapes.c.fields.contains(",owner,"))
    query = (
        select(entities.c.entity_id)
        .distinct()
        .join_from(facet_units, facets, facets.c.position == facet_units.c.position)
        .join(entities, entities.c.position == facets.c.entity)
        .where(
            facet_units.c.unit == number_of(unit_id),
            facet_units.c.shape.in_(naming),
        )
    )
    return list(connection.execute(query).scalars())


def _changes(
    connection: Connection, pairs: Iterable[_Pair], one: Moment, other: Moment
) -> list[dict[str, Any]]:
    differing = [(pair, names) for pair in pairs if (names := pair.fields())]
    causes = causes_of(connection, [pair.number for pair, _ in differing], one, other)
    return [
        {
            "entity_type": pair.state["type"],
            "entity_id": pair.entity_id,
            "title": pair.state.get("title") or pair.state.get("name"),
            "field": name,
            "from": None if pair.old is None else pair.old.get(name),
            "to": None if pair.new is None else pair.new.get(name),
            "event_ids": moving(causes[pair.number], name),
        }
        for pair, names in differing
        for name in names
    ]
