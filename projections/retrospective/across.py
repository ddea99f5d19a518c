"""Across cycles: what one cycle is too short to show, from it and the like ones before it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy import Connection

from projections.entity_states import State
from projections.heads import NOWHERE
from projections.instants import Moment
from projections.retrospective.account import Account, thing
from projections.retrospective.alignment_coverage import alignment_coverage
from projections.retrospective.calibration import Calibration, calibration
from projections.retrospective.carry_over import CarryOver, carry_over_chains
from projections.retrospective.findings import Answer, Finding, Number, Thing, small
from projections.retrospective.moved_targets import moved_targets
from projections.retrospective.original_targets import scores_by_original
from projections.retrospective.rhythm import rhythm
from projections.retrospective.sandbagging import Sandbagging, sandbagging
from projections.retrospective.scope import Scope
from projections.retrospective.strategy_or_rhythm import strategy_or_rhythm
from projections.states import states_at

CYCLES = 8
"""How many cycles are looked at, the one asked about and those before it: two years of quarters."""


class CycleTrend(Finding):
    """One cycle in a row of cycles; each figure is that of the answer of the same name."""

    cycle: Thing
    starts_on: date | None
    over: bool
    key_results: int
    moved_targets: int
    eased: Annotated[int, Field(description="Moves that made a target easier to reach.")]
    by_original: Annotated[Number | None, Field(description="Score by the original targets.")]
    by_final: Annotated[Number | None, Field(description="Score by the targets in the end.")]
    given: Annotated[Number | None, Field(description="Score that people gave.")]
    forecasts: int
    brier: Number | None
    bias: Number | None
    coverage: Annotated[Number | None, Field(description="Share of aligned days.")]
    expected: Annotated[int, Field(description="Expected periods with a check-in.")]
    kept: int
    late: Annotated[int, Field(description="Check-ins entered late.")]
    kept_share: Number | None
    attained_share: Annotated[
        Number | None, Field(description="Decided key results that came to 0.7 or more.")
    ]


class AcrossCycles(Answer):
    """The row of cycles, the oldest first, and what they show together; `n` counts cycles."""

    cycles: tuple[CycleTrend, ...]
    calibration: Annotated[Calibration, Field(description="All forecasts of all cycles.")]
    sandbagging: Sandbagging
    carry_over: Annotated[CarryOver, Field(description="Chains through any of the cycles.")]


def across(
    connection: Connection,
    cycle_id: str,
    moment: Moment,
    zone: ZoneInfo,
    scope: Scope | None = None,
) -> AcrossCycles | None:
    """What a cycle and the like ones before it show; None while the cycle did not exist yet."""
    row = like_cycles(connection, cycle_id, moment)
    told = [Account.of(connection, one["id"], moment, zone, scope or Scope()) for one in row]
    accounts = [one for one in told if one is not None]
    if not accounts:
        return None
    return AcrossCycles(
        n=len(accounts),
        small_sample=small(len(accounts)),
        cycles=tuple(_trend(one) for one in accounts),
        calibration=calibration(accounts),
        sandbagging=sandbagging(accounts),
        carry_over=carry_over_chains(connection, accounts),
    )


def like_cycles(connection: Connection, cycle_id: str, moment: Moment) -> list[State]:
    """A cycle after those of its kind and its unit that began before it, the oldest first."""
    cycles = states_at(connection, NOWHERE, moment, ("cycle",))
    this = next((one for one in cycles if one["id"] == cycle_id), None)
    if this is None:
        return []
    like = [one for one in cycles if all(one[name] == this[name] for name in ("kind", "unit_id"))]
    before = [one for one in like if _begins(one) < _begins(this)]
    return [*sorted(before, key=_begins)[1 - CYCLES :], this]


def _begins(cycle: State) -> tuple[str, str]:
    """Its first day, or where history does not tell, the day on which it was planned."""
    return cycle["starts_on"] or cycle["exists_from"][:10], cycle["id"]


def _trend(account: Account) -> CycleTrend:
    moved, scores = moved_targets(account), scores_by_original(account)
    forecast, kept = calibration([account]), rhythm(account)
    starts_on = account.cycle["starts_on"]
    return CycleTrend(
        positions=_evidence(account),
        cycle=thing(account.cycle),
        starts_on=None if starts_on is None else date.fromisoformat(starts_on),
        over=account.period.over,
        key_results=len(account.key_results),
        moved_targets=len(moved.moves),
        eased=moved.eased,
        by_original=scores.by_original,
        by_final=scores.by_final,
        given=scores.given,
        forecasts=forecast.n,
        brier=forecast.brier,
        bias=forecast.bias,
        coverage=alignment_coverage(account).share,
        expected=kept.expected,
        kept=kept.kept,
        late=kept.late,
        kept_share=round(kept.kept / kept.expected, 4) if kept.expected else None,
        attained_share=strategy_or_rhythm(account).attained_share,
    )


def _evidence(account: Account) -> tuple[int, ...]:
    """The steps of the cycle, and the moves of its targets."""
    moves = (place for one in moved_targets(account).moves for place in one.positions)
    return tuple(sorted({*(one.position for one in account.period.steps), *moves}))
