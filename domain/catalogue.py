"""Every event and every command there is, and the function that decides or folds each."""

from collections.abc import Callable, Iterable
from typing import Any, get_args
from uuid import UUID

from domain import (
    access,
    alignments,
    check_ins,
    cycles,
    key_results,
    objectives,
    people,
    reviews,
    scores,
    units,
)
from domain.book import Book, State, Stream
from domain.record import Command, Context, Event, Fact, Record

_FOLDS: dict[Any, Callable[[Any, Record], State]] = {
    people.PersonEvent: people.evolve,
    units.UnitEvent: units.evolve,
    cycles.CycleEvent: cycles.evolve,
    objectives.ObjectiveEvent: objectives.evolve,
    key_results.KeyResultEvent: objectives.evolve,
    check_ins.CheckInEvent: objectives.evolve,
    scores.ScoreEvent: objectives.evolve,
    reviews.ReviewEvent: objectives.evolve,
    alignments.AlignmentEvent: alignments.evolve,
}
_DECISIONS: dict[Any, Callable[[Book, Any, Context], tuple[Fact, ...]]] = {
    people.PersonCommand: people.decide,
    units.UnitCommand: units.decide,
    cycles.CycleCommand: cycles.decide,
    objectives.ObjectiveCommand: objectives.decide,
    key_results.KeyResultCommand: key_results.decide,
    check_ins.CheckInCommand: check_ins.decide,
    scores.ScoreCommand: scores.decide,
    reviews.ReviewCommand: reviews.decide,
    alignments.AlignmentCommand: alignments.decide,
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
        case key_results.KeyResultAdded(key_result_id=entity_id):
            return (entity_id,)
        case alignments.AlignmentProposed(alignment_id=entity_id):
            return (entity_id,)
        case _:
            return ()
