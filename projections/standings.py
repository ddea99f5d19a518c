"""Says beside key results how each stands at a moment, by the cycle that it lives in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from projections.entity_states import State
from projections.instants import Moment
from projections.states import states_of
from projections.status import looked_at, status


def show_statuses(
    connection: Connection, key_results: Collection[State], moment: Moment, zone: ZoneInfo
) -> None:
    """Put its status into the state of each; `zone` is where the days of cycles begin and end."""
    cycles = states_of(connection, cycle_ids(key_results), moment)
    statuses_from(cycles, key_results, moment, zone)


def cycle_ids(key_results: Iterable[State]) -> set[str]:
    """Where some key results live."""
    return {one["cycle_id"] for one in key_results}


def statuses_from(
    cycles: Mapping[str, State], key_results: Iterable[State], moment: Moment, zone: ZoneInfo
) -> None:
    """Put its status into the state of each, by cycles whose states are known."""
    for one in key_results:
        cycle = cycles.get(one["cycle_id"])
        one["status"] = status(one, cycle, looked_at(cycle, moment, zone))
