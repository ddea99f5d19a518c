"""The records that this process appended last, kept at hand so that nobody reads them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from domain.codec import Stored

RECENT = 4_096
"""How many records are kept at hand."""


class Recent:
    """Recent records, each found by the position of the one before it.

    Positions may have gaps, so only the one before tells that nothing stands between.
    """

    def __init__(self) -> None:
        self._following: OrderedDict[int, Stored] = OrderedDict()
        self._lock = Lock()

    def remember(self, after: int, records: Iterable[Stored]) -> None:
        """Keep records that follow the one at `after`, and each other."""
        with self._lock:
            for record in records:
                self._following[after] = record
                after = record.position
            while len(self._following) > RECENT:
                self._following.popitem(last=False)

    def following(self, after: int, limit: int) -> list[Stored]:
        """At most `limit` records past a position, as far as they are at hand."""
        found: list[Stored] = []
        with self._lock:
            while len(found) < limit:
                record = self._following.get(after)
                if record is None:
                    break
                found.append(record)
                after = record.position
        return found
