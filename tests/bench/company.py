"""Companies of any size: valid histories, the same at every call and quick to make.

Four departments run a cycle each quarter, side by side. The newest quarter is still at work; it
also has the small cycle of a team. A history of another size has the same newest cycle.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.cycles.planning import CyclePlanned, Rhythm
from domain.cycles.steps import CycleClosed, CycleFrozen, CycleOpened, ScoringStarted
from domain.log import Entry
from domain.people import PersonRegistered
from domain.record import Event, Record
from domain.rules import CycleState
from domain.units.forming import UnitFormed, UnitKind
from domain.units.members import MemberJoined, Role
from domain.values import Actor, Moved
from tests.bench.drafting import drafts
from tests.bench.objectives import Change, Plan
from tests.bench.working import activity, scores

SOURCE = "bench"
NEWEST_QUARTER = datetime(2026, 1, 5, tzinfo=UTC)
QUARTER = timedelta(days=91)
DEPARTMENTS = ("Sales", "Product", "Engineering", "Operations")
DRAFTING, WORKING, FREEZING, SCORING = (timedelta(days=days) for days in (3, 85, 60, 2))
TEAM_CHANGES_EACH = 16


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a history is, and whether its changes are spread over cycles.

    `cycle_changes` is how many changes the smallest history holds, and what every further cycle
    adds; where the history is `crowded` they all fall into the newest cycle instead.
    """

    changes: int
    crowded: bool = False
    key_results: int = 600
    cycle_changes: int = 10_000
    people: int = 40
    team: int = 50
    """Key results of the team's cycle."""

    @property
    def name(self) -> str:
        """A name for databases, in small letters, digits and underscores."""
        return f"{'crowded' if self.crowded else 'spread'}_{self.changes}_{self.key_results}"


def named(word: str, name: object) -> UUID:
    """The id of the thing of that kind and name."""
    return uuid5(NAMESPACE_URL, f"{SOURCE} {word} {name}")


NEWEST, TEAM = named("cycle", 0), named("cycle", "team")


def plans(shape: Shape) -> list[Plan]:
    """The cycles of a company, the newest first and the team's last."""
    team_changes = shape.team * TEAM_CHANGES_EACH
    beside = len(list(_founding(shape))) + team_changes
    newest = (shape.changes if shape.crowded else shape.cycle_changes) - beside
    rest = 0 if shape.crowded else shape.changes - shape.cycle_changes
    further, left_over = divmod(rest, shape.cycle_changes)
    if left_over or rest < 0:
        raise ValueError(f"A spread history has a multiple of {shape.cycle_changes} changes.")
    large = [
        _plan(shape, str(number), number, shape.key_results, shape.cycle_changes)
        for number in range(1, further + 1)
    ]
    return [
        _plan(shape, "0", 0, shape.key_results, newest),
        *large,
        _plan(shape, "team", 0, shape.team, team_changes),
    ]


def _plan(shape: Shape, name: str, number: int, key_results: int, changes: int) -> Plan:
    quarters_ago, department = divmod(number, len(DEPARTMENTS))
    return Plan(
        name=name,
        cycle_id=named("cycle", name),
        starts=NEWEST_QUARTER - QUARTER * quarters_ago,
        unit_id=named("unit", DEPARTMENTS[department]),
        people=tuple(named("person", one) for one in range(shape.people)),
        key_results=key_results,
        changes=changes,
        closes=quarters_ago > 0,
    )


def changes(shape: Shape) -> Iterator[Change]:
    """Every change of a company, in the order in which it was recorded."""
    quarters: dict[datetime, list[Iterator[Change]]] = {}
    for plan in plans(shape):
        quarters.setdefault(plan.starts, []).append(_cycle(plan))
    yield from _founding(shape, min(quarters) - timedelta(days=1))
    for starts in sorted(quarters):
        yield from heapq.merge(*quarters[starts], key=lambda change: change.recorded_at)


