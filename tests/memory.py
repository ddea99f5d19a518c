"""A log in memory: commands are decided and folded by the real domain, with nothing stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from domain.book import Book, State, Stream
from domain.catalogue import decide, evolve, located
from domain.errors import RecordedTimeGoesBack
from domain.record import Command, Context, Fact, Record
from domain.times import check_times


class Memory:
    """The shelf of a test. It is filled by commands, by given records, or by both."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.records: list[Record] = []
        self._streams: dict[UUID, Stream] = {}
        self._homes: dict[UUID, UUID] = {}
        for record in records:
            self.take(record)

    def apply(self, command: Command, context: Context) -> list[Record]:
        """Carry out a command and return what was recorded; nothing is when a rule refuses."""
        check_times(context)
        if self.records and (context.recorded_at or context.now) < self.records[-1].recorded_at:
            raise RecordedTimeGoesBack("Give a recorded time of at least the last one.")
        facts = decide(Book(self), command, context)
        return [self.take(self._record(fact, context)) for fact in facts]

    def take(self, record: Record) -> Record:
        """Fold one more record in."""
        state = evolve(self.state(record.stream_id), record)
        self._streams[record.stream_id] = Stream(record.version, state)
        self._homes |= dict.fromkeys(located(record.event), record.stream_id)
        self.records.append(record)
        return record

    def as_of(self, instant: datetime) -> Memory:
        """What was true at the instant, by all that is known now."""
        return Memory(record for record in self.records if record.effective_at <= instant)

    def known_at(self, instant: datetime) -> Memory:
        """What was recorded by the instant."""
        return Memory(record for record in self.records if record.recorded_at <= instant)

    def state(self, stream_id: UUID) -> State | None:
        """The state of a stream, or None for one without records."""
        stream = self._streams.get(stream_id)
        return None if stream is None else stream.state

    def states(self) -> list[State]:
        """The states of all streams, in the order in which they began."""
        return [stream.state for stream in self._streams.values()]

    def stream(self, stream_id: UUID) -> Stream | None:
        return self._streams.get(stream_id)

    def stream_of(self, entity_id: UUID) -> UUID | None:
        return self._homes.get(entity_id)

    def _record(self, fact: Fact, context: Context) -> Record:
        stream = self._streams.get(fact.stream_id)
        version = 1 if stream is None else stream.version + 1
        return Record(
            event_id=uuid5(fact.stream_id, str(version)),
            stream_id=fact.stream_id,
            version=version,
            event=fact.event,
            stored_at=context.now,
            recorded_at=context.recorded_at or context.now,
            effective_at=fact.effective_at or context.effective,
            actor=context.actor,
            reason=context.reason,
            after_freeze=fact.after_freeze,
            assumed=context.assumed,
            request_id=context.request_id,
            source=context.source,
            position=len(self.records) + 1,
        )
