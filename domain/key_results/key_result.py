"""A key result as decisions see it: its measure and check-ins, and how each event changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.changed import changed
from domain.check_ins.series import UNMEASURED, CheckInEvent, Series, apply_check_in, latest
from domain.entity import Entity, after
from domain.immutable import immutable
from domain.key_results.adding import KeyResultAdded
from domain.key_results.adjusting import BaselineAdjusted, MeasureChanged, TargetAdjusted
from domain.key_results.dropping import KeyResultDropped, KeyResultRestored
from domain.key_results.editing import (
    DeadlineMoved,
    KeyResultCommitmentChanged,
    KeyResultReassigned,
    KeyResultReweighted,
    KeyResultReworded,
)
from domain.measures import MEASURE_FIELDS, Measure, Reading, progress
from domain.record import Record
from domain.scores import KeyResultScored, ScoreKind, scored_fields
from domain.standing import KeyResultState
from domain.values import Commitment, Owner

KeyResultEvent = (
    KeyResultAdded
    | KeyResultReworded
    | TargetAdjusted
    | BaselineAdjusted
    | MeasureChanged
    | KeyResultReassigned
    | KeyResultReweighted
    | KeyResultCommitmentChanged
    | DeadlineMoved
    | KeyResultDropped
    | KeyResultRestored
)


@immutable(kw_only=True)
class KeyResult(Entity):
    """What decisions need to know of a key result."""

    word: ClassVar[str] = "key result"
    objective_id: UUID
    title: str
    description: str
    measure: Measure
    owner: Owner | None
    commitment: Commitment | None
    weight: Decimal
    deadline: date | None
    state: KeyResultState = KeyResultState.LIVE
    check_ins: Series = UNMEASURED
    scores: Mapping[ScoreKind, Decimal] = field(default_factory=dict[ScoreKind, Decimal])

    @property
    def reading(self) -> Reading | None:
        """The latest measurement that stands."""
        check_in = latest(self.check_ins)
        return None if check_in is None else check_in.reading

    @property
    def progress(self) -> Decimal | None:
        """How far along the latest measurement is."""
        return progress(self.measure, self.reading)

    def progress_at(self, instant: datetime) -> Decimal | None:
        """How far along the latest measurement of that time was, by today's measure."""
        check_in = latest(self.check_ins, until=instant)
        return progress(self.measure, None if check_in is None else check_in.reading)


def begin(event: KeyResultAdded, record: Record) -> KeyResult:
    """The key result as its first event describes it."""
    return KeyResult(
        id=event.key_result_id,
        exists_from=record.effective_at,
        objective_id=record.stream_id,
        title=event.title,
        description=event.description,
        measure=Measure(**{name: getattr(event, name) for name in MEASURE_FIELDS}),
        owner=event.owner,
        commitment=event.commitment,
        weight=event.weight,
        deadline=event.deadline,
    )


def go_on(key_result: KeyResult, record: Record) -> KeyResult:
    """The key result after one more record."""
    event = record.event
    if isinstance(event, CheckInEvent):
        check_ins = apply_check_in(key_result.check_ins, event, record)
        return changed(key_result, version=key_result.version + 1, check_ins=check_ins)
    match event:
        case KeyResultScored(kind=kind, score=score):
            scores = {**key_result.scores, kind: score.new}
            since = {**key_result.since, **dict.fromkeys(scored_fields(kind), record.effective_at)}
            return changed(key_result, version=key_result.version + 1, since=since, scores=scores)
        case TargetAdjusted() | BaselineAdjusted() | MeasureChanged() as event:
            measure = key_result.measure.model_copy(update=event.new_values())
            since = dict(key_result.since) | dict.fromkeys(event.new_values(), record.effective_at)
            return changed(key_result, version=key_result.version + 1, since=since, measure=measure)
        case _:
            return after(key_result, record)
