"""How every key result and objective went, week by week: what plots are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Literal, NamedTuple, cast

from pydantic import Field

from domain.measures import weighted_mean
from projections.entity_states import State
from projections.retrospective.account import Account, thing
from projections.retrospective.findings import Number, Party, Shape, Thing
from projections.retrospective.original_targets import counts_otherwise
from projections.retrospective.period import instant
from projections.retrospective.stories import KeyResultStory, ObjectiveStory, progress_by
from projections.retrospective.weeks import Week, weeks_of
from projections.rollup import exact, shown

Status = Literal["on_track", "at_risk", "off_track", "stale", "unknown"]


class CourseWeek(Shape):
    """How something stood when an ISO week ended, or at the end of what is known."""

    week: Annotated[str, Field(examples=["2026-W10"])]
    at: datetime
    progress: Annotated[Number | None, Field(description="By the measure that held then.")]
    progress_by_original: Annotated[
        Number | None, Field(description="By the measure that work began with.")
    ]
    progress_by_final: Annotated[
        Number | None, Field(description="By the measure that holds in the end.")
    ]
    confidence: Number | None


class KeyResultWeek(CourseWeek):
    """One cell of the heat strip."""

    status: Annotated[Status | None, Field(description="Null while it did not live.")]


class KeyResultCourse(Shape):
    """A key result over the weeks of the cycle."""

    key_result: Thing
    owner: Party
    weeks: tuple[KeyResultWeek, ...]


class ObjectiveCourse(Shape):
    """An objective with its key results over the weeks of the cycle."""

    objective: Thing
    owner: Party
    weeks: tuple[CourseWeek, ...]
    key_results: tuple[KeyResultCourse, ...]


def courses(account: Account) -> list[ObjectiveCourse]:
    """The courses of an account's objectives, and of those that only a key result of is in it."""
    weeks = weeks_of(account.start, account.period.until, account.zone)
    mine = {one.id for one in account.key_results}
    shown_ones = {one.state["id"]: one for one in account.objectives}
    for one in account.key_results:
        objective = account.objective_of(one)
        shown_ones.setdefault(objective.state["id"], objective)
    return [_objective(account, one, mine, weeks) for one in shown_ones.values()]


class _Course(NamedTuple):
    key_result: KeyResultStory
    weeks: tuple[KeyResultWeek, ...]


def _objective(
    account: Account, objective: ObjectiveStory, mine: set[str], weeks: list[Week]
) -> ObjectiveCourse:
    parts = [_Course(one, _weeks(account, one, weeks)) for one in account.parts_of(objective)]
    return ObjectiveCourse(
        objective=thing(objective.state),
        owner=account.owner(objective.state),
        weeks=tuple(_together(parts, number, week) for number, week in enumerate(weeks)),
        key_results=tuple(
            KeyResultCourse(
                key_result=thing(one.key_result.state),
                owner=account.owner_of(one.key_result),
                weeks=one.weeks,
            )
            for one in parts
            if one.key_result.id in mine
        ),
    )


def _weeks(
    account: Account, key_result: KeyResultStory, weeks: list[Week]
) -> tuple[KeyResultWeek, ...]:
    original, final = account.original(key_result), key_result.state
    return tuple(_week(key_result, week, original, final) for week in weeks)


def _week(key_result: KeyResultStory, week: Week, original: State, final: State) -> KeyResultWeek:
    reading, measure = key_result.reading_at(week.at), key_result.measure_at(week.at)
    progress = None if reading is None else reading.progress

    def by(other: State) -> Number | None:
        return progress_by(other, reading) if counts_otherwise(other, measure) else progress

    return KeyResultWeek(
        week=week.name,
        at=instant(week.at),
        progress=progress,
        progress_by_original=by(original),
        progress_by_final=by(final),
        confidence=None if reading is None else reading.confidence,
        status=_status(key_result, week.at),
    )


def _status(key_result: KeyResultStory, at: int) -> Status | None:
    for spell in key_result.spells:
        if spell.start <= at and (spell.end is None or at < spell.end):
            return cast("Status", spell.status)
    return None


def _together(parts: Sequence[_Course], number: int, week: Week) -> CourseWeek:
    """An objective's week: the weighted means of its key results that lived then."""
    living = [
        (exact(one.key_result.measure_at(week.at)["weight"]), one.weeks[number])
        for one in parts
        if one.weeks[number].status is not None
    ]
    levels = [told.confidence for _, told in living if told.confidence is not None]
    return CourseWeek(
        week=week.name,
        at=instant(week.at),
        progress=_mean([(weight, told.progress) for weight, told in living]),
        progress_by_original=_mean(
            [(weight, told.progress_by_original) for weight, told in living]
        ),
        progress_by_final=_mean([(weight, told.progress_by_final) for weight, told in living]),
        confidence=shown(Fraction(sum(map(exact, levels)), len(levels)), 2) if levels else None,
    )


def _mean(parts: list[tuple[Fraction, Number | None]]) -> Number | None:
    """A weighted mean in which the unknown is 0; unknown where nothing was measured."""
    if all(progress is None for _, progress in parts):
        return None
    known = [(weight, None if part is None else exact(part)) for weight, part in parts]
    return shown(weighted_mean(known), 4)
