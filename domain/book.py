"""What a decision may read: the states of the streams it names, found on some shelf.

Decisions are functions of a book and a command: the same states and command give the same events.
"""

from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from domain.alignments.edges import graph_id
from domain.alignments.graph import AlignmentGraph
from domain.cycles.cycle import Cycle
from domain.errors import (
    AlignmentNotFound,
    AlreadyExists,
    CycleNotFound,
    KeyResultNotFound,
    NotFound,
    ObjectiveNotFound,
    PersonNotFound,
    UnitNotFound,
)
from domain.key_results.key_result import KeyResult
from domain.objectives.objective import Objective
from domain.people import Person
from domain.units.unit import Unit

State = Person | Unit | Cycle | Objective | AlignmentGraph
S = TypeVar("S", Person, Unit, Cycle, Objective, AlignmentGraph)


class Stream(NamedTuple):
    """A stream folded up: how many events it holds, and what they come to."""

    version: int
    state: State


class Shelf(Protocol):
    """Where a book finds states: the log, a batch not yet saved, or a test's given events."""

    def stream(self, stream_id: UUID) -> Stream | None:
        """The stream as now known, or None for one without events."""
        ...

    def stream_of(self, entity_id: UUID) -> UUID | None:
        """The stream that an entity without one of its own (a key result, an edge) lives in."""
        ...


class Book:
    """The states a decision reads, by id, refused with the right word when there is none."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def person(self, person_id: UUID) -> Person:
        return self._find(person_id, Person, PersonNotFound)

    def unit(self, unit_id: UUID) -> Unit:
        return self._find(unit_id, Unit, UnitNotFound)

    def cycle(self, cycle_id: UUID) -> Cycle:
        return self._find(cycle_id, Cycle, CycleNotFound)

    def objective(self, objective_id: UUID) -> Objective:
        return self._find(objective_id, Objective, ObjectiveNotFound)

    def key_result(self, key_result_id: UUID) -> tuple[Objective, KeyResult]:
        """The key result with the objective it belongs to."""
        stream_id = self._shelf.stream_of(key_result_id)
        state = None if stream_id is None else self._state(stream_id)
        if not isinstance(state, Objective) or key_result_id not in state.key_results:
            raise KeyResultNotFound(f"There is no key result {key_result_id}; check the id.")
        return state, state.key_results[key_result_id]

    def graph(self, cycle_id: UUID) -> AlignmentGraph:
        """The alignments that start in a cycle; empty until the first is proposed."""
        state = self._state(graph_id(cycle_id))
        return state if isinstance(state, AlignmentGraph) else AlignmentGraph(cycle_id)

    def graph_with(self, alignment_id: UUID) -> AlignmentGraph:
        """The graph that holds one alignment."""
        stream_id = self._shelf.stream_of(alignment_id)
        state = None if stream_id is None else self._state(stream_id)
        if not isinstance(state, AlignmentGraph) or alignment_id not in state.edges:
            raise AlignmentNotFound(f"There is no alignment {alignment_id}; check the id.")
        return state

    def must_be_new(self, *entity_ids: UUID) -> None:
        """Refuse an id that is taken, by a stream, by an entity inside one, or by one before it."""
        for place, entity_id in enumerate(entity_ids):
            taken = self._state(entity_id) is not None or entity_id in entity_ids[:place]
            if taken or self._shelf.stream_of(entity_id) is not None:
                raise AlreadyExists(f"The id {entity_id} is taken; choose another.")

    def _find(self, stream_id: UUID, kind: type[S], missing: type[NotFound]) -> S:
        state = self._state(stream_id)
        if not isinstance(state, kind):
            raise missing(f"There is no {kind.__name__.lower()} {stream_id}; check the id.")
        return state

    def _state(self, stream_id: UUID) -> State | None:
        stream = self._shelf.stream(stream_id)
        return None if stream is None else stream.state
