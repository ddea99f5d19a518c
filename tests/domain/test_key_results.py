"""Key results: added to an objective, and in support of others."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

import pytest

from domain.alignments.answering import AlignmentAccepted
from domain.alignments.edges import AlignmentState, End, Relation
from domain.alignments.proposing import AlignmentProposed
from domain.errors import (
    AlignmentCycleMismatch,
    AlignmentEndNotLive,
    AlignmentExists,
    AlignmentWithItself,
    AlreadyExists,
    EffectiveBeforeItExisted,
    MeasureInvalid,
    NotYoursToAlign,
    ObjectiveNotFound,
    ObjectiveStateForbids,
    PersonNotFound,
    Refusal,
    UnitDissolvedAlready,
    UnitNotFound,
)
from domain.key_results.adding import AddKeyResult, KeyResultAdded
from domain.key_results.editing import ReassignKeyResult
from domain.measures import Direction, Kind
from domain.objectives.closing import CloseObjective, Outcome
from domain.people import RegisterPerson
from domain.record import Command
from domain.units.forming import DissolveUnit
from domain.values import Commitment, Moved
from tests.builders import (
    A_METRIC,
    A_PUBLISHED_OBJECTIVE,
    ANNA,
    CARA,
    GROWTH,
    LAUNCH,
    LOYALTY,
    NEXT_CYCLE,
    Q1,
    Q2,
    REVENUE,
    ROLLOUT,
    SPEED,
    STEPS,
    SUPPORT,
    THREE_OBJECTIVES,
    UNKNOWN,
    add,
    draft,
    person,
    uid,
    unit,
)
from tests.spec import NOW, Steps, done, given, on

HUNDRED = Decimal(100)

ENDED = CloseObjective(objective_id=GROWTH, outcome=Outcome.PARTIAL)


def test_an_objective_gets_a_metric() -> None:
    given(A_PUBLISHED_OBJECTIVE).when(
        add(
            description="Net",
            commit=50,
            stretch=150,
            owner=person(CARA),
            commitment=Commitment.ASPIRATIONAL,
            weight=2,
            deadline=date(2026, 3, 1),
        )
    ).then(
        KeyResultAdded(
            key_result_id=REVENUE,
            title="Revenue",
            description="Net",
            kind=Kind.METRIC,
            unit="EUR",
            direction=Direction.INCREASE,
            baseline=Decimal(0),
            target=HUNDRED,
            commit=Decimal(50),
            stretch=Decimal(150),
            owner=person(CARA),
            commitment=Commitment.ASPIRATIONAL,
            weight=Decimal(2),
            deadline=date(2026, 3, 1),
        )
    ).not_marked().effective_at(NOW)


def test_an_objective_gets_milestones() -> None:
    given(A_PUBLISHED_OBJECTIVE).when(
        AddKeyResult(
            key_result_id=ROLLOUT,
            objective_id=GROWTH,
            title="Rollout",
            kind=Kind.MILESTONES,
            milestones=STEPS,
        )
    ).then(
        KeyResultAdded(
            key_result_id=ROLLOUT, title="Rollout", kind=Kind.MILESTONES, milestones=STEPS
        )
    )


def test_a_key_result_is_a_metric_unless_said_otherwise() -> None:
    given(A_PUBLISHED_OBJECTIVE).when(
        AddKeyResult(key_result_id=REVENUE, objective_id=GROWTH, title="Revenue")
    ).then(KeyResultAdded(key_result_id=REVENUE, title="Revenue", kind=Kind.METRIC))


def supports(objective_id: UUID, awaiting: str = "to") -> AlignmentProposed:
    return AlignmentProposed.model_validate(
        {
            "alignment_id": uuid5(REVENUE, str(objective_id)),
            "cycle_id": Q1,
            "start": End(type="key_result", id=REVENUE, objective_id=GROWTH),
            "finish": End(type="objective", id=objective_id, objective_id=objective_id),
            "relation": Relation.SUPPORTS,
            "awaiting": awaiting,
        }
    )


ADDED = KeyResultAdded(
    key_result_id=REVENUE,
    title="Revenue",
    kind=Kind.METRIC,
    unit="EUR",
    direction=Direction.INCREASE,
    baseline=Decimal(0),
    target=HUNDRED,
)
ONLY_OBJECTIVES: Steps = (
    A_PUBLISHED_OBJECTIVE,
    draft(LOYALTY, owner=unit(SUPPORT)),
    draft(SPEED, owner=person(CARA)),
)


def test_a_new_key_result_may_support_further_objectives() -> None:
    given(ONLY_OBJECTIVES).when(add(supports=(LOYALTY, SPEED)), by=ANNA).then(
        ADDED, supports(LOYALTY), supports(SPEED)
    )


def test_support_is_accepted_at_once_where_the_actor_speaks_for_both() -> None:
    given(ONLY_OBJECTIVES).when(add(supports=(LOYALTY,))).then(
        ADDED,
        supports(LOYALTY),
        AlignmentAccepted(
            alignment_id=uuid5(REVENUE, str(LOYALTY)),
            state=Moved(old=AlignmentState.PROPOSED, new=AlignmentState.ACCEPTED),
        ),
    )


@pytest.mark.parametrize("owner", [ANNA, CARA])
def test_its_owner_and_its_objectives_owner_speak_for_a_new_key_result(owner: UUID) -> None:
    owned = ADDED.model_copy(update={"owner": person(CARA)})
    given(ONLY_OBJECTIVES).when(add(supports=(LOYALTY,), owner=person(CARA)), by=owner).then(
        owned, supports(LOYALTY)
    )


@pytest.mark.parametrize(
    ("command", "refusal", "message"),
    [
        (add(objective_id=UNKNOWN), ObjectiveNotFound, f"no objective {UNKNOWN}"),
        (add(owner=person(UNKNOWN)), PersonNotFound, f"no person {UNKNOWN}"),
        (add(owner=unit(UNKNOWN)), UnitNotFound, f"no unit {UNKNOWN}"),
        (add(LAUNCH, kind=Kind.BOOLEAN, target=1), MeasureInvalid, "Leave out target"),
        (add(supports=(UNKNOWN,)), ObjectiveNotFound, f"no objective {UNKNOWN}"),
        (add(supports=(GROWTH,)), AlignmentWithItself, "two ends"),
        (add(supports=(LOYALTY, LOYALTY)), AlignmentExists, "aligned like this already"),
        (add(GROWTH), AlreadyExists, f"{GROWTH} is taken"),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_key_result_that_contradicts_itself_is_not_added(
    command: Command, refusal: type[Refusal], message: str, imported: bool
) -> None:
    field = "target" if refusal is MeasureInvalid else None
    given(ONLY_OBJECTIVES).when(command, imported=imported).then_refused(refusal, message, field)


def test_a_key_result_is_added_only_once_whatever_the_objective() -> None:
    given(THREE_OBJECTIVES).when(add(REVENUE, objective_id=LOYALTY)).then_refused(
        AlreadyExists, f"{REVENUE} is taken"
    )


def test_nobody_adds_support_who_speaks_for_neither_end() -> None:
    given(ONLY_OBJECTIVES).when(add(supports=(LOYALTY,)), by=CARA).then_refused(
        NotYoursToAlign, "Ask the owner"
    )


def test_a_key_result_does_not_support_a_closed_objective() -> None:
    closed = given(ONLY_OBJECTIVES, CloseObjective(objective_id=LOYALTY, outcome=Outcome.MISSED))
    closed.when(add(supports=(LOYALTY,))).then_refused(AlignmentEndNotLive, "One end is closed")
    closed.when(add(supports=(LOYALTY,)), imported=True).then_accepted()


@pytest.mark.parametrize("imported", [False, True])
def test_a_key_result_does_not_support_an_objective_of_another_branch_of_cycles(
    imported: bool,
) -> None:
    elsewhere = draft(LOYALTY, cycle_id=Q2)
    given(A_PUBLISHED_OBJECTIVE, NEXT_CYCLE, elsewhere).when(
        add(supports=(LOYALTY,)), imported=imported
    ).then_refused(AlignmentCycleMismatch, "or of a cycle above it.")


def test_a_closed_objective_gets_no_key_result() -> None:
    closed = given(A_PUBLISHED_OBJECTIVE, ENDED)
    closed.when(add()).then_refused(ObjectiveStateForbids, "The objective is closed")
    closed.when(add(), imported=True).then_accepted()


@pytest.mark.parametrize(
    "command",
    [
        add(LAUNCH, owner=unit(SUPPORT)),
        ReassignKeyResult(key_result_id=REVENUE, owner=unit(SUPPORT)),
    ],
)
def test_a_key_result_is_not_given_to_a_dissolved_unit(command: Command) -> None:
    dissolved = given(A_METRIC, DissolveUnit(unit_id=SUPPORT))
    dissolved.when(command).then_refused(UnitDissolvedAlready, "Support is dissolved")
    dissolved.when(command, imported=True).then_accepted()


YOUNG_PERSON, YOUNG_OBJECTIVE = uid("aaaaaaaa", 9), uid("0b0b0b0b", 9)


@pytest.mark.parametrize(
    ("young", "command"),
    [
        (draft(YOUNG_OBJECTIVE), add(LAUNCH, objective_id=YOUNG_OBJECTIVE)),
        (draft(YOUNG_OBJECTIVE), add(LAUNCH, supports=(YOUNG_OBJECTIVE,))),
        (RegisterPerson(person_id=YOUNG_PERSON), add(LAUNCH, owner=person(YOUNG_PERSON))),
        (
            RegisterPerson(person_id=YOUNG_PERSON),
            ReassignKeyResult(key_result_id=REVENUE, owner=person(YOUNG_PERSON)),
        ),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_key_result_has_no_part_in_what_came_later(
    young: Command, command: Command, imported: bool
) -> None:
    given(A_METRIC, done(young, at=on(2, 1))).when(
        command, at=on(1, 31), imported=imported
    ).then_refused(EffectiveBeforeItExisted, "did not exist before")
