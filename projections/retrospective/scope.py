"""What a retrospective is narrowed to: what a unit, with those below it, or a person owns."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from projections.entity_states import State
from projections.heads import NOWHERE
from projections.instants import Moment
from projections.states import states_at


@dataclass(frozen=True, slots=True)
class Scope:
    """A unit, a person, both, or neither, which is everything."""

    unit_id: str | None = None
    person_id: str | None = None


class Owners:
    """Who counts in a scope, with units as they stand at a moment."""

    def __init__(self, connection: Connection, scope: Scope, moment: Moment) -> None:
        self._person_id = scope.person_id
        self._units: set[str] | None = None
        if scope.unit_id is not None:
            units = states_at(connection, NOWHERE, moment, ("unit",))
            self._units = _below(units, scope.unit_id)

    def own(self, objective: State, key_result: State | None = None) -> bool:
        """Whether an objective belongs to these, or a key result by itself or by its objective."""
        owners = [objective["owner"]["id"]]
        if key_result is not None and key_result["owner"] is not None:
            owners.append(key_result["owner"]["id"])
        in_units = self._units is None or not self._units.isdisjoint(owners)
        return in_units and (self._person_id is None or self._person_id in owners)


def _below(units: list[State], top: str) -> set[str]:
    """A unit and all units below it, however far."""
    children: dict[str | None, list[str]] = {}
    for unit in units:
        children.setdefault(unit["parent_id"], []).append(unit["id"])
    found: set[str] = set()
    open_ends = [top]
    while open_ends:
        unit_id = open_ends.pop()
        if unit_id not in found:
            found.add(unit_id)
            open_ends.extend(children.get(unit_id, ()))
    return found
