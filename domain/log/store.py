"""What the log asks of a database, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from domain.codec import Stored
from domain.log.appends import Append, Name, Receipt
from domain.log.times import Clock


class Store(Protocol):
    """A log's tables in one database. One instance serves many threads; one of them writes.

    Everything raises LogUnavailableError where the database cannot be used.
    """

    def write(self, appends: Sequence[Append], clock: Clock) -> None:
        """Write every append that still holds, in one transaction; note why others do not."""
        ...

    def stream(self, stream_id: UUID, after: int) -> list[Stored]:
        """The records of one stream past a version, oldest first."""
        ...

    def stored(self, after: int, limit: int) -> list[Stored]:
        """At most `limit` records past a position, in the order of the log."""
        ...

    def at(self, positions: Sequence[int]) -> list[Stored]:
        """The records at some positions, in the order of the log."""
        ...

    def head(self) -> int:
        """The position of the last record; 0 for an empty log."""
        ...

    def identity(self) -> str:
        """A word that no other log has."""
        ...

    def stream_of(self, entity_id: UUID) -> UUID | None:
        """The stream that an entity without one of its own lives in."""
        ...

    def in_use(self, ids: Sequence[UUID]) -> set[UUID]:
        """Those of these ids that a stream, or an entity inside one, has."""
        ...

    def receipts(self, names: Sequence[Name]) -> dict[Name, Receipt]:
        """What was recorded under keys, for those that were used."""
        ...

    def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` soon after appends of other processes, where the database can tell.

        It may miss some, so whoever has to know looks for itself as well.
        """
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
