"""Where commands are carried out: decided on the latest states, recorded whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from domain.access import check_roles, check_seen
from domain.book import Book
from domain.draft import Draft
from domain.entity import Entity
from domain.errors import KeyReused, LostRace, Refusal, VersionChanged
from domain.log import Key, KeyTakenError, Log, RaceLostError
from domain.record import Command, Context, Record
from domain.shelf import LogShelf
from domain.times import check_times

ATTEMPTS = 50
"""How often a command that lost a race is decided again before it is refused."""

NAMED = 3
"""How many of the versions that a caller named a refusal repeats."""

Word = Literal["person", "unit", "cycle", "objective", "key_result", "alignment"]


@dataclass(frozen=True, slots=True)
class Expected:
    """The versions of an entity of which the caller wants to build on one."""

    word: Word
    id: UUID
    versions: frozenset[int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request came to: its records, none where nothing changed."""

    records: tuple[Record, ...]
    repeated: bool = False
    """Whether the records are those of an earlier request with the same key."""

    @property
    def position(self) -> int | None:
        return self.records[-1].position if self.records else None


class Desk:
    """Carries out commands against one log. One instance serves many threads."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._shelf = LogShelf(log)

    def now(self) -> datetime:
        """The log's clock."""
        return self.log.clock()

    def book(self) -> Book:
        """The latest states, for looking up what a command needs to name."""
        self._shelf.catch_up()
        return Book(self._shelf)

    def draft(self) -> Draft:
        """An empty draft on top of the latest states."""
        self._shelf.catch_up()
        return Draft(self._shelf)

    def record(self, draft: Draft) -> tuple[Record, ...]:
        """Record a draft whole. Raises RaceLostError or KeyTakenError, and then nothing is."""
        if not draft.entries and not draft.noted:
            return ()
        try:
            records = self.log.append(draft.entries, draft.unwritten_reads, draft.noted)
        except (RaceLostError, KeyTakenError):
            self._shelf.forget(draft.streams_touched())
            raise
        self._shelf.take_over(draft.folded())
        return tuple(records)

    def carry_out(
        self,
        commands: Sequence[Command],
        context: Context,
        key: Key | None = None,
        expected: Expected | None = None,
    ) -> Outcome:
        """Carry out commands together, all or none, and return what was recorded.

        A lost race is decided again on the newer states, unless `expected` says that the caller
        builds on a version; then it is refused. Raises the Refusal of the rule that says no.
        """
        check_times(context)
        for _attempt in range(ATTEMPTS):
            earlier = self._recorded_before(key)
            if earlier is not None:
                # Whose goal it is may have changed by this very request; the roles cannot have.
                check_roles(commands, context.mandate)
                return Outcome(earlier, repeated=True)
            try:
                records = self.record(self._decided(commands, context, key, expected))
            except (RaceLostError, KeyTakenError):
                context = replace(context, now=self.now())
            except Refusal:
                # The state that refuses may be the one that this very request brought about.
                if self._recorded_before(key) is None:
                    raise
            else:
                if records or self._recorded_before(key) is None:
                    return Outcome(records)
        raise LostRace("Others kept changing the same things; try again.")

    def _decided(
        self,
        commands: Sequence[Command],
        context: Context,
        key: Key | None,
        expected: Expected | None,
    ) -> Draft:
        """The commands as a draft, decided on the states at hand: the append checks those.

        A refusal, or that nothing changes, counts only if it rests on the latest states.
        """
        draft = Draft(self._shelf)
        try:
            if _add_all(draft, commands, context, key, expected).entries:
                return draft
        except Refusal:
            pass
        self._shelf.forget(draft.streams_touched())
        return _add_all(self.draft(), commands, context, key, expected)

    def _recorded_before(self, key: Key | None) -> tuple[Record, ...] | None:
        if key is None:
            return None
        receipt = self.log.receipt(key.scope, key.key)
        if receipt is None:
            return None
        if receipt.digest != key.digest:
            raise KeyReused("This key belongs to another request; choose a new one.")
        first, last = receipt.first_position, receipt.last_position
        records = self.log.records(first - 1, last - first + 1)
        # Positions may have gaps, and then there are fewer than that.
        return tuple(record for record in records if record.position <= last)


def _add_all(
    draft: Draft,
    commands: Sequence[Command],
    context: Context,
    key: Key | None,
    expected: Expected | None,
) -> Draft:
    if expected is not None:
        # A version tells that something exists, so it is not told of what the caller cannot see.
        check_seen(Book(draft), expected.word, expected.id, context)
        version = entity(Book(draft), expected.word, expected.id).version
        if version not in expected.versions:
            wanted = _told(expected.versions)
            raise VersionChanged(f"It is at version {version}, not {wanted}; read it again first.")
    for command in commands:
        draft.add(command, context, key)
    return draft


def _told(versions: Collection[int]) -> str:
    """The versions that a caller named, some of them where they are many."""
    if len(versions) > NAMED:
        return f"one of the {len(versions)} named"
    return " or ".join(map(str, sorted(versions))) or "one of those named"


def entity(book: Book, word: Word, entity_id: UUID) -> Entity:
    """The entity of that id. Raises the NotFound of its kind."""
    match word:
        case "person":
            return book.person(entity_id)
        case "unit":
            return book.unit(entity_id)
        case "cycle":
            return book.cycle(entity_id)
        case "objective":
            return book.objective(entity_id)
        case "key_result":
            return book.key_result(entity_id)[1]
        case "alignment":
            return book.graph_with(entity_id).edges[entity_id]
