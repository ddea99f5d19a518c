"""What differs between two moments."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.models.shapes import Echo, Shape
from api.models.words import EntityType


class Difference(Shape):
    """One field that differs between two moments, and the events that made it so."""

    entity_type: EntityType
    entity_id: UUID
    title: str | None
    field: str
    old: Any = Field(alias="from")
    new: Any = Field(alias="to")
    event_ids: list[UUID]


class Diff(Shape):
    """Everything that differs; applied to the first state, the changes give the second."""

    axis: Literal["effective", "recorded"]
    start: Echo = Field(alias="from")
    finish: Echo = Field(alias="to")
    changes: list[Difference]
