"""Scores: what people judge at the end of a cycle, beside what can be computed."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.errors import ReasonRequired
from domain.measures import ONE, ZERO, weighted_mean
from domain.record import Command, Context, Event, Fact
from domain.rules import Activity, permit
from domain.standing import KeyResultState, key_result_must_be_live
from domain.times import existed, forwards_at
from domain.values import Id, Moved, Score, Text

if TYPE_CHECKING:
    from domain.book import Book
    from domain.key_results.key_result import KeyResult
    from domain.objectives.objective import Objective


class ScoreKind(StrEnum):
    """Who judged: the owner alone, or the people around the table."""

    SELF = "self"
    AGREED = "agreed"


class Band(StrEnum):
    """The colour of a score."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


def band(score: Decimal) -> Band:
    """Red below 0.4, yellow from 0.4, green from 0.7.

    Google's published grades leave gaps between the bands; these are our borders.
    """
    if score < Decimal("0.4"):
        return Band.RED
    return Band.YELLOW if score < Decimal("0.7") else Band.GREEN


# Events: topics and fields are the storage format.


class KeyResultScored(Event):
    """A key result was judged; a second score keeps the first.

    `computed` is the progress at that time, between 0 and 1, to two decimals.
    """

    TOPIC: ClassVar[str] = "key-result.scored"
    key_result_id: UUID
    kind: ScoreKind
    score: Moved[Score | None]
    computed: Score | None = None
    note: Text = ""


class ObjectiveScored(Event):
    """An objective was judged; `computed` is the weighted mean of its key results' progress."""

    TOPIC: ClassVar[str] = "objective.scored"
    kind: ScoreKind
    score: Moved[Score | None]
    computed: Score | None = None
    note: Text = ""


ScoreEvent = KeyResultScored | ObjectiveScored


# Commands and their decisions.


class ScoreKeyResult(Command):
    """Judge a key result."""

    NAME: ClassVar[str] = "score_key_result"
    key_result_id: Id
    score: Score
    kind: ScoreKind = ScoreKind.AGREED
    note: Text = ""


class ScoreObjective(Command):
    """Judge an objective."""

    NAME: ClassVar[str] = "score_objective"
    objective_id: Id
    score: Score
    kind: ScoreKind = ScoreKind.AGREED
    note: Text = ""


ScoreCommand = ScoreKeyResult | ScoreObjective


def decide(book: Book, command: ScoreCommand, context: Context) -> tuple[Fact, ...]:
    """What happens when a key result or an objective is scored."""
    if isinstance(command, ScoreKeyResult):
        objective, key_result = book.key_result(command.key_result_id)
        key_result_must_be_live(key_result, context)
        scored, computed = key_result, computed_score(key_result, context.effective)
    else:
        objective = book.objective(command.objective_id)
        scored, computed = objective, computed_objective_score(objective, context.effective)
    old = scored.scores.get(command.kind)
    if old == command.score:
        return ()
    after_freeze = permit(book.cycle(objective.cycle_id).state, Activity.SCORE, context)
    if old is not None and context.reason is None and not context.imported:
        raise ReasonRequired(f"It is scored {old} already; give a reason to score it again.")
    existed(context, scored)
    for name in scored_fields(command.kind):
        forwards_at(context, scored, name)
    fields = {
        "kind": command.kind,
        "score": {"old": old, "new": command.score},
        "computed": computed,
        "note": command.note,
    }
    if isinstance(command, ScoreKeyResult):
        event = KeyResultScored.model_validate(fields | {"key_result_id": command.key_result_id})
    else:
        event = ObjectiveScored.model_validate(fields)
    return (Fact(objective.id, event, after_freeze),)


def scored_fields(kind: ScoreKind) -> tuple[str, str]:
    """The fields that a score of this kind moves: what was judged, and what was computed then."""
    return f"{kind}_score", "computed_score"


def computed_score(key_result: KeyResult, at: datetime) -> Decimal | None:
    """Progress at an instant between 0 and 1, to two decimals; None when it is unknown."""
    return _as_score(key_result.progress_at(at))


def computed_objective_score(objective: Objective, at: datetime) -> Decimal | None:
    """The weighted mean of the capped progress of live key results, unknown counted as 0."""
    live = [one for one in objective.key_results.values() if one.state is KeyResultState.LIVE]
    return _as_score(weighted_mean([(one.weight, _capped(one.progress_at(at))) for one in live]))


def _capped(progress: Decimal | None) -> Decimal | None:
    return None if progress is None else min(max(progress, ZERO), ONE)


def _as_score(progress: Decimal | None) -> Decimal | None:
    capped = _capped(progress)
    return None if capped is None else capped.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
