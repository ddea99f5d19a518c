"""Every command about a unit, and what happens when it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from domain.record import Context, Event, Fact
from domain.times import forwards
from domain.units.forming import (
    DissolveUnit,
    FormUnit,
    MoveUnit,
    RenameUnit,
    UnitDissolved,
    UnitRenamed,
    UnitState,
    form,
    move,
    must_be_active,
)
from domain.units.members import JoinUnit, LeaveUnit, join, leave
from domain.values import moved

if TYPE_CHECKING:
    from domain.book import Book
    from domain.units.unit import Unit

UnitCommand = FormUnit | RenameUnit | MoveUnit | DissolveUnit | JoinUnit | LeaveUnit


def decide(book: Book, command: UnitCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when a unit is formed, changed or dissolved, or people come and go."""
    if isinstance(command, FormUnit):
        return (form(book, command, context),)
    unit = book.unit(command.unit_id)
    if isinstance(command, DissolveUnit) and unit.state is UnitState.DISSOLVED:
        return ()
    must_be_active(unit, context)
    match command:
        case RenameUnit():
            name = moved(unit.name, command.name)
            return _change(unit, UnitRenamed(name=name), context) if name else ()
        case MoveUnit():
            event = move(book, unit, command, context)
            return () if event is None else _change(unit, event, context)
        case DissolveUnit():
            return _change(unit, UnitDissolved(), context)
        case JoinUnit():
            return join(book, unit, command, context)
        case LeaveUnit():
            return leave(unit, command, context)
        case _:
            assert_never(command)


def _change(unit: Unit, event: Event, context: Context) -> tuple[Fact, ...]:
    forwards(context, unit, event)
    return (Fact(unit.id, event),)
