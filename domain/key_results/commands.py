"""Every command about a key result, and what happens when it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.key_results.adding import AddKeyResult, add
from domain.key_results.adjusting import MeasureChange, adjusted
from domain.key_results.dropping import DropKeyResult, RestoreKeyResult, dropped
from domain.key_results.editing import Edit, ReassignKeyResult, edited
from domain.measures import check
from domain.record import Context, Event, Fact
from domain.rules import Activity, demand_reason_code, permit
from domain.standing import key_result_must_be_live, objective_must_be_live
from domain.times import forwards
from domain.voices import owner_must_exist

if TYPE_CHECKING:
    from domain.book import Book
    from domain.key_results.key_result import KeyResult


KeyResultChange = Edit | DropKeyResult | RestoreKeyResult | MeasureChange
KeyResultCommand = AddKeyResult | KeyResultChange


def decide(book: Book, command: KeyResultCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when a key result is added, changed, dropped or restored."""
    if isinstance(command, AddKeyResult):
        return add(book, command, context)
    objective, key_result = book.key_result(command.key_result_id)
    events = _events_for(key_result, command)
    if not events:
        return ()
    objective_must_be_live(objective, context)
    if not isinstance(command, RestoreKeyResult):
        key_result_must_be_live(key_result, context)
    cycle = book.cycle(objective.cycle_id)
    after_freeze = permit(cycle.state, Activity.CHANGE_STRUCTURE, context)
    for event in events:
        forwards(context, key_result, event)
    if isinstance(command, MeasureChange):
        demand_reason_code(context, "move a target, a baseline or a measure")
        moves = {name: new for event in events for name, new in event.new_values().items()}
        check(key_result.measure.model_copy(update=moves))
    if isinstance(command, ReassignKeyResult) and command.owner is not None:
        owner_must_exist(book, command.owner, context)
    return tuple(Fact(objective.id, event, after_freeze) for event in events)


def _events_for(key_result: KeyResult, command: KeyResultChange) -> tuple[Event, ...]:
    """The events a command asks for, none where it would change nothing."""
    if isinstance(command, MeasureChange):
        return adjusted(key_result, command)
    if isinstance(command, DropKeyResult | RestoreKeyResult):
        event = dropped(key_result, command)
    else:
        event = edited(key_result, command)
    return () if event is None or not event.new_values() else (event,)
