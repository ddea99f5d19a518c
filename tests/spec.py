"""Given, when, then: a rule told as a story, decided and folded in memory by the real domain.

given(AN_OPEN_CYCLE).when(FreezeCycle(cycle_id=Q1)).then(CycleFrozen(state=…))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

from domain.book import Book
from domain.errors import Invalid, Refusal
from domain.record import Command, Context, Event, Record
from domain.values import Actor, Reason, ReasonCode
from tests.memory import Memory

BEGINNING = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""When the first given step happens; each further step happens one minute later."""

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""When the command of the story is carried out."""

LOCAL = Actor(id="local", kind="service")
BECAUSE = Reason(code=ReasonCode.OTHER, text="The story needs it.")


def on(month: int, day: int) -> datetime:
    """Nine o'clock on a day of 2026."""
    return datetime(2026, month, day, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Done:
    """A given command that was carried out otherwise than by the service, live, at its time."""

    command: Command
    by: Actor = LOCAL
    at: datetime | None = None
    imported: bool = False


def done(
    command: Command, *, by: UUID | None = None, at: datetime | None = None, imported: bool = False
) -> Done:
    """A given command by a person, at a time of its own, or told by an import."""
    return Done(command, actor(by), at, imported)


Steps = Command | Done | Record | tuple["Steps", ...]


def actor(person: UUID | None) -> Actor:
    """A person as an actor; None is the service that speaks for all."""
    return LOCAL if person is None else Actor(id=str(person), kind="person")


def given(*steps: Steps) -> Given:
    """What happened so far: commands, commands with their circumstances, or records.

    A step with a time of its own is carried out then, or back-dated where the story is past it.
    """
    memory = Memory()
    clock = BEGINNING
    for step in _flat(steps):
        if isinstance(step, Record):
            memory.take(step)
            continue
        clock = max(clock, step.at or clock)
        context = Context(
            actor=step.by,
            now=clock,
            reason=BECAUSE,
            effective_at=step.at,
            imported=step.imported,
        )
        memory.apply(step.command, context)
        clock += timedelta(minutes=1)
    return Given(memory)


def _flat(steps: Iterable[Steps]) -> Iterable[Done | Record]:
    for step in steps:
        if isinstance(step, tuple):
            yield from _flat(step)
        elif isinstance(step, Command):
            yield Done(step)
        else:
            yield step


class Given:
    """The states that the story begins with."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    @property
    def book(self) -> Book:
        """The states, to look a detail up."""
        return Book(self.memory)

    def when(
        self,
        command: Command,
        *,
        by: UUID | None = None,
        at: datetime | None = None,
        reason: Reason | None = None,
        imported: bool = False,
        now: datetime = NOW,
        recorded_at: datetime | None = None,
    ) -> Outcome:
        """Carry the command out: live by the service `local`, unless the story says otherwise."""
        context = Context(
            actor=actor(by),
            now=now,
            reason=reason,
            effective_at=at,
            recorded_at=recorded_at,
            imported=imported,
        )
        before = list(self.memory.records)
        try:
            records = self.memory.apply(command, context)
        except Refusal as refusal:
            assert self.memory.records == before
            return Outcome(self.memory, (), refusal)
        return Outcome(self.memory, tuple(records))


class Outcome(Given):
    """What the command came to. It is the given of the next command as well."""

    def __init__(
        self, memory: Memory, records: tuple[Record, ...], refusal: Refusal | None = None
    ) -> None:
        super().__init__(memory)
        self.records = records
        self.refusal = refusal

    def then(self, *events: Event) -> Self:
        """Exactly these events were recorded."""
        assert self.refusal is None, f"{type(self.refusal).__name__}: {self.refusal}"
        assert tuple(record.event for record in self.records) == events
        return self

    def then_accepted(self) -> Self:
        """Something was recorded; what, is told by another story."""
        assert self.refusal is None, f"{type(self.refusal).__name__}: {self.refusal}"
        assert self.records
        return self

    def then_nothing(self) -> None:
        """The command was fine, and nothing changed."""
        self.then()

    def then_refused(self, kind: type[Refusal], message: str, field: str | None = None) -> None:
        """The rule of that name refused, with a sentence that contains `message`."""
        assert self.refusal is not None, self.records
        assert type(self.refusal) is kind, self.refusal
        assert message in self.refusal.message
        if isinstance(self.refusal, Invalid):
            assert self.refusal.field == field

    def marked_after_freeze(self) -> Self:
        """Every event counts as a change after the freeze."""
        assert [record.after_freeze for record in self.records] == [True] * len(self.records)
        return self

    def not_marked(self) -> Self:
        """No event counts as a change after the freeze."""
        assert [record.after_freeze for record in self.records] == [False] * len(self.records)
        return self

    def effective_at(self, instant: datetime) -> Self:
        """Every event was true from that instant on."""
        assert {record.effective_at for record in self.records} == {instant}
        return self
