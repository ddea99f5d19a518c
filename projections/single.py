"""One entity at an instant: a key result with its status, an objective with its key results."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from projections.entity_states import State
from projections.instants import Moment
from projections.naming import name_owners
from projections.places import parts_of
from projections.rollup import objective_sum
from projections.rollup import shown as progress_shown
from projections.standings import show_statuses
from projections.states import state_at, states_of


def single(connection: Connection, entity_id: str, moment: Moment, zone: ZoneInfo) -> State | None:
    """One entity as the board shows it; None while it did not exist yet."""
    state = state_at(connection, entity_id, moment)
    if state is None:
        return None
    shown = [state]
    if state["type"] in ("objective", "key_result"):
        own = _key_results(connection, state, moment)
        show_statuses(connection, own, moment, zone)
        if state["type"] == "objective":
            _add_up(state, own)
            shown = [state, *own]
    name_owners(connection, shown, moment)
    return state


def _key_results(connection: Connection, state: State, moment: Moment) -> list[State]:
    """The key results of an objective; a key result stands for itself."""
    if state["type"] == "key_result":
        return [state]
    parts = parts_of(connection, state["id"])
    found = states_of(connection, parts, moment)
    return [found[one] for one in parts if one in found]


def _add_up(objective: State, own: list[State]) -> None:
    summed = objective_sum(objective, own)
    objective["progress"] = progress_shown(summed.progress)
    objective["measured"] = summed.measured
    objective["key_results"] = own
