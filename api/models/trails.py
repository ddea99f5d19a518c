"""What one change looks like: who, when, what, from what to what, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from api.models.shapes import Change, Shape
from api.models.words import EntityType
from domain.values import ReasonCode


class TrailActor(Shape):
    id: str
    kind: Literal["person", "service", "import"]
    name: str | None
    on_behalf_of: str | None


class TrailEntity(Shape):
    type: EntityType
    id: UUID
    title: str | None


class TrailReason(Shape):
    code: ReasonCode | None = None
    text: str | None = None


class Recorded(Shape):
    """What every change says, apart from who made it."""

    event_id: UUID
    position: int
    stream_id: UUID
    version: int
    type: str
    schema_version: int
    stored_at: datetime
    recorded_at: datetime
    effective_at: datetime
    entity: TrailEntity
    cycle_id: UUID | None
    reason: TrailReason | None
    after_freeze: bool
    changes: list[Change]
    check_in_id: UUID | None
    assumed: list[str]
    request_id: str | None
    source: str


class Entry(Recorded):
    """One change: who, when, what, from what to what, and why."""

    actor: TrailActor
