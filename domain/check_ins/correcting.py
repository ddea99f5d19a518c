"""Correcting: a check-in says what it should have said; what it said before stays known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.check_ins.measuring import check_reading
from domain.record import Command, Context, Event, Fact
from domain.times import existed
from domain.values import Confidence, Id, Instant, Measured, Moved, Text, Title, moved

if TYPE_CHECKING:
    from domain.check_ins.series import CheckIn
    from domain.key_results.key_result import KeyResult


class CheckInCorrected(Event):
    """A check-in had been entered wrongly; what it said before stays known."""

    TOPIC: ClassVar[str] = "key-result.check-in-corrected"
    key_result_id: UUID
    check_in_id: UUID
    value: Moved[Measured | None] | None = None
    reached: Moved[tuple[Title, ...] | None] | None = None
    confidence: Moved[Confidence | None] | None = None
    note: Moved[Text] | None = None
    measured_at: Moved[Instant] | None = None


class CorrectCheckIn(Command):
    """Say what a check-in should have said; the effective time is the corrected measuring time."""

    NAME: ClassVar[str] = "correct_check_in"
    key_result_id: Id
    check_in_id: Id
    value: Measured | None = None
    reached: tuple[Title, ...] | None = None
    confidence: Confidence | None = None
    note: Text | None = None


def correct(
    objective_id: UUID,
    key_result: KeyResult,
    check_in: CheckIn,
    command: CorrectCheckIn,
    context: Context,
    after_freeze: bool,
) -> tuple[Fact, ...]:
    """The correction, none where it would change nothing. Raises CheckInInvalid."""
    measured_at = context.effective_at or check_in.measured_at
    given = command.model_fields_set - ({"note"} if command.note is None else set())
    old = {
        "value": check_in.reading.value,
        "reached": check_in.reading.reached,
        "confidence": check_in.confidence,
        "note": check_in.note,
    }
    moves = {key: moved(old[key], getattr(command, key)) for key in old if key in given}
    event = CheckInCorrected.model_validate(
        {
            "key_result_id": key_result.id,
            "check_in_id": check_in.id,
            "measured_at": moved(check_in.measured_at, measured_at),
            **moves,
        }
    )
    if not event.new_values():
        return ()
    existed(context, key_result)
    reading = replace(
        check_in.reading,
        **{key: getattr(command, key) for key in ("value", "reached") if key in given},
    )
    if not given.isdisjoint(("value", "reached")):
        check_reading(key_result.measure, reading)
    return (Fact(objective_id, event, after_freeze, measured_at),)
