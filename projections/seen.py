"""The states that somebody sees at a moment, without those of drafts that are not theirs.

What belongs to an objective is seen with it, and an alignment where both its ends are. Where a
state names something that is not seen, it names nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select

from projections.among import among
from projections.entity_states import State
from projections.instants import Moment
from projections.kin import named_by, without
from projections.sight import KEPT, Sight
from projections.tables import entities, subjects


def seen(connection: Connection, states: Iterable[State], moment: Moment) -> list[State]:
    """Those of some states of one moment that are seen then, in their order."""
    found = list(states)
    if moment.sight.everything:
        return found
    published: set[str] = set()
    if not moment.sight.dated_back:
        # Then whatever says that it was published is seen, and nothing more is asked.
        published = {one["id"] for one in found if one.get("published_at")}
    named = {entity_id for one in found for entity_id in (*homes(one), *named_by(one))}
    hidden = hidden_among(connection, named - published, moment)
    if not hidden:
        return found
    return [without(one, hidden) for one in found if hidden.isdisjoint(homes(one))]


def homes(state: State) -> Iterator[str]:
    """The objectives that something is seen with: itself, what it is part of, or its two ends."""
    match state["type"]:
        case "objective":
            yield state["id"]
        case "key_result":
            yield state["objective_id"]
        case "alignment":
            yield from (state[end]["objective_id"] for end in ("from", "to"))
        case _:
            pass


def hidden_among(connection: Connection, entity_ids: Set[str], moment: Moment) -> set[str]:
    """Those of some objectives and key results that are not seen at a moment."""
    if moment.sight.everything or not entity_ids:
        return set()
    sought: dict[str, Any] = {"instant": moment.micros, "known": moment.position}
    sought["entity_ids"] = entity_ids
    return set(connection.execute(_hidden(moment.sight), sought).scalars())


@lru_cache(maxsize=KEPT)
def _hidden(sight: Sight) -> Select[str]:
    """Asks for those; building a statement takes longer than a few seeks."""
    home, end = subjects.alias("home"), entities.alias("end")
    return (
        select(entities.c.entity_id)
        .join_from(entities, subjects, subjects.c.entity == entities.c.position)
        .join(end, end.c.entity_id == subjects.c.objective_id)
        .join(home, home.c.entity == end.c.position)
        .where(
            among(entities.c.entity_id, "entity_ids"),
            or_(
                home.c.published_by.is_(None),
                home.c.published_by > bindparam("known"),
                home.c.shown_from > bindparam("instant"),
            ),
            sight.is_foreign(home),
        )
    )
