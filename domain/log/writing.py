"""The guarded append, the same on every database: lock, check, stamp, insert, all in one.

The write lock comes first. Whatever is checked before it may be untrue by the time of the insert,
and an edit could slip in behind a close.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from domain import codec
from domain.codec import Stored
from domain.errors import RecordedTimeGoesBack
from domain.log.appends import Append, Key
from domain.log.errors import KeyTakenError, RaceLostError
from domain.log.times import Clock, Times


class Last(NamedTuple):
    """The last record of the log: its position and its stored JSON."""

    position: int
    state: bytes


class Transaction(Protocol):
    """A connection that writes, one transaction after the other, each under the write lock."""

    taken: type[Exception]
    """What an insert raises where the version or the id is there already."""

    def begin(self) -> Last | None:
        """Begin, with the write lock first; return the log's last record, if any."""
        ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def part(self) -> None:
        """Begin a part that can be undone alone."""
        ...

    def undo_part(self) -> None: ...

    def end_part(self) -> None: ...

    def versions(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        """The version of each of these streams that has any record."""
        ...

    def knows(self, keys: Iterable[Key]) -> bool:
        """Whether a receipt of any of these keys is there."""
        ...

    def insert(self, events: Sequence[StoredEvent]) -> Sequence[int]:
        """Insert events in this order; return their positions."""
        ...

    def insert_beside(
        self, homes: Sequence[tuple[UUID, UUID]], receipts: Mapping[Key, tuple[int, int]]
    ) -> None:
        """Note where entities inside a stream are to be found, and the receipts of keys."""
        ...

    def find(self, events: Sequence[StoredEvent]) -> list[Stored]:
        """What the log holds at the streams and versions of these events, by position."""
        ...


def write(
    transaction: Transaction, appends: Sequence[Append], clock: Clock, *, again: bool = False
) -> None:
    """Write every append that still holds, in one transaction, and note why others do not.

    `again` says that an earlier try may have been recorded although its answer was lost.
    """
    try:
        writer = _Writer(transaction, transaction.begin(), clock)
        alone = len(appends) == 1
        for append in appends:
            if not (again and writer.was_written(append)):
                writer.write(append, alone=alone)
        transaction.commit()
    except BaseException:
        transaction.rollback()
        raise


class _Writer:
    """Writes appends one behind the other, inside one transaction."""

    def __init__(self, transaction: Transaction, last: Last | None, clock: Clock) -> None:
        self._transaction = transaction
        self._position = 0 if last is None else last.position
        self._times = Times(clock(), None if last is None else codec.recorded_at(last.state))

    def write(self, append: Append, *, alone: bool) -> None:
        """Write one append; one that does not hold leaves nothing behind."""
        append.failure = None
        if not alone:
            self._transaction.part()
        last = self._times.last
        try:
            self._check(append)
            self._insert(append)
        except (RaceLostError, KeyTakenError, RecordedTimeGoesBack) as failure:
            append.failure = failure
        except self._transaction.taken:
            append.failure = RaceLostError()
        if append.failure is None:
            self._position = append.kept[-1].position if append.kept else self._position
        else:
            self._times.last = last
        self._end(append, alone=alone)

    def _end(self, append: Append, *, alone: bool) -> None:
        """End the append's part; one that is alone needs none, the transaction is its own."""
        if alone:
            if append.failure is not None:
                self._transaction.rollback()
            return
        if append.failure is not None:
            self._transaction.undo_part()
        self._transaction.end_part()

    def _check(self, append: Append) -> None:
        """Whether every stream that was read still stands where it stood, and every key is new."""
        if append.read:
            versions = self._transaction.versions(list(append.read))
            if any(versions.get(one, 0) != version for one, version in append.read.items()):
                raise RaceLostError
        keys = append.keys
        if keys and self._transaction.knows(keys):
            raise KeyTakenError

    def _insert(self, append: Append) -> None:
        stamped = self._times.stamp(append)
        positions = self._transaction.insert(stamped) if stamped else ()
        append.after = self._position
        append.records = self._times.records(append, positions)
        append.kept = [
            Stored(one.topic, one.state, str(one.originator_id), one.originator_version, place)
            for one, place in zip(stamped, positions, strict=True)
        ]
        homes, receipts = append.homes(), append.receipts()
        if homes or receipts:
            self._transaction.insert_beside(homes, receipts)

    def was_written(self, append: Append) -> bool:
        """Whether an earlier try recorded this append after all; then it is told so."""
        found = self._transaction.find(append.events)
        records = [codec.decode(stored) for stored in found]
        ours = [entry.record.event_id for entry in append.entries]
        if not ours or [record.event_id for record in records] != ours:
            return False
        append.records = records
        return True
