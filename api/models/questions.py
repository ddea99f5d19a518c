"""What reads may ask: as of when, as known when, and what of the history."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.models.words import Instant, InstantOrPosition
from projections.plain import plain
from projections.retrospective.beliefs import Days
from projections.retrospective.scope import Scope

MAX_POSITION = 2**62
MAX_SPEED = 100_000


class Question(BaseModel):
    """The parameters of a read; an unknown one is refused, so that no typing error is swallowed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: Annotated[
        Instant | None,
        Field(description="The state at this instant; now, or `known_at`, where it is left out."),
    ] = None
    known_at: Annotated[
        InstantOrPosition | None,
        Field(description="Only what was recorded by this instant, or up to `position:N`."),
    ] = None
    min_position: Annotated[
        int | None,
        Field(ge=0, le=MAX_POSITION, description="Wait until the views stand at this position."),
    ] = None


class DiffQuestion(Question):
    """The parameters of a difference."""

    start: Annotated[
        InstantOrPosition, Field(alias="from", description="The one side: instant or position.")
    ]
    finish: Annotated[
        InstantOrPosition | None,
        Field(alias="to", description="The other side; now where it is left out."),
    ] = None
    axis: Annotated[
        Literal["effective", "recorded"] | None,
        Field(description="`effective`, what was true, is the default; positions are `recorded`."),
    ] = None


class FeedQuestion(BaseModel):
    """The parameters of the raw feed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[
        int, Field(ge=0, le=MAX_POSITION, description="Only records past this position.")
    ] = 0
    format: Annotated[
        Literal["cloudevents"] | None,
        Field(description="Each record as a CloudEvent, version 1.0."),
    ] = None


class ReplayQuestion(Question):
    """The parameters of a replay."""

    every: Annotated[
        Literal["change", "day", "week"], Field(description="What one frame covers.")
    ] = "change"
    axis: Annotated[
        Literal["effective", "recorded"] | None,
        Field(
            description="The order in which it was true, the default, or in which it was learned."
        ),
    ] = None
    start: Annotated[
        InstantOrPosition | None,
        Field(alias="from", description="The first instant or position; positions are `recorded`."),
    ] = None
    finish: Annotated[
        InstantOrPosition | None, Field(alias="to", description="The last instant or position.")
    ] = None
    speed: Annotated[
        float,
        Field(
            ge=0,
            le=MAX_SPEED,
            allow_inf_nan=False,
            description="Of an event stream: how many days of history pass in a second. 0 plays "
            "without pauses.",
        ),
    ] = 0

    def filters(self) -> dict[str, Any]:
        """Everything that decides what the frames are; the speed does not."""
        apart = {"min_position", "speed"}
        return {name: plain(value) for name, value in self if name not in apart}


class ScopedQuestion(Question):
    """The parameters of a question about what a unit or a person owns."""

    unit_id: Annotated[
        UUID | None,
        Field(description="Only what this unit and those below it own, as units stand then."),
    ] = None
    person_id: Annotated[UUID | None, Field(description="Only what this person owns.")] = None

    def scope(self) -> Scope:
        """What the answers are narrowed to."""
        unit_id, person_id = self.unit_id, self.person_id
        return Scope(
            unit_id=None if unit_id is None else str(unit_id),
            person_id=None if person_id is None else str(person_id),
        )


class RetrospectiveQuestion(ScopedQuestion):
    """The parameters of a retrospective."""

    lang: Annotated[
        Literal["en", "zh"] | None,
        Field(description="The language of a page or document; else what `Accept-Language` likes."),
    ] = None
    on: Annotated[
        Instant | None, Field(description="What was believed then? Half-way where left out.")
    ] = None
    start: Annotated[
        Instant | None,
        Field(alias="from", description="What changed since then? The beginning of work if not."),
    ] = None
    finish: Annotated[
        Instant | None, Field(alias="to", description="And until then? `as_of` where left out.")
    ] = None

    def days(self) -> Days:
        """The days whose beliefs are asked for."""
        return Days(on=self.on, start=self.start, finish=self.finish)
