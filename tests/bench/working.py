"""What happens to key results: checked in on, corrected, changed and scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random
from uuid import UUID

from domain.check_ins.correcting import CheckInCorrected
from domain.check_ins.measuring import Blocker, CheckedIn
from domain.key_results.adjusting import TargetAdjusted
from domain.key_results.editing import KeyResultReweighted, KeyResultReworded
from domain.measures import Kind
from domain.record import Event
from domain.scores import KeyResultScored, ScoreKind
from domain.values import Moved, Reason, ReasonCode
from tests.bench.objectives import Change, KeyResult, Plan

BACK_DATED = 0.1
"""The share of check-ins that are entered days after they were measured."""

NOTES = (
    "",
    "",
    "As expected.",
    "Two large customers signed; the third waits for the new contract.",
    "We lost a week to the migration and will catch up by the end of the month.",
    "目标进展顺利，下周继续跟进。",
)
REASONS = tuple(
    Reason(code=code, text="Agreed in the weekly meeting.")
    for code in (ReasonCode.WORLD_CHANGED, ReasonCode.PRIORITY_CHANGED, ReasonCode.OTHER)
)


def activity(
    plan: Plan,
    key_results: Sequence[KeyResult],
    random: Random,
    begin: datetime,
    span: timedelta,
    count: int,
    frozen_at: datetime,
) -> Iterator[Change]:
    """So many check-ins, corrections and changes, evenly over a span of time."""
    step = span / (count + 1)
    for number in range(count):
        at = begin + step * (number + random.random())
        key_result = random.choice(key_results)
        kind = random.random()
        if kind < 0.02 and key_result.latest is not None:
            yield _corrected(key_result, at)
        elif 0.02 <= kind < 0.1:
            event, reason = _restructured(key_result, random)
            late = at >= frozen_at
            yield Change(at, key_result.objective_id, event, key_result.actor, None, reason, late)
        else:
            yield _checked_in(plan, key_result, random, at, (at - begin) / span)


def _checked_in(
    plan: Plan, key_result: KeyResult, random: Random, at: datetime, passed: float
) -> Change:
    measured_at = at
    if random.random() < BACK_DATED:
        late = timedelta(hours=random.randrange(1, 14 * 24))
        measured_at = max(key_result.added_at, at - late)
    value: Decimal | bool = random.random() < passed
    if key_result.kind is Kind.METRIC:
        value = Decimal(int(100 * passed * random.uniform(0.6, 1.1)))
    check_in_id = UUID(int=random.getrandbits(128), version=4)
    blocked = random.random() < 0.03
    event = CheckedIn(
        key_result_id=key_result.id,
        check_in_id=check_in_id,
        value=value,
        confidence=random.choice((3, 5, 6, 7, 8, 9)),
        note=random.choice(NOTES),
        blockers=(Blocker(text=f"Waiting for {plan.name}"),) if blocked else (),
    )
    if key_result.latest is None or measured_at >= key_result.latest[1]:
        key_result.latest = (check_in_id, measured_at, value)
    return Change(at, key_result.objective_id, event, key_result.actor, measured_at)


def _corrected(key_result: KeyResult, at: datetime) -> Change:
    """The check-in that counts says something else."""
    assert key_result.latest is not None
    check_in_id, measured_at, old = key_result.latest
    new: Decimal | bool = not old if isinstance(old, bool) else old + 1
    key_result.latest = (check_in_id, measured_at, new)
    event = CheckInCorrected(
        key_result_id=key_result.id, check_in_id=check_in_id, value=Moved(old=old, new=new)
    )
    reason = Reason(code=ReasonCode.WAS_WRONG)
    return Change(at, key_result.objective_id, event, key_result.actor, measured_at, reason)


def _restructured(key_result: KeyResult, random: Random) -> tuple[Event, Reason | None]:
    """A target that moves, a new weight or a new title, with a reason."""
    reason = random.choice(REASONS)
    kind = random.randrange(3)
    if kind == 0 and key_result.kind is Kind.METRIC:
        old = key_result.target
        key_result.target = old + 5 if old < 150 else 80
        target = Moved[Decimal | None](old=Decimal(old), new=Decimal(key_result.target))
        return TargetAdjusted(key_result_id=key_result.id, target=target), reason
    if kind == 1:
        old = key_result.weight
        key_result.weight = old % 3 + 1
        weight = Moved(old=Decimal(old), new=Decimal(key_result.weight))
        return KeyResultReweighted(key_result_id=key_result.id, weight=weight), reason
    title = f"{key_result.title.partition(' (')[0]} ({random.getrandbits(32):08x})"
    old_title, key_result.title = key_result.title, title
    moved = Moved(old=old_title, new=title)
    return KeyResultReworded(key_result_id=key_result.id, title=moved), reason


def scores(
    key_results: Sequence[KeyResult], random: Random, begin: datetime, span: timedelta
) -> Iterator[Change]:
    """Every key result is judged, in the days that a cycle has for it."""
    step = span / (len(key_results) + 1)
    for number, key_result in enumerate(key_results, 1):
        event = KeyResultScored(
            key_result_id=key_result.id,
            kind=ScoreKind.AGREED,
            score=Moved(old=None, new=Decimal(random.randrange(11)) / 10),
            computed=_computed(key_result),
        )
        yield Change(begin + step * number, key_result.objective_id, event, key_result.actor)


def _computed(key_result: KeyResult) -> Decimal | None:
    """Progress between 0 and 1, to two decimals, as the domain works it out."""
    if key_result.latest is None:
        return None
    value = key_result.latest[2]
    if isinstance(value, bool):
        return Decimal(value)
    progress = min(Decimal(1), value / key_result.target)
    return progress.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
