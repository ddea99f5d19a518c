"""Says beside the ids of owners how they were called at an instant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from projections.entity_states import State
from projections.heads import NOWHERE
from projections.instants import Moment
from projections.states import states_at, states_of


def name_owners(connection: Connection, states: Collection[State], moment: Moment) -> None:
    """Put each owner's name into the states, None where it was not known."""
    name_from(states_of(connection, owner_ids(states), moment), states)


def owner_ids(states: Iterable[State]) -> set[str]:
    """Who owns something of some states."""
    return {owner["id"] for owner in _owners(states)}


def name_from(known: Mapping[str, State], states: Iterable[State]) -> None:
    """Put the names of the owners whose states are `known` into the states, None for others."""
    for owner in _owners(states):
        found = known.get(owner["id"])
        owner["name"] = None if found is None else found["name"]


def _owners(states: Iterable[State]) -> Iterator[dict[str, Any]]:
    return (owner for state in states if (owner := state.get("owner")) is not None)


def named(connection: Connection, kind: str, moment: Moment) -> dict[str, str]:
    """How the people, the units or the cycles of a moment were called, by id."""
    found = states_at(connection, NOWHERE, moment, (kind,))
    return {one["id"]: one["name"] for one in found}
