"""One company's small history in which every command is carried out and every event happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from domain import people, reviews, scores
from domain.alignments.answering import AcceptAlignment, DeclineAlignment, WithdrawAlignment
from domain.alignments.edges import EndId, Relation
from domain.alignments.proposing import ProposeAlignment
from domain.alignments.supporting import SupportObjectives
from domain.check_ins.correcting import CorrectCheckIn
from domain.check_ins.measuring import Blocker, CheckInKeyResult
from domain.check_ins.retracting import RetractCheckIn
from domain.cycles.placing import MoveCycle
from domain.cycles.planning import PlanCycle, RenameCycle, RescheduleCycle, Rhythm
from domain.cycles.steps import CloseCycle, FreezeCycle, OpenCycle, ReopenCycle, StartScoring
from domain.key_results.adding import AddKeyResult
from domain.key_results.adjusting import AdjustBaseline, AdjustTarget, ChangeMeasure
from domain.key_results.dropping import DropKeyResult, RestoreKeyResult
from domain.key_results.editing import (
    ChangeKeyResultCommitment,
    MoveDeadline,
    ReassignKeyResult,
    ReweightKeyResult,
    RewordKeyResult,
)
from domain.measures import Direction, Kind, Milestone
from domain.objectives.carrying_over import CarryOverObjective
from domain.objectives.closing import CloseObjective, Outcome, ReopenObjective
from domain.objectives.drafting import DraftObjective
from domain.objectives.editing import (
    ChangeCommitment,
    ReassignObjective,
    ReweightObjective,
    RewordObjective,
)
from domain.objectives.promoting import PromoteKeyResult
from domain.objectives.publishing import PublishObjective
from domain.record import Command
from domain.units.forming import DissolveUnit, FormUnit, MoveUnit, RenameUnit, UnitKind
from domain.units.members import JoinUnit, LeaveUnit, Role
from domain.values import Actor, Commitment, Owner, Reason, ReasonCode

_IDS = UUID("5e0f1d3a-8a6f-4d1c-9a53-0c6f6d2a7b10")


def named(name: str) -> UUID:
    """The id of the thing of that name, the same in every run."""
    return uuid5(_IDS, name)


@dataclass(frozen=True, slots=True)
class Step:
    """A command and its circumstances; the clock stands at `now` when it is carried out."""

    now: datetime
    command: Command
    actor: Actor
    reason: Reason | None = None
    effective_at: datetime | None = None
    source: str = "api"
    assumed: tuple[str, ...] = ()

    @property
    def imported(self) -> bool:
        return self.source != "api"


ANNA, BEN = named("Anna"), named("Ben")
COMPANY, SALES, SUPPORT, PILOT = (named(name) for name in ("Company", "Sales", "Support", "Pilot"))
YEAR, Q1, Q2 = (named(name) for name in ("2026", "2026 Q1", "2026 Q2"))
GROWTH, LOYALTY, REACH = (named(name) for name in ("Growth", "Loyalty", "Reach"))
PARTNERS, NEXT_GROWTH = named("Partners"), named("Growth goes on")
REVENUE, LAUNCH, ROLLOUT = (named(name) for name in ("Revenue", "Launch", "Rollout"))
FIRST, SECOND = named("first check-in"), named("second check-in")
REVIEW, ACTION = named("review"), named("action")
SUPPORTS, DECLINED, WITHDRAWN = (named(f"edge {number}") for number in (1, 2, 3))

LOCAL = Actor(id="local", kind="service")
BY_ANNA = Actor(id=str(ANNA), kind="person")
BY_BEN = Actor(id=str(BEN), kind="person")
SALES_OWN = Owner(type="unit", id=SALES)
SUPPORT_OWN = Owner(type="unit", id=SUPPORT)

WAS_WRONG = Reason(code=ReasonCode.WAS_WRONG, text="A typing error.")
WORLD_CHANGED = Reason(code=ReasonCode.WORLD_CHANGED, text="Two clients merged.")
IN_WORDS = Reason(text="Agreed in the steering meeting.")


def on(month: int, day: int, hour: int = 9) -> datetime:
    """A full hour on a day of 2026."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def _objective_end(objective_id: UUID) -> EndId:
    return EndId(type="objective", id=objective_id)


def _propose(alignment_id: UUID, start: UUID, finish: UUID) -> Command:
    return ProposeAlignment(
        alignment_id=alignment_id,
        start=_objective_end(start),
        finish=_objective_end(finish),
        relation=Relation.SUPPORTS,
    )


def _supports(*objective_ids: UUID) -> Command:
    return SupportObjectives(key_result_id=REVENUE, supports=objective_ids)


