"""What the raw feed tells of each record, plainly or as a CloudEvent."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.models.replays import FrameActor
from api.models.shapes import Shape
from api.models.trails import TrailReason
from api.models.words import EntityType


class FeedEntity(Shape):
    type: EntityType
    id: UUID


class FeedEvent(Shape):
    """One record of the log, with the fields of its event as plain JSON."""

    event_id: UUID
    position: int
    stream_id: UUID
    version: int = Field(description="Its place in its stream, from 1.")
    type: str
    schema_version: int
    stored_at: datetime
    recorded_at: datetime
    effective_at: datetime
    actor: FrameActor
    entity: FeedEntity | None = Field(
        description="What it is about; null for an event of a later version of the product."
    )
    reason: TrailReason | None
    after_freeze: bool
    assumed: list[str]
    request_id: str | None
    source: str
    data: dict[str, Any] = Field(description="The fields of the event, of that `schema_version`.")


class CloudEvent(Shape):
    """A record in the JSON format of CloudEvents 1.0."""

    specversion: Literal["1.0"]
    id: UUID
    source: str = Field(description="The log, by a name that no other log has.")
    type: str = Field(description="The type of the record, with `okr.` before it.")
    subject: str = Field(description="What it is about: `objective/…`, with its id.")
    time: datetime = Field(description="When it was recorded.")
    datacontenttype: Literal["application/json"]
    sequence: str = Field(description="The position, with zeros before it: texts in this order.")
    data: FeedEvent
