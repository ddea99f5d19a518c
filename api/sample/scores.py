"""How results are judged: by their owners first, then by the people around the table."""

from datetime import date
from typing import Any

from api.sample.changes import current_keeper, is_quiet
from api.sample.drafting import keeper
from api.sample.journal import UNTIL, Journal, Why
from api.sample.people import owner_of, superior, voice
from api.sample.periods import PERIODS
from api.sample.plans import Aim, Chapter, Goal
from api.sample.series import reading
from api.sample.standing import Standing, known, latest
from domain.measures import Measure, progress

Judged = list[tuple[float, float]]
"""Weights and scores."""

LATE: Why = ("other", "The meeting was cancelled twice; we agreed on this after the close.")


def write_scores(journal: Journal, chapter: Chapter, standing: Standing) -> None:
    """Score every key result and objective of a chapter whose scoring has begun."""
    period = PERIODS[chapter.key]
    first = period.scoring + 1
    if period.after(first) > UNTIL:
        return
    for number, goal in enumerate(chapter.goals):
        _score_goal(journal, chapter, goal, standing, "self", period.after(first + number % 2))
        if chapter.agreed:
            late = goal.scored == "late"
            day = period.after(14 if late else first + 2 + number % 2)
            _score_goal(journal, chapter, goal, standing, "agreed", day, LATE if late else None)


def attained(chapter: Chapter, key_result_id: str, aim: Aim, standing: Standing) -> float | None:
    """The progress between 0 and 1 that the latest check-in means, against the final target."""
    fields = latest(standing, key_result_id)
    if fields is None:
        return None
    part = progress(_measure(chapter, key_result_id, aim), reading(fields))
    return None if part is None else min(max(float(part), 0.0), 1.0)


_MOVES = ("adjust_target", "adjust_baseline", "change_measure")


def _measure(chapter: Chapter, key_result_id: str, aim: Aim) -> Measure:
    moves: dict[str, Any] = {}
    for change in chapter.changes:
        if change.of == key_result_id and change.action in _MOVES:
            moves |= change.fields
    return Measure.model_validate(aim.measure.model_dump() | moves)


def _score_goal(
    journal: Journal,
    chapter: Chapter,
    goal: Goal,
    standing: Standing,
    kind: str,
    day: date,
    why: Why | None = None,
) -> None:
    objective_id = chapter.objective_id(goal)
    judged: Judged = []
    standing = known(standing, day)
    for number, aim in enumerate(goal.aims, 1):
        key_result_id = f"{objective_id}-kr{number}"
        if is_quiet(chapter, key_result_id, day):
            continue
        part = attained(chapter, key_result_id, aim, standing) or 0.0
        score = _judge(journal, key_result_id, kind, part)
        judged.append((float(aim.fields.get("weight", 1)), score))
        actor = _judge_of(chapter, key_result_id, aim, kind, day)
        _write(journal, "key_result", key_result_id, kind, score, day, actor, why)
    if judged:
        owner = owner_of(objective_id)
        actor = voice(owner, day) if kind == "self" else superior(owner, day)
        score = round(sum(w * s for w, s in judged) / sum(w for w, _ in judged), 2)
        _write(journal, "objective", objective_id, kind, score, day, actor, why)


def _judge(journal: Journal, key_result_id: str, kind: str, part: float) -> float:
    """Owners are generous to themselves; the table rounds to the nearest twentieth."""
    chance = journal.chance(key_result_id, kind)
    if kind == "self":
        return round(min(part + chance.choice((0, 0, 0.05, 0.1)), 1.0), 2)
    strict = 0.05 if 0.4 < part < 0.9 and chance.random() < 0.3 else 0
    return round(round((part - strict) * 20) / 20, 2)


def _judge_of(chapter: Chapter, key_result_id: str, aim: Aim, kind: str, day: date) -> str:
    if kind == "agreed":
        return superior(owner_of(key_result_id), day)
    return current_keeper(chapter, key_result_id, keeper(chapter, key_result_id, aim), day)


def _write(
    journal: Journal,
    entity: str,
    entity_id: str,
    kind: str,
    score: float,
    day: date,
    actor: str,
    why: Why | None,
) -> None:
    line_id = f"{entity_id}-{kind}-score"
    fields: dict[str, Any] = {f"{entity}_id": entity_id, "score": score, "kind": kind}
    first = 13 if entity == "objective" else 9
    journal.write(
        line_id,
        f"score_{entity}",
        journal.moment(day, line_id, first, first + 3),
        actor,
        why=why,
        **fields,
    )
