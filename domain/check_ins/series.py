"""The check-ins of a key result as decisions see them, and how each event changes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeAlias, assert_never
from uuid import UUID

from rpds import HashTrieMap

from domain.changed import changed
from domain.check_ins.correcting import CheckInCorrected
from domain.check_ins.measuring import CheckedIn
from domain.check_ins.retracting import CheckInRetracted
from domain.immutable import immutable
from domain.measures import Reading
from domain.record import Record

CheckInEvent = CheckedIn | CheckInCorrected | CheckInRetracted


@immutable()
class CheckIn:
    """One measurement as it now stands."""

    id: UUID
    measured_at: datetime
    rank: int
    """The version that last touched it: of two at the same instant the later recorded wins."""
    reading: Reading
    confidence: int | None
    note: str
    retracted: bool = False


Series: TypeAlias = "HashTrieMap[UUID, CheckIn]"
"""The check-ins of a key result by their ids. One more shares all others with the series before,
so it costs no more after a thousand than after ten."""

UNMEASURED: Series = HashTrieMap()


def latest(check_ins: Series, until: datetime | None = None) -> CheckIn | None:
    """The measurement that counts, now or until an instant: the latest measured that stands."""
    standing = (
        check_in
        for check_in in check_ins.values()
        if not check_in.retracted and (until is None or check_in.measured_at <= until)
    )
    return max(standing, key=lambda one: (one.measured_at, one.rank), default=None)


def apply_check_in(check_ins: Series, event: CheckInEvent, record: Record) -> Series:
    """The series after one more record."""
    match event:
        case CheckedIn():
            check_in = CheckIn(
                id=event.check_in_id,
                measured_at=record.effective_at,
                rank=record.version,
                reading=Reading(event.value, event.reached),
                confidence=event.confidence,
                note=event.note,
            )
        case CheckInCorrected():
            check_in = _corrected(check_ins[event.check_in_id], event, record)
        case CheckInRetracted():
            check_in = changed(check_ins[event.check_in_id], retracted=True, rank=record.version)
        case _:
            assert_never(event)
    return check_ins.insert(check_in.id, check_in)


def _corrected(check_in: CheckIn, event: CheckInCorrected, record: Record) -> CheckIn:
    moves = event.new_values()
    reading = replace(
        check_in.reading, **{name: moves[name] for name in ("value", "reached") if name in moves}
    )
    return changed(
        check_in,
        rank=record.version,
        reading=reading,
        measured_at=moves.get("measured_at", check_in.measured_at),
        confidence=moves.get("confidence", check_in.confidence),
        note=moves.get("note", check_in.note),
    )
