"""A stream with further records, folded up only when somebody looks."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.book import Stream
from domain.catalogue import fold
from domain.record import Record


@dataclass(slots=True)
class Growing:
    """A stream as far as it is folded, and the records that follow, oldest first.

    Many changes are followed by others before anybody asks what they come to, and some are folded
    elsewhere meanwhile.
    """

    stream: Stream | None = None
    records: list[Record] = field(default_factory=list[Record])

    @property
    def version(self) -> int:
        """How many events the stream holds, folded or not."""
        return self._folded_to + len(self.records)

    @property
    def _folded_to(self) -> int:
        return 0 if self.stream is None else self.stream.version

    def folded(self) -> Stream | None:
        """The stream with all of its records."""
        if self.records:
            self.stream, self.records = fold(self.stream, self.records), []
        return self.stream

    def take_over(self, stream: Stream) -> None:
        """Go on from the same stream as somebody else folded it, where that is further."""
        further = stream.version - self._folded_to
        if 0 < further <= len(self.records):
            self.stream, self.records = stream, self.records[further:]
