"""Lists of entities at an instant, in the order in which they were first recorded, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import orjson
from sqlalchemy import ColumnElement, Connection, select

from domain.portions import portions
from projections.entity_states import State
from projections.instants import Moment
from projections.naming import name_owners
from projections.seeking import state_then
from projections.seen import seen
from projections.tables import entities
from projections.text_index import may_be_said_of
from projections.words import Sought

CHUNK = 500
"""How many states are read with one query."""

TOGETHER = 50
"""How many of them are looked at together: about as many as a page shows."""


def page(
    connection: Connection,
    kind: str,
    moment: Moment,
    limit: int,
    *,
    after: int | None = None,
    descending: bool = False,
    cycle_id: str | None = None,
    holder_id: str | None = None,
    words: Sought | None = None,
    wanted: Callable[[State], bool] = lambda _state: True,
) -> list[tuple[int, State]]:
    """At most `limit` states past the position `after`, each with the position it began at.

    `cycle_id` keeps to what lives in that cycle, `holder_id` to what that entity holds, `words` to
    that of which they may be said; `wanted` says which states of the moment count.
    """
    among = [entities.c.kind == kind]
    if cycle_id is not None:
        among.append(entities.c.scope == cycle_id)
    if holder_id is not None:
        among.append(entities.c.parent_id == holder_id)
    if words is not None:
        among.append(may_be_said_of(connection, entities.c.position, words))
    found: list[tuple[int, State]] = []
    for position, state in _states(connection, among, moment, after, descending):
        if wanted(state):
            found.append((position, state))
        if len(found) == limit:
            break
    name_owners(connection, [state for _, state in found], moment)
    return found


def _states(
    connection: Connection,
    among: list[ColumnElement[bool]],
    moment: Moment,
    after: int | None,
    descending: bool,
) -> Iterator[tuple[int, State]]:
    """Every state that is seen at the moment among some entities, read in chunks."""
    place = entities.c.position
    query = select(place, state_then(moment)).where(*among)
    query = query.order_by(place.desc() if descending else place).limit(CHUNK)
    while True:
        past = query
        if after is not None:
            past = query.where(place < after if descending else place > after)
        rows = connection.execute(past).all()
        there = [(position, state) for position, state in rows if state is not None]
        for together in portions(there, TOGETHER):
            some = {at: orjson.loads(state) for at, state in together}
            shown = {one["id"]: one for one in seen(connection, some.values(), moment)}
            for at, state in some.items():
                if state["id"] in shown:
                    yield at, shown[state["id"]]
        if len(rows) < CHUNK:
            return
        after = rows[-1][0]
