"""Question 1: when did a target move, by whom, why, at what progress and confidence?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple, cast

from pydantic import Field

from projections.corrections import puts_right
from projections.entity_states import State
from projections.retrospective.account import Account, thing, why
from projections.retrospective.findings import (
    Answer,
    Finding,
    Number,
    Party,
    Thing,
    Who,
    Why,
    small,
)
from projections.retrospective.period import instant
from projections.retrospective.stories import KeyResultStory, Told, before, progress_by

Goal = Literal["target", "baseline", "direction", "commit", "stretch", "milestones"]
"""The fields that say how far is far enough."""


class TargetMove(Finding):
    """One move of a target, or of what a target is counted from or in."""

    key_result: Thing
    objective: Thing
    owner: Party
    field: Goal
    old: Annotated[Any, Field(alias="from")]
    new: Annotated[Any, Field(alias="to")]
    eased: Annotated[
        bool | None, Field(description="Whether it became easier to reach; null for neither.")
    ]
    at: datetime
    recorded_at: datetime
    by: Who
    reason: Why | None
    after_freeze: bool
    days_before_end: Annotated[
        Number | None, Field(description="Days to the end of the cycle; negative after it.")
    ]
    progress: Annotated[
        Number | None, Field(description="Right before, by the measure that held until then.")
    ]
    progress_after: Annotated[
        Number | None, Field(description="What the same measurement came to right after.")
    ]
    confidence: Annotated[int | None, Field(description="Right before.")]


class MovedTargets(Answer):
    """Every move since work began, in the order in which they were true."""

    moves: tuple[TargetMove, ...]
    key_results: Annotated[int, Field(description="How many key results had their target moved.")]
    eased: int
    tightened: int
    while_planning: Annotated[
        int, Field(description="Moves before work began, which are negotiation and not listed.")
    ]


_EVENTS = {
    "TargetAdjusted": ("target",),
    "BaselineAdjusted": ("baseline",),
    "MeasureChanged": ("direction", "commit", "stretch", "milestones"),
}


class Move(NamedTuple):
    """A move before it is told: from the first value to the last one that was put right."""

    at: int
    field: str
    old: Any
    new: Any
    told: Told
    positions: tuple[int, ...]


def moved_targets(account: Account) -> MovedTargets:
    """The answer for an account."""
    found: list[TargetMove] = []
    moved, while_planning = 0, 0
    for key_result in account.key_results:
        moves = moves_of(key_result)
        since = account.agreed_at(key_result)
        agreed = [one for one in moves if one.at > since]
        while_planning += len(moves) - len(agreed)
        moved += bool(agreed)
        found += [_found(account, key_result, one) for one in agreed]
    found.sort(key=lambda one: (one.at, one.positions))
    n = len(account.key_results)
    return MovedTargets(
        unknown=None if n else "no_key_results",
        n=n,
        small_sample=small(n),
        positions=account.period.positions("CycleOpened"),
        moves=tuple(found),
        key_results=moved,
        eased=sum(one.eased is True for one in found),
        tightened=sum(one.eased is False for one in found),
        while_planning=while_planning,
    )


def moves_of(key_result: KeyResultStory) -> list[Move]:
    """Every move of a key result's goal in order, and none that put a wrong one right."""
    found: list[Move] = []
    last: dict[str, int | None] = {}
    for told in key_result.told:
        for change in told.entry["changes"]:
            field = change["field"]
            if field not in _EVENTS.get(told.type, ()):
                continue
            move = Move(told.at, field, change["from"], change["to"], told, (told.position,))
            place = last.get(field)
            since = key_result.began if place is None else found[place].at
            if not (puts_right(told.entry["reason"]) and since == told.at):
                last[field] = len(found)
                found.append(move)
            elif place is not None:
                first = found[place]
                positions = (*first.positions, told.position)
                found[place] = first._replace(new=move.new, positions=positions)
    return [one for one in found if one.old != one.new]


def _found(account: Account, key_result: KeyResultStory, move: Move) -> TargetMove:
    reading = key_result.reading_at(move.at - 1)
    measure, entry = before(key_result.measures, move.at), move.told.entry
    progress = None if measure is None else progress_by(measure, reading)
    progress_after = progress_by(key_result.measure_at(move.at), reading)
    return TargetMove(
        positions=move.positions,
        key_result=thing(key_result.state),
        objective=thing(account.objective_of(key_result).state),
        owner=account.owner_of(key_result),
        field=cast("Goal", move.field),
        old=move.old,
        new=move.new,
        eased=_eased(measure, move, progress, progress_after),
        at=instant(move.at),
        recorded_at=datetime.fromisoformat(entry["recorded_at"]),
        by=account.who(entry["actor"]),
        reason=why(move.told),
        after_freeze=entry["after_freeze"],
        days_before_end=account.period.days_before_end(move.at),
        progress=progress,
        progress_after=progress_after,
        confidence=None if reading is None else reading.confidence,
    )


def _eased(
    measure: State | None, move: Move, progress: Number | None, after: Number | None
) -> bool | None:
    """Whether a goal is nearer: a target by the way it counts, anything else by progress."""
    if move.field == "target" and measure is not None:
        return nearer(measure, move.old, move.new)
    if progress is None or after is None or progress == after:
        return None
    return after > progress


def nearer(measure: State, old: Any, new: Any) -> bool | None:
    """Whether a new target is easier to reach than an old one; None where neither is known."""
    if old is None or new is None or old == new:
        return None
    match measure["direction"]:
        case "increase" | "at_least":
            return new < old
        case "decrease" | "at_most" | "within":
            return new > old
        case _:
            return _closer(measure["baseline"], old, new)


def _closer(baseline: Number | None, old: Number, new: Number) -> bool | None:
    """Whether a new target is less far from where counting begins."""
    if baseline is None or abs(new - baseline) == abs(old - baseline):
        return None
    return abs(new - baseline) < abs(old - baseline)
