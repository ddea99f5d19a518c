"""What has come to be so far on a walk: the latest states of a cycle or a unit, and their sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from projections.entity_states import State
from projections.rollup import counts
from projections.subjects import Subject
from projections.sums import Sums
from projections.walk import Entry, Step


class Picture:
    """The latest states that a walk has led to, and the sums of those that count.

    What is dropped does not count. Of a unit, what belongs to it and to the units below it counts,
    as owners and units were then.
    """

    def __init__(self, subject: Subject) -> None:
        self._unit_id = subject.id if subject.kind == "unit" else None
        self._units: set[str] = set()
        self._held: set[str] = set()
        self._parts: dict[str, set[str]] = {}
        self.states: dict[str, State] = {}
        self.sums = Sums()

    def take(self, step: Step) -> list[Entry]:
        """Let a step happen; the entries of it that are about the subject, before or after it."""
        if self._unit_id is None:
            self.put(step.states)
            return step.entries
        before = {entry.entity_id for entry in step.entries if self.holds(entry.entity_id)}
        self.put(step.states)
        return [
            entry
            for entry in step.entries
            if entry.entity_id in before or self.holds(entry.entity_id)
        ]

    def put(self, states: Iterable[bytes]) -> None:
        """Let states, each as JSON, be the latest."""
        for encoded in states:
            state: State = orjson.loads(encoded)
            old = self.states.get(state["id"])
            self.states[state["id"]] = state
            match state["type"]:
                case "key_result":
                    self._put_key_result(state)
                case "objective":
                    self._put_objective(state)
                case "unit" if old is None or old["parent_id"] != state["parent_id"]:
                    self._regroup()
                case _:
                    pass

    def holds(self, entity_id: str) -> bool:
        """Whether an entity belongs to the subject now."""
        if self._unit_id is None:
            return True
        state = self.states.get(entity_id)
        match None if state is None else state["type"]:
            case "unit":
                return entity_id in self._units
            case "objective":
                return entity_id in self._held
            case "key_result":
                return self.states[entity_id]["objective_id"] in self._held
            case "alignment":
                return self.states[entity_id]["from"]["objective_id"] in self._held
            case "cycle":
                return any(self.states[one]["cycle_id"] == entity_id for one in self._held)
            case _:
                return False

    def is_live(self, key_result: State) -> bool:
        """Whether a key result counts now."""
        objective_id = key_result["objective_id"]
        held = objective_id in self._held and counts(self.states[objective_id])
        return held and counts(key_result)

    def key_results(self) -> Iterator[State]:
        """Every key result seen so far."""
        return (self.states[one] for parts in self._parts.values() for one in parts)

    def key_results_of(self, entity_id: str) -> Iterator[State]:
        """The key results of a cycle or an objective, or the one of that id."""
        state = self.states.get(entity_id)
        match None if state is None else state["type"]:
            case "key_result":
                yield self.states[entity_id]
            case "objective":
                yield from (self.states[one] for one in self._parts.get(entity_id, ()))
            case "cycle":
                yield from (one for one in self.key_results() if one["cycle_id"] == entity_id)
            case _:
                pass

    def _put_key_result(self, state: State) -> None:
        objective_id = state["objective_id"]
        self._parts.setdefault(objective_id, set()).add(state["id"])
        self.sums.key_result(
            objective_id,
            state["id"],
            state["weight"] if counts(state) else None,
            state["progress"],
            state["confidence"],
        )

    def _put_objective(self, state: State) -> None:
        owner = state["owner"]
        if self._unit_id is None or (owner["type"] == "unit" and owner["id"] in self._units):
            self._held.add(state["id"])
            self.sums.objective(state["id"], state["weight"] if counts(state) else None)
        else:
            self._held.discard(state["id"])
            self.sums.objective(state["id"], None)

    def _regroup(self) -> None:
        """Find the units below the subject anew, and what they own."""
        if self._unit_id is None:
            return
        units = [one for one in self.states.values() if one["type"] == "unit"]
        parents = {one["id"]: one["parent_id"] for one in units}
        self._units = {one for one in parents if _is_below(parents, one, self._unit_id)}
        for state in list(self.states.values()):
            if state["type"] == "objective":
                self._put_objective(state)


def _is_below(parents: dict[str, str | None], unit_id: str, top: str) -> bool:
    """Whether a unit is the top one or stands below it."""
    above: str | None = unit_id
    # Moves that were told late may make it look as if two units stood below each other.
    passed: set[str] = set()
    while above is not None and above != top and above not in passed:
        passed.add(above)
        above = parents.get(above)
    return above == top
