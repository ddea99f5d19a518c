"""How objectives hung together, and went on, told the slow and obvious way from the records.

Written without a look at the projections: for every question the records are folded again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from domain import reviews
from domain.alignments.edges import Relation
from domain.alignments.proposing import AlignmentProposed
from domain.check_ins.series import CheckInEvent
from domain.key_results.adding import KeyResultAdded
from domain.key_results.adjusting import TargetAdjusted
from domain.key_results.dropping import KeyResultDropped
from domain.objectives.carrying_over import ObjectiveCarriedOver
from domain.objectives.closing import ObjectiveClosed
from domain.objectives.editing import CommitmentChanged, ObjectiveReworded
from domain.objectives.publishing import ObjectivePublished
from domain.record import Record
from tests.oracle import Thing
from tests.projections.retrospective.oracle import TICK, Story

GRACE = timedelta(days=14)
"""How long a child may take to answer its parent."""

Span = tuple[datetime, datetime]


class Tie(NamedTuple):
    """An alignment that says which objective supports which."""

    id: UUID
    lower: UUID
    upper: UUID


def ties(story: Story) -> list[Tie]:
    """Every alignment of objectives but dependencies."""
    return [
        Tie(one.event.alignment_id, one.event.start.objective_id, one.event.finish.objective_id)
        for one in story.records
        if isinstance(one.event, AlignmentProposed) and one.event.relation != Relation.DEPENDS_ON
    ]


def mine(story: Story, cycle: UUID) -> set[UUID]:
    """The objectives of the cycle that were ever published."""
    shown = {one.stream_id for one in story.records if isinstance(one.event, ObjectivePublished)}
    return {one for one in shown if story.last[one]["cycle_id"] == cycle}


def goes_on(things: dict[UUID, Thing], objective: UUID) -> bool:
    """Whether it was there and not closed."""
    return objective in things and things[objective]["state"] != "closed"


def is_shown(things: dict[UUID, Thing], objective: UUID) -> bool:
    return objective in things and things[objective]["state"] == "published"


def holds(things: dict[UUID, Thing], tie: Tie) -> bool:
    return tie.id in things and things[tie.id]["state"] == "accepted"


def is_aligned(things: dict[UUID, Thing], story: Story, objective: UUID) -> bool:
    """Whether an accepted alignment ties it to something that goes on."""
    others = [
        one.upper if one.lower == objective else one.lower
        for one in ties(story)
        if objective in (one.lower, one.upper) and holds(things, one)
    ]
    return is_shown(things, objective) and any(goes_on(things, one) for one in others)


def orphaning(things: dict[UUID, Thing], story: Story, objective: UUID) -> list[Tie]:
    """The alignments whose upper end has ended although the objective goes on."""
    return [
        one
        for one in ties(story)
        if one.lower == objective
        and is_shown(things, objective)
        and holds(things, one)
        and not goes_on(things, one.upper)
    ]


class Ties(NamedTuple):
    """When objectives were shown and alone, and when an alignment led to what had ended."""

    shown: timedelta
    alone: dict[UUID, list[Span]]
    orphaned: dict[Tie, list[Span]]


def coverage(story: Story, cycle: UUID) -> Ties:
    """Every span between two changes, looked at by itself."""
    found = Ties(timedelta(), {}, {})
    turns = {one.effective_at for one in story.records} | {story.opened, story.end}
    ordered = sorted(one for one in turns if story.opened <= one <= story.end)
    for span in pairwise(ordered):
        things = story.at(span[0])
        for one in mine(story, cycle):
            if is_shown(things, one):
                found = found._replace(shown=found.shown + (span[1] - span[0]))
                if not is_aligned(things, story, one):
                    _extend(found.alone.setdefault(one, []), span)
                for tie in orphaning(things, story, one):
                    _extend(found.orphaned.setdefault(tie, []), span)
    return found


def _extend(spans: list[Span], span: Span) -> None:
    if spans and spans[-1][1] == span[0]:
        spans[-1] = (spans[-1][0], span[1])
    else:
        spans.append(span)


MOVES = (
    ObjectiveReworded,
    CommitmentChanged,
    KeyResultAdded,
    KeyResultDropped,
    TargetAdjusted,
)
NO_ANSWERS = (
    ObjectivePublished,
    ObjectiveCarriedOver,
    reviews.ReviewAcknowledged,
    reviews.ActionCompleted,
    CheckInEvent,
)


def parents(story: Story, cycle: UUID) -> Iterator[tuple[Record, UUID, bool | None]]:
    """Each move of a parent, with the child that it concerned and whether that followed."""
    published = mine(story, cycle)
    for tie in ties(story):
        for move in story.records:
            concerned = move.stream_id == tie.upper and is_move(move)
            if not concerned or not published >= {tie.lower, tie.upper}:
                continue
            since = max(story.opened, _published_at(story, tie.upper))
            things = story.at(move.effective_at - TICK)
            held = holds(things, tie) and goes_on(things, tie.lower)
            if held and since < move.effective_at <= story.end:
                yield move, tie.lower, followed(story, tie, move)


def is_move(record: Record) -> bool:
    """Whether it changes what children support, other than putting a mistake right."""
    if record.reason is not None and record.reason.code == "was_wrong":
        return False
    dropped = isinstance(record.event, ObjectiveClosed)
    if dropped and record.event.new_values()["outcome"] == "dropped":
        return True
    return isinstance(record.event, MOVES)


def followed(story: Story, tie: Tie, move: Record) -> bool | None:
    """Whether the child or its alignment changed in time; None while it still may."""
    until = move.recorded_at + GRACE
    for one in story.records:
        about = one.stream_id == tie.lower or getattr(one.event, "alignment_id", None) == tie.id
        scored = type(one.event).__name__.endswith("Scored")
        answers = about and not scored and not isinstance(one.event, NO_ANSWERS)
        if answers and move.effective_at <= one.effective_at <= until and one != move:
            return True
    return None if story.end < until else False


def _published_at(story: Story, objective: UUID) -> datetime:
    return max(
        one.effective_at
        for one in story.records
        if one.stream_id == objective and isinstance(one.event, ObjectivePublished)
    )


def chains(story: Story, cycle: UUID) -> dict[tuple[UUID, ...], set[tuple[Fraction | None, ...]]]:
    """Every objective of the cycle that came from another or went on, with the drifts in it."""
    after = {
        one.stream_id: one.event.to_objective_id
        for one in story.records
        if isinstance(one.event, ObjectiveCarriedOver)
    }
    before = {later: earlier for earlier, later in after.items()}
    found: dict[tuple[UUID, ...], set[tuple[Fraction | None, ...]]] = {}
    for one in mine(story, cycle):
        chain = [one]
        while chain[0] in before:
            chain.insert(0, before[chain[0]])
        while chain[-1] in after:
            chain.append(after[chain[-1]])
        if len(chain) > 1:
            found[tuple(chain)] = set(drifts(story, chain))
    return found


def drifts(story: Story, chain: list[UUID]) -> Iterator[tuple[Fraction | None, ...]]:
    """Of each key result that was kept the targets on the way in and out, cycle by cycle."""
    added = {
        one.event.key_result_id: one.event
        for one in story.records
        if isinstance(one.event, KeyResultAdded) and one.stream_id in chain
    }
    continued = {one.carried_from for one in added.values()}
    for last in added:
        series = [last]
        while (before := added[series[0]].carried_from) in added:
            assert before is not None
            series.insert(0, before)
        if last not in continued and len(series) > 1:
            pairs = [(added[one].target, story.last[one]["target"]) for one in series]
            yield tuple(None if one is None else Fraction(one) for pair in pairs for one in pair)
