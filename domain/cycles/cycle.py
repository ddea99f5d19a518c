"""A cycle as decisions see it, and how each event changes it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.cycles.placing import CycleAnchored, CycleMoved
from domain.cycles.planning import CyclePlanned, CycleRenamed, CycleRescheduled, Rhythm
from domain.cycles.steps import CycleClosed, CycleFrozen, CycleOpened, CycleReopened, ScoringStarted
from domain.entity import Entity, after, begun
from domain.immutable import immutable
from domain.record import Record
from domain.rules import CycleState

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


@immutable(kw_only=True)
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
