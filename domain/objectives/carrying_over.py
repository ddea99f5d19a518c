"""Carrying over: an objective goes on in a later cycle, with some of its key results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID, uuid5

from domain.errors import CarryOverNotLater, Invalid, KeyResultNotFound
from domain.key_results.adding import KeyResultAdded
from domain.measures import MEASURE_FIELDS
from domain.objectives.drafting import DraftObjective, draft
from domain.record import Command, Context, Event, Fact
from domain.rules import Activity, permit
from domain.times import existed, forwards_at
from domain.values import Id
from domain.voices import owner_must_exist

if TYPE_CHECKING:
    from domain.book import Book
    from domain.cycles.cycle import Cycle
    from domain.key_results.key_result import KeyResult
    from domain.objectives.objective import Objective


class ObjectiveCarriedOver(Event):
    """An objective goes on in a later cycle, as a new objective that points back here."""

    TOPIC: ClassVar[str] = "objective.carried-over"
    to_objective_id: UUID
    to_cycle_id: UUID
    kept: tuple[UUID, ...] = ()


class CarryOverObjective(Command):
    """Go on with an objective in a later cycle, taking some of its key results along."""

    NAME: ClassVar[str] = "carry_over_objective"
    CREATES: ClassVar[str | None] = "new_objective_id"
    new_objective_id: Id
    objective_id: Id
    cycle_id: Id
    keep: tuple[Id, ...] = ()
    new_ids: tuple[Id, ...] = ()
    """Ids for the copies, in the order of `keep`; made from both objectives where left out."""


def carry_over(book: Book, command: CarryOverObjective, context: Context) -> tuple[Fact, ...]:
    """What ties an objective to the new one, the new one, and copies of what is kept."""
    objective = book.objective(command.objective_id)
    cycle, later = book.cycle(objective.cycle_id), book.cycle(command.cycle_id)
    _check_later(cycle, later)
    kept = [_kept(objective, key_result_id) for key_result_id in dict.fromkeys(command.keep)]
    existed(context, objective, *kept)
    forwards_at(context, objective, "carried_over_to")
    after_freeze = permit(cycle.state, Activity.CARRY_OVER, context)
    new_ids = _new_ids(command, kept)
    book.must_be_new(command.new_objective_id, *new_ids)
    carried = ObjectiveCarriedOver(
        to_objective_id=command.new_objective_id,
        to_cycle_id=later.id,
        kept=tuple(key_result.id for key_result in kept),
    )
    drafted = draft(book, _plan(objective, command), context, carried_from=objective.id)
    for key_result in kept:
        if key_result.owner is not None:
            owner_must_exist(book, key_result.owner, context)
    copies = (
        _copy(drafted, key_result, new_id) for key_result, new_id in zip(kept, new_ids, strict=True)
    )
    return (Fact(objective.id, carried, after_freeze), drafted, *copies)


def _check_later(cycle: Cycle, later: Cycle) -> None:
    starts, later_starts = cycle.starts_on, later.starts_on
    not_later = starts is not None and later_starts is not None and later_starts <= starts
    if cycle.id == later.id or not_later:
        raise CarryOverNotLater(f"Choose a cycle that starts after {cycle.name}.")


def _kept(objective: Objective, key_result_id: UUID) -> KeyResult:
    key_result = objective.key_results.get(key_result_id)
    if key_result is None:
        raise KeyResultNotFound(
            f"The objective has no key result {key_result_id}; keep only its own."
        )
    return key_result


def _new_ids(command: CarryOverObjective, kept: Sequence[KeyResult]) -> Sequence[UUID]:
    """The ids of the copies, one for each that is kept."""
    made = [uuid5(command.new_objective_id, str(key_result.id)) for key_result in kept]
    new_ids = command.new_ids or made
    if len(new_ids) != len(kept):
        raise Invalid("Give one new id for each key result to keep.", "new_ids")
    return new_ids


def _plan(objective: Objective, command: CarryOverObjective) -> DraftObjective:
    """An objective as it goes on in the later cycle."""
    return DraftObjective(
        objective_id=command.new_objective_id,
        cycle_id=command.cycle_id,
        owner=objective.owner,
        title=objective.title,
        description=objective.description,
        commitment=objective.commitment,
        weight=objective.weight,
    )


def _copy(drafted: Fact, key_result: KeyResult, new_id: UUID) -> Fact:
    """A key result as it goes on in the new objective."""
    event = KeyResultAdded(
        key_result_id=new_id,
        title=key_result.title,
        description=key_result.description,
        **{name: getattr(key_result.measure, name) for name in MEASURE_FIELDS},
        owner=key_result.owner,
        commitment=key_result.commitment,
        weight=key_result.weight,
        carried_from=key_result.id,
    )
    return Fact(drafted.stream_id, event, drafted.after_freeze)
