"""The times of one transaction: recorded times never run backwards along the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.errors import RecordedTimeGoesBack
from domain.log.appends import Append, Entry, Stamp
from domain.values import said

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock, to the microsecond."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Times:
    """The clock of a transaction, and when the last record before the next one was recorded."""

    now: datetime
    last: datetime | None

    def stamp(self, append: Append) -> None:
        """Give the entries their times, after those before them. Raises RecordedTimeGoesBack."""
        last = self.last
        stamps: list[Stamp] = []
        for entry in append.entries:
            last = self._recorded_at(entry, last)
            stamps.append(Stamp(self.now, last, entry.effective_at or last))
        append.stamps, self.last = stamps, last

    def _recorded_at(self, entry: Entry, last: datetime | None) -> datetime:
        stated = entry.recorded_at
        if stated is None:
            # A clock that was set back meanwhile records nothing before it was true.
            return max(one for one in (self.now, last, entry.effective_at) if one is not None)
        if last is not None and stated < last:
            raise RecordedTimeGoesBack(
                f"Give a recorded time of at least {said(last)}, the last one that the log holds."
            )
        return stated
