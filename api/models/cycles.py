"""What requests say about cycles."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.models.words import Body, Day, unsaid
from domain.cycles.planning import CADENCE_DAYS, CadenceDays, Rhythm
from domain.values import Title


class NewCycle(Body):
    """A cycle to plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "2026 Q1",
                    "kind": "quarter",
                    "starts_on": "2026-01-01",
                    "ends_on": "2026-03-31",
                }
            ]
        }
    )
    name: Title
    kind: Rhythm
    starts_on: Day
    ends_on: Day
    parent_id: UUID | None = None
    unit_id: UUID | None = None
    cadence_days: CadenceDays = CADENCE_DAYS
    freezes_on: Day | None = None
    scores_due_on: Day | None = None


class CycleChange(Body):
    """What changes about a cycle; a field left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ends_on": "2026-04-05"}]})
    name: Title = Field(default_factory=unsaid)
    kind: Rhythm = Field(default_factory=unsaid)
    starts_on: Day = Field(default_factory=unsaid)
    ends_on: Day = Field(default_factory=unsaid)
    parent_id: UUID | None = None
    unit_id: UUID | None = None
    cadence_days: CadenceDays = Field(default_factory=unsaid)
    freezes_on: Day | None = None
    scores_due_on: Day | None = None


class Reopening(Body):
    """The state that a closed cycle goes back to."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"to": "scoring", "reason": {"text": "One score was missing."}}]
        }
    )
    to: Literal["open", "scoring"]