def entries(shape: Shape) -> Iterator[Entry]:
    """The changes as entries for the log, each with its version."""
    random = Random(SOURCE)
    versions: dict[UUID, int] = {}
    for change in changes(shape):
        version = versions[change.stream_id] = versions.get(change.stream_id, 0) + 1
        effective_at = change.effective_at or change.recorded_at
        record = Record(
            event_id=UUID(int=random.getrandbits(128), version=4),
            stream_id=change.stream_id,
            version=version,
            event=change.event,
            stored_at=change.recorded_at,
            recorded_at=change.recorded_at,
            effective_at=effective_at,
            actor=change.actor,
            reason=change.reason,
            after_freeze=change.after_freeze,
            source=SOURCE,
        )
        yield Entry(record, change.recorded_at, effective_at)


def _founding(shape: Shape, at: datetime = NEWEST_QUARTER) -> Iterator[Change]:
    """The people and units that every history begins with."""
    service = Actor(id=SOURCE, kind="import")
    company = named("unit", "Company")
    people = [named("person", number) for number in range(shape.people)]
    for number, person in enumerate(people):
        yield Change(at, person, PersonRegistered(name=f"Person {number}"), service)
    formed = UnitFormed(name="Company", kind=UnitKind.COMPANY)
    yield Change(at, company, formed, service)
    for name in DEPARTMENTS:
        formed = UnitFormed(name=name, kind=UnitKind.DEPARTMENT, parent_id=company)
        yield Change(at, named("unit", name), formed, service)
    for number, person in enumerate(people):
        unit = named("unit", DEPARTMENTS[number % len(DEPARTMENTS)])
        role = Role.LEAD if number < len(DEPARTMENTS) else Role.MEMBER
        yield Change(at, unit, MemberJoined(person_id=person, role=role), service)


def _cycle(plan: Plan) -> Iterator[Change]:
    """Everything that happens in a cycle, as many changes as are planned."""
    random = Random(plan.name)
    opening, freezing, closing = _steps(plan)
    drafted, key_results = drafts(plan, random, opening[-1].recorded_at, DRAFTING)
    scored = len(key_results) if plan.closes else 0
    left = plan.changes - len(opening) - len(drafted) - 1 - scored - len(closing)
    if left < 0:
        raise ValueError(f"{plan.changes} changes are too few for {plan.key_results} key results.")
    begin = plan.starts + DRAFTING
    working = activity(plan, key_results, random, begin, WORKING, left, freezing.recorded_at)
    yield from chain(opening, drafted)
    yield from heapq.merge(working, [freezing], key=lambda change: change.recorded_at)
    if plan.closes:
        scoring, close = closing
        yield scoring
        yield from scores(key_results, random, scoring.recorded_at, SCORING)
        yield close


def _steps(plan: Plan) -> tuple[list[Change], Change, list[Change]]:
    """A cycle's own changes: planned and opened, frozen, and scored and closed if it is over."""
    lead = Actor(id=str(plan.people[0]), kind="person")

    def step(after: timedelta, event: Event) -> Change:
        return Change(plan.starts + after, plan.cycle_id, event, lead)

    planned = CyclePlanned(
        name=f"{plan.starts:%Y} {plan.name}",
        kind=Rhythm.QUARTER,
        starts_on=plan.starts.date(),
        ends_on=(plan.starts + QUARTER).date() - timedelta(days=1),
        unit_id=plan.unit_id,
    )
    opened = CycleOpened(state=Moved(old=CycleState.PLANNED, new=CycleState.OPEN))
    frozen = CycleFrozen(state=Moved(old=CycleState.OPEN, new=CycleState.FROZEN))
    scoring = ScoringStarted(state=Moved(old=CycleState.FROZEN, new=CycleState.SCORING))
    closed = CycleClosed(state=Moved(old=CycleState.SCORING, new=CycleState.CLOSED))
    over = DRAFTING + WORKING
    closing = [step(over, scoring), step(over + SCORING, closed)] if plan.closes else []
    opening = [step(timedelta(0), planned), step(timedelta(seconds=1), opened)]
    return opening, step(FREEZING, frozen), closing
