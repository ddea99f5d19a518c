"""The answers of a retrospective, told the slow and obvious way from the records alone.

Written without a look at the projections: for every question the records are folded again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from domain import scores
from domain.check_ins.correcting import CheckInCorrected
from domain.check_ins.measuring import CheckedIn
from domain.check_ins.retracting import CheckInRetracted
from domain.cycles.steps import CycleOpened
from domain.key_results.adding import KeyResultAdded
from domain.key_results.adjusting import TargetAdjusted
from domain.objectives.publishing import ObjectivePublished
from domain.record import Record
from tests import oracle
from tests.oracle import Thing, things_at

TICK = timedelta(microseconds=1)
WEEK = timedelta(days=7)


class Measured(NamedTuple):
    """A check-in that stands."""

    at: datetime
    rank: int
    entered: datetime
    value: Any
    confidence: int | None


class Story:
    """What the records known at a position say of a quarter, asked once it has ended.

    It is over by the calendar then, whether or not anybody is known to have begun to score.
    """

    def __init__(self, records: Iterable[Record], known: int, end: datetime) -> None:
        self.records = [one for one in records if one.position <= known]
        self.known = known
        self.end = end
        self.opened = next(
            one.effective_at for one in self.records if isinstance(one.event, CycleOpened)
        )
        self.last = self.at(datetime.max.replace(tzinfo=end.tzinfo))

    def at(self, instant: datetime) -> dict[UUID, Thing]:
        return things_at(self.records, instant, self.known)

    def key_results(self) -> Iterator[UUID]:
        """Those of objectives that were published."""
        for one in self.last:
            if "direction" in self.last[one] and self.published(one) is not None:
                yield one

    def published(self, key_result: UUID) -> datetime | None:
        home = self.last[key_result]["objective_id"]
        shown = (
            one.effective_at
            for one in self.records
            if one.stream_id == home and isinstance(one.event, ObjectivePublished)
        )
        return next(shown, None)

    def lives(self, key_result: UUID) -> bool:
        thing = self.last[key_result]
        dropped = self.last[thing["objective_id"]]["outcome"] == "dropped"
        return thing["state"] == "live" and not dropped

    def agreed_at(self, key_result: UUID) -> datetime:
        added = next(
            one.effective_at
            for one in self.records
            if isinstance(one.event, KeyResultAdded) and one.event.key_result_id == key_result
        )
        shown = self.published(key_result)
        assert shown is not None
        return max(added, shown, self.opened)

    def check_ins(self, key_result: UUID) -> list[Measured]:
        """Those that stand, in the order in which they were measured."""
        found: dict[UUID, Measured] = {}
        for one in self.records:
            event = one.event
            if getattr(event, "key_result_id", None) != key_result:
                continue
            if isinstance(event, CheckedIn):
                found[event.check_in_id] = Measured(
                    one.effective_at, one.position, one.recorded_at, event.value, event.confidence
                )
            elif isinstance(event, CheckInCorrected):
                moved = event.new_values()
                old = found[event.check_in_id]
                found[event.check_in_id] = old._replace(
                    at=moved.get("measured_at", old.at),
                    rank=one.position,
                    value=moved.get("value", old.value),
                )
            elif isinstance(event, CheckInRetracted):
                del found[event.check_in_id]
        return sorted(found.values())

    def ends(self, key_result: UUID) -> datetime:
        """When work on it ended for good: with the quarter, its drop, or its objective's close."""
        instants = {one.effective_at for one in self.records if one.effective_at < self.end}
        ended = self.end
        for instant in sorted(instants, reverse=True):
            things = self.at(instant)
            if key_result not in things:
                break
            home = things[things[key_result]["objective_id"]]
            if things[key_result]["state"] == "live" and home["state"] != "closed":
                break
            ended = instant
        return ended

    def final(self, key_result: UUID, measure: Thing) -> Fraction | None:
        """What the last measurement comes to by some measure, between 0 and 1."""
        thing = self.last[key_result]
        if "value" not in thing:
            return None
        found = oracle.progress(measure | {"value": thing["value"]})
        return None if found is None else min(max(found, Fraction(0)), Fraction(1))


Move = tuple[UUID, Any, Any, datetime, Fraction | None, int | None]


