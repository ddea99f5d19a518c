"""Burn-ups: what was reached and what was aimed at, both in shares of the first target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from api.report.course import State, Week
from projections.retrospective.moved_targets import TargetMove
from projections.rollup import counts

_COUNTED = ("increase", "decrease")


class Point(NamedTuple):
    """An objective when a week ended; 1 is the mean of the first targets."""

    at: datetime
    reached: float
    target: float


@dataclass(frozen=True, slots=True)
class Burn:
    """The course of one objective."""

    title: str
    points: list[Point]
    moves: list[TargetMove]

    @property
    def now(self) -> float:
        """The target in the end."""
        return self.points[-1].target

    @property
    def drift(self) -> float:
        """How far the target moved in all."""
        levels = [one.target for one in self.points]
        return max(levels) - min(levels)

    @property
    def size(self) -> int:
        return len(self.points)

    @property
    def top(self) -> float:
        """Where the axis ends: above everything, in quarters, and at most at twice the target."""
        highest = max(1.0, *(max(one.reached, one.target) for one in self.points))
        return min(2.0, -(-highest * 4 // 1) / 4)

    def target_at(self, instant: datetime) -> float:
        """The target in the week of an instant."""
        later = (one.target for one in self.points if one.at >= instant)
        return min(next(later, self.now), self.top)


def burns(weeks: list[Week], moves: list[TargetMove]) -> list[Burn]:
    """The burn-up of every objective that ever counted a key result."""
    firsts = _firsts(weeks, moves)
    found: dict[str, Burn] = {}
    for week in weeks:
        for objective in week.objectives.values():
            live = [one for one in objective["key_results"] if counts(one)]
            total = sum(one["weight"] for one in live)
            if not total:
                continue
            reached = sum(one["weight"] * _reached(one, firsts) for one in live) / total
            target = sum(one["weight"] * _target(one, firsts) for one in live) / total
            mine = [one for one in moves if one.objective.id == objective["id"]]
            burn = found.setdefault(objective["id"], Burn(objective["title"], [], mine))
            burn.points.append(Point(week.at, max(0.0, min(reached, 2.0)), max(0.0, target)))
    return list(found.values())


def _firsts(weeks: list[Week], moves: list[TargetMove]) -> dict[str, tuple[float, float]]:
    """The first baseline and target of key results whose target moved, as numbers."""
    found: dict[str, tuple[float, float]] = {}
    for move in moves:
        if move.key_result.id in found or not isinstance(move.old, int | float):
            continue
        states = (one for week in weeks for one in week.key_results())
        state = next((one for one in states if one["id"] == move.key_result.id), None)
        baseline = None if state is None else state["baseline"]
        if state is None or state["direction"] not in _COUNTED or baseline in (None, move.old):
            continue
        found[move.key_result.id] = (baseline, move.old)
    return found


def _reached(state: State, firsts: dict[str, tuple[float, float]]) -> float:
    if state["id"] not in firsts or not isinstance(state["value"], int | float):
        return state["progress"] or 0.0
    baseline, target = firsts[state["id"]]
    return (state["value"] - baseline) / (target - baseline)


def _target(state: State, firsts: dict[str, tuple[float, float]]) -> float:
    if state["id"] not in firsts or state["target"] is None:
        return 1.0
    baseline, target = firsts[state["id"]]
    return (state["target"] - baseline) / (target - baseline)
