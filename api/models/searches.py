"""What a search finds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.models.shapes import Shape
from api.models.words import EntityType


class Highlight(Shape):
    """A part of a snippet, counted in Unicode characters."""

    start: int = Field(description="The first character.")
    end: int = Field(description="The first one after it.")


class Hit(Shape):
    """Something that holds the words searched for, in what it said at the moment asked about."""

    type: EntityType
    id: UUID
    title: str | None = Field(description="How the entity was called at that moment.")
    cycle_id: UUID | None
    check_in_id: UUID | None = Field(description="Set where the words are those of a check-in.")
    review_id: UUID | None = Field(description="Set where the words are those of a review.")
    field: str = Field(description="The field that the snippet is a part of.")
    snippet: str = Field(description="Plain text: escape it before it becomes part of a page.")
    highlights: list[Highlight] = Field(description="Where the words stand in the snippet.")
    event_id: UUID = Field(description="The record that it began with, in /v1/audit.")
    position: int
    effective_at: datetime
