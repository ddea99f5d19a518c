"""How a cycle begins: objectives with their key results, and alignments between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID, uuid5

from domain.alignments.answering import AlignmentAccepted
from domain.alignments.edges import AlignmentState, End, Relation, graph_id
from domain.alignments.proposing import AlignmentProposed
from domain.key_results.adding import KeyResultAdded
from domain.measures import Direction, Kind
from domain.objectives.drafting import ObjectiveDrafted
from domain.objectives.publishing import ObjectivePublished
from domain.record import Event
from domain.values import Actor, Moved, Owner
from tests.bench.objectives import (
    OBJECTIVE_SIZE,
    Change,
    KeyResult,
    Plan,
    is_boolean,
    key_result_ids,
    objective_ids,
)


def drafts(
    plan: Plan, random: Random, begin: datetime, span: timedelta
) -> tuple[list[Change], list[KeyResult]]:
    """The objectives with their key results and alignments, drafted within a span of time."""
    said: list[tuple[UUID, Event, Actor]] = []
    key_results: list[KeyResult] = []
    objectives = objective_ids(plan.cycle_id, plan.key_results)
    ids = key_result_ids(plan.cycle_id, plan.key_results)
    actors = [Actor(id=str(random.choice(plan.people)), kind="person") for _ in objectives]
    for number, objective_id in enumerate(objectives):
        actor = actors[number]
        owner = Owner(type="person", id=UUID(actor.id))
        if number % 3 == 0:
            owner = Owner(type="unit", id=plan.unit_id)
        title = f"Objective {number} of {plan.name}: customers recommend us"
        drafted = ObjectiveDrafted(cycle_id=plan.cycle_id, owner=owner, title=title)
        said.append((objective_id, drafted, actor))
        first = OBJECTIVE_SIZE * number
        for place, key_result_id in enumerate(ids[first : first + OBJECTIVE_SIZE], first):
            said.append((objective_id, _added(key_result_id, place), actor))
        said.append((objective_id, ObjectivePublished(), actor))
    for lower in range(1, len(objectives), 2):
        said.extend(_aligned(plan, objectives, actors, lower, lower - 1))
    step = span / (len(said) + 1)
    changes: list[Change] = []
    for number, (stream_id, event, actor) in enumerate(said):
        at = begin + step * (number + 1)
        changes.append(Change(at, stream_id, event, actor))
        if isinstance(event, KeyResultAdded):
            key_results.append(
                KeyResult(event.key_result_id, stream_id, event.kind, at, actor, event.title)
            )
    return changes, key_results


def _added(key_result_id: UUID, number: int) -> KeyResultAdded:
    """A metric from 0 to 100; every tenth is a yes or no."""
    if is_boolean(number):
        return KeyResultAdded(
            key_result_id=key_result_id, title=f"Key result {number}: launch", kind=Kind.BOOLEAN
        )
    return KeyResultAdded(
        key_result_id=key_result_id,
        title=f"Key result {number}: from 0 to 100 customers",
        kind=Kind.METRIC,
        unit="customers",
        direction=Direction.INCREASE,
        baseline=Decimal(0),
        target=Decimal(100),
    )


def _aligned(
    plan: Plan, objectives: Sequence[UUID], actors: Sequence[Actor], lower: int, upper: int
) -> Iterator[tuple[UUID, Event, Actor]]:
    start, finish = objectives[lower], objectives[upper]
    proposed = AlignmentProposed(
        alignment_id=uuid5(start, "alignment"),
        cycle_id=plan.cycle_id,
        start=End(type="objective", id=start, objective_id=start),
        finish=End(type="objective", id=finish, objective_id=finish),
        relation=Relation.SUPPORTS,
        awaiting="to",
    )
    agreed = Moved(old=AlignmentState.PROPOSED, new=AlignmentState.ACCEPTED)
    accepted = AlignmentAccepted(alignment_id=proposed.alignment_id, state=agreed)
    yield graph_id(plan.cycle_id), proposed, actors[lower]
    yield graph_id(plan.cycle_id), accepted, actors[upper]
