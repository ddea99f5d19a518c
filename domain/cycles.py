"""Cycles: a period with a rhythm, moved by commands from planned to closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, assert_never
from uuid import UUID

from pydantic import Field

from domain.entity import Entity, after, begun
from domain.errors import (
    CycleEndsBeforeItStarts,
    CycleParentCircle,
    CycleParentFixed,
    CycleStepNotPossible,
)
from domain.record import Command, Context, Event, Fact, Record
from domain.rules import Activity, CycleState, permit
from domain.times import existed, forwards
from domain.units import must_be_active
from domain.values import Id, Moved, Title, moved

if TYPE_CHECKING:
    from domain.book import Book

CADENCE_DAYS = 7
CadenceDays = Annotated[int, Field(ge=1, le=366, strict=True)]


class Rhythm(StrEnum):
    """How often cycles of this kind come round."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    CUSTOM = "custom"


# Events: topics and fields are the storage format.


class CyclePlanned(Event):
    """A cycle was put on the calendar. Dates that a source does not say are None."""

    TOPIC: ClassVar[str] = "cycle.planned"
    name: Title
    kind: Rhythm
    starts_on: date | None
    ends_on: date | None
    parent_id: UUID | None = None
    unit_id: UUID | None = None
    cadence_days: CadenceDays = CADENCE_DAYS
    freezes_on: date | None = None
    scores_due_on: date | None = None


class CycleRenamed(Event):
    """A cycle goes by another name."""

    TOPIC: ClassVar[str] = "cycle.renamed"
    name: Moved[Title]


class CycleRescheduled(Event):
    """A cycle's kind, dates or rhythm of check-ins changed."""

    TOPIC: ClassVar[str] = "cycle.rescheduled"
    kind: Moved[Rhythm] | None = None
    starts_on: Moved[date | None] | None = None
    ends_on: Moved[date | None] | None = None
    cadence_days: Moved[CadenceDays] | None = None
    freezes_on: Moved[date | None] | None = None
    scores_due_on: Moved[date | None] | None = None


class CycleMoved(Event):
    """A cycle stands in another parent cycle, or belongs to another unit."""

    TOPIC: ClassVar[str] = "cycle.moved"
    parent_id: Moved[UUID | None] | None = None
    unit_id: Moved[UUID | None] | None = None


class CycleAnchored(Event):
    """An alignment passes through a cycle to one above it, so the cycle's parent stays."""

    TOPIC: ClassVar[str] = "cycle.anchored"
    anchored: Moved[bool] = Moved(old=False, new=True)


class CycleOpened(Event):
    """Work on the cycle's objectives began."""

    TOPIC: ClassVar[str] = "cycle.opened"
    state: Moved[CycleState]


class CycleFrozen(Event):
    """What was agreed is fixed; changing it now needs a reason."""

    TOPIC: ClassVar[str] = "cycle.frozen"
    state: Moved[CycleState]


class ScoringStarted(Event):
    """People began to score."""

    TOPIC: ClassVar[str] = "cycle.scoring-started"
    state: Moved[CycleState]


class CycleClosed(Event):
    """The cycle is over."""

    TOPIC: ClassVar[str] = "cycle.closed"
    state: Moved[CycleState]


class CycleReopened(Event):
    """A closed cycle was opened again, for work or for scoring."""

    TOPIC: ClassVar[str] = "cycle.reopened"
    state: Moved[CycleState]


