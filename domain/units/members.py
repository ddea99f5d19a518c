"""Members: people join a unit, take another role in it, and leave."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.errors import EffectiveTimeGoesBack, NotAMember
from domain.record import Command, Context, Event, Fact
from domain.times import existed
from domain.values import Id, said

if TYPE_CHECKING:
    from domain.book import Book
    from domain.units.unit import Unit


class Role(StrEnum):
    """What a person is in a unit; a lead speaks for it."""

    MEMBER = "member"
    LEAD = "lead"


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


def join(book: Book, unit: Unit, command: JoinUnit, context: Context) -> tuple[Fact, ...]:
    """What makes a person a member or lead, nothing where they are."""
    person = book.person(command.person_id)
    previous = unit.members.get(person.id)
    if previous is command.role:
        return ()
    existed(context, unit, person)
    _membership_forwards(unit, person.id, context)
    event = MemberJoined(person_id=person.id, role=command.role, previous=previous)
    return (Fact(unit.id, event),)


def leave(unit: Unit, command: LeaveUnit, context: Context) -> tuple[Fact, ...]:
    """What ends a membership. Raises NotAMember."""
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
