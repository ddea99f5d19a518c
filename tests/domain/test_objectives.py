"""Objectives: drafted, published, changed, ended and reopened."""

from decimal import Decimal
from uuid import UUID

import pytest

from domain.errors import (
    AlreadyExists,
    CycleNotFound,
    EffectiveBeforeItExisted,
    EffectiveTimeGoesBack,
    ObjectiveNotFound,
    ObjectiveStateForbids,
    PersonNotFound,
    UnitDissolvedAlready,
    UnitNotFound,
)
from domain.objectives.closing import (
    CloseObjective,
    ObjectiveClosed,
    ObjectiveReopened,
    Outcome,
    ReopenObjective,
)
from domain.objectives.drafting import ObjectiveDrafted
from domain.objectives.editing import (
    ChangeCommitment,
    CommitmentChanged,
    ObjectiveReassigned,
    ObjectiveReweighted,
    ObjectiveReworded,
    ReassignObjective,
    ReweightObjective,
    RewordObjective,
)
from domain.objectives.publishing import ObjectivePublished, PublishObjective
from domain.people import RegisterPerson
from domain.record import Command
from domain.standing import ObjectiveState
from domain.units.forming import DissolveUnit, FormUnit, UnitKind
from domain.values import Commitment, Moved
from tests.builders import (
    A_DRAFTED_OBJECTIVE,
    A_METRIC,
    A_PUBLISHED_OBJECTIVE,
    AN_OPEN_CYCLE,
    ANNA,
    GROWTH,
    Q1,
    REVENUE,
    SALES,
    SUPPORT,
    UNKNOWN,
    draft,
    person,
    plan,
    uid,
    unit,
)
from tests.spec import NOW, Steps, done, given, on

CHANGES: list[Command] = [
    PublishObjective(objective_id=GROWTH),
    RewordObjective(objective_id=GROWTH, title="Grow"),
    ReassignObjective(objective_id=GROWTH, owner=unit(SUPPORT)),
    ReweightObjective(objective_id=GROWTH, weight=Decimal(2)),
    ChangeCommitment(objective_id=GROWTH, commitment=Commitment.COMMITTED),
    CloseObjective(objective_id=GROWTH, outcome=Outcome.ACHIEVED),
]
ACHIEVED = CloseObjective(objective_id=GROWTH, outcome=Outcome.ACHIEVED)
A_CLOSED_OBJECTIVE: Steps = (A_PUBLISHED_OBJECTIVE, ACHIEVED)
A_CLOSED_DRAFT: Steps = (A_DRAFTED_OBJECTIVE, ACHIEVED)
A_REOPENED_OBJECTIVE: Steps = (A_CLOSED_OBJECTIVE, ReopenObjective(objective_id=GROWTH))


def test_an_objective_is_drafted_for_a_unit() -> None:
    given(AN_OPEN_CYCLE).when(
        draft(description="North first", commitment=Commitment.ASPIRATIONAL, weight=Decimal("0.5"))
    ).then(
        ObjectiveDrafted(
            cycle_id=Q1,
            owner=unit(SALES),
            title="Grow in the north",
            description="North first",
            commitment=Commitment.ASPIRATIONAL,
            weight=Decimal("0.5"),
        )
    ).not_marked().effective_at(NOW)


def test_an_objective_is_drafted_for_a_person() -> None:
    given(AN_OPEN_CYCLE).when(draft(owner=person(ANNA))).then(
        ObjectiveDrafted(cycle_id=Q1, owner=person(ANNA), title="Grow in the north")
    )


@pytest.mark.parametrize("taken", [GROWTH, REVENUE, SALES])
def test_an_objective_is_drafted_only_once(taken: UUID) -> None:
    given(A_METRIC).when(draft(taken)).then_refused(AlreadyExists, f"{taken} is taken")


def test_an_objective_belongs_to_a_known_cycle() -> None:
    given(AN_OPEN_CYCLE).when(draft(cycle_id=UNKNOWN)).then_refused(CycleNotFound, "no cycle")