CycleEvent = (
    CyclePlanned
    | CycleRenamed
    | CycleRescheduled
    | CycleMoved
    | CycleAnchored
    | CycleOpened
    | CycleFrozen
    | ScoringStarted
    | CycleClosed
    | CycleReopened
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle(Entity):
    """What decisions need to know of a cycle."""

    word: ClassVar[str] = "cycle"
    name: str
    kind: Rhythm
    starts_on: date | None
    ends_on: date | None
    parent_id: UUID | None
    unit_id: UUID | None
    cadence_days: int
    freezes_on: date | None
    scores_due_on: date | None
    state: CycleState = CycleState.PLANNED
    anchored: bool = False
    """Whether an alignment that starts below passes through it to a cycle above."""


def evolve(cycle: Cycle | None, record: Record) -> Cycle:
    """The cycle after one more record."""
    if isinstance(record.event, CyclePlanned):
        return Cycle(id=record.stream_id, exists_from=record.effective_at, **dict(record.event))
    return after(begun(cycle, record), record)


# Commands and their decisions.


class PlanCycle(Command):
    """Put a cycle on the calendar."""

    NAME: ClassVar[str] = "plan_cycle"
    CREATES: ClassVar[str | None] = "cycle_id"
    cycle_id: Id
    name: Title
    kind: Rhythm = Rhythm.CUSTOM
    starts_on: date | None = None
    ends_on: date | None = None
    parent_id: Id | None = None
    unit_id: Id | None = None
    cadence_days: CadenceDays = CADENCE_DAYS
    freezes_on: date | None = None
    scores_due_on: date | None = None


class RenameCycle(Command):
    """Give a cycle another name."""

    NAME: ClassVar[str] = "rename_cycle"
    cycle_id: Id
    name: Title


class RescheduleCycle(Command):
    """Change a cycle's kind, dates or rhythm; a field left out stays as it is."""

    NAME: ClassVar[str] = "reschedule_cycle"
    cycle_id: Id
    kind: Rhythm | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    cadence_days: CadenceDays | None = None
    freezes_on: date | None = None
    scores_due_on: date | None = None


class MoveCycle(Command):
    """Put a cycle into another parent cycle, or give it to another unit."""

    NAME: ClassVar[str] = "move_cycle"
    cycle_id: Id
    parent_id: Id | None = None
    unit_id: Id | None = None


class OpenCycle(Command):
    """Begin the work of a planned cycle."""

    NAME: ClassVar[str] = "open_cycle"
    cycle_id: Id


class FreezeCycle(Command):
    """Fix what was agreed; changes from here on need a reason."""

    NAME: ClassVar[str] = "freeze_cycle"
    cycle_id: Id


class StartScoring(Command):
    """Begin to score; the freeze may be skipped."""

    NAME: ClassVar[str] = "start_scoring"
    cycle_id: Id


class CloseCycle(Command):
    """End a cycle that was scored."""

    NAME: ClassVar[str] = "close_cycle"
    cycle_id: Id


class ReopenCycle(Command):
    """Open a closed cycle again, for work or for scoring."""

    NAME: ClassVar[str] = "reopen_cycle"
    cycle_id: Id
    to: Literal["open", "scoring"]


CycleStep = OpenCycle | FreezeCycle | StartScoring | CloseCycle | ReopenCycle
CycleCommand = PlanCycle | RenameCycle | RescheduleCycle | MoveCycle | CycleStep

_STEPS: dict[type[Command], tuple[type[Event], tuple[CycleState, ...], CycleState]] = {
    # command: event, states it may start from, state it leads to (a reopening names its own)
    OpenCycle: (CycleOpened, (CycleState.PLANNED,), CycleState.OPEN),
    FreezeCycle: (CycleFrozen, (CycleState.OPEN,), CycleState.FROZEN),
    StartScoring: (ScoringStarted, (CycleState.OPEN, CycleState.FROZEN), CycleState.SCORING),
    CloseCycle: (CycleClosed, (CycleState.SCORING,), CycleState.CLOSED),
    ReopenCycle: (CycleReopened, (CycleState.CLOSED,), CycleState.OPEN),
}


def decide(book: Book, command: CycleCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when a cycle is planned, edited or moved on."""
    if isinstance(command, PlanCycle):
        return _plan(book, command, context)
    cycle = book.cycle(command.cycle_id)
    match command:
        case OpenCycle() | FreezeCycle() | StartScoring() | CloseCycle() | ReopenCycle():
            return _step(cycle, command, context)
        case RenameCycle():
            name = moved(cycle.name, command.name)
            return _edit(cycle, CycleRenamed(name=name), context) if name else ()
        case RescheduleCycle():
            return _reschedule(cycle, command, context)
        case MoveCycle():
            return _move(book, cycle, command, context)
        case _:
            assert_never(command)


def _step(cycle: Cycle, command: CycleStep, context: Context) -> tuple[Fact, ...]:
    event_type, starts, leads_to = _STEPS[type(command)]
    new = CycleState(command.to) if isinstance(command, ReopenCycle) else leads_to
    if cycle.state is new:
        return ()
    if cycle.state not in starts and not context.imported:
        raise CycleStepNotPossible(
            f"The cycle is {cycle.state}; bring it to {' or '.join(starts)} first."
        )
    event = event_type.model_validate({"state": {"old": cycle.state, "new": new}})
    forwards(context, cycle, event)
    return (Fact(cycle.id, event),)


def _plan(book: Book, command: PlanCycle, context: Context) -> tuple[Fact, ...]:
    book.must_be_new(command.cycle_id)
    _check_dates(command.starts_on, command.ends_on)
    if command.parent_id is not None:
        existed(context, book.cycle(command.parent_id))
    if command.unit_id is not None:
        unit = book.unit(command.unit_id)
        must_be_active(unit, context)
        existed(context, unit)
    event = CyclePlanned.model_validate(command.model_dump(exclude={"cycle_id"}))
    return (Fact(command.cycle_id, event),)


def _check_dates(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise CycleEndsBeforeItStarts(
            f"Give an ends_on of {starts_on} or later, the day it starts.", "ends_on"
        )


def _edit(cycle: Cycle, event: Event, context: Context) -> tuple[Fact, ...]:
    if not event.new_values():
        return ()
    permit(cycle.state, Activity.EDIT_CYCLE, context)
    forwards(context, cycle, event)
    return (Fact(cycle.id, event),)


def _reschedule(cycle: Cycle, command: RescheduleCycle, context: Context) -> tuple[Fact, ...]:
    # Every cycle has these two, so None does not take them away.
    kept = {name for name in ("kind", "cadence_days") if getattr(command, name) is None}
    given = command.model_fields_set - {"cycle_id"} - kept
    moves = {name: moved(getattr(cycle, name), getattr(command, name)) for name in given}
    _check_dates(
        command.starts_on if "starts_on" in given else cycle.starts_on,
        command.ends_on if "ends_on" in given else cycle.ends_on,
    )
    return _edit(cycle, CycleRescheduled.model_validate(moves), context)


def _move(book: Book, cycle: Cycle, command: MoveCycle, context: Context) -> tuple[Fact, ...]:
    given = command.model_fields_set
    parent_id = moved(cycle.parent_id, command.parent_id) if "parent_id" in given else None
    unit_id = moved(cycle.unit_id, command.unit_id) if "unit_id" in given else None
    if parent_id is not None:
        _check_parent(book, cycle, command.parent_id, context)
    if unit_id is not None and command.unit_id is not None:
        unit = book.unit(command.unit_id)
        must_be_active(unit, context)
        existed(context, unit)
    return _edit(cycle, CycleMoved(parent_id=parent_id, unit_id=unit_id), context)


def _check_parent(book: Book, cycle: Cycle, parent_id: UUID | None, context: Context) -> None:
    if book.graph(cycle.id).edges:
        raise CycleParentFixed(
            "Alignments start in this cycle, so its parent stays; plan another cycle instead."
        )
    if cycle.anchored:
        raise CycleParentFixed(
            "Alignments pass through this cycle, so its parent stays; plan another cycle instead."
        )
    if parent_id is not None:
        existed(context, book.cycle(parent_id))
    while parent_id is not None:
        parent = book.cycle(parent_id)
        if parent.id == cycle.id:
            raise CycleParentCircle(f"{cycle.name} stands above that cycle; choose another.")
        parent_id = parent.parent_id


def ancestors(book: Book, cycle: Cycle) -> tuple[UUID, ...]:
    """The cycle itself and every cycle above it, nearest first."""
    chain = [cycle.id]
    while cycle.parent_id is not None:
        cycle = book.cycle(cycle.parent_id)
        chain.append(cycle.id)
    return tuple(chain)
