"""The log as everybody else knows it: append, follow, look up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from domain import codec
from domain.codec import Stored
from domain.database import Database, SQLiteFile, database
from domain.log.appends import Append, Entry, Key, Name, Receipt, unplaced
from domain.log.errors import LogUnavailableError, RaceLostError
from domain.log.postgres import PostgresStore
from domain.log.recent import Recent
from domain.log.sqlite import SQLiteStore
from domain.log.store import Store
from domain.log.times import Clock, utc_now
from domain.log.turns import Turns
from domain.record import Record


class Log:
    """Every record there is, in the order of the log. One instance serves many threads.

    Raises LogUnavailableError where the database cannot be read or written.
    """

    def __init__(self, where: Database | Path | str, clock: Clock = utc_now) -> None:
        self.clock = clock
        self._store = _store(database(where) if isinstance(where, (Path, str)) else where)
        self._listeners: list[Callable[[], None]] = []
        self._followers: list[Callable[[int, Sequence[Record]], None]] = []
        self._outcomes: list[Callable[[bool], None]] = []
        self._turns = Turns(self._write)
        self._recent = Recent()

    def append(
        self, entries: Sequence[Entry], read: Mapping[UUID, int], noted: Sequence[Key] = ()
    ) -> list[Record]:
        """Record all entries or none; return them with their positions and times.

        Writers that come while another one writes are recorded together with the next, in one
        transaction. Raises RaceLostError, KeyTakenError or RecordedTimeGoesBack, and then nothing
        of these entries is recorded.
        """
        append = Append(entries, read, noted, [unplaced(entry.record) for entry in entries])
        self._turns.take(append)
        if append.failure is not None:
            if isinstance(append.failure, RaceLostError):
                self._tell_outcome(won=False)
            raise append.failure
        self._tell_outcome(won=True)
        self._tell()
        return append.records

    def _write(self, appends: Sequence[Append]) -> None:
        failure = LogUnavailableError("The log was not written.")
        try:
            self._store.write(appends, self.clock)
        except LogUnavailableError as unavailable:
            failure = unavailable
        finally:
            # Whatever else went wrong, nobody who waited here may take it for a success.
            for append in appends:
                if append.is_written:
                    self._recent.remember(append.after, append.kept)
                    self._hand_on(append)
                else:
                    append.failure = append.failure or failure

    def _hand_on(self, append: Append) -> None:
        if append.records:
            for follower in self._followers:
                follower(append.after, append.records)

    def on_recorded(self, follower: Callable[[int, Sequence[Record]], None]) -> None:
        """Hand `follower` what this process records, in the order of the log, before it is
        acknowledged: the position of the record before, and the records.

        Positions may have gaps, so only the one before tells whether something stands between.
        Others wait to write meanwhile, so it has to be quick.
        """
        self._followers.append(follower)

    def on_append(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every append of this process."""
        self._listeners.append(listener)

    def on_outcome(self, listener: Callable[[bool], None]) -> None:
        """Call `listener` after every append of this process: True where it was recorded, False
        where others had been quicker."""
        self._outcomes.append(listener)

    def listen(self) -> None:
        """Call the listeners soon after appends of other processes too, from here on.

        Where the database can tell: PostgreSQL can. Some may be missed, so poll as well.
        """
        self._store.listen(self._tell)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def _tell_outcome(self, *, won: bool) -> None:
        for listener in self._outcomes:
            listener(won)

    def stream(self, stream_id: UUID, after: int = 0) -> list[Record]:
        """The records of one stream past a version, oldest first."""
        return [codec.decode(stored) for stored in self._store.stream(stream_id, after)]

    def records(self, after: int, limit: int) -> list[Record]:
        """At most `limit` records past a position, in the order of the log."""
        return [codec.decode(stored) for stored in self.stored(after, limit)]

    def stored(self, after: int, limit: int) -> list[Stored]:
        """The same records as the log keeps them, for whoever needs no more than their JSON."""
        return self._recent.following(after, limit) or self._store.stored(after, limit)

    def at(self, positions: Sequence[int]) -> list[Stored]:
        """The records at some positions, as the log keeps them and in its order."""
        return self._store.at(positions) if positions else []

    def identity(self) -> str:
        """A word that no other log has, by which the views know which log they tell of."""
        return self._store.identity()

    def head(self) -> int:
        """The position of the last record; 0 for an empty log."""
        return self._store.head()

    def last_recorded_at(self) -> datetime | None:
        """When the last record was recorded; None for an empty log."""
        last = self.records(self.head() - 1, 1)
        return last[-1].recorded_at if last else None

    def stream_of(self, entity_id: UUID) -> UUID | None:
        """The stream that an entity without one of its own lives in."""
        return self._store.stream_of(entity_id)

    def in_use(self, ids: Sequence[UUID]) -> set[UUID]:
        """Those of these ids that a stream, or an entity inside one, has."""
        return self._store.in_use(ids) if ids else set()

    def receipt(self, scope: str, key: str) -> Receipt | None:
        """What was recorded under a key, or None."""
        return self.receipts([(scope, key)]).get((scope, key))

    def receipts(self, names: Sequence[Name]) -> dict[Name, Receipt]:
        """What was recorded under many keys, by scope and name, for those that were used."""
        return self._store.receipts(names)

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()


def _store(where: Database) -> Store:
    return SQLiteStore(where.path) if isinstance(where, SQLiteFile) else PostgresStore(where)
