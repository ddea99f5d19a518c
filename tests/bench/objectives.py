"""What a cycle is made of: its plan, its changes, and the ids of its objectives and key results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID, uuid5

from domain.measures import Kind
from domain.record import Event
from domain.values import Actor, Reason

OBJECTIVE_SIZE = 5
"""Key results of one objective."""


class Change(NamedTuple):
    """One event with its stream, its times and its author."""

    recorded_at: datetime
    stream_id: UUID
    event: Event
    actor: Actor
    effective_at: datetime | None = None
    """None means when it was recorded."""
    reason: Reason | None = None
    after_freeze: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """One cycle: when it starts, who works in it, and how many changes it has in all."""

    name: str
    cycle_id: UUID
    starts: datetime
    unit_id: UUID
    people: tuple[UUID, ...]
    key_results: int
    changes: int
    closes: bool


@dataclass(slots=True)
class KeyResult:
    """What the next change of a key result needs to know."""

    id: UUID
    objective_id: UUID
    kind: Kind
    added_at: datetime
    actor: Actor
    title: str
    target: int = 100
    weight: int = 1
    latest: tuple[UUID, datetime, Decimal | bool] | None = None
    """The check-in that counts, when it was measured, and what it says."""


def objective_ids(cycle_id: UUID, key_results: int) -> list[UUID]:
    """The objectives of a cycle."""
    count = -(-key_results // OBJECTIVE_SIZE)
    return [uuid5(cycle_id, f"objective {number}") for number in range(count)]


def key_result_ids(cycle_id: UUID, key_results: int) -> list[UUID]:
    """The key results of a cycle, those of one objective side by side."""
    return [uuid5(cycle_id, f"key result {number}") for number in range(key_results)]


def metric_ids(cycle_id: UUID, key_results: int) -> list[UUID]:
    """The key results of a cycle that are measured in numbers, those of one objective together."""
    ids = key_result_ids(cycle_id, key_results)
    return [one for number, one in enumerate(ids) if not is_boolean(number)]


def is_boolean(number: int) -> bool:
    """Whether the key result of that number is a yes or no; every tenth is."""
    return number % 10 == 9
