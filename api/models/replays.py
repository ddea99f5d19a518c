"""What a replay looks like, frame by frame."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from api.models.boards import Totals
from api.models.shapes import Echo, Shape
from api.models.trails import Recorded


class FrameActor(Shape):
    id: str
    kind: Literal["person", "service", "import"]
    on_behalf_of: str | None


class FrameChange(Recorded):
    """One change as the audit trail tells it, save how its actor is called now."""

    actor: FrameActor


class Frame(Shape):
    """What one change, day or week brought, and the totals then."""

    at: datetime
    position: int
    changes: list[FrameChange]
    totals: Totals


class Replay(Echo):
    """Frames in the order in which things were true, or in which they were learned."""

    every: Literal["change", "day", "week"]
    axis: Literal["effective", "recorded"]
    frames: list[Frame]


class CycleReplay(Replay):
    cycle_id: UUID


class UnitReplay(Replay):
    unit_id: UUID
