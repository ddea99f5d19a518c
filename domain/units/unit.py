"""A unit as decisions see it: where it stands and who belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.entity import Entity, after, begun
from domain.immutable import immutable
from domain.record import Record
from domain.units.forming import (
    UnitDissolved,
    UnitFormed,
    UnitKind,
    UnitMoved,
    UnitRenamed,
    UnitState,
)
from domain.units.members import MemberJoined, MemberLeft, Role

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
