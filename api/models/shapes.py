"""What entities look like in answers. These models describe and test answers; none is built."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.alignments.edges import AlignmentState, Relation
from domain.cycles.planning import Rhythm
from domain.measures import Direction, Kind
from domain.objectives.closing import Outcome
from domain.reviews import Conclusion, Stage
from domain.rules import CycleState
from domain.standing import KeyResultState, ObjectiveState
from domain.units.forming import UnitKind, UnitState
from domain.units.members import Role
from domain.values import Commitment

T = TypeVar("T")
Number = int | float


class Shape(BaseModel):
    """An object in an answer; it holds these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class Echo(Shape):
    """The moment that an answer is about."""

    as_of: datetime
    known_at: datetime
    position: int


class Entity(Shape):
    """What every entity has."""

    id: UUID
    version: int = Field(description="How many changes touched it; what `If-Match` speaks of.")
    exists_from: datetime
    changed_at: datetime
    assumed: list[str] = Field(description="Fields that the source of an import did not say.")


class Page(Echo, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None
    prev_cursor: str | None


class Person(Entity):
    type: Literal["person"]
    name: str | None
    email: str | None
    external_id: str | None


class Member(Shape):
    person_id: UUID
    role: Role


class Unit(Entity):
    type: Literal["unit"]
    name: str
    kind: UnitKind
    parent_id: UUID | None
    state: UnitState
    members: list[Member]


class Cycle(Entity):
    type: Literal["cycle"]
    name: str
    kind: Rhythm
    starts_on: date | None
    ends_on: date | None
    parent_id: UUID | None
    unit_id: UUID | None
    cadence_days: int
    freezes_on: date | None
    scores_due_on: date | None
    state: CycleState
    anchored: bool = Field(
        description="Whether an alignment passes through it, so that its parent stays."
    )


class NamedOwner(Shape):
    type: Literal["unit", "person"]
    id: UUID
    name: str | None = Field(description="How the owner was called at that instant.")


class OwnerId(Shape):
    type: Literal["unit", "person"]
    id: UUID


class Successor(Shape):
    objective_id: UUID
    cycle_id: UUID


class ReviewAction(Shape):
    action_id: UUID
    text: str
    owner: UUID | None
    due_on: date | None
    completed_at: datetime | None


class Review(Shape):
    id: UUID
    stage: Stage
    recall: str
    evaluation: str
    causes: str
    lessons: str
    decision: Conclusion
    actions: list[ReviewAction]
    reviewed_at: datetime
    reviewed_by: str
    acknowledged_by: list[str]


class Scored(Entity):
    """What is judged; scores are set by people, `computed_score` is what the numbers said then."""

    self_score: Number | None
    agreed_score: Number | None
    computed_score: Number | None


class ListedObjective(Scored):
    type: Literal["objective"]
    cycle_id: UUID
    owner: NamedOwner
    title: str
    description: str
    commitment: Commitment | None
    weight: Number
    carried_from: UUID | None
    carried_over_to: Successor | None
    state: ObjectiveState
    published_at: datetime | None
    outcome: Outcome | None
    reviews: list[Review]


class Step(Shape):
    name: str
    weight: Number


class ShownBlocker(Shape):
    text: str
    owner: OwnerId | None
    next_action: str | None


class KeyResult(Scored):
    type: Literal["key_result"]
    objective_id: UUID
    cycle_id: UUID
    title: str
    description: str
    kind: Kind
    unit: str | None
    direction: Direction | None
    baseline: Number | None
    target: Number | None
    commit: Number | None
    stretch: Number | None
    milestones: list[Step]
    owner: NamedOwner | None
    commitment: Commitment | None
    weight: Number
    deadline: date | None
    carried_from: UUID | None
    state: KeyResultState
    check_in_id: UUID | None = Field(description="The check-in that the next fields come from.")
    measured_at: datetime | None
    value: bool | Number | None
    reached: list[str] | None
    confidence: int | None
    note: str | None
    blockers: list[ShownBlocker] | None
    progress: Number | None
    status: Literal["on_track", "at_risk", "off_track", "stale", "unknown"]


class Objective(ListedObjective):
    progress: Number | None
    measured: int = Field(description="How many key results have a progress.")
    key_results: list[KeyResult]


class AlignmentEnd(Shape):
    type: Literal["objective", "key_result"]
    id: UUID
    objective_id: UUID


class Alignment(Entity):
    type: Literal["alignment"]
    cycle_id: UUID
    start: AlignmentEnd = Field(alias="from")
    finish: AlignmentEnd = Field(alias="to")
    relation: Relation
    weight: Number | None
    awaiting: Literal["from", "to"] | None = Field(description="Null once it is answered.")
    state: AlignmentState


class CheckIn(Shape):
    id: UUID
    type: Literal["check_in"]
    key_result_id: UUID
    measured_at: datetime
    value: bool | Number | None
    reached: list[str] | None
    confidence: int | None
    note: str
    blockers: list[ShownBlocker]
    corrected: bool
    retracted: bool


class PersonAnswer(Person, Echo): ...


class UnitAnswer(Unit, Echo): ...


class CycleAnswer(Cycle, Echo): ...


class ObjectiveAnswer(Objective, Echo): ...


class KeyResultAnswer(KeyResult, Echo): ...


class AlignmentAnswer(Alignment, Echo): ...


class CheckInAnswer(CheckIn, Echo): ...


class ReviewAnswer(Review, Echo): ...


class Change(Shape):
    """One field that a change moved."""

    field: str
    old: Any = Field(alias="from")
    new: Any = Field(alias="to")