@pytest.mark.parametrize(
    "command",
    [
        draft(UNKNOWN, owner=unit(UNKNOWN)),
        ReassignObjective(objective_id=GROWTH, owner=unit(UNKNOWN)),
    ],
)
def test_an_objective_belongs_to_a_known_unit(command: Command) -> None:
    given(A_PUBLISHED_OBJECTIVE).when(command).then_refused(UnitNotFound, f"no unit {UNKNOWN}")


@pytest.mark.parametrize(
    "command",
    [
        draft(UNKNOWN, owner=person(SALES)),
        ReassignObjective(objective_id=GROWTH, owner=person(SALES)),
    ],
)
def test_an_objective_belongs_to_a_known_person(command: Command) -> None:
    given(A_PUBLISHED_OBJECTIVE).when(command).then_refused(PersonNotFound, f"no person {SALES}")


@pytest.mark.parametrize(
    "command",
    [
        draft(UNKNOWN, owner=unit(SUPPORT)),
        ReassignObjective(objective_id=GROWTH, owner=unit(SUPPORT)),
    ],
)
def test_an_objective_is_not_given_to_a_dissolved_unit(command: Command) -> None:
    dissolved = (A_PUBLISHED_OBJECTIVE, DissolveUnit(unit_id=SUPPORT))
    given(dissolved).when(command).then_refused(UnitDissolvedAlready, "Support is dissolved")
    given(dissolved).when(command, imported=True).then_accepted()


YOUNG = uid("aaaaaaaa", 9)


@pytest.mark.parametrize("imported", [False, True])
@pytest.mark.parametrize("owner", [person(YOUNG), unit(YOUNG)])
@pytest.mark.parametrize("new", [False, True])
def test_an_objective_does_not_belong_to_whoever_came_later(
    imported: bool, owner: object, new: bool
) -> None:
    young: Command = (
        RegisterPerson(person_id=YOUNG)
        if owner == person(YOUNG)
        else FormUnit(unit_id=YOUNG, name="Young", kind=UnitKind.TEAM)
    )
    named = {"owner": owner, "objective_id": GROWTH}
    command = draft(UNKNOWN, owner=owner) if new else ReassignObjective.model_validate(named)
    story = given(A_PUBLISHED_OBJECTIVE, done(young, at=on(2, 1)))
    story.when(command, at=on(1, 31), imported=imported).then_refused(
        EffectiveBeforeItExisted, f"{YOUNG} did not exist before"
    )


def test_an_objective_is_not_drafted_before_its_cycle_was_planned() -> None:
    given(AN_OPEN_CYCLE, done(plan(UNKNOWN), at=on(2, 1))).when(
        draft(cycle_id=UNKNOWN), at=on(1, 31)
    ).then_refused(EffectiveBeforeItExisted, f"the cycle {UNKNOWN} did not exist before")


def test_an_objective_is_published() -> None:
    given(A_DRAFTED_OBJECTIVE).when(PublishObjective(objective_id=GROWTH)).then(
        ObjectivePublished(state=Moved(old=ObjectiveState.DRAFT, new=ObjectiveState.PUBLISHED))
    )


def test_an_objective_is_reworded_in_what_is_given() -> None:
    given(A_PUBLISHED_OBJECTIVE).when(
        RewordObjective(objective_id=GROWTH, title="Grow", description="Everywhere")
    ).then(
        ObjectiveReworded(
            title=Moved(old="Grow in the north", new="Grow"),
            description=Moved(old="", new="Everywhere"),
        )
    )


def test_an_objective_loses_its_description_and_keeps_its_title() -> None:
    given(AN_OPEN_CYCLE, draft(description="Everywhere")).when(
        RewordObjective(objective_id=GROWTH, description="")
    ).then(ObjectiveReworded(description=Moved(old="Everywhere", new="")))


def test_an_objective_gets_another_owner() -> None:
    given(A_PUBLISHED_OBJECTIVE).when(
        ReassignObjective(objective_id=GROWTH, owner=person(ANNA))
    ).then(ObjectiveReassigned(owner=Moved(old=unit(SALES), new=person(ANNA))))


def test_an_objective_gets_another_weight() -> None:
    given(A_PUBLISHED_OBJECTIVE).when(
        ReweightObjective(objective_id=GROWTH, weight=Decimal(0))
    ).then(ObjectiveReweighted(weight=Moved(old=Decimal(1), new=Decimal(0))))


