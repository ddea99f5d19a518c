"""The board: a cycle with its objectives, key results, alignments and totals, at any instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from projections.instants import Moment
from projections.naming import name_owners
from projections.places import kind_of
from projections.rollup import State, Totals, counts, objective_sum, shown
from projections.states import state_at, states_at
from projections.status import STATUSES, looked_at, status


def board(
    connection: Connection, cycle_id: str, moment: Moment, zone: ZoneInfo
) -> dict[str, Any] | None:
    """A cycle's board, empty while the cycle did not exist yet; None for an unknown cycle.

    `zone` is where the cycle's days begin and end.
    """
    cycle = state_at(connection, cycle_id, moment)
    if cycle is None and kind_of(connection, cycle_id) != "cycle":
        return None
    states = states_at(connection, cycle_id, moment)
    by_kind = _by_kind(states)
    at = looked_at(cycle, moment, zone)
    key_results: dict[str, list[State]] = defaultdict(list)
    for key_result in by_kind["key_result"]:
        key_result["status"] = status(key_result, cycle, at)
        key_results[key_result["objective_id"]].append(key_result)
    totals = Totals()
    for objective in by_kind["objective"]:
        own = key_results[objective["id"]]
        summed = objective_sum(objective, own)
        objective["progress"] = shown(summed.progress)
        objective["measured"] = summed.measured
        objective["key_results"] = own
        if counts(objective):
            totals.put(objective["id"], summed)
    name_owners(connection, states, moment)
    return {
        "cycle": cycle,
        "objectives": by_kind["objective"],
        "alignments": _alignments(connection, by_kind["alignment"], states, moment),
        "totals": totals.as_json() | {"status": _statuses(by_kind)},
        **moment.as_json(),
    }


def _by_kind(states: Iterable[State]) -> dict[str, list[State]]:
    by_kind: dict[str, list[State]] = {"objective": [], "key_result": [], "alignment": []}
    for state in states:
        by_kind[state["type"]].append(state)
    return by_kind


def _statuses(by_kind: dict[str, list[State]]) -> dict[str, int]:
    found = dict.fromkeys(STATUSES, 0)
    dropped = {one["id"] for one in by_kind["objective"] if not counts(one)}
    for key_result in by_kind["key_result"]:
        if counts(key_result) and key_result["objective_id"] not in dropped:
            found[key_result["status"]] += 1
    return found


def _alignments(
    connection: Connection, edges: list[State], states: Iterable[State], moment: Moment
) -> list[State]:
    """The edges that start in the cycle; those with an end that no longer lives are orphaned."""
    here = {state["id"]: state for state in states}

    def lives(end: State) -> bool:
        for entity_id in {end["id"], end["objective_id"]}:
            state = here.get(entity_id) or state_at(connection, entity_id, moment)
            if state is None or state["state"] in ("closed", "dropped"):
                return False
        return True

    for edge in edges:
        pending = edge["state"] in ("proposed", "accepted")
        edge["orphaned"] = pending and not (lives(edge["from"]) and lives(edge["to"]))
    return edges
