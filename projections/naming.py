"""Says beside the ids of owners how they were called at an instant."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from projections.entity_states import State
from projections.instants import Moment
from projections.states import state_at


def name_owners(connection: Connection, states: Iterable[State], moment: Moment) -> None:
    """Put each owner's name into the states, None where it was not known."""
    names: dict[str, str | None] = {}
    for state in states:
        owner = state.get("owner")
        if owner is None:
            continue
        if owner["id"] not in names:
            known = state_at(connection, owner["id"], moment.micros, moment.position)
            names[owner["id"]] = None if known is None else known["name"]
        owner["name"] = names[owner["id"]]
