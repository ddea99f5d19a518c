"""What the answer about the lineage of an objective looks like."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.models.shapes import Echo, NamedOwner, Number, Shape
from domain.objectives.closing import Outcome
from domain.standing import ObjectiveState


class OriginSource(Shape):
    type: Literal["objective", "key_result"]
    id: UUID
    title: str


class Origin(Shape):
    """A step that led to an objective."""

    relation: Literal["carried_over", "promoted"]
    source: OriginSource = Field(alias="from")
    objective_id: UUID = Field(description="The objective that it started from.")
    at: datetime
    event_id: UUID = Field(description="The record that says so, in /v1/audit.")
    position: int


class LineageCycle(Shape):
    id: UUID
    name: str
    starts_on: date | None
    ends_on: date | None


class LineageMember(Shape):
    id: UUID
    title: str
    owner: NamedOwner
    state: ObjectiveState
    outcome: Outcome | None
    self_score: Number | None
    agreed_score: Number | None
    cycle: LineageCycle | None
    origins: list[Origin] = Field(description="Empty where it began with this objective.")


class Lineage(Echo):
    """An objective with all that it came from and all that it went on as, the first one first."""

    objective_id: UUID
    members: list[LineageMember]
