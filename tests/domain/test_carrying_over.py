"""Objectives go on in a later cycle, with what is kept of them."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.cycles.steps import OpenCycle
from domain.errors import (
    AlreadyExists,
    CarryOverNotLater,
    CycleNotFound,
    CycleStateForbids,
    EffectiveBeforeItExisted,
    EffectiveTimeGoesBack,
    Invalid,
    KeyResultNotFound,
    ObjectiveNotFound,
    ReasonRequired,
    Refusal,
    UnitDissolvedAlready,
)
from domain.key_results.adding import KeyResultAdded
from domain.measures import Direction, Kind
from domain.objectives.carrying_over import CarryOverObjective, ObjectiveCarriedOver
from domain.objectives.closing import CloseObjective, Outcome
from domain.objectives.drafting import ObjectiveDrafted
from domain.record import Command
from domain.rules import CycleState
from domain.units.forming import DissolveUnit
from domain.values import Commitment
from tests.builders import (
    A_CHECK_IN,
    A_METRIC,
    AN_OPEN_CYCLE,
    AN_ORGANISATION,
    ANNA,
    CARA,
    GROWTH,
    IN_WORDS,
    NEXT_CYCLE,
    Q1,
    Q2,
    REVENUE,
    ROLLOUT,
    SALES,
    STEPS,
    SUPPORT,
    UNKNOWN,
    add,
    draft,
    moved_on,
    person,
    plan,
    uid,
    unit,
)
from tests.spec import Steps, done, given, on

LATER, COPY, OTHER_COPY = uid("0b0b0b0b", 8), uid("4e4e4e4e", 8), uid("4e4e4e4e", 9)
TWO_KEY_RESULTS: Steps = (
    AN_OPEN_CYCLE,
    NEXT_CYCLE,
    draft(description="North first", commitment=Commitment.COMMITTED, weight=Decimal(2)),
    add(
        commit=50,
        stretch=150,
        description="Net of returns",
        owner=person(CARA),
        commitment=Commitment.LEARNING,
        weight=Decimal(3),
        deadline=date(2026, 3, 1),
    ),
    add(ROLLOUT, title="Rollout", kind=Kind.MILESTONES, milestones=STEPS),
)
TO_CARRY_OVER: Steps = (A_METRIC, NEXT_CYCLE)


def carry_over(**fields: Any) -> CarryOverObjective:
    given: dict[str, Any] = {"new_objective_id": LATER, "objective_id": GROWTH, "cycle_id": Q2}
    return CarryOverObjective(**(given | fields))


# Carrying over.


def test_an_objective_goes_on_in_a_later_cycle_with_what_is_kept() -> None:
    given(TWO_KEY_RESULTS).when(
        carry_over(keep=(ROLLOUT, REVENUE), new_ids=(COPY, OTHER_COPY))
    ).then(
        ObjectiveCarriedOver(to_objective_id=LATER, to_cycle_id=Q2, kept=(ROLLOUT, REVENUE)),
        ObjectiveDrafted(
            cycle_id=Q2,
            owner=unit(SALES),
            title="Grow in the north",
            description="North first",
            commitment=Commitment.COMMITTED,
            weight=Decimal(2),
            carried_from=GROWTH,
        ),
        KeyResultAdded(
            key_result_id=COPY,
            title="Rollout",
            kind=Kind.MILESTONES,
            milestones=STEPS,
            carried_from=ROLLOUT,
        ),
        KeyResultAdded(
            key_result_id=OTHER_COPY,
            title="Revenue",
            description="Net of returns",
            kind=Kind.METRIC,
            unit="EUR",
            direction=Direction.INCREASE,
            baseline=Decimal(0),
            target=Decimal(100),
            commit=Decimal(50),
            stretch=Decimal(150),
            owner=person(CARA),
            commitment=Commitment.LEARNING,
            weight=Decimal(3),
            carried_from=REVENUE,
        ),
    ).not_marked()


def test_a_carried_over_objective_begins_without_measurements() -> None:
    story = given(A_CHECK_IN, NEXT_CYCLE).when(carry_over(keep=(REVENUE,), new_ids=(COPY,)))
    _, copy = story.book.key_result(COPY)
    assert copy.reading is None
    assert story.book.key_result(REVENUE)[1].reading is not None


def test_an_objective_may_go_on_without_its_key_results() -> None:
    given(TO_CARRY_OVER).when(carry_over()).then(
        ObjectiveCarriedOver(to_objective_id=LATER, to_cycle_id=Q2),
        ObjectiveDrafted(
            cycle_id=Q2, owner=unit(SALES), title="Grow in the north", carried_from=GROWTH
        ),
    )


def test_copies_get_ids_made_from_both_objectives() -> None:
    story = given(TO_CARRY_OVER).when(carry_over(keep=(REVENUE, REVENUE)))
    assert set(story.book.objective(LATER).key_results) == {uuid5(LATER, str(REVENUE))}


def test_a_closed_objective_may_go_on() -> None:
    closed = CloseObjective(objective_id=GROWTH, outcome=Outcome.PARTIAL)
    given(TO_CARRY_OVER, closed).when(carry_over()).then_accepted()


def test_after_the_close_only_the_old_half_of_a_carry_over_is_marked() -> None:
    story = given(TO_CARRY_OVER, moved_on(CycleState.CLOSED)[1:]).when(
        carry_over(), reason=IN_WORDS
    )
    story.then_accepted()
    assert [record.after_freeze for record in story.records] == [True, False]


def test_a_copy_into_a_frozen_cycle_is_marked_and_needs_a_reason() -> None:
    frozen = given(TO_CARRY_OVER, moved_on(CycleState.FROZEN, Q2))
    frozen.when(carry_over(keep=(REVENUE,))).then_refused(ReasonRequired, "The cycle is frozen")
    story = frozen.when(carry_over(keep=(REVENUE,)), reason=IN_WORDS).then_accepted()
    assert [record.after_freeze for record in story.records] == [False, True, True]


def test_nothing_is_carried_into_a_closed_cycle() -> None:
    given(TO_CARRY_OVER, moved_on(CycleState.CLOSED, Q2)).when(carry_over()).then_refused(
        CycleStateForbids, "The cycle is closed"
    )


@pytest.mark.parametrize("imported", [False, True])
@pytest.mark.parametrize("starts_on", [date(2025, 10, 1), date(2026, 1, 1)])
def test_an_objective_goes_on_in_a_later_cycle_only(starts_on: date, imported: bool) -> None:
    given(A_METRIC, plan(Q2, starts_on=starts_on)).when(
        carry_over(), imported=imported
    ).then_refused(CarryOverNotLater, "Choose a cycle that starts after 2026 Q1.")


def an_objective_between(starts_on: date | None, later_starts_on: date | None) -> Steps:
    """An objective in an open first quarter, and a second quarter, that start on these days."""
    return (
        AN_ORGANISATION,
        plan(Q1, starts_on=starts_on),
        OpenCycle(cycle_id=Q1),
        draft(),
        plan(Q2, starts_on=later_starts_on, ends_on=None),
    )


@pytest.mark.parametrize("starts_on", [None, date(2026, 1, 1)])
def test_an_objective_does_not_go_on_in_its_own_cycle(starts_on: date | None) -> None:
    given(an_objective_between(starts_on, None)).when(carry_over(cycle_id=Q1)).then_refused(
        CarryOverNotLater, "Choose a cycle that starts after 2026 Q1."
    )


@pytest.mark.parametrize("starts_on", [None, date(2026, 1, 1)])
@pytest.mark.parametrize("later_starts_on", [None, date(2026, 1, 2)])
def test_a_cycle_without_a_date_may_be_the_later_one(
    starts_on: date | None, later_starts_on: date | None
) -> None:
    given(an_objective_between(starts_on, later_starts_on)).when(carry_over()).then_accepted()


@pytest.mark.parametrize(
    ("command", "refusal", "message"),
    [
        (carry_over(objective_id=UNKNOWN), ObjectiveNotFound, "no objective"),
        (carry_over(cycle_id=UNKNOWN), CycleNotFound, "no cycle"),
        (carry_over(keep=(UNKNOWN,)), KeyResultNotFound, "keep only its own"),
        (carry_over(new_objective_id=GROWTH), AlreadyExists, f"{GROWTH} is taken"),
        (carry_over(keep=(REVENUE,), new_ids=(ANNA,)), AlreadyExists, f"{ANNA} is taken"),
        (carry_over(keep=(REVENUE,), new_ids=(LATER,)), AlreadyExists, f"{LATER} is taken"),
    ],
)
def test_a_carry_over_names_what_there_is_and_makes_what_is_new(
    command: Command, refusal: type[Refusal], message: str
) -> None:
    given(TO_CARRY_OVER).when(command).then_refused(refusal, message)


def test_two_copies_do_not_share_an_id() -> None:
    given(TWO_KEY_RESULTS).when(
        carry_over(keep=(REVENUE, ROLLOUT), new_ids=(COPY, COPY))
    ).then_refused(AlreadyExists, f"{COPY} is taken")


def test_what_is_kept_of_a_dissolved_unit_is_given_to_another_first() -> None:
    owned = (AN_OPEN_CYCLE, NEXT_CYCLE, draft(), add(owner=unit(SUPPORT)))
    dissolved = given(owned, DissolveUnit(unit_id=SUPPORT))
    dissolved.when(carry_over(keep=(REVENUE,))).then_refused(
        UnitDissolvedAlready, "Support is dissolved"
    )
    dissolved.when(carry_over()).then_accepted()
    given(owned, DissolveUnit(unit_id=SUPPORT)).when(
        carry_over(keep=(REVENUE,)), imported=True
    ).then_accepted()


@pytest.mark.parametrize(
    ("keep", "new_ids"),
    [((), (COPY,)), ((REVENUE,), (COPY, OTHER_COPY)), ((REVENUE, ROLLOUT), (COPY,))],
)
def test_every_copy_gets_one_id(keep: tuple[UUID, ...], new_ids: tuple[UUID, ...]) -> None:
    given(TWO_KEY_RESULTS).when(carry_over(keep=keep, new_ids=new_ids)).then_refused(
        Invalid, "Give one new id for each key result to keep.", field="new_ids"
    )


Q2_PLANNED = plan(Q2, starts_on=date(2026, 4, 1), ends_on=None)


@pytest.mark.parametrize(
    ("old", "young", "command"),
    [
        ((Q2_PLANNED,), draft(), carry_over()),
        ((Q2_PLANNED, draft()), add(), carry_over(keep=(REVENUE,))),
        ((draft(), add()), Q2_PLANNED, carry_over()),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_nothing_is_carried_over_before_it_existed(
    old: Steps, young: Command, command: Command, imported: bool
) -> None:
    given(AN_OPEN_CYCLE, old, done(young, at=on(2, 1))).when(
        command, at=on(1, 31), imported=imported
    ).then_refused(EffectiveBeforeItExisted, "did not exist before")


@pytest.mark.parametrize("imported", [False, True])
def test_an_objective_that_went_on_does_not_go_on_elsewhere_before(imported: bool) -> None:
    went_on = (TWO_KEY_RESULTS, done(carry_over(), at=on(2, 1)))
    again = carry_over(new_objective_id=uid("0b0b0b0b", 9))
    given(went_on).when(again, at=on(2, 1)).then_accepted()
    given(went_on).when(again, at=on(1, 31), imported=imported).then_refused(
        EffectiveTimeGoesBack, f"the carried over to of objective {GROWTH} changed then"
    )
