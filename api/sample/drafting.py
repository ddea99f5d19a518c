"""How goals come into being: drafted, carried over or promoted, given key results, published."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from api.sample.journal import Journal, Why
from api.sample.people import home, is_person, keepers, owner_of, voice
from api.sample.periods import PERIODS
from api.sample.plans import Aim, Chapter, Goal

DrawnUp = Mapping[str, Aim]
"""Every key result planned so far, by id."""


def write_goals(journal: Journal, chapter: Chapter, before: DrawnUp) -> dict[str, Aim]:
    """Draft and publish the goals of a chapter; `before` holds the key results of earlier ones."""
    period = PERIODS[chapter.key]
    for number, goal in enumerate(chapter.goals):
        if goal.carried:
            _carry_over(journal, chapter, goal, before)
            published = period.day(4)
        elif goal.promoted:
            _promote(journal, chapter, goal)
            published = period.day(6)
        else:
            _draft(journal, chapter, goal, period.day(period.drafted + number % 4))
            published = period.day(period.drafted + 5 + number % 4)
        if goal.published:
            _publish(journal, chapter.objective_id(goal), published)
    for key_result_id, _goal, aim in chapter.aims():
        if aim.added is not None:
            _add(journal, chapter, key_result_id, aim, period.day(aim.added))
    return {**before, **{key_result_id: aim for key_result_id, _goal, aim in chapter.aims()}}


def owner_field(owner: str) -> dict[str, str]:
    return {"type": "person" if is_person(owner) else "unit", "id": owner}


def keeper(chapter: Chapter, key_result_id: str, aim: Aim) -> str | None:
    """The person that a key result is given to; None where its objective's owner keeps it."""
    owner = owner_of(key_result_id)
    if is_person(owner) or aim.owner is not None:
        return aim.owner
    period = PERIODS[chapter.key]
    people = keepers(owner, period.day(period.drafted), min(period.ends, date(2026, 10, 30)))
    place = int(key_result_id[-1]) + 3 * int(key_result_id.split("-")[2][1:])
    return people[place % len(people)]


def _draft(journal: Journal, chapter: Chapter, goal: Goal, day: date) -> None:
    objective_id, owner = chapter.objective_id(goal), owner_of(f"x-{goal.key}")
    at = journal.moment(day, objective_id, 8, 14)
    optional: dict[str, Any] = {
        "description": goal.description,
        "commitment": goal.commitment,
        "weight": None if goal.weight == 1 else goal.weight,
    }
    journal.write(
        objective_id,
        "draft_objective",
        at,
        voice(owner, day),
        cycle_id=chapter.key,
        owner=owner_field(owner),
        title=goal.title,
        **{name: value for name, value in optional.items() if value},
    )
    for number, aim in enumerate(goal.aims, 1):
        if aim.added is None:
            key_result_id = f"{objective_id}-kr{number}"
            at += timedelta(minutes=journal.chance(key_result_id, "pause").randrange(3, 19))
            _write_key_result(journal, chapter, key_result_id, aim, at)


def _add(journal: Journal, chapter: Chapter, key_result_id: str, aim: Aim, day: date) -> None:
    at = journal.moment(day, key_result_id, 9, 12)
    _write_key_result(journal, chapter, key_result_id, aim, at)


def _write_key_result(
    journal: Journal, chapter: Chapter, key_result_id: str, aim: Aim, at: datetime
) -> None:
    owner = keeper(chapter, key_result_id, aim)
    fields: dict[str, Any] = dict(aim.fields)
    if owner is not None:
        fields["owner"] = owner_field(owner)
    journal.write(
        key_result_id,
        "add_key_result",
        at,
        voice(owner_of(key_result_id), at.date()),
        why=aim.why,
        objective_id=key_result_id.rpartition("-")[0],
        title=aim.title,
        **fields,
    )


def _publish(journal: Journal, objective_id: str, day: date) -> None:
    line_id = f"{objective_id}-publish"
    at = journal.moment(day, line_id, 13, 17)
    actor = voice(owner_of(objective_id), day)
    journal.write(line_id, "publish_objective", at, actor, objective_id=objective_id)


def _promote(journal: Journal, chapter: Chapter, goal: Goal) -> None:
    """Make a key result an objective of another unit, which agrees a day later."""
    objective_id, source = chapter.objective_id(goal), str(goal.promoted)
    owner, period = owner_of(objective_id), PERIODS[chapter.key]
    link_id = f"{source}-to-{objective_id}"
    journal.write(
        objective_id,
        "promote_key_result",
        journal.moment(period.day(3), objective_id, 9, 12),
        voice(owner_of(source), period.day(3)),
        key_result_id=source,
        cycle_id=chapter.key,
        owner=owner_field(owner),
        title=goal.title,
        alignment_id=link_id,
    )
    journal.write(
        f"{link_id}-accept",
        "accept_alignment",
        journal.moment(period.day(4), link_id, 9, 12),
        voice(owner, period.day(4)),
        alignment_id=link_id,
    )


def _carry_over(journal: Journal, chapter: Chapter, goal: Goal, before: DrawnUp) -> None:
    """Continue an objective with its first key results, and say how they differ from before."""
    if goal.carried is None:
        return
    source, why = goal.carried
    objective_id, day = chapter.objective_id(goal), PERIODS[chapter.key].day(2)
    actor = voice(owner_of(objective_id), day)
    numbers = range(1, len(goal.aims) + 1)
    journal.write(
        objective_id,
        "carry_over_objective",
        journal.moment(day, objective_id, 9, 12),
        actor,
        objective_id=source,
        cycle_id=chapter.key,
        keep=[f"{source}-kr{number}" for number in numbers],
        new_ids=[f"{objective_id}-kr{number}" for number in numbers],
    )
    for number, aim in enumerate(goal.aims, 1):
        key_result_id = f"{objective_id}-kr{number}"
        _drift(journal, key_result_id, before[f"{source}-kr{number}"], aim, why, day)


def _drift(journal: Journal, key_result_id: str, old: Aim, new: Aim, why: Why, day: date) -> None:
    """Move target and baseline from what the copy brought along to what is aimed at now."""
    since_when = ("world_changed", "We count from where the last quarter ended.")
    for hour, field, reason in ((13, "target", why), (14, "baseline", since_when)):
        value = new.fields.get(field)
        if value == old.fields.get(field):
            continue
        line_id = f"{key_result_id}-{field}"
        journal.write(
            line_id,
            f"adjust_{field}",
            journal.moment(day, line_id, hour, hour + 1),
            voice(owner_of(key_result_id), day),
            why=reason,
            key_result_id=key_result_id,
            **{field: value},
        )


def unit_of(entity_id: str) -> str:
    """The unit that the owner of an entity is, or works in."""
    return home(owner_of(entity_id))