_ORGANISATION: tuple[Command, ...] = (
    people.RegisterPerson(person_id=ANNA, name="Anna", email="anna@example.org"),
    people.RegisterPerson(person_id=BEN, name="Ben"),
    people.RenamePerson(person_id=BEN, name="Ben Berg"),
    people.ChangeContact(person_id=BEN, email="ben@example.org"),
    FormUnit(unit_id=COMPANY, name="Company", kind=UnitKind.COMPANY),
    FormUnit(unit_id=SALES, name="Sales", kind=UnitKind.TEAM, parent_id=COMPANY),
    FormUnit(unit_id=SUPPORT, name="Support", kind=UnitKind.TEAM),
    FormUnit(unit_id=PILOT, name="Pilot", kind=UnitKind.TEAM),
    RenameUnit(unit_id=SUPPORT, name="Customer support"),
    MoveUnit(unit_id=SUPPORT, parent_id=COMPANY),
    DissolveUnit(unit_id=PILOT),
    JoinUnit(unit_id=SALES, person_id=ANNA, role=Role.LEAD),
    JoinUnit(unit_id=SUPPORT, person_id=BEN, role=Role.LEAD),
    JoinUnit(unit_id=SALES, person_id=BEN),
    LeaveUnit(unit_id=SALES, person_id=BEN),
)

_CYCLES: tuple[Command, ...] = (
    PlanCycle(
        cycle_id=Q1,
        name="Q1",
        kind=Rhythm.QUARTER,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 3, 30),
    ),
    PlanCycle(cycle_id=YEAR, name="2026", kind=Rhythm.YEAR),
    PlanCycle(cycle_id=Q2, name="2026 Q2", starts_on=date(2026, 4, 1), parent_id=YEAR),
    RenameCycle(cycle_id=Q1, name="2026 Q1"),
    RescheduleCycle(cycle_id=Q1, ends_on=date(2026, 3, 31)),
    MoveCycle(cycle_id=Q1, parent_id=YEAR),
    OpenCycle(cycle_id=Q1),
)

_AGREED: tuple[Command, ...] = (
    DraftObjective(
        objective_id=GROWTH,
        cycle_id=Q1,
        owner=SALES_OWN,
        title="Grow in the north",
        commitment=Commitment.COMMITTED,
    ),
    DraftObjective(
        objective_id=LOYALTY, cycle_id=Q1, owner=SUPPORT_OWN, title="Customers recommend us"
    ),
    DraftObjective(objective_id=REACH, cycle_id=YEAR, owner=SALES_OWN, title="Be known abroad"),
    PublishObjective(objective_id=GROWTH),
    RewordObjective(objective_id=GROWTH, title="Grow in the north and the west"),
    ReweightObjective(objective_id=GROWTH, weight=Decimal(2)),
    ChangeCommitment(objective_id=GROWTH, commitment=Commitment.ASPIRATIONAL),
    ReassignObjective(objective_id=LOYALTY, owner=Owner(type="person", id=BEN)),
    AddKeyResult(
        key_result_id=REVENUE,
        objective_id=GROWTH,
        title="Revenue a month",
        unit="EUR",
        direction=Direction.INCREASE,
        baseline=Decimal(100_000),
        target=Decimal(150_000),
        supports=(REACH,),
    ),
    AddKeyResult(key_result_id=LAUNCH, objective_id=GROWTH, title="Launch", kind=Kind.BOOLEAN),
    AddKeyResult(
        key_result_id=ROLLOUT,
        objective_id=GROWTH,
        title="Rollout",
        kind=Kind.MILESTONES,
        milestones=(Milestone(name="Pilot"), Milestone(name="Everywhere", weight=Decimal(3))),
    ),
    RewordKeyResult(key_result_id=REVENUE, title="Revenue per month"),
    ReweightKeyResult(key_result_id=REVENUE, weight=Decimal(3)),
    ReassignKeyResult(key_result_id=REVENUE, owner=Owner(type="person", id=ANNA)),
    ChangeKeyResultCommitment(key_result_id=REVENUE, commitment=Commitment.COMMITTED),
    MoveDeadline(key_result_id=REVENUE, deadline=date(2026, 3, 20)),
    DropKeyResult(key_result_id=LAUNCH),
    RestoreKeyResult(key_result_id=LAUNCH),
    PromoteKeyResult(
        new_objective_id=PARTNERS, key_result_id=REVENUE, owner=SALES_OWN, cycle_id=Q1
    ),
)

_CHECKED_IN = CheckInKeyResult(
    check_in_id=FIRST,
    key_result_id=REVENUE,
    value=Decimal(112_500),
    confidence=6,
    note="Two of three partners signed.",
    blockers=(
        Blocker(
            text="The third contract waits for legal.",
            owner=Owner(type="person", id=ANNA),
            next_action="Call on Monday",
        ),
    ),
)
_SECOND = CheckInKeyResult(check_in_id=SECOND, key_result_id=REVENUE, value=Decimal(120_000))

