"""The guarded append, the same on every database: lock, check, stamp, insert, all in one.

The write lock comes first. Whatever is checked before it may be untrue by the time of the insert,
and an edit could slip in behind a close.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Protocol
from uuid import UUID

from domain import codec
from domain.codec import Stored
from domain.errors import RecordedTimeGoesBack
from domain.log.appends import Append, Key, Unplaced
from domain.log.end import Last, LogEnd
from domain.log.errors import KeyTakenError, RaceLostError
from domain.log.times import Clock, Times


class Transaction(Protocol):
    """A connection that writes, one transaction after the other, each under the write lock."""

    taken: type[Exception]
    """What an insert raises where the version or the id is there already."""
    end: LogEnd
    """What was known of the log when this connection last wrote."""

    def begin(self) -> Last | None:
        """Begin, with the write lock first; return the log's last record, if any."""
        ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def versions(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        """The version of each of these streams that has any record."""
        ...

    def known(self, keys: Collection[Key]) -> Collection[tuple[str, str]]:
        """The scope and name of those keys of which there is a receipt."""
        ...

    def insert(self, events: Sequence[Unplaced]) -> Sequence[int]:
        """Insert events in this order; return their positions."""
        ...

    def insert_beside(
        self, homes: Sequence[tuple[UUID, UUID]], receipts: Mapping[Key, tuple[int, int]]
    ) -> None:
        """Note where entities inside a stream are to be found, and the receipts of keys."""
        ...

    def find(self, events: Sequence[Unplaced]) -> list[Stored]:
        """What the log holds at the streams and versions of these events, by position."""
        ...


def write(
    transaction: Transaction, appends: Sequence[Append], clock: Clock, *, again: bool = False
) -> None:
    """Write every append that still holds, in one transaction, and note why others do not.

    `again` says that an earlier try may have been recorded although its answer was lost.
    """
    try:
        _write_together(transaction, appends, clock, again=again)
    except transaction.taken:
        # An id was taken meanwhile. Whose it was shows when each is written alone.
        for append in appends:
            write_alone(transaction, append, clock, again=again)


def write_alone(transaction: Transaction, append: Append, clock: Clock, *, again: bool) -> None:
    """Write one append in a transaction of its own, if it holds."""
    try:
        _write_together(transaction, [append], clock, again=again)
    except transaction.taken:
        append.failure = RaceLostError()


def _write_together(
    transaction: Transaction, appends: Sequence[Append], clock: Clock, *, again: bool
) -> None:
    end = transaction.end
    try:
        last = transaction.begin()
        end.meet(last)
        waiting = [one for one in appends if not (again and _was_written(transaction, one))]
        times = Times(clock(), end.recorded_at)
        admission = _Admission(transaction, waiting, times)
        admitted = [append for append in waiting if admission.admits(append)]
        position = _insert(transaction, admitted, 0 if last is None else last.position)
        transaction.commit()
        end.reach(position, times.last)
        for append in appends:
            append.is_written = append.failure is None
    except BaseException:
        end.forget()
        transaction.rollback()
        raise


class _Admission:
    """Decides under the lock which appends still hold, each after those before it."""

    def __init__(self, transaction: Transaction, appends: Sequence[Append], times: Times) -> None:
        self._times = times
        streams = {one for append in appends for one in append.streams}
        keys = {key for append in appends for key in append.keys}
        self._versions = transaction.end.versions
        if unknown := [one for one in streams if one not in self._versions]:
            self._versions |= dict.fromkeys(unknown, 0) | dict(transaction.versions(unknown))
        self._known = set(transaction.known(keys)) if keys else set[tuple[str, str]]()

    def admits(self, append: Append) -> bool:
        """Whether the append holds; if so, it counts for those that follow."""
        append.failure = None
        try:
            reached = self._reached(append)
            names = self._new_names(append)
            self._times.stamp(append)
        except (RaceLostError, KeyTakenError, RecordedTimeGoesBack) as failure:
            append.failure = failure
            return False
        self._versions |= reached
        self._known |= names
        return True

    def _reached(self, append: Append) -> dict[UUID, int]:
        """The versions of the streams it writes, once it has. Raises RaceLostError."""
        for stream_id, version in append.read.items():
            if self._versions[stream_id] != version:
                raise RaceLostError
        reached: dict[UUID, int] = {}
        for entry in append.entries:
            stream_id, version = entry.record.stream_id, entry.record.version
            if version != reached.get(stream_id, self._versions[stream_id]) + 1:
                raise RaceLostError
            reached[stream_id] = version
        return reached

    def _new_names(self, append: Append) -> set[tuple[str, str]]:
        """The names of its keys, every one of them new. Raises KeyTakenError."""
        names = {(key.scope, key.key) for key in append.keys}
        if not self._known.isdisjoint(names):
            raise KeyTakenError
        return names


def _insert(transaction: Transaction, appends: Sequence[Append], after: int) -> int:
    """Insert what was admitted in one go, and tell each append where its records stand.

    Returns the position of the last record there is then.
    """
    if not appends:
        return after
    stamped = [append.stamped() for append in appends]
    positions = iter(transaction.insert([event for events in stamped for event in events]))
    homes: list[tuple[UUID, UUID]] = []
    receipts: dict[Key, tuple[int, int]] = {}
    for append, events in zip(appends, stamped, strict=True):
        append.place(after, events, list(islice(positions, len(events))))
        after = append.kept[-1].position if append.kept else after
        homes += append.homes()
        receipts |= append.receipts()
    if homes or receipts:
        transaction.insert_beside(homes, receipts)
    return after


def _was_written(transaction: Transaction, append: Append) -> bool:
    """Whether an earlier try recorded this append after all; that try told it its place already."""
    ours = [entry.record.event_id for entry in append.entries]
    found = [codec.decode(stored).event_id for stored in transaction.find(append.events)]
    # Where there is nothing to find, as with keys alone, finding nothing proves nothing.
    return bool(ours) and found == ours
