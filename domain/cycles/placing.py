"""Placing: which cycle a cycle stands in, which unit it belongs to, and what fixes that."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.cycles.planning import edit
from domain.errors import CycleParentCircle, CycleParentFixed
from domain.record import Command, Context, Event, Fact
from domain.times import existed
from domain.units.forming import must_be_active
from domain.values import Id, Moved, moved

if TYPE_CHECKING:
    from domain.book import Book
    from domain.cycles.cycle import Cycle


class CycleMoved(Event):
    """A cycle stands in another parent cycle, or belongs to another unit."""

    TOPIC: ClassVar[str] = "cycle.moved"
    parent_id: Moved[UUID | None] | None = None
    unit_id: Moved[UUID | None] | None = None


class CycleAnchored(Event):
    """An alignment passes through a cycle to one above it, so the cycle's parent stays."""

    TOPIC: ClassVar[str] = "cycle.anchored"
    anchored: Moved[bool] = Moved(old=False, new=True)


class MoveCycle(Command):
    """Put a cycle into another parent cycle, or give it to another unit."""

    NAME: ClassVar[str] = "move_cycle"
    cycle_id: Id
    parent_id: Id | None = None
    unit_id: Id | None = None


def move(book: Book, cycle: Cycle, command: MoveCycle, context: Context) -> tuple[Fact, ...]:
    """What gives a cycle another parent or another unit."""
    given = command.model_fields_set
    parent_id = moved(cycle.parent_id, command.parent_id) if "parent_id" in given else None
    unit_id = moved(cycle.unit_id, command.unit_id) if "unit_id" in given else None
    if parent_id is not None:
        _check_parent(book, cycle, command.parent_id, context)
    if unit_id is not None and command.unit_id is not None:
        unit = book.unit(command.unit_id)
        must_be_active(unit, context)
        existed(context, unit)
    return edit(cycle, CycleMoved(parent_id=parent_id, unit_id=unit_id), context)


def _check_parent(book: Book, cycle: Cycle, parent_id: UUID | None, context: Context) -> None:
    if book.graph(cycle.id).edges:
        raise CycleParentFixed(
            "Alignments start in this cycle, so its parent stays; plan another cycle instead."
        )
    if cycle.anchored:
        raise CycleParentFixed(
            "Alignments pass through this cycle, so its parent stays; plan another cycle instead."
        )
    if parent_id is not None:
        existed(context, book.cycle(parent_id))
    while parent_id is not None:
        parent = book.cycle(parent_id)
        if parent.id == cycle.id:
            raise CycleParentCircle(f"{cycle.name} stands above that cycle; choose another.")
        parent_id = parent.parent_id


def ancestors(book: Book, cycle: Cycle) -> tuple[UUID, ...]:
    """The cycle itself and every cycle above it, nearest first."""
    chain = [cycle.id]
    while cycle.parent_id is not None:
        cycle = book.cycle(cycle.parent_id)
        chain.append(cycle.id)
    return tuple(chain)
