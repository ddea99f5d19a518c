"""The states of entities at an instant, as known at a position: one seek each."""

from __future__ import annotations

from collections.abc import Collection

import orjson
from sqlalchemy import Connection, bindparam, select

from projections.entity_states import State
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
_OF_SOME = select(entities.c.entity_id, _LATEST).where(
    entities.c.entity_id.in_(bindparam("entity_ids", expanding=True))
)
_OF_ALL = (
    select(_LATEST).where(entities.c.scope == bindparam("scope")).order_by(entities.c.position)
)
_OF_KINDS = _OF_ALL.where(entities.c.kind.in_(bindparam("kinds", expanding=True)))

MANY = 500
"""How many entities are named in one query."""


def state_at(connection: Connection, entity_id: str, instant: int, known: int) -> State | None:
    """One entity's state at an instant (microseconds), as known at a position; None before it."""
    sought = {"entity_id": entity_id, "instant": instant, "known": known}
    state = connection.execute(_OF_ONE, sought).scalar_one_or_none()
    return None if state is None else orjson.loads(state)


def states_of(
    connection: Connection, entity_ids: Collection[str], instant: int, known: int
) -> dict[str, State]:
    """The states of some entities by their ids, without those that did not exist yet."""
    found: dict[str, State] = {}
    wanted = list(entity_ids)
    if len(wanted) == 1:
        # A list in a statement has to be spelled out anew each time.
        state = state_at(connection, wanted[0], instant, known)
        return {} if state is None else {wanted[0]: state}
    for first in range(0, len(wanted), MANY):
        sought = {"entity_ids": wanted[first : first + MANY], "instant": instant, "known": known}
        for entity_id, state in connection.execute(_OF_SOME, sought):
            if state is not None:
                found[entity_id] = orjson.loads(state)
    return found


def states_at(
    connection: Connection, scope: str, instant: int, known: int, kinds: Collection[str] = ()
) -> list[State]:
    """The states of a scope's entities at an instant, as known at a position; one seek each."""
    sought = {"scope": scope, "instant": instant, "known": known}
    if kinds:
        rows = connection.execute(_OF_KINDS, sought | {"kinds": list(kinds)})
    else:
        rows = connection.execute(_OF_ALL, sought)
    return [orjson.loads(state) for state in rows.scalars() if state]
