"""Says beside key results how each stands at a moment, by the cycle that it lives in."""

from __future__ import annotations

from collections.abc import Collection
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
    ids = {one["cycle_id"] for one in key_results}
    cycles = states_of(connection, ids, moment)
    for one in key_results:
        cycle = cycles.get(one["cycle_id"])
        one["status"] = status(one, cycle, looked_at(cycle, moment, zone))
