"""Says beside the ids of owners how they were called at an instant."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from projections.entity_states import State
from projections.instants import Moment
from projections.states import states_at, states_of
from projections.walk import NOWHERE


def name_owners(connection: Connection, states: Iterable[State], moment: Moment) -> None:
    """Put each owner's name into the states, None where it was not known."""
    owners = [owner for state in states if (owner := state.get("owner")) is not None]
    ids = {owner["id"] for owner in owners}
    known = states_of(connection, ids, moment)
    for owner in owners:
        found = known.get(owner["id"])
        owner["name"] = None if found is None else found["name"]


def named(connection: Connection, kind: str, moment: Moment) -> dict[str, str]:
    """How the people, the units or the cycles of a moment were called, by id."""
    found = states_at(connection, NOWHERE, moment, (kind,))
    return {one["id"]: one["name"] for one in found}
