"""An objective as decisions see it: all that is inside it, and how each event changes that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.changed import changed
from domain.check_ins.series import CheckInEvent
from domain.entity import Entity, after, begun
from domain.immutable import immutable
from domain.key_results.adding import KeyResultAdded
from domain.key_results.key_result import KeyResult, KeyResultEvent, begin, go_on
from domain.objectives.carrying_over import ObjectiveCarriedOver
from domain.objectives.closing import ObjectiveClosed, ObjectiveReopened, Outcome
from domain.objectives.drafting import ObjectiveDrafted
from domain.objectives.editing import (
    CommitmentChanged,
    ObjectiveReassigned,
    ObjectiveReweighted,
    ObjectiveReworded,
)
from domain.objectives.publishing import ObjectivePublished
from domain.record import Record
from domain.reviews import Review, ReviewEvent, apply_review
from domain.scores import KeyResultScored, ObjectiveScored, ScoreKind, scored_fields
from domain.standing import ObjectiveState
from domain.values import Commitment, Owner

ObjectiveEvent = (
    ObjectiveDrafted
    | ObjectivePublished
    | ObjectiveReworded
    | ObjectiveReassigned
    | ObjectiveReweighted
    | CommitmentChanged
    | ObjectiveClosed
    | ObjectiveReopened
    | ObjectiveCarriedOver
)
_OF_A_KEY_RESULT = CheckInEvent | KeyResultEvent | KeyResultScored


@immutable(kw_only=True)
class Objective(Entity):
    """What decisions need to know of an objective and all that is inside it."""

    word: ClassVar[str] = "objective"
    cycle_id: UUID
    owner: Owner
    title: str
    description: str
    commitment: Commitment | None
    weight: Decimal
    state: ObjectiveState = ObjectiveState.DRAFT
    was_published: bool = False
    outcome: Outcome | None = None
    key_results: Mapping[UUID, KeyResult] = field(default_factory=dict[UUID, KeyResult])
    scores: Mapping[ScoreKind, Decimal] = field(default_factory=dict[ScoreKind, Decimal])
    reviews: Mapping[UUID, Review] = field(default_factory=dict[UUID, Review])


def evolve(objective: Objective | None, record: Record) -> Objective:
    """The objective after one more record."""
    event = record.event
    if isinstance(event, ObjectiveDrafted):
        return Objective(
            id=record.stream_id,
            exists_from=record.effective_at,
            cycle_id=event.cycle_id,
            owner=event.owner,
            title=event.title,
            description=event.description,
            commitment=event.commitment,
            weight=event.weight,
        )
    objective = begun(objective, record)
    if isinstance(event, KeyResultAdded):
        return _with(objective, begin(event, record))
    if isinstance(event, _OF_A_KEY_RESULT):
        key_result = objective.key_results[event.key_result_id]
        return _with(objective, go_on(key_result, record))
    match event:
        case ObjectiveScored(kind=kind, score=score):
            scores = {**objective.scores, kind: score.new}
            since = {**objective.since, **dict.fromkeys(scored_fields(kind), record.effective_at)}
            return changed(objective, version=objective.version + 1, since=since, scores=scores)
        case event if isinstance(event, ReviewEvent):
            reviews = apply_review(objective.reviews, event, record)
            return changed(objective, version=objective.version + 1, reviews=reviews)
        case ObjectiveCarriedOver():
            since = {**objective.since, "carried_over_to": record.effective_at}
            return changed(objective, version=objective.version + 1, since=since)
        case ObjectivePublished():
            return after(objective, record, was_published=True)
        case _:
            return after(objective, record)


def _with(objective: Objective, key_result: KeyResult) -> Objective:
    return changed(objective, key_results={**objective.key_results, key_result.id: key_result})
