"""States named for what they are, as steps for `given`; an id's first digits show its kind.

`aaaaaaaa…` is a person, `bbbbbbbb…` a unit, `cccccccc…` a cycle, `0b0b0b0b…` an objective,
`4e4e4e4e…` a key result, `5c5c5c5c…` a check-in, `7e7e7e7e…` a review, `ac7ac7ac…` an action of
one, `edededed…` an edge.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.alignments.edges import EndId, Relation
from domain.alignments.proposing import ProposeAlignment
from domain.check_ins.measuring import CheckInKeyResult
from domain.cycles.planning import PlanCycle, Rhythm
from domain.cycles.steps import CloseCycle, FreezeCycle, OpenCycle, StartScoring
from domain.key_results.adding import AddKeyResult
from domain.measures import Direction, Kind, Milestone
from domain.objectives.drafting import DraftObjective
from domain.objectives.publishing import PublishObjective
from domain.people import RegisterPerson
from domain.record import Command
from domain.reviews import Action, Conclusion, ReviewObjective, Stage
from domain.rules import CycleState
from domain.units.forming import FormUnit, UnitKind
from domain.units.members import JoinUnit, Role
from domain.values import Owner, Reason, ReasonCode
from tests.spec import Steps


def uid(mark: str, number: int) -> UUID:
    """The id of the thing of that number among those with that mark."""
    return UUID(f"{mark}-0000-4000-8000-{number:012d}")


ANNA, BEN, CARA = (uid("aaaaaaaa", number) for number in (1, 2, 3))
COMPANY, SALES, SUPPORT = (uid("bbbbbbbb", number) for number in (1, 2, 3))
YEAR, Q1, Q2 = (uid("cccccccc", number) for number in (1, 2, 3))
GROWTH, LOYALTY, SPEED = (uid("0b0b0b0b", number) for number in (1, 2, 3))
REVENUE, LAUNCH, ROLLOUT = (uid("4e4e4e4e", number) for number in (1, 2, 3))
FIRST_CHECK_IN, SECOND_CHECK_IN = (uid("5c5c5c5c", number) for number in (1, 2))
REVIEW = uid("7e7e7e7e", 1)
CALL_CUSTOMERS, HIRE = (uid("ac7ac7ac", number) for number in (1, 2))
EDGE, OTHER_EDGE, THIRD_EDGE = (uid("edededed", number) for number in (1, 2, 3))
UNKNOWN = uid("dddddddd", 404)

WAS_WRONG = Reason(code=ReasonCode.WAS_WRONG)
WORLD_CHANGED = Reason(code=ReasonCode.WORLD_CHANGED)
IN_WORDS = Reason(text="The board asked for it.")


def person(person_id: UUID) -> Owner:
    return Owner(type="person", id=person_id)


def unit(unit_id: UUID) -> Owner:
    return Owner(type="unit", id=unit_id)


def objective_end(objective_id: UUID) -> EndId:
    return EndId(type="objective", id=objective_id)


def key_result_end(key_result_id: UUID) -> EndId:
    return EndId(type="key_result", id=key_result_id)


# People and units. Anna leads Sales, Cara is a member of it; Ben leads Support.

PEOPLE: Steps = (
    RegisterPerson(person_id=ANNA, name="Anna", email="anna@example.org"),
    RegisterPerson(person_id=BEN, name="Ben"),
    RegisterPerson(person_id=CARA, name="Cara"),
)
AN_ORGANISATION: Steps = (
    PEOPLE,
    FormUnit(unit_id=COMPANY, name="Company", kind=UnitKind.COMPANY),
    FormUnit(unit_id=SALES, name="Sales", kind=UnitKind.DEPARTMENT, parent_id=COMPANY),
    FormUnit(unit_id=SUPPORT, name="Support", kind=UnitKind.DEPARTMENT, parent_id=COMPANY),
    JoinUnit(unit_id=SALES, person_id=ANNA, role=Role.LEAD),
    JoinUnit(unit_id=SALES, person_id=CARA),
    JoinUnit(unit_id=SUPPORT, person_id=BEN, role=Role.LEAD),
)


# Cycles. The first quarter stands in the year.


def plan(cycle_id: UUID, **fields: Any) -> PlanCycle:
    """A quarter of 2026, or whatever the fields say."""
    quarter: dict[str, Any] = {
        "name": "2026 Q1",
        "kind": Rhythm.QUARTER,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 3, 31),
    }
    return PlanCycle(cycle_id=cycle_id, **(quarter | fields))


def moved_on(to: CycleState, cycle_id: UUID = Q1) -> tuple[Command, ...]:
    """The steps of a planned cycle to a state."""
    steps: dict[CycleState, Command] = {
        CycleState.OPEN: OpenCycle(cycle_id=cycle_id),
        CycleState.FROZEN: FreezeCycle(cycle_id=cycle_id),
        CycleState.SCORING: StartScoring(cycle_id=cycle_id),
        CycleState.CLOSED: CloseCycle(cycle_id=cycle_id),
    }
    states = list(CycleState)
    return tuple(steps[state] for state in states[1 : states.index(to) + 1])


def a_cycle_that_is(state: CycleState) -> Steps:
    """The first quarter in a state, with nothing in it."""
    return (A_PLANNED_CYCLE, moved_on(state))


A_PLANNED_CYCLE: Steps = (
    AN_ORGANISATION,
    plan(YEAR, name="2026", kind=Rhythm.YEAR, ends_on=date(2026, 12, 31)),
    plan(Q1, parent_id=YEAR),
)
AN_OPEN_CYCLE: Steps = a_cycle_that_is(CycleState.OPEN)
NEXT_CYCLE: Steps = (
    plan(Q2, name="2026 Q2", starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30), parent_id=YEAR),
)
FREEZE: Steps = (FreezeCycle(cycle_id=Q1),)
SCORE: Steps = (StartScoring(cycle_id=Q1),)
CLOSE: Steps = (StartScoring(cycle_id=Q1), CloseCycle(cycle_id=Q1))


# Objectives and key results. Growth belongs to Sales, Loyalty to Support, Speed to Cara.


def draft(objective_id: UUID = GROWTH, **fields: Any) -> DraftObjective:
    """An objective of Sales in the first quarter, or whatever the fields say."""
    given: dict[str, Any] = {"cycle_id": Q1, "owner": unit(SALES), "title": "Grow in the north"}
    return DraftObjective(objective_id=objective_id, **(given | fields))


def add(key_result_id: UUID = REVENUE, **fields: Any) -> AddKeyResult:
    """A metric of Growth that counts from 0 to 100, or whatever the fields say."""
    given: dict[str, Any] = {"objective_id": GROWTH, "title": "Revenue"}
    if fields.get("kind", Kind.METRIC) is Kind.METRIC:
        given |= {"direction": Direction.INCREASE, "baseline": 0, "target": 100, "unit": "EUR"}
    return AddKeyResult(key_result_id=key_result_id, **(given | fields))


def check_in(
    value: Any = None, check_in_id: UUID = FIRST_CHECK_IN, **fields: Any
) -> CheckInKeyResult:
    """A check-in on Revenue, or whatever the fields say."""
    given: dict[str, Any] = {"key_result_id": REVENUE, "value": value}
    return CheckInKeyResult(check_in_id=check_in_id, **(given | fields))


STEPS = (
    Milestone(name="Built"),
    Milestone(name="Tested", weight=Decimal(1)),
    Milestone(name="Shipped", weight=Decimal(2)),
)

A_DRAFTED_OBJECTIVE: Steps = (AN_OPEN_CYCLE, draft())
A_PUBLISHED_OBJECTIVE: Steps = (A_DRAFTED_OBJECTIVE, PublishObjective(objective_id=GROWTH))
A_METRIC: Steps = (A_PUBLISHED_OBJECTIVE, add())
A_BOOLEAN: Steps = (A_PUBLISHED_OBJECTIVE, add(LAUNCH, title="Launch", kind=Kind.BOOLEAN))
A_ROLLOUT: Steps = (
    A_PUBLISHED_OBJECTIVE,
    add(ROLLOUT, title="Rollout", kind=Kind.MILESTONES, milestones=STEPS),
)
A_CHECK_IN: Steps = (A_METRIC, check_in(40, confidence=7, note="A good start"))
THREE_OBJECTIVES: Steps = (
    A_METRIC,
    draft(LOYALTY, owner=unit(SUPPORT), title="Customers stay"),
    draft(SPEED, owner=person(CARA), title="Answer fast"),
)


# What follows an objective: edges and reviews.


def propose(
    start: UUID | EndId, finish: UUID | EndId, alignment_id: UUID = EDGE, **fields: Any
) -> ProposeAlignment:
    """An edge between two ends, `supports` unless the fields say otherwise."""
    given: dict[str, Any] = {
        "start": start if isinstance(start, EndId) else objective_end(start),
        "finish": finish if isinstance(finish, EndId) else objective_end(finish),
        "relation": Relation.SUPPORTS,
    }
    return ProposeAlignment(alignment_id=alignment_id, **(given | fields))


def review(review_id: UUID = REVIEW, **fields: Any) -> ReviewObjective:
    """A final review of Growth with one action, or whatever the fields say."""
    given: dict[str, Any] = {
        "objective_id": GROWTH,
        "stage": Stage.FINAL,
        "lessons": "Ask earlier.",
        "decision": Conclusion.KEEP,
        "actions": (Action(action_id=CALL_CUSTOMERS, text="Call ten customers", owner=ANNA),),
    }
    return ReviewObjective(review_id=review_id, **(given | fields))


A_REVIEW: Steps = (A_PUBLISHED_OBJECTIVE, review())
