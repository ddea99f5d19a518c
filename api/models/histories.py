"""What answers about history look like: boards, trails, differences and replays."""

from __future__ import annotations

from datetime import date, datetime
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


class Mark(Shape):
    """Something worth a flag: a change, or a spell in which a key result was amiss."""

    kind: Literal[
        "opened",
        "frozen",
        "scoring_started",
        "closed",
        "reopened",
        "published",
        "scored",
        "reviewed",
        "objective_closed",
        "objective_reopened",
        "target_moved",
        "baseline_moved",
        "measure_changed",
        "deadline_moved",
        "dropped",
        "restored",
        "at_risk",
        "off_track",
    ]
    at: datetime
    until: datetime | None = Field(description="When a spell ended; null while it lasts.")
    entity: TrailEntity
    event_id: UUID | None = Field(description="The change; null for a spell.")
    position: int | None
    reason: TrailReason | None
    after_freeze: bool
    changes: list[Change]


class Week(Shape):
    """How an ISO week ended, and what happened in it."""

    week: str = Field(examples=["2026-W10"])
    starts_on: date
    at: datetime = Field(description="The end of the week, or `as_of` if that is earlier.")
    totals: BoardTotals
    check_ins: int = Field(description="How many check-ins that stand were measured in it.")
    changes: int


class Timeline(Echo):
    """Marks in the order of their instants, and the weeks."""

    marks: list[Mark]
    weeks: list[Week]


class CycleTimeline(Timeline):
    cycle_id: UUID


class UnitTimeline(Timeline):
    unit_id: UUID


class Point(Shape):
    """One measurement, as it stands."""

    check_in_id: UUID
    effective_at: datetime
    recorded_at: datetime = Field(description="When what it says now was recorded.")
    position: int
    value: bool | Number | None
    reached: list[str] | None
    progress: Number | None = Field(description="By the measure that held at `effective_at`.")
    confidence: int | None
    corrected: bool


class LineStep(Shape):
    """A value that holds until the next."""

    effective_at: datetime
    value: Number | None


class Lines(Shape):
    """What measurements are held against, over time."""

    baseline: list[LineStep]
    target: list[LineStep]
    commit: list[LineStep]
    stretch: list[LineStep]


class Spell(Shape):
    """A time in which a key result kept one status."""

    status: Literal["on_track", "at_risk", "off_track", "stale", "unknown"]
    start: datetime = Field(alias="from")
    finish: datetime | None = Field(alias="to", description="Null while it lasts.")


class Series(Echo):
    """A key result over time."""

    key_result_id: UUID
    points: list[Point]
    lines: Lines
    spells: list[Spell]
    marks: list[Mark]


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
