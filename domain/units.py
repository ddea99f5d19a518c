"""Units: a company, its departments and teams, as a tree whose past shape is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, assert_never
from uuid import UUID

from domain.entity import Entity, after, begun
from domain.errors import EffectiveTimeGoesBack, NotAMember, UnitCircle, UnitDissolvedAlready
from domain.immutable import immutable
from domain.record import Command, Context, Event, Fact, Record
from domain.times import existed, forwards
from domain.values import Id, Moved, Title, moved, said

if TYPE_CHECKING:
    from domain.book import Book


class UnitKind(StrEnum):
    """How large a unit is."""

    COMPANY = "company"
    DEPARTMENT = "department"
    TEAM = "team"


class Role(StrEnum):
    """What a person is in a unit; a lead speaks for it."""

    MEMBER = "member"
    LEAD = "lead"


class UnitState(StrEnum):
    """Whether a unit still takes part."""

    ACTIVE = "active"
    DISSOLVED = "dissolved"


# Events: topics and fields are the storage format.


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


class MemberJoined(Event):
    """A person joined a unit, or took another role in it (`previous`)."""

    TOPIC: ClassVar[str] = "unit.member-joined"
    person_id: UUID
    role: Role
    previous: Role | None = None


class MemberLeft(Event):
    """A person left a unit."""

    TOPIC: ClassVar[str] = "unit.member-left"
    person_id: UUID
    role: Role


UnitEvent = UnitFormed | UnitRenamed | UnitMoved | UnitDissolved | MemberJoined | MemberLeft


@immutable(kw_only=True)
class Unit(Entity):
    """What decisions need to know of a unit."""

    word: ClassVar[str] = "unit"
    name: str
    kind: UnitKind
    parent_id: UUID | None
    state: UnitState = UnitState.ACTIVE
    members: Mapping[UUID, Role] = field(default_factory=dict[UUID, Role])
    member_since: Mapping[UUID, datetime] = field(default_factory=dict[UUID, datetime])

    def is_led_by(self, person_id: str) -> bool:
        return any(
            str(member) == person_id and role is Role.LEAD for member, role in self.members.items()
        )


def evolve(unit: Unit | None, record: Record) -> Unit:
    """The unit after one more record."""
    event = record.event
    if isinstance(event, UnitFormed):
        return Unit(
            id=record.stream_id,
            exists_from=record.effective_at,
            name=event.name,
            kind=event.kind,
            parent_id=event.parent_id,
        )
    unit = begun(unit, record)
    match event:
        case MemberJoined(person_id=person_id, role=role):
            members = {**unit.members, person_id: role}
        case MemberLeft(person_id=person_id):
            members = {key: role for key, role in unit.members.items() if key != person_id}
        case _:
            return after(unit, record)
    since = {**unit.member_since, person_id: record.effective_at}
    return after(unit, record, members=members, member_since=since)


# Commands and their decisions.


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


class JoinUnit(Command):
    """Make a person a member or a lead of a unit."""

    NAME: ClassVar[str] = "join_unit"
    unit_id: Id
    person_id: Id
    role: Role = Role.MEMBER


class LeaveUnit(Command):
    """End a person's membership."""

    NAME: ClassVar[str] = "leave_unit"
    unit_id: Id
    person_id: Id


UnitCommand = FormUnit | RenameUnit | MoveUnit | DissolveUnit | JoinUnit | LeaveUnit


def decide(book: Book, command: UnitCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when a unit is formed, changed or dissolved, or people come and go."""
    if isinstance(command, FormUnit):
        return _form(book, command, context)
    unit = book.unit(command.unit_id)
    if isinstance(command, DissolveUnit) and unit.state is UnitState.DISSOLVED:
        return ()
    must_be_active(unit, context)
    match command:
        case RenameUnit():
            name = moved(unit.name, command.name)
            return _change(unit, UnitRenamed(name=name), context) if name else ()
        case MoveUnit():
            return _move(book, unit, command, context)
        case DissolveUnit():
            return _change(unit, UnitDissolved(), context)
        case JoinUnit():
            return _join(book, unit, command, context)
        case LeaveUnit():
            return _leave(unit, command, context)
        case _:
            assert_never(command)


def must_be_active(unit: Unit, context: Context) -> None:
    """Refuse to build on a unit that ended; an import may, since it tells what did happen."""
    if unit.state is UnitState.DISSOLVED and not context.imported:
        raise UnitDissolvedAlready(f"The unit {unit.name} is dissolved; choose another unit.")


def _change(unit: Unit, event: Event, context: Context) -> tuple[Fact, ...]:
    forwards(context, unit, event)
    return (Fact(unit.id, event),)


def _form(book: Book, command: FormUnit, context: Context) -> tuple[Fact, ...]:
    book.must_be_new(command.unit_id)
    if command.parent_id is not None:
        parent = book.unit(command.parent_id)
        must_be_active(parent, context)
        existed(context, parent)
    event = UnitFormed(name=command.name, kind=command.kind, parent_id=command.parent_id)
    return (Fact(command.unit_id, event),)


def _move(book: Book, unit: Unit, command: MoveUnit, context: Context) -> tuple[Fact, ...]:
    parent_id = moved(unit.parent_id, command.parent_id)
    if parent_id is None:
        return ()
    if command.parent_id is not None:
        parent = book.unit(command.parent_id)
        must_be_active(parent, context)
        existed(context, parent)
        _refuse_circle(book, unit, parent)
    return _change(unit, UnitMoved(parent_id=parent_id), context)


def _refuse_circle(book: Book, unit: Unit, parent: Unit | None) -> None:
    while parent is not None:
        if parent.id == unit.id:
            raise UnitCircle(f"{unit.name} stands above that unit; choose one outside of it.")
        parent = None if parent.parent_id is None else book.unit(parent.parent_id)


def _join(book: Book, unit: Unit, command: JoinUnit, context: Context) -> tuple[Fact, ...]:
    person = book.person(command.person_id)
    previous = unit.members.get(person.id)
    if previous is command.role:
        return ()
    existed(context, unit, person)
    _membership_forwards(unit, person.id, context)
    event = MemberJoined(person_id=person.id, role=command.role, previous=previous)
    return (Fact(unit.id, event),)


def _leave(unit: Unit, command: LeaveUnit, context: Context) -> tuple[Fact, ...]:
    role = unit.members.get(command.person_id)
    if role is None:
        raise NotAMember(f"That person is not a member of {unit.name}; nothing to end.")
    existed(context, unit)
    _membership_forwards(unit, command.person_id, context)
    return (Fact(unit.id, MemberLeft(person_id=command.person_id, role=role)),)


def _membership_forwards(unit: Unit, person_id: UUID, context: Context) -> None:
    last = unit.member_since.get(person_id)
    if context.effective_at is not None and last is not None and context.effective_at < last:
        raise EffectiveTimeGoesBack(
            f"Give an effective time of at least {said(last)}; the membership changed then."
        )
