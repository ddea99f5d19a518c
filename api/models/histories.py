"""What answers about history look like: boards, trails, differences and replays."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.models.shapes import Alignment, Change, Cycle, Echo, Number, Objective, Shape
from api.models.words import EntityType
from domain.values import ReasonCode


class Totals(Shape):
    """What the live objectives of a cycle add up to."""

    objectives: int
    key_results: int
    measured: int
    progress: Number | None
    confidence: Number | None


class Statuses(Shape):
    """How many live key results have each status."""

    on_track: int
    at_risk: int
    off_track: int
    stale: int
    unknown: int


class BoardTotals(Totals):
    status: Statuses


class BoardAlignment(Alignment):
    orphaned: bool = Field(description="Whether one of its ends is closed or dropped.")


class Board(Echo):
    """A cycle with everything in it."""

    cycle: Cycle | None
    objectives: list[Objective]
    alignments: list[BoardAlignment]
    totals: BoardTotals


class TreeNode(Shape):
    objective_id: UUID
    title: str
    parents: list[UUID]
    children: list[UUID]


class Tree(Echo):
    """Who supports whom: accepted alignments between objectives, dependencies left out."""

    roots: list[UUID]
    nodes: list[TreeNode]


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


class Entry(Shape):
    """One change: who, when, what, from what to what, and why."""

    event_id: UUID
    position: int
    stream_id: UUID
    version: int
    type: str
    schema_version: int
    stored_at: datetime
    recorded_at: datetime
    effective_at: datetime
    actor: TrailActor
    entity: TrailEntity
    cycle_id: UUID | None
    reason: TrailReason | None
    after_freeze: bool
    changes: list[Change]
    check_in_id: UUID | None
    assumed: list[str]
    request_id: str | None
    source: str


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


class FrameActor(Shape):
    id: str
    kind: Literal["person", "service", "import"]
    on_behalf_of: str | None


class FrameChange(Shape):
    event_id: UUID
    position: int
    type: str
    actor: FrameActor
    entity: TrailEntity
    reason: TrailReason | None
    after_freeze: bool
    changes: list[Change]


class Frame(Shape):
    """What happened at one instant, day or week, and the totals then."""

    at: datetime
    position: int
    changes: list[FrameChange]
    totals: Totals


class Replay(Echo):
    """A cycle's frames in the order in which they were true."""

    cycle_id: UUID
    every: Literal["change", "day", "week"]
    frames: list[Frame]


class Problem(Shape):
    """An RFC 9457 problem."""

    type: str = Field(description="Which problem it is; the path explains it.")
    title: str
    status: int
    detail: str = Field(description="What a person can do about it.")
    instance: str = Field(description="The request id.")


class FieldError(Shape):
    place: Literal["body", "query", "path", "header"] = Field(alias="in")
    pointer: str = Field(description="A JSON pointer to the field.")
    detail: str


class InvalidProblem(Problem):
    errors: list[FieldError] = Field(default_factory=list[FieldError])


class RecordedOnly(Shape):
    """The answer to a write that is on disk while the views cannot show it yet."""

    detail: str


class Imported(Shape):
    """What an import came to, in lines and in events."""

    lines: int
    recorded: int
    known: int = Field(description="Lines that were recorded before.")
    unchanged: int = Field(description="Lines that would change nothing.")
    events: int
    by_action: dict[str, int] = Field(description="The recorded lines by their action.")


class Explanation(Shape):
    """What a kind of problem means."""

    type: str
    status: int
    title: str
    explanation: str


class Explanations(Shape):
    items: list[Explanation]


class Alive(Shape):
    status: Literal["alive"]


class SetAside(Shape):
    """A record that the views could not take in, until `okr rebuild` can."""

    position: int
    topic: str
    reason: str


class Ready(Shape):
    """Whether this process can answer."""

    status: Literal["ready", "degraded", "not ready"] = Field(
        description="Degraded while records are set aside; everything else is answered."
    )
    version: str
    database: Literal["ok", "unavailable"]
    position: int | None = Field(description="Where the log ends.")
    lag: int | None = Field(description="How many positions the views are behind.")
    set_aside: int | None = Field(
        description="How many records the views could not take in; they are in the log."
    )
    set_aside_first: list[SetAside] = Field(description="The first ten of them.")
