"""Planning: a cycle is put on the calendar, named and dated."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.errors import CycleEndsBeforeItStarts
from domain.record import Command, Context, Event, Fact
from domain.rules import Activity, permit
from domain.times import existed, forwards
from domain.units.forming import must_be_active
from domain.values import Id, Moved, Title, moved

if TYPE_CHECKING:
    from domain.book import Book
    from domain.cycles.cycle import Cycle


CADENCE_DAYS = 7
CadenceDays = Annotated[int, Field(ge=1, le=366, strict=True)]


class Rhythm(StrEnum):
    """How often cycles of this kind come round."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    CUSTOM = "custom"


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


def plan(book: Book, command: PlanCycle, context: Context) -> tuple[Fact, ...]:
    """What puts a cycle on the calendar."""
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


def reschedule(cycle: Cycle, command: RescheduleCycle, context: Context) -> tuple[Fact, ...]:
    """What moves a cycle's dates or rhythm."""
    # Every cycle has these two, so None does not take them away.
    kept = {name for name in ("kind", "cadence_days") if getattr(command, name) is None}
    given = command.model_fields_set - {"cycle_id"} - kept
    moves = {name: moved(getattr(cycle, name), getattr(command, name)) for name in given}
    _check_dates(
        command.starts_on if "starts_on" in given else cycle.starts_on,
        command.ends_on if "ends_on" in given else cycle.ends_on,
    )
    return edit(cycle, CycleRescheduled.model_validate(moves), context)


def edit(cycle: Cycle, event: Event, context: Context) -> tuple[Fact, ...]:
    """An edit of a cycle, unless it changes nothing or the cycle's state forbids it."""
    if not event.new_values():
        return ()
    permit(cycle.state, Activity.EDIT_CYCLE, context)
    forwards(context, cycle, event)
    return (Fact(cycle.id, event),)