_REVIEWED = reviews.ReviewObjective(
    review_id=REVIEW,
    objective_id=GROWTH,
    stage=reviews.Stage.FINAL,
    recall="More revenue from the north.",
    evaluation="A quarter of the way.",
    causes="Contracts took twice as long as planned.",
    lessons="Ask legal in the first week.",
    decision=reviews.Conclusion.CARRY_OVER,
    actions=(
        reviews.Action(
            action_id=ACTION, text="A template contract", owner=ANNA, due_on=date(2026, 4, 15)
        ),
    ),
)
_CARRIED_OVER = CarryOverObjective(
    new_objective_id=NEXT_GROWTH, objective_id=GROWTH, cycle_id=Q2, keep=(REVENUE,)
)
_SCORED = scores.ScoreKeyResult(key_result_id=REVENUE, score=Decimal("0.3"))


_A_MONTH: tuple[Command, ...] = (
    PlanCycle(cycle_id=named("2026-03"), name="2026-03", parent_id=Q1),
    DraftObjective(
        objective_id=named("Fair"), cycle_id=named("2026-03"), owner=SALES_OWN, title="Shine at it"
    ),
    _propose(named("edge 4"), named("Fair"), REACH),
)


def story() -> list[Step]:
    """Every step, in the order in which it was recorded."""
    adjust = AdjustTarget(key_result_id=REVENUE, target=Decimal(140_000))
    baseline = AdjustBaseline(key_result_id=REVENUE, baseline=Decimal(98_000))
    measure = ChangeMeasure(key_result_id=REVENUE, commit=Decimal(120_000))
    otherwise = ChangeMeasure(
        key_result_id=REVENUE, baseline=Decimal(97_000), target=Decimal(145_000)
    )
    imported = people.RegisterPerson(person_id=named("old"), external_id="employee-17")
    correct = CorrectCheckIn(key_result_id=REVENUE, check_in_id=FIRST, value=Decimal(115_200))
    completed = reviews.CompleteAction(objective_id=GROWTH, review_id=REVIEW, action_id=ACTION)
    return [
        *(Step(on(1, 5), command, LOCAL) for command in _ORGANISATION),
        *(Step(on(1, 6), command, LOCAL) for command in _CYCLES),
        *(Step(on(1, 7), command, BY_ANNA) for command in _AGREED),
        Step(on(1, 8), _propose(SUPPORTS, GROWTH, LOYALTY), BY_ANNA),
        Step(on(1, 9), AcceptAlignment(alignment_id=SUPPORTS), BY_BEN),
        Step(on(1, 9), WithdrawAlignment(alignment_id=SUPPORTS), BY_BEN),
        Step(on(1, 12), _propose(DECLINED, GROWTH, LOYALTY), BY_ANNA),
        Step(on(1, 13), DeclineAlignment(alignment_id=DECLINED), BY_BEN),
        Step(on(1, 14), _propose(WITHDRAWN, GROWTH, REACH), BY_ANNA),
        Step(on(1, 15), baseline, BY_ANNA, WAS_WRONG, on(1, 7)),
        Step(on(1, 15), measure, BY_ANNA, WORLD_CHANGED),
        Step(on(1, 21), _CHECKED_IN, BY_ANNA, effective_at=on(1, 20)),
        Step(on(1, 22), correct, BY_ANNA, WAS_WRONG),
        Step(on(1, 23), _SECOND, BY_ANNA),
        Step(
            on(1, 26),
            RetractCheckIn(key_result_id=REVENUE, check_in_id=SECOND),
            BY_ANNA,
            WAS_WRONG,
        ),
        Step(on(1, 30), FreezeCycle(cycle_id=Q1), LOCAL),
        Step(on(2, 10), adjust, BY_ANNA, WORLD_CHANGED),
        Step(
            on(2, 11),
            imported,
            Actor(id="hr-export", kind="import"),
            effective_at=on(2, 2),
            source="import:hr",
            assumed=("at",),
        ),
        Step(on(3, 30), StartScoring(cycle_id=Q1), LOCAL),
        Step(on(3, 30), _SCORED, BY_ANNA),
        Step(on(3, 31), scores.ScoreObjective(objective_id=GROWTH, score=Decimal("0.3")), BY_ANNA),
        Step(
            on(3, 31),
            CloseObjective(objective_id=LOYALTY, outcome=Outcome.MISSED),
            BY_BEN,
            IN_WORDS,
        ),
        Step(on(3, 31), ReopenObjective(objective_id=LOYALTY), BY_BEN, IN_WORDS),
        Step(on(4, 1), _REVIEWED, BY_ANNA),
        Step(on(4, 1), reviews.AcknowledgeReview(objective_id=GROWTH, review_id=REVIEW), BY_BEN),
        Step(on(4, 2), _CARRIED_OVER, BY_ANNA),
        Step(on(4, 2), CloseCycle(cycle_id=Q1), LOCAL),
        Step(on(4, 10), completed, BY_ANNA, IN_WORDS),
        Step(on(4, 13), ReopenCycle(cycle_id=Q1, to="scoring"), LOCAL),
        Step(on(4, 14), otherwise, BY_ANNA, WAS_WRONG),
        *(Step(on(4, 15), command, LOCAL) for command in _A_MONTH),
        *(Step(on(4, 16), _supports(*said), LOCAL, IN_WORDS) for said in ((LOYALTY,), ())),
    ]
