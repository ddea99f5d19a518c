"""The times of one transaction: recorded times never run backwards along the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from eventsourcing.persistence import StoredEvent

from domain import codec
from domain.errors import RecordedTimeGoesBack
from domain.log.appends import Append, Entry
from domain.record import Record
from domain.values import said

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock, to the microsecond."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Times:
    """The clock of a transaction, and when the last record before each append was recorded."""

    now: datetime
    last: datetime | None

    def stamp(self, append: Append) -> list[StoredEvent]:
        """The events with their times in front. Raises RecordedTimeGoesBack."""
        last = self.last
        stamped: list[StoredEvent] = []
        for entry, event in zip(append.entries, append.events, strict=True):
            recorded_at = self._recorded_at(entry, last)
            last = recorded_at
            state = codec.stamp(
                event.state, self.now, recorded_at, entry.effective_at or recorded_at
            )
            stamped.append(
                StoredEvent(event.originator_id, event.originator_version, event.topic, state)
            )
        return stamped

    def _recorded_at(self, entry: Entry, last: datetime | None) -> datetime:
        if entry.recorded_at is None:
            return self.now if last is None else max(self.now, last)
        if last is not None and entry.recorded_at < last:
            raise RecordedTimeGoesBack(
                f"Give a recorded time of at least {said(last)}, the last one that the log holds."
            )
        return entry.recorded_at

    def records(self, append: Append, positions: Sequence[int]) -> list[Record]:
        """The records as they now stand in the log; later appends come after them."""
        records: list[Record] = []
        for entry, position in zip(append.entries, positions, strict=True):
            recorded_at = self._recorded_at(entry, self.last)
            records.append(
                replace(
                    entry.record,
                    stored_at=self.now,
                    recorded_at=recorded_at,
                    effective_at=entry.effective_at or recorded_at,
                    position=position,
                )
            )
            self.last = recorded_at
        return records
