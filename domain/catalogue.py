"""Every event and every command there is, and the function that decides or folds each."""

from collections.abc import Callable, Iterable
from typing import Any, get_args
from uuid import UUID

from domain import access, people, reviews, scores
from domain.alignments import commands as alignment_commands
from domain.alignments import graph
from domain.alignments.proposing import AlignmentProposed
from domain.book import Book, State, Stream
from domain.check_ins import commands as check_in_commands
from domain.check_ins import series
from domain.cycles import commands as cycle_commands
from domain.cycles import cycle
from domain.key_results import commands as key_result_commands
from domain.key_results import key_result
from domain.key_results.adding import KeyResultAdded
from domain.objectives import commands as objective_commands
from domain.objectives import objective
from domain.record import Command, Context, Event, Fact, Record
from domain.units import commands as unit_commands
from domain.units import unit

_FOLDS: dict[Any, Callable[[Any, Record], State]] = {
    people.PersonEvent: people.evolve,
    unit.UnitEvent: unit.evolve,
    cycle.CycleEvent: cycle.evolve,
    objective.ObjectiveEvent: objective.evolve,
    key_result.KeyResultEvent: objective.evolve,
    series.CheckInEvent: objective.evolve,
    scores.ScoreEvent: objective.evolve,
    reviews.ReviewEvent: objective.evolve,
    graph.AlignmentEvent: graph.evolve,
}
_DECISIONS: dict[Any, Callable[[Book, Any, Context], tuple[Fact, ...]]] = {
    people.PersonCommand: people.decide,
    unit_commands.UnitCommand: unit_commands.decide,
    cycle_commands.CycleCommand: cycle_commands.decide,
    objective_commands.ObjectiveCommand: objective_commands.decide,
    key_result_commands.KeyResultCommand: key_result_commands.decide,
    check_in_commands.CheckInCommand: check_in_commands.decide,
    scores.ScoreCommand: scores.decide,
    reviews.ReviewCommand: reviews.decide,
    alignment_commands.AlignmentCommand: alignment_commands.decide,
}

_FOLD_OF: dict[type[Event], Callable[[Any, Record], State]] = {
    event: fold for union, fold in _FOLDS.items() for event in get_args(union)
}
_DECISION_OF: dict[type[Command], Callable[[Book, Any, Context], tuple[Fact, ...]]] = {
    command: decision for union, decision in _DECISIONS.items() for command in get_args(union)
}

EVENTS: dict[str, type[Event]] = {event.TOPIC: event for event in _FOLD_OF}
"""Every event by its stored topic."""

COMMANDS: dict[str, type[Command]] = {command.NAME: command for command in _DECISION_OF}
"""Every command by the name an import line uses for it."""


def decide(book: Book, command: Command, context: Context) -> tuple[Fact, ...]:
    """What happens if the command is carried out now; empty when nothing would change.

    Raises a Refusal named for the rule that refuses.
    """
    access.check(book, command, context)
    return _DECISION_OF[type(command)](book, command, context)


def evolve(state: State | None, record: Record) -> State:
    """The state of a stream after one more record."""
    return _FOLD_OF[type(record.event)](state, record)


def fold(stream: Stream | None, records: Iterable[Record]) -> Stream | None:
    """A stream after more of its records, oldest first."""
    for record in records:
        state = None if stream is None else stream.state
        stream = Stream(record.version, evolve(state, record))
    return stream


def located(event: Event) -> tuple[UUID, ...]:
    """The entities that an event brings into being inside a stream, to be found by their id."""
    match event:
        case KeyResultAdded(key_result_id=entity_id):
            return (entity_id,)
        case AlignmentProposed(alignment_id=entity_id):
            return (entity_id,)
        case _:
            return ()
