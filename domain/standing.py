"""Whether an objective or key result still takes part: the states, and the refusals they cause."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from domain.errors import KeyResultIsDropped, ObjectiveStateForbids

if TYPE_CHECKING:
    from domain.key_results.key_result import KeyResult
    from domain.objectives.objective import Objective
    from domain.record import Context


class ObjectiveState(StrEnum):
    """A draft is seen by its owner and leads; published by all; closed has an outcome."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class KeyResultState(StrEnum):
    """Whether a key result still counts."""

    LIVE = "live"
    DROPPED = "dropped"


def objective_must_be_live(objective: Objective, context: Context) -> None:
    """Refuse to change a closed objective; an import may, since it tells what did happen."""
    if objective.state is ObjectiveState.CLOSED and not context.imported:
        raise ObjectiveStateForbids("The objective is closed; reopen it first.")


def key_result_must_be_live(key_result: KeyResult, context: Context) -> None:
    """Refuse to change a dropped key result; an import may, since it tells what did happen."""
    if key_result.state is KeyResultState.DROPPED and not context.imported:
        raise KeyResultIsDropped("The key result is dropped; restore it first.")
