"""Changes decided but not yet recorded, laid over the shelf so that later decisions see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from domain.book import Book, Shelf, Stream
from domain.catalogue import decide, located
from domain.growing import Growing
from domain.ids import new_id
from domain.log import Entry, Key
from domain.record import Command, Context, Fact, Record


class Draft:
    """A shelf that also holds what is pending, and notes which versions below were read.

    Since every read is noted, the append can check exactly what the decisions rested on, and no
    list of dependencies can fall behind the rules. A stream that moves on while the draft is made
    looks the same at every look, or one version would be decided on and another one guarded.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._pending: dict[UUID, Growing] = {}
        self._homes: dict[UUID, UUID] = {}
        self._read: dict[UUID, Stream | None] = {}
        self._unused: set[UUID] = set()
        self.entries: list[Entry] = []
        self.noted: list[Key] = []
        """Keys of requests that change nothing, to be known all the same."""

    @property
    def unwritten_reads(self) -> dict[UUID, int]:
        """What was read but is not written; written streams are guarded by their versions."""
        return {
            key: 0 if stream is None else stream.version
            for key, stream in self._read.items()
            if key not in self._pending
        }

    def add(
        self,
        command: Command,
        context: Context,
        key: Key | None = None,
        id_of: Callable[[int], UUID] | None = None,
    ) -> int:
        """Decide a command on top of what is pending; return how many events it gives.

        Events get new ids, or those that `id_of` has for their number, from 0. Raises the Refusal
        of the rule that says no; the draft is then as before.
        """
        facts = decide(Book(self), command, context)
        for number, fact in enumerate(facts):
            event_id = id_of(number) if id_of else new_id(context.now)
            self._write(fact, event_id, context, key)
        return len(facts)

    def foresee(self, unused: Iterable[UUID]) -> None:
        """Take it from somebody who looked them all up together that nothing has these ids yet.

        The append finds out where that is no longer so, as with everything that was read.
        """
        self._unused.update(unused)

    def _write(self, fact: Fact, event_id: UUID, context: Context, key: Key | None) -> None:
        pending = self._pending.get(fact.stream_id)
        if pending is None:
            pending = self._pending[fact.stream_id] = Growing(self._below(fact.stream_id))
        effective_at = fact.effective_at or context.effective_at
        record = Record(
            event_id=event_id,
            stream_id=fact.stream_id,
            version=pending.version + 1,
            event=fact.event,
            stored_at=context.now,
            recorded_at=context.recorded_at or context.now,
            effective_at=effective_at or context.effective,
            actor=context.actor,
            reason=context.reason,
            after_freeze=fact.after_freeze,
            assumed=context.assumed,
            request_id=context.request_id,
            source=context.source,
        )
        pending.records.append(record)
        for entity_id in located(fact.event):
            self._homes[entity_id] = fact.stream_id
        self.entries.append(Entry(record, context.recorded_at, effective_at, key))

    def stream(self, stream_id: UUID) -> Stream | None:
        pending = self._pending.get(stream_id)
        return self._below(stream_id) if pending is None else pending.folded()

    def _below(self, stream_id: UUID) -> Stream | None:
        """The stream as it was recorded when this draft first looked."""
        try:
            return self._read[stream_id]
        except KeyError:
            unused = stream_id in self._unused
            stream = self._read[stream_id] = None if unused else self._shelf.stream(stream_id)
            return stream

    def stream_of(self, entity_id: UUID) -> UUID | None:
        home = self._homes.get(entity_id)
        if home is None and entity_id not in self._unused:
            home = self._shelf.stream_of(entity_id)
        return home

    def folded(self) -> dict[UUID, Stream]:
        """What was folded while the draft was made, as far as it stays true once recorded.

        States know effective times, and those that nobody stated are settled at the append alone.
        """
        if any(entry.effective_at is None for entry in self.entries):
            return {}
        return {
            stream_id: pending.stream
            for stream_id, pending in self._pending.items()
            if pending.stream is not None
        }

    def streams_touched(self) -> Iterable[UUID]:
        """Every stream that was read; what is written was read before."""
        return self._read.keys()
