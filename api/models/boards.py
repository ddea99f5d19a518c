"""What a cycle looks like at one instant: its board, what it adds up to, and who supports whom."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from api.models.shapes import Alignment, Cycle, Echo, Number, Objective, Shape


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
