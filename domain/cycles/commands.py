"""Every command about a cycle, and what happens when it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from domain.cycles.placing import MoveCycle, move
from domain.cycles.planning import (
    CycleRenamed,
    PlanCycle,
    RenameCycle,
    RescheduleCycle,
    edit,
    plan,
    reschedule,
)
from domain.cycles.steps import (
    CloseCycle,
    CycleStep,
    FreezeCycle,
    OpenCycle,
    ReopenCycle,
    StartScoring,
    step,
)
from domain.record import Context, Fact
from domain.values import moved

if TYPE_CHECKING:
    from domain.book import Book


CycleCommand = PlanCycle | RenameCycle | RescheduleCycle | MoveCycle | CycleStep


def decide(book: Book, command: CycleCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when a cycle is planned, edited or moved on."""
    if isinstance(command, PlanCycle):
        return plan(book, command, context)
    cycle = book.cycle(command.cycle_id)
    match command:
        case OpenCycle() | FreezeCycle() | StartScoring() | CloseCycle() | ReopenCycle():
            return step(cycle, command, context)
        case RenameCycle():
            name = moved(cycle.name, command.name)
            return edit(cycle, CycleRenamed(name=name), context) if name else ()
        case RescheduleCycle():
            return reschedule(cycle, command, context)
        case MoveCycle():
            return move(book, cycle, command, context)
        case _:
            assert_never(command)
