"""Adjusting: targets, baselines and measures move, each time for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.measures import MEASURE_FIELDS, Direction, Milestone
from domain.record import Command, Event
from domain.values import Exact, Id, Moved, Text, moved

if TYPE_CHECKING:
    from domain.key_results.key_result import KeyResult


class TargetAdjusted(Event):
    """The value to reach moved."""

    TOPIC: ClassVar[str] = "key-result.target-adjusted"
    key_result_id: UUID
    target: Moved[Exact | None]


class BaselineAdjusted(Event):
    """The value to count from moved."""

    TOPIC: ClassVar[str] = "key-result.baseline-adjusted"
    key_result_id: UUID
    baseline: Moved[Exact | None]


class MeasureChanged(Event):
    """How a key result is measured changed; its kind never does."""

    TOPIC: ClassVar[str] = "key-result.measure-changed"
    key_result_id: UUID
    unit: Moved[Text | None] | None = None
    direction: Moved[Direction | None] | None = None
    commit: Moved[Exact | None] | None = None
    stretch: Moved[Exact | None] | None = None
    milestones: Moved[tuple[Milestone, ...]] | None = None


class AdjustTarget(Command):
    """Move the value to reach."""

    NAME: ClassVar[str] = "adjust_target"
    key_result_id: Id
    target: Exact | None


class AdjustBaseline(Command):
    """Move the value to count from."""

    NAME: ClassVar[str] = "adjust_baseline"
    key_result_id: Id
    baseline: Exact | None


class ChangeMeasure(Command):
    """Change how a key result is measured; a field left out stays as it is.

    A baseline and a target may move along, so that only the measure they lead to has to fit.
    """

    NAME: ClassVar[str] = "change_measure"
    key_result_id: Id
    unit: Text | None = None
    direction: Direction | None = None
    commit: Exact | None = None
    stretch: Exact | None = None
    milestones: tuple[Milestone, ...] = ()
    baseline: Exact | None = None
    target: Exact | None = None


MeasureChange = AdjustTarget | AdjustBaseline | ChangeMeasure


def adjusted(key_result: KeyResult, command: MeasureChange) -> tuple[Event, ...]:
    """What moves of a measure, told by up to three events that hold together."""
    given = command.model_fields_set & MEASURE_FIELDS
    measure = key_result.measure
    moves = {name: moved(getattr(measure, name), getattr(command, name)) for name in given}
    of_each = (
        (MeasureChanged, ("unit", "direction", "commit", "stretch", "milestones")),
        (BaselineAdjusted, ("baseline",)),
        (TargetAdjusted, ("target",)),
    )
    return tuple(
        event.model_validate({"key_result_id": key_result.id, **changes})
        for event, names in of_each
        if (changes := {name: moves[name] for name in names if moves.get(name) is not None})
    )
