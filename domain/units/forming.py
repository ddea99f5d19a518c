"""Forming: a unit comes into being, is named and put below others, and ends."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.errors import UnitCircle, UnitDissolvedAlready
from domain.record import Command, Context, Event, Fact
from domain.times import existed
from domain.values import Id, Moved, Title, moved

if TYPE_CHECKING:
    from domain.book import Book
    from domain.units.unit import Unit


class UnitKind(StrEnum):
    """How large a unit is."""

    COMPANY = "company"
    DEPARTMENT = "department"
    TEAM = "team"


class UnitState(StrEnum):
    """Whether a unit still takes part."""

    ACTIVE = "active"
    DISSOLVED = "dissolved"


class UnitFormed(Event):
    """A unit came into being, below another one or at the top."""

    TOPIC: ClassVar[str] = "unit.formed"
    name: Title
    kind: UnitKind
    parent_id: UUID | None = None


class UnitRenamed(Event):
    """A unit goes by another name."""

    TOPIC: ClassVar[str] = "unit.renamed"
    name: Moved[Title]


class UnitMoved(Event):
    """A unit stands below another unit than before."""

    TOPIC: ClassVar[str] = "unit.moved"
    parent_id: Moved[UUID | None]


class UnitDissolved(Event):
    """A unit ended; what it owned stays in the history."""

    TOPIC: ClassVar[str] = "unit.dissolved"
    state: Moved[UnitState] = Moved(old=UnitState.ACTIVE, new=UnitState.DISSOLVED)


class FormUnit(Command):
    """Bring a unit into being."""

    NAME: ClassVar[str] = "form_unit"
    CREATES: ClassVar[str | None] = "unit_id"
    unit_id: Id
    name: Title
    kind: UnitKind
    parent_id: Id | None = None


class RenameUnit(Command):
    """Give a unit another name."""

    NAME: ClassVar[str] = "rename_unit"
    unit_id: Id
    name: Title


class MoveUnit(Command):
    """Put a unit below another one, or at the top."""

    NAME: ClassVar[str] = "move_unit"
    unit_id: Id
    parent_id: Id | None


class DissolveUnit(Command):
    """End a unit."""

    NAME: ClassVar[str] = "dissolve_unit"
    unit_id: Id


def must_be_active(unit: Unit, context: Context) -> None:
    """Refuse to build on a unit that ended; an import may, since it tells what did happen."""
    if unit.state is UnitState.DISSOLVED and not context.imported:
        raise UnitDissolvedAlready(f"The unit {unit.name} is dissolved; choose another unit.")


def form(book: Book, command: FormUnit, context: Context) -> Fact:
    """The first event of a unit."""
    book.must_be_new(command.unit_id)
    if command.parent_id is not None:
        parent = book.unit(command.parent_id)
        must_be_active(parent, context)
        existed(context, parent)
    event = UnitFormed(name=command.name, kind=command.kind, parent_id=command.parent_id)
    return Fact(command.unit_id, event)


def move(book: Book, unit: Unit, command: MoveUnit, context: Context) -> UnitMoved | None:
    """The move, None to where the unit stands already. Raises UnitCircle."""
    parent_id = moved(unit.parent_id, command.parent_id)
    if parent_id is None:
        return None
    if command.parent_id is not None:
        parent = book.unit(command.parent_id)
        must_be_active(parent, context)
        existed(context, parent)
        _refuse_circle(book, unit, parent)
    return UnitMoved(parent_id=parent_id)


def _refuse_circle(book: Book, unit: Unit, parent: Unit | None) -> None:
    while parent is not None:
        if parent.id == unit.id:
            raise UnitCircle(f"{unit.name} stands above that unit; choose one outside of it.")
        parent = None if parent.parent_id is None else book.unit(parent.parent_id)
