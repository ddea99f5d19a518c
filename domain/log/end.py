"""What a writer knows of the log, for as long as nobody else writes to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain import codec

KEPT_VERSIONS = 100_000
"""How many streams' versions are kept at hand."""


class Last(NamedTuple):
    """The last record of the log: its position and its stored JSON."""

    position: int
    state: bytes


@dataclass(slots=True)
class LogEnd:
    """Where a writer left the log, and the versions of the streams that it asked for or wrote.

    Records are written one transaction after the other and never removed. So if the log still ends
    where this writer left it, under the write lock, nobody wrote since, and what it knows holds.
    """

    position: int | None = None
    """The position of the last record, 0 in an empty log; None when nothing is known."""
    recorded_at: datetime | None = None
    versions: dict[UUID, int] = field(default_factory=dict[UUID, int])

    def meet(self, last: Last | None) -> None:
        """Take note of the log's last record, and forget what others may have outdated."""
        position = 0 if last is None else last.position
        if position == self.position:
            return
        self.versions.clear()
        self.position = position
        self.recorded_at = None if last is None else codec.recorded_at(last.state)

    def reach(self, position: int, recorded_at: datetime | None) -> None:
        """Take note of what was written and committed; the versions are known already."""
        self.position, self.recorded_at = position, recorded_at
        if len(self.versions) > KEPT_VERSIONS:
            self.versions.clear()

    def forget(self) -> None:
        """Know nothing when the log is met next: what was written, if anything, nobody can tell."""
        self.position = None
