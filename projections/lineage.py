"""Where an objective came from and what it went on as, carried over or promoted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

import orjson
from sqlalchemy import Connection, bindparam, select

from domain.alignments.edges import AlignmentState, Relation
from domain.objectives.carrying_over import ObjectiveCarriedOver
from projections.entity_states import State
from projections.heads import NOWHERE
from projections.instants import Moment
from projections.naming import name_owners
from projections.places import positions_of
from projections.published import record_seen
from projections.states import state_at, states_at
from projections.tables import entities, facet_shapes, facets, trail

SHOWN = ("id", "title", "owner", "state", "outcome", "self_score", "agreed_score")
IN_CYCLE = ("id", "name", "starts_on", "ends_on")
_STANDING = (AlignmentState.PROPOSED, AlignmentState.ACCEPTED)

_CARRIED = (
    select(trail.c.entry)
    .join_from(facets, entities, entities.c.position == facets.c.entity)
    .join(facet_shapes, facet_shapes.c.number == facets.c.shape)
    .join(trail, trail.c.position == facets.c.position)
    .where(
        entities.c.entity_id == bindparam("objective_id"),
        facet_shapes.c.type == ObjectiveCarriedOver.__name__,
        facets.c.effective_at <= bindparam("instant"),
        facets.c.position <= bindparam("known"),
    )
    .order_by(facets.c.position)
)
_BEGAN = select(entities.c.position).where(entities.c.entity_id == bindparam("entity_id"))


class _Step(NamedTuple):
    """One objective going on as another, and the record that says so."""

    relation: Literal["carried_over", "promoted"]
    source: State
    """What went on: the objective, or the key result of it that was promoted."""
    start: str
    finish: str
    at: str
    event_id: str
    position: int

    def as_json(self) -> dict[str, Any]:
        return {
            "relation": self.relation,
            "from": {name: self.source[name] for name in ("type", "id", "title")},
            "objective_id": self.start,
            "at": self.at,
            "event_id": self.event_id,
            "position": self.position,
        }


def lineage(connection: Connection, objective_id: str, moment: Moment) -> dict[str, Any] | None:
    """An objective with all that it came from and all that it went on as; None before it began.

    Members stand in the order in which they began, each with the steps that led to it. An objective
    may be carried over more than once, and several of its key results promoted, so there may be
    branches; those that led elsewhere before it are not its own.
    """
    family = _Family(connection, moment)
    if family.state(objective_id) is None:
        return None
    steps = [
        *_walk(objective_id, family.steps_to, lambda step: step.start),
        *_walk(objective_id, family.steps_from, lambda step: step.finish),
    ]
    return {"objective_id": objective_id, "members": family.members(objective_id, steps)}


def _walk(
    first: str, steps: Callable[[str], Iterable[_Step]], end: Callable[[_Step], str]
) -> Iterator[_Step]:
    """Every step that is reached from an objective, whichever way it is taken, once."""
    seen, waiting = {first}, [first]
    while waiting:
        for step in steps(waiting.pop()):
            yield step
            if (other := end(step)) not in seen:
                seen.add(other)
                waiting.append(other)


class _Family:
    """Looks up objectives and the steps between them, each once, at one moment."""

    def __init__(self, connection: Connection, moment: Moment) -> None:
        self._connection = connection
        self._moment = moment
        self._states: dict[str, State | None] = {}
        self._promotions: dict[str, list[_Step]] = {}
        self._below: defaultdict[str | None, list[str]] | None = None

    def state(self, entity_id: str) -> State | None:
        """The state of an entity at the moment."""
        if entity_id not in self._states:
            self._states[entity_id] = state_at(self._connection, entity_id, self._moment)
        return self._states[entity_id]

    def steps_to(self, objective_id: str) -> list[_Step]:
        """The steps that led to an objective."""
        objective = self.state(objective_id)
        if objective is None:
            return []
        before = objective["carried_from"]
        carried: Iterable[_Step] = () if before is None else self._carried(before)
        steps = [*carried, *self._promoted(objective["cycle_id"])]
        return [step for step in steps if step.finish == objective_id]

    def steps_from(self, objective_id: str) -> list[_Step]:
        """The steps that lead on from an objective."""
        objective = self.state(objective_id)
        if objective is None:
            return []
        steps = list(self._carried(objective_id))
        # A promotion leads to the same cycle or to one within it, where it is recorded.
        for cycle_id in self._within(objective["cycle_id"]):
            steps += self._promoted(cycle_id)
        return [step for step in steps if step.start == objective_id]

    def members(self, objective_id: str, steps: list[_Step]) -> list[dict[str, Any]]:
        """The objectives at both ends of the steps, as they are shown."""
        ids = {objective_id, *(end for step in steps for end in (step.start, step.finish))}
        began = positions_of(self._connection, ids, self._moment.sight)
        found = [self.state(one) or {} for one in sorted(ids, key=lambda one: began[one])]
        name_owners(self._connection, found, self._moment)
        return [self._member(one, steps) for one in found]

    def _member(self, objective: State, steps: list[_Step]) -> dict[str, Any]:
        cycle = self.state(objective["cycle_id"])
        origins = [step.as_json() for step in steps if step.finish == objective["id"]]
        return {
            **{name: objective[name] for name in SHOWN},
            "cycle": cycle and {name: cycle[name] for name in IN_CYCLE},
            "origins": origins,
        }

    def _carried(self, objective_id: str) -> Iterator[_Step]:
        """The times that an objective was carried over."""
        source, at = self.state(objective_id), self._moment
        sought = {"objective_id": objective_id, "instant": at.micros, "known": at.position}
        for said in self._connection.execute(_CARRIED, sought).scalars():
            entry = orjson.loads(said)
            finish = entry["changes"][0]["to"]["objective_id"]
            if source is not None and self.state(finish) is not None:
                record = record_seen(self._connection, entry["position"], at)
                when = (entry["effective_at"], record.event_id, record.position)
                yield _Step("carried_over", source, objective_id, finish, *when)

    def _within(self, cycle_id: str) -> list[str]:
        """A cycle with all cycles below it."""
        if self._below is None:
            self._below = defaultdict(list)
            for cycle in states_at(self._connection, NOWHERE, self._moment, ("cycle",)):
                self._below[cycle["parent_id"]].append(cycle["id"])
        found, waiting = [cycle_id], [cycle_id]
        while waiting:
            # Moves that were told late may make it look as if two cycles stood below each other.
            new = [one for one in self._below[waiting.pop()] if one not in found]
            found += new
            waiting += new
        return found

    def _promoted(self, cycle_id: str) -> list[_Step]:
        """The promotions to objectives of a cycle, save those that were declined or taken back."""
        if cycle_id not in self._promotions:
            edges = states_at(self._connection, cycle_id, self._moment, kinds=("alignment",))
            self._promotions[cycle_id] = [step for edge in edges for step in self._promotion(edge)]
        return self._promotions[cycle_id]

    def _promotion(self, edge: State) -> Iterator[_Step]:
        if edge["relation"] != Relation.PROMOTED_TO or edge["state"] not in _STANDING:
            return
        start, finish = edge["from"]["objective_id"], edge["to"]["objective_id"]
        source = self.state(edge["from"]["id"])
        if source is None or self.state(start) is None or self.state(finish) is None:
            return
        began = self._connection.execute(_BEGAN, {"entity_id": edge["id"]}).scalar_one()
        record = record_seen(self._connection, began, self._moment)
        when = (edge["exists_from"], record.event_id, record.position)
        yield _Step("promoted", source, start, finish, *when)