def moves(story: Story) -> list[Move]:
    """Every target that moved after it was agreed, with progress and confidence before."""
    found: list[Move] = []
    for key_result in story.key_results():
        own = [
            one
            for one in story.records
            if isinstance(one.event, TargetAdjusted) and one.event.key_result_id == key_result
        ]
        own.sort(key=lambda one: (one.effective_at, one.position))
        began = next(
            one.effective_at
            for one in story.records
            if isinstance(one.event, KeyResultAdded) and one.event.key_result_id == key_result
        )
        last, kept = began, list[tuple[datetime, Any, Any]]()
        for one in own:
            assert isinstance(one.event, TargetAdjusted)
            wrong = one.reason is not None and one.reason.code == "was_wrong"
            if wrong and one.effective_at == last:
                if kept:
                    kept[-1] = (kept[-1][0], kept[-1][1], one.event.target.new)
                continue
            last = one.effective_at
            kept.append((last, one.event.target.old, one.event.target.new))
        for at, old, new in kept:
            if at > story.agreed_at(key_result) and old != new:
                thing = story.at(at - TICK)[key_result]
                found.append(
                    (key_result, old, new, at, oracle.progress(thing), thing.get("confidence"))
                )
    return sorted(found, key=lambda one: (one[3], one[0]))


def by_original(story: Story) -> dict[UUID, tuple[Fraction | None, Fraction | None]]:
    """What each measured key result that lives scores by both measures."""
    return {
        one: (
            story.final(one, story.at(story.agreed_at(one))[one]),
            story.final(one, story.last[one]),
        )
        for one in story.key_results()
        if story.lives(one) and "value" in story.last[one]
    }


def brier(story: Story) -> tuple[int, Fraction, Fraction] | None:
    """How many forecasts there are, their Brier score and their bias."""
    errors: list[Fraction] = []
    for one in story.key_results():
        if not story.lives(one):
            continue
        attained = story.final(one, story.last[one])
        if attained is None:
            given = story.last[one].get("agreed_score")
            attained = None if given is None else Fraction(given)
        if attained is None:
            continue
        weeks: dict[date, int] = {}
        for told in story.check_ins(one):
            if told.confidence is not None and story.opened <= told.at < story.end:
                day = told.at.date()
                weeks[day - timedelta(days=day.weekday())] = told.confidence
        errors += [Fraction(level, 10) - (attained >= 1) for level in weeks.values()]
    if not errors:
        return None
    n = len(errors)
    return n, sum((one**2 for one in errors), Fraction(0)) / n, sum(errors, Fraction(0)) / n


def warnings(story: Story) -> dict[UUID, datetime]:
    """When each key result first warned."""
    found: dict[UUID, datetime] = {}
    for one in story.key_results():
        before: int | None = None
        for told in story.check_ins(one):
            if told.confidence is None or not story.opened <= told.at < story.end:
                continue
            steep = before is not None and before - told.confidence >= 3 and told.confidence < 7
            if told.confidence < 4 or steep:
                found[one] = told.at
                break
            before = told.confidence
    return found


def rhythm(story: Story) -> dict[UUID, tuple[int, int, int]]:
    """Of each key result the whole weeks, those with a check-in, and the check-ins."""
    found: dict[UUID, tuple[int, int, int]] = {}
    for one in story.key_results():
        agreed, until = story.agreed_at(one), story.ends(one)
        first = agreed.replace(hour=0, minute=0, second=0, microsecond=0)
        made = [told.at for told in story.check_ins(one) if first <= told.at <= until]
        weeks = 0
        while first + (weeks + 1) * WEEK <= until:
            weeks += 1
        kept = sum(
            any(first + week * WEEK <= at < first + (week + 1) * WEEK for at in made)
            for week in range(weeks)
        )
        found[one] = (weeks, kept, len(made)) if until > agreed else (0, 0, 0)
    return found


def frozen(story: Story) -> set[int]:
    """Where the changes stand that came after the freeze, those of alignments left out."""
    shown = {story.last[one]["objective_id"] for one in story.key_results()}
    shown |= {one.stream_id for one in story.records if isinstance(one.event, ObjectivePublished)}
    return {one.position for one in story.records if one.after_freeze and one.stream_id in shown}


def scored(story: Story) -> list[tuple[UUID, Any, Any]]:
    """Which scores replaced another one, and by what."""
    mine = set(story.key_results())
    return sorted(
        (one.event.key_result_id, one.event.score.old, one.event.score.new)
        for one in story.records
        if isinstance(one.event, scores.KeyResultScored)
        and one.event.score.old is not None
        and one.event.key_result_id in mine
    )
