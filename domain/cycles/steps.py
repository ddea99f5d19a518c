"""The steps of a cycle: from planned to closed, one at a time, each by a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from domain.errors import CycleStepNotPossible
from domain.record import Command, Context, Event, Fact
from domain.rules import CycleState
from domain.times import forwards
from domain.values import Id, Moved

if TYPE_CHECKING:
    from domain.cycles.cycle import Cycle


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


_STEPS: dict[type[Command], tuple[type[Event], tuple[CycleState, ...], CycleState]] = {
    # command: event, states it may start from, state it leads to (a reopening names its own)
    OpenCycle: (CycleOpened, (CycleState.PLANNED,), CycleState.OPEN),
    FreezeCycle: (CycleFrozen, (CycleState.OPEN,), CycleState.FROZEN),
    StartScoring: (ScoringStarted, (CycleState.OPEN, CycleState.FROZEN), CycleState.SCORING),
    CloseCycle: (CycleClosed, (CycleState.SCORING,), CycleState.CLOSED),
    ReopenCycle: (CycleReopened, (CycleState.CLOSED,), CycleState.OPEN),
}


def step(cycle: Cycle, command: CycleStep, context: Context) -> tuple[Fact, ...]:
    """What brings a cycle to its next state. Raises CycleStepNotPossible."""
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
