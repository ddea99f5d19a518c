"""The states of entities at a moment, as far as they are seen: one seek each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from projections.entity_states import State
from projections.instants import Moment
from projections.seen import seen
from projections.tables import STATE, STATED, entities, states

_LATEST = (
    select(STATE)
    .select_from(STATED)
    .where(
        states.c.entity == entities.c.position,
        states.c.valid_from <= bindparam("instant"),
        states.c.position <= bindparam("known"),
    )
    .order_by(states.c.valid_from.desc(), states.c.position.desc())
    .limit(1)
    .correlate(entities)
    .scalar_subquery()
)
"""One seek: the latest row that is valid by an instant and known by a position."""

# Built once: building a statement takes longer than a seek.
_OF_ONE = select(_LATEST).where(entities.c.entity_id == bindparam("entity_id"))
_OF_SOME = select(_LATEST).where(entities.c.entity_id.in_(bindparam("entity_ids", expanding=True)))
_OF_ALL = (
    select(_LATEST).where(entities.c.scope == bindparam("scope")).order_by(entities.c.position)
)
_OF_KINDS = _OF_ALL.where(entities.c.kind.in_(bindparam("kinds", expanding=True)))

MANY = 500
"""How many entities are named in one query."""


def state_at(connection: Connection, entity_id: str, moment: Moment) -> State | None:
    """One entity's state at a moment; None while it does not exist, or is not seen."""
    sought = {"entity_id": entity_id} | _sought(moment)
    state = connection.execute(_OF_ONE, sought).scalar_one_or_none()
    if state is None:
        return None
    return next(iter(seen(connection, [orjson.loads(state)], moment)), None)


def states_of(
    connection: Connection, entity_ids: Collection[str], moment: Moment
) -> dict[str, State]:
    """The states of some entities by their ids, without those that do not exist or are not seen."""
    found: list[State] = []
    wanted = list(entity_ids)
    if len(wanted) == 1:
        # A list in a statement has to be spelled out anew each time.
        state = state_at(connection, wanted[0], moment)
        return {} if state is None else {wanted[0]: state}
    for first in range(0, len(wanted), MANY):
        sought = {"entity_ids": wanted[first : first + MANY]} | _sought(moment)
        rows = connection.execute(_OF_SOME, sought).scalars()
        found.extend(orjson.loads(state) for state in rows if state)
    return {one["id"]: one for one in seen(connection, found, moment)}


def states_at(
    connection: Connection, scope: str, moment: Moment, kinds: Collection[str] = ()
) -> list[State]:
    """The states of a scope's entities that are seen at a moment; one seek each."""
    sought = {"scope": scope} | _sought(moment)
    if kinds:
        rows = connection.execute(_OF_KINDS, sought | {"kinds": list(kinds)})
    else:
        rows = connection.execute(_OF_ALL, sought)
    found = [orjson.loads(state) for state in rows.scalars() if state]
    return seen(connection, found, moment)


def _sought(moment: Moment) -> dict[str, Any]:
    return {"instant": moment.micros, "known": moment.position}
