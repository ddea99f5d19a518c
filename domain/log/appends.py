"""What is appended to the log together, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from domain import codec
from domain.catalogue import located
from domain.codec import Stored
from domain.record import Record

NOWHERE = (0, 0)
"""The positions in the receipt of a request that changed nothing."""


Name = tuple[str, str]
"""The scope and the name of a key."""


class Receipt(NamedTuple):
    """Proof that a request was recorded: what it said, and where its events stand."""

    digest: str
    first_position: int
    last_position: int


class Key(NamedTuple):
    """A name under which a request is recorded at most once, for ever."""

    scope: str
    key: str
    digest: str


class Entry(NamedTuple):
    """One record to append, with the times it states itself, if any, and its request's key."""

    record: Record
    recorded_at: datetime | None = None
    effective_at: datetime | None = None
    key: Key | None = None


class Unplaced(NamedTuple):
    """A record as the log stores it, before it has a place there, and at first without its times,
    which are known only at the append."""

    stream_id: UUID
    version: int
    topic: str
    state: bytes


def unplaced(record: Record) -> Unplaced:
    """A record ready to be stored, but for its times."""
    return Unplaced(record.stream_id, record.version, record.event.TOPIC, codec.encode(record))


class Stamp(NamedTuple):
    """The three times of a record, known only under the write lock."""

    stored_at: datetime
    recorded_at: datetime
    effective_at: datetime


@dataclass(slots=True)
class Append:
    """One request to append: what to write, what must still hold, and what came of it."""

    entries: Sequence[Entry]
    read: Mapping[UUID, int]
    """Per stream that the decision read but does not write, the version it saw."""
    noted: Sequence[Key] = ()
    """Keys of requests that change nothing, to be known all the same."""
    events: Sequence[Unplaced] = ()
    """The entries' records, ready to be stored but for their times."""
    stamps: list[Stamp] = field(default_factory=list[Stamp])
    """Their times, once it is sure that they will be recorded."""
    records: list[Record] = field(default_factory=list[Record])
    """The entries as recorded, with their times and positions."""
    kept: list[Stored] = field(default_factory=list[Stored])
    """The same as the log keeps them."""
    after: int = 0
    """The position of the record that stands before them in the log; 0 for none."""
    failure: Exception | None = None
    is_written: bool = False
    """Whether it is on disk, with all of its entries."""
    done: bool = False
    """Whether somebody has written it, or found why it cannot be."""
    turn: Lock = field(default_factory=Lock)
    """Held until it is done, or until it is this one's turn to write."""

    @property
    def streams(self) -> set[UUID]:
        """Every stream that it rests on or writes to."""
        return {*self.read, *(entry.record.stream_id for entry in self.entries)}

    @property
    def keys(self) -> set[Key]:
        """Every key that has to be new."""
        return {*self.noted, *(entry.key for entry in self.entries if entry.key is not None)}

    def stamped(self) -> list[Unplaced]:
        """The events as they are stored, with their times in front."""
        return [
            Unplaced(one.stream_id, one.version, one.topic, codec.stamp(one.state, *stamp))
            for one, stamp in zip(self.events, self.stamps, strict=True)
        ]

    def place(self, after: int, stamped: Sequence[Unplaced], positions: Sequence[int]) -> None:
        """Say where the entries now stand in the log, behind the record at `after`."""
        self.after = after
        self.records = [
            entry.record.placed(position, *stamp)
            for entry, stamp, position in zip(self.entries, self.stamps, positions, strict=True)
        ]
        self.kept = [
            Stored(one.topic, one.state, str(one.stream_id), one.version, position)
            for one, position in zip(stamped, positions, strict=True)
        ]

    def homes(self) -> list[tuple[UUID, UUID]]:
        """The ids of the entities that begin inside a stream, each with that stream's id."""
        return [
            (entity_id, record.stream_id)
            for record in self.records
            for entity_id in located(record.event)
        ]

    def receipts(self) -> dict[Key, tuple[int, int]]:
        """Where the records of each key stand, first and last."""
        spans: dict[Key, tuple[int, int]] = {}
        for entry, record in zip(self.entries, self.records, strict=True):
            if entry.key is not None:
                first, _last = spans.get(entry.key, (record.position, 0))
                spans[entry.key] = (first, record.position)
        return spans | dict.fromkeys(self.noted, NOWHERE)
