"""The states of entities at a moment, as far as they are seen: one seek each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import Connection, Select, bindparam, select

from projections.among import among
from projections.entity_states import State
from projections.instants import Moment
from projections.seeking import STATE_THEN, then
from projections.seen import seen
from projections.tables import entities

# Built once: building a statement takes longer than a seek.
_OF_ONE = select(STATE_THEN).where(entities.c.entity_id == bindparam("entity_id"))
_OF_SOME = select(STATE_THEN).where(among(entities.c.entity_id, "entity_ids"))
_OF_HELD = (
    select(STATE_THEN)
    .where(entities.c.parent_id == bindparam("holder_id"))
    .order_by(entities.c.position)
)
_OF_ALL = (
    select(STATE_THEN).where(entities.c.scope == bindparam("scope")).order_by(entities.c.position)
)
_OF_KINDS = _OF_ALL.where(among(entities.c.kind, "kinds"))


def state_at(connection: Connection, entity_id: str, moment: Moment) -> State | None:
    """One entity's state at a moment; None while it does not exist, or is not seen."""
    sought = {"entity_id": entity_id} | then(moment)
    state = connection.execute(_OF_ONE, sought).scalar_one_or_none()
    if state is None:
        return None
    return next(iter(seen(connection, [orjson.loads(state)], moment)), None)


def states_of(
    connection: Connection, entity_ids: Collection[str], moment: Moment
) -> dict[str, State]:
    """The states of some entities by their ids, without those that do not exist or are not seen."""
    if len(entity_ids) < 2:
        # One alone is found by a plan that is made once.
        found = [state_at(connection, one, moment) for one in entity_ids]
        return {one["id"]: one for one in found if one is not None}
    sought = {"entity_ids": entity_ids} | then(moment)
    found = _read(connection, _OF_SOME, sought, moment)
    return {one["id"]: one for one in found}


def states_held(connection: Connection, entity_id: str, moment: Moment) -> list[State]:
    """The states that are seen of what an entity holds, in the order in which it came to be."""
    return _read(connection, _OF_HELD, {"holder_id": entity_id} | then(moment), moment)


def states_at(
    connection: Connection, scope: str, moment: Moment, kinds: Collection[str] = ()
) -> list[State]:
    """The states of a scope's entities that are seen at a moment; one seek each."""
    sought = {"scope": scope} | then(moment)
    if kinds:
        return _read(connection, _OF_KINDS, sought | {"kinds": kinds}, moment)
    return _read(connection, _OF_ALL, sought, moment)


def _read(
    connection: Connection, query: Select[bytes | None], sought: dict[str, Any], moment: Moment
) -> list[State]:
    rows = connection.execute(query, sought).scalars()
    return seen(connection, [orjson.loads(state) for state in rows if state], moment)