def test_an_objective_becomes_a_promise() -> None:
    given(A_PUBLISHED_OBJECTIVE).when(
        ChangeCommitment(objective_id=GROWTH, commitment=Commitment.COMMITTED)
    ).then(CommitmentChanged(commitment=Moved(old=None, new=Commitment.COMMITTED)))


@pytest.mark.parametrize("outcome", Outcome)
def test_an_objective_is_closed_with_an_outcome(outcome: Outcome) -> None:
    given(A_PUBLISHED_OBJECTIVE).when(
        CloseObjective(objective_id=GROWTH, outcome=outcome, note="Well.")
    ).then(
        ObjectiveClosed(
            state=Moved(old=ObjectiveState.PUBLISHED, new=ObjectiveState.CLOSED),
            outcome=Moved(old=None, new=outcome),
            note="Well.",
        )
    )


@pytest.mark.parametrize(
    ("steps", "before"),
    [
        (A_CLOSED_OBJECTIVE, ObjectiveState.PUBLISHED),
        (A_CLOSED_DRAFT, ObjectiveState.DRAFT),
        ((A_REOPENED_OBJECTIVE, ACHIEVED), ObjectiveState.PUBLISHED),
    ],
)
def test_a_reopened_objective_is_what_it_was(steps: Steps, before: ObjectiveState) -> None:
    story = given(steps).when(ReopenObjective(objective_id=GROWTH))
    story.then(
        ObjectiveReopened(
            state=Moved(old=ObjectiveState.CLOSED, new=before),
            outcome=Moved(old=Outcome.ACHIEVED, new=None),
        )
    )
    assert story.book.objective(GROWTH).state is before


def test_a_reopened_objective_is_closed_with_another_outcome() -> None:
    given(A_REOPENED_OBJECTIVE).when(
        CloseObjective(objective_id=GROWTH, outcome=Outcome.MISSED)
    ).then(
        ObjectiveClosed(
            state=Moved(old=ObjectiveState.PUBLISHED, new=ObjectiveState.CLOSED),
            outcome=Moved(old=None, new=Outcome.MISSED),
        )
    )


@pytest.mark.parametrize(
    ("steps", "command"),
    [
        (A_PUBLISHED_OBJECTIVE, PublishObjective(objective_id=GROWTH)),
        (A_CLOSED_OBJECTIVE, PublishObjective(objective_id=GROWTH)),
        (A_PUBLISHED_OBJECTIVE, RewordObjective(objective_id=GROWTH)),
        (
            A_PUBLISHED_OBJECTIVE,
            RewordObjective(objective_id=GROWTH, title="Grow in the north", description=""),
        ),
        (A_PUBLISHED_OBJECTIVE, ReassignObjective(objective_id=GROWTH, owner=unit(SALES))),
        (A_PUBLISHED_OBJECTIVE, ReweightObjective(objective_id=GROWTH, weight=Decimal("1.0"))),
        (A_PUBLISHED_OBJECTIVE, ChangeCommitment(objective_id=GROWTH, commitment=None)),
        (A_CLOSED_OBJECTIVE, ACHIEVED),
        (A_PUBLISHED_OBJECTIVE, ReopenObjective(objective_id=GROWTH)),
        (A_DRAFTED_OBJECTIVE, ReopenObjective(objective_id=GROWTH)),
    ],
)
def test_what_is_so_already_records_nothing(steps: Steps, command: Command) -> None:
    given(steps).when(command, at=on(1, 1)).then_nothing()


@pytest.mark.parametrize("command", [*CHANGES, ReopenObjective(objective_id=GROWTH)])
def test_an_objective_that_nobody_knows_is_refused(command: Command) -> None:
    given(AN_OPEN_CYCLE).when(command).then_refused(ObjectiveNotFound, f"no objective {GROWTH}")


@pytest.mark.parametrize("command", CHANGES[1:5])
def test_a_closed_objective_does_not_change(command: Command) -> None:
    given(A_CLOSED_OBJECTIVE).when(command).then_refused(
        ObjectiveStateForbids, "The objective is closed; reopen it first."
    )


