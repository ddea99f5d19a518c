"""Which check-ins stand: what was measured when, what it says now, and since when that is known."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Stood:
    """A check-in that stands, with what it says."""

    measured_at: datetime
    recorded_at: datetime
    fields: dict[str, Any]


Standing = dict[str, dict[str, Stood]]
"""By key result the check-ins that stand, by id."""


def known(standing: Standing, day: date) -> Standing:
    """What was recorded before a day."""
    return {
        key_result_id: {key: one for key, one in made.items() if one.recorded_at.date() < day}
        for key_result_id, made in standing.items()
    }


def latest(standing: Standing, key_result_id: str) -> dict[str, Any] | None:
    """What the check-in says that was measured last; None where there is none."""
    made = standing.get(key_result_id, {}).values()
    return max(made, key=lambda one: one.measured_at).fields if made else None
