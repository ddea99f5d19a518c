"""The tree of alignments: which objectives of a cycle support which, at any instant."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from projections.instants import Moment
from projections.states import state_at, states_at


def tree(connection: Connection, cycle_id: str, moment: Moment) -> dict[str, Any]:
    """Every objective of the cycle, and those above it elsewhere, with parents and children.

    Only accepted edges count, a key result counts as its objective, and dependencies are left
    out. An objective with several parents is one node, so nothing is told twice.
    """
    states = states_at(connection, cycle_id, moment, ("objective", "alignment"))
    nodes = {state["id"]: _node(state) for state in states if state["type"] == "objective"}
    for edge in states:
        if edge["type"] != "alignment" or edge["state"] != "accepted":
            continue
        if edge["relation"] == "depends_on":
            continue
        child, parent = edge["from"]["objective_id"], edge["to"]["objective_id"]
        if edge["relation"] == "promoted_to":
            child, parent = parent, child
        if parent not in nodes:
            above = state_at(connection, parent, moment)
            nodes[parent] = _node(above or {"id": parent, "title": ""})
        if parent not in nodes[child]["parents"]:
            nodes[child]["parents"].append(parent)
            nodes[parent]["children"].append(child)
    roots = [node["objective_id"] for node in nodes.values() if not node["parents"]]
    return {"roots": roots, "nodes": list(nodes.values())}


def _node(objective: dict[str, Any]) -> dict[str, Any]:
    return {
        "objective_id": objective["id"],
        "title": objective["title"],
        "parents": [],
        "children": [],
    }