@pytest.mark.parametrize("command", CHANGES[1:5])
def test_an_import_may_change_a_closed_objective(command: Command) -> None:
    given(A_CLOSED_OBJECTIVE).when(command, imported=True).then_accepted()


def test_a_closed_objective_is_not_closed_otherwise() -> None:
    given(A_CLOSED_OBJECTIVE).when(
        CloseObjective(objective_id=GROWTH, outcome=Outcome.MISSED)
    ).then_refused(ObjectiveStateForbids, "The objective was closed as achieved")


def test_an_import_may_close_a_closed_objective_otherwise() -> None:
    given(A_CLOSED_OBJECTIVE).when(
        CloseObjective(objective_id=GROWTH, outcome=Outcome.MISSED), imported=True
    ).then(
        ObjectiveClosed(
            state=Moved(old=ObjectiveState.CLOSED, new=ObjectiveState.CLOSED),
            outcome=Moved(old=Outcome.ACHIEVED, new=Outcome.MISSED),
        )
    )


def test_a_closed_draft_is_not_published() -> None:
    given(A_CLOSED_DRAFT).when(PublishObjective(objective_id=GROWTH)).then_refused(
        ObjectiveStateForbids, "reopen it before publishing it"
    )


def test_an_import_may_publish_a_closed_draft() -> None:
    given(A_CLOSED_DRAFT).when(PublishObjective(objective_id=GROWTH), imported=True).then(
        ObjectivePublished(state=Moved(old=ObjectiveState.CLOSED, new=ObjectiveState.PUBLISHED))
    )


def test_what_an_import_published_after_the_close_is_closed_with_the_same_outcome_again() -> None:
    published = done(PublishObjective(objective_id=GROWTH), imported=True)
    given(A_CLOSED_DRAFT, published).when(ACHIEVED).then_accepted()


@pytest.mark.parametrize("command", CHANGES)
@pytest.mark.parametrize("imported", [False, True])
def test_nothing_happens_to_an_objective_before_it_was_drafted(
    command: Command, imported: bool
) -> None:
    given(AN_OPEN_CYCLE, done(draft(), at=on(2, 1))).when(
        command, at=on(1, 31), imported=imported
    ).then_refused(EffectiveBeforeItExisted, f"the objective {GROWTH} did not exist before")


@pytest.mark.parametrize("imported", [False, True])
def test_a_closed_objective_is_not_reopened_before_it_was_drafted(imported: bool) -> None:
    given(AN_OPEN_CYCLE, done(draft(), at=on(2, 1)), ACHIEVED).when(
        ReopenObjective(objective_id=GROWTH), at=on(1, 31), imported=imported
    ).then_refused(EffectiveBeforeItExisted, f"the objective {GROWTH} did not exist before")


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        (CHANGES[0], ACHIEVED, "state"),
        (CHANGES[1], RewordObjective(objective_id=GROWTH, title="North"), "title"),
        (CHANGES[2], ReassignObjective(objective_id=GROWTH, owner=person(ANNA)), "owner"),
        (CHANGES[3], ReweightObjective(objective_id=GROWTH, weight=Decimal(3)), "weight"),
        (CHANGES[4], ChangeCommitment(objective_id=GROWTH, commitment=None), "commitment"),
        (ACHIEVED, ReopenObjective(objective_id=GROWTH), "state"),
    ],
)
def test_a_field_does_not_change_before_its_last_change(
    first: Command, second: Command, field: str
) -> None:
    changed = (A_DRAFTED_OBJECTIVE, done(first, at=on(2, 1)))
    given(changed).when(second, at=on(2, 1)).then_accepted().effective_at(on(2, 1))
    given(changed).when(second, at=on(1, 31)).then_refused(
        EffectiveTimeGoesBack, f"the {field} of objective {GROWTH} changed then"
    )


def test_one_field_may_change_before_the_last_change_of_another() -> None:
    given(A_DRAFTED_OBJECTIVE, done(CHANGES[1], at=on(2, 1))).when(
        CHANGES[3], at=on(1, 31)
    ).then_accepted().effective_at(on(1, 31))
