"""Retracting: a check-in that should never have been made no longer counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.record import Command, Event
from domain.values import Id, Instant

if TYPE_CHECKING:
    from domain.check_ins.series import CheckIn


class CheckInRetracted(Event):
    """A check-in should never have been made; it no longer counts."""

    TOPIC: ClassVar[str] = "key-result.check-in-retracted"
    key_result_id: UUID
    check_in_id: UUID
    measured_at: Instant


class RetractCheckIn(Command):
    """Say that a check-in should never have been made."""

    NAME: ClassVar[str] = "retract_check_in"
    key_result_id: Id
    check_in_id: Id


def retract(command: RetractCheckIn, check_in: CheckIn) -> CheckInRetracted:
    """The retraction of a check-in that stands."""
    return CheckInRetracted(
        key_result_id=command.key_result_id,
        check_in_id=check_in.id,
        measured_at=check_in.measured_at,
    )
