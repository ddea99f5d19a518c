"""One entity at an instant: a key result with its status, an objective with its key results."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from projections.entity_states import State
from projections.instants import Moment
from projections.naming import name_from, owner_ids
from projections.rollup import objective_sum
from projections.rollup import shown as progress_shown
from projections.standings import cycle_ids, statuses_from
from projections.states import state_at, states_held, states_of


def single(connection: Connection, entity_id: str, moment: Moment, zone: ZoneInfo) -> State | None:
    """One entity as the board shows it; None while it did not exist yet."""
    state = state_at(connection, entity_id, moment)
    if state is None:
        return None
    own = _key_results(connection, state, moment)
    shown = [state, *own]
    # Asked for together: each question is a journey to the server.
    beside = states_of(connection, owner_ids(shown) | cycle_ids(own), moment)
    name_from(beside, shown)
    statuses_from(beside, own, moment, zone)
    if state["type"] == "objective":
        _add_up(state, own)
    return state


def _key_results(connection: Connection, state: State, moment: Moment) -> list[State]:
    """The key results of an objective; a key result stands for itself."""
    match state["type"]:
        case "objective":
            return states_held(connection, state["id"], moment)
        case "key_result":
            return [state]
        case _:
            return []


def _add_up(objective: State, own: list[State]) -> None:
    summed = objective_sum(objective, own)
    objective["progress"] = progress_shown(summed.progress)
    objective["measured"] = summed.measured
    objective["key_results"] = own
