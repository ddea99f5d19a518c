"""The difference between two instants: what differs, and the events that made it so."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, or_, select

from projections.instants import Moment
from projections.places import cycle_ids, kind_of, parts_of, scope_of
from projections.states import State, states_at
from projections.views import trail

_NOT_COMPARED = {"version", "changed_at", "type", "id", "rank"}


def diff(
    connection: Connection, scope: str, entity_ids: set[str] | None, one: Moment, other: Moment
) -> list[dict[str, Any]]:
    """Every field that differs between two moments, of a scope's entities or of some of them.

    Applied to the first state, the changes give the second.
    """
    before = _by_id(states_at(connection, scope, one.micros, one.position), entity_ids)
    then = _by_id(states_at(connection, scope, other.micros, other.position), entity_ids)
    changes: list[dict[str, Any]] = []
    for entity_id in before | then:
        old, new = before.get(entity_id), then.get(entity_id)
        changes.extend(_changes(connection, old, new, one, other))
    return changes


def diff_of(
    connection: Connection, entity_id: str, one: Moment, other: Moment
) -> list[dict[str, Any]]:
    """The difference in one entity and what it holds; in a cycle, everything that lives there."""
    if kind_of(connection, entity_id) == "cycle":
        own = diff(connection, "", {entity_id}, one, other)
        return own + diff(connection, entity_id, None, one, other)
    ids = {entity_id, *parts_of(connection, entity_id)}
    return diff(connection, scope_of(connection, entity_id), ids, one, other)


def diff_of_everything(connection: Connection, one: Moment, other: Moment) -> list[dict[str, Any]]:
    """The difference in people, units and cycles, then in every cycle."""
    changes: list[dict[str, Any]] = []
    for scope in ("", *cycle_ids(connection)):
        changes.extend(diff(connection, scope, None, one, other))
    return changes


def _by_id(states: list[State], entity_ids: set[str] | None) -> dict[str, State]:
    return {
        state["id"]: state for state in states if entity_ids is None or state["id"] in entity_ids
    }


def _changes(
    connection: Connection, old: State | None, new: State | None, one: Moment, other: Moment
) -> list[dict[str, Any]]:
    state = new or old or {}
    fields = [
        name
        for name in (old or {}) | (new or {})
        if name not in _NOT_COMPARED and (old or {}).get(name) != (new or {}).get(name)
    ]
    if not fields:
        return []
    entries = _entries(connection, state["id"], one, other)
    return [
        {
            "entity_type": state["type"],
            "entity_id": state["id"],
            "title": state.get("title") or state.get("name"),
            "field": name,
            "from": None if old is None else old.get(name),
            "to": None if new is None else new.get(name),
            "event_ids": _causes(entries, name),
        }
        for name in fields
    ]


def _entries(
    connection: Connection, entity_id: str, one: Moment, other: Moment
) -> list[dict[str, Any]]:
    """The entries about an entity that one moment holds and the other does not."""
    rows = trail.c
    early, late = sorted((one.micros, other.micros))
    few, many = sorted((one.position, other.position))
    query = (
        select(rows.entry)
        .where(
            rows.entity_id == entity_id,
            rows.position <= many,
            or_(rows.effective_at.between(early + 1, late), rows.position > few),
        )
        .order_by(rows.position)
    )
    return [orjson.loads(entry) for entry in connection.execute(query).scalars()]


_CAUSES = {
    "progress": {"value", "reached", "baseline", "target", "direction", "milestones", "retracted"},
    "measured_at": {"value", "reached", "measured_at", "retracted"},
    "check_in_id": {"value", "reached", "retracted", "measured_at"},
    "value": {"value", "retracted", "measured_at"},
    "published_at": {"state"},
    "computed_score": {"self_score", "agreed_score"},
}


def _causes(entries: list[dict[str, Any]], field: str) -> list[str]:
    """The entries that moved a field, or that moved what the field follows from."""
    moving = _CAUSES.get(field, {field})
    named = [
        entry["event_id"]
        for entry in entries
        if not moving.isdisjoint(change["field"] for change in entry["changes"])
    ]
    return named or [entry["event_id"] for entry in entries]
