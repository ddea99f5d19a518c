"""What requests say about key results and check-ins."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from pydantic import Field

from api.models.objectives import example
from api.models.words import Body, Day, Measured, Number, Part, Weight, unsaid
from domain.check_ins.measuring import Blocker
from domain.measures import Direction, Kind
from domain.values import Commitment, Confidence, Owner, Text, Title

_ID = "5b1f2a52-63d1-4b5e-a3a0-5a0f6e1f9b11"


class NewMilestone(Part):
    """A named step with its share of the whole, 1 where it is left out."""

    name: Title
    weight: Weight = Field(default_factory=lambda: Decimal(1))


class NewKeyResult(Body):
    """A key result to add. Numbers belong to metrics, steps to milestones."""

    model_config = example(
        title="Net promoter score", kind="metric", unit="points", baseline=30, target=50
    )
    title: Title
    description: Text = ""
    kind: Kind
    unit: Text | None = None
    direction: Direction | None = None
    baseline: Number | None = None
    target: Number | None = None
    commit: Number | None = None
    stretch: Number | None = None
    milestones: tuple[NewMilestone, ...] = ()
    owner: Owner | None = None
    commitment: Commitment | None = None
    weight: Weight = Field(default_factory=unsaid)
    deadline: Day | None = None
    supports: tuple[UUID, ...] = Field(
        default=(), description="Further objectives that the key result supports."
    )


class KeyResultChange(Body):
    """What changes about a key result; a field left out stays, its kind always does."""

    model_config = example(
        target=45, reason={"code": "world_changed", "text": "A competitor closed."}
    )
    title: Title = Field(default_factory=unsaid)
    description: Text = Field(default_factory=unsaid)
    unit: Text | None = None
    direction: Direction | None = None
    baseline: Number | None = None
    target: Number | None = None
    commit: Number | None = None
    stretch: Number | None = None
    milestones: tuple[NewMilestone, ...] = Field(default_factory=unsaid)
    owner: Owner | None = None
    commitment: Commitment | None = None
    weight: Weight = Field(default_factory=unsaid)
    deadline: Day | None = None
    supports: tuple[UUID, ...] = Field(
        default_factory=unsaid,
        description="All further objectives that it is to support: alignments with others are "
        "withdrawn, missing ones proposed.",
    )


class Promotion(Body):
    """Whose objective a key result becomes, and in which cycle."""

    model_config = example(owner={"type": "unit", "id": _ID}, cycle_id=_ID)
    owner: Owner
    cycle_id: UUID
    title: Title | None = None


class NewCheckIn(Body):
    """A measurement; its effective time is the time of measuring."""

    model_config = example(value=36, confidence=6, note="Spring campaign started.")
    value: Measured | None = None
    reached: tuple[Title, ...] | None = Field(
        default=None, description="The names of the milestones reached so far."
    )
    confidence: Confidence | None = None
    note: Text = ""
    blockers: tuple[Blocker, ...] = ()


class Correction(Body):
    """What a check-in should have said; `effective_at` is the corrected time of measuring."""

    model_config = example(value=34, reason={"code": "was_wrong", "text": "Two answers twice."})
    value: Measured | None = None
    reached: tuple[Title, ...] | None = None
    confidence: Confidence | None = None
    note: Text = Field(default_factory=unsaid)
