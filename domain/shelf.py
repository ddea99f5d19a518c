"""States folded from the log and kept at hand, brought up to its head before each use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import RLock
from uuid import UUID

from domain.book import Stream
from domain.catalogue import fold, located
from domain.codec import UnknownTopicError
from domain.growing import Growing
from domain.log import Log
from domain.record import Record

KEPT_STREAMS = 20_000
KEPT_HOMES = 200_000
CATCH_UP_LIMIT = 2_000


class LogShelf:
    """The states of the log's streams. It follows the log, so what other processes write shows.

    A state may still fall behind between two looks: the guarded append notices, and whoever
    decided on it has it forgotten and decides again.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._streams: OrderedDict[UUID, Growing] = OrderedDict()
        self._homes: dict[UUID, UUID] = {}
        self._position = log.head()
        self._is_behind = False
        self._lock = RLock()
        log.on_recorded(self._recorded)

    def catch_up(self) -> None:
        """Take in what was appended since, by whichever process."""
        head = self._log.head()
        with self._lock:
            if head - self._position > CATCH_UP_LIMIT:
                self._begin_anew(head)
                return
            try:
                while self._position < head:
                    self._take(self._log.records(self._position, CATCH_UP_LIMIT))
                self._is_behind = False
            except UnknownTopicError:
                # Only who asks for that very stream has to know what a newer version wrote there.
                self._begin_anew(head)

    def _begin_anew(self, position: int) -> None:
        self._streams.clear()
        self._position = position
        self._is_behind = False

    def _recorded(self, after: int, records: Sequence[Record]) -> None:
        """Take in what this process recorded, or remember that others recorded more before it.

        Nothing is read or folded here, since all who wait to write wait for this.
        """
        with self._lock:
            if after == self._position:
                self._take(records)
            elif records[-1].position > self._position:
                self._is_behind = True

    def _take(self, records: Sequence[Record]) -> None:
        for record in records:
            kept = self._streams.get(record.stream_id)
            if kept is not None:
                if kept.version == record.version - 1:
                    kept.records.append(record)
            elif record.version == 1:
                self._streams[record.stream_id] = Growing(None, [record])
            for entity_id in located(record.event):
                self._know(entity_id, record.stream_id)
            self._position = record.position
        self._evict()

    def take_over(self, folded: Mapping[UUID, Stream]) -> None:
        """Keep what somebody folded of records that are recorded by now, to fold them once only."""
        with self._lock:
            for stream_id, stream in folded.items():
                kept = self._streams.get(stream_id)
                if kept is not None:
                    kept.take_over(stream)

    def stream(self, stream_id: UUID) -> Stream | None:
        if self._is_behind:
            self.catch_up()
        with self._lock:
            kept = self._streams.get(stream_id)
            if kept is not None:
                self._streams.move_to_end(stream_id)
                return kept.folded()
            position = self._position
        stream = fold(None, self._log.stream(stream_id))
        return None if stream is None else self._kept(stream_id, stream, position)

    def _kept(self, stream_id: UUID, stream: Stream, position: int) -> Stream:
        """Keep a stream whose reading began when the shelf stood at `position`.

        What the shelf took in meanwhile may be missing from it, and would be missing for good.
        """
        with self._lock:
            if self._position != position:
                missed = self._log.stream(stream_id, stream.version)
                stream = fold(stream, missed) or stream
            self._streams[stream_id] = Growing(stream)
            self._evict()
        return stream

    def _evict(self) -> None:
        while len(self._streams) > KEPT_STREAMS:
            self._streams.popitem(last=False)

    def forget(self, stream_ids: Iterable[UUID]) -> None:
        """Fold these streams anew when they are next asked for."""
        with self._lock:
            for stream_id in stream_ids:
                self._streams.pop(stream_id, None)

    def stream_of(self, entity_id: UUID) -> UUID | None:
        with self._lock:
            home = self._homes.get(entity_id)
        if home is None:
            home = self._log.stream_of(entity_id)
            if home is not None:
                with self._lock:
                    self._know(entity_id, home)
        return home

    def _know(self, entity_id: UUID, home: UUID) -> None:
        if len(self._homes) >= KEPT_HOMES:
            self._homes.clear()
        self._homes[entity_id] = home
