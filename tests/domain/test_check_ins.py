"""Check-ins: a key result is measured, in any order."""

from decimal import Decimal
from typing import Any

import pytest

from domain.check_ins.measuring import Blocker, CheckedIn, CheckInKeyResult
from domain.errors import (
    AlreadyExists,
    CheckInInvalid,
    EffectiveBeforeItExisted,
    KeyResultIsDropped,
    KeyResultNotFound,
    ObjectiveStateForbids,
    PersonNotFound,
    Refusal,
    UnitNotFound,
)
from domain.key_results.dropping import DropKeyResult
from domain.measures import Kind, Reading
from domain.objectives.closing import CloseObjective, Outcome
from domain.people import RegisterPerson
from domain.record import Command
from domain.units.forming import DissolveUnit, FormUnit, UnitKind
from tests.builders import (
    A_BOOLEAN,
    A_CHECK_IN,
    A_METRIC,
    A_PUBLISHED_OBJECTIVE,
    A_ROLLOUT,
    CARA,
    FIRST_CHECK_IN,
    GROWTH,
    LAUNCH,
    REVENUE,
    ROLLOUT,
    SALES,
    SECOND_CHECK_IN,
    SUPPORT,
    UNKNOWN,
    add,
    check_in,
    person,
    uid,
    unit,
)
from tests.domain.stories import (
    value_of,
)
from tests.spec import NOW, Steps, done, given, on


def test_a_metric_is_measured() -> None:
    blockers = (
        Blocker(text="No budget", owner=person(CARA), next_action="Ask for it"),
        Blocker(text="No time", owner=unit(SUPPORT)),
        Blocker(text="No luck"),
    )
    given(A_METRIC).when(check_in(12.5, confidence=6, note="Slow", blockers=blockers)).then(
        CheckedIn(
            key_result_id=REVENUE,
            check_in_id=FIRST_CHECK_IN,
            value=Decimal("12.5"),
            confidence=6,
            note="Slow",
            blockers=blockers,
        )
    ).not_marked().effective_at(NOW)


@pytest.mark.parametrize("launched", [True, False])
def test_a_yes_or_no_is_measured(launched: bool) -> None:
    given(A_BOOLEAN).when(check_in(launched, key_result_id=LAUNCH)).then(
        CheckedIn(key_result_id=LAUNCH, check_in_id=FIRST_CHECK_IN, value=launched)
    )


@pytest.mark.parametrize("reached", [(), ("Built",), ("Shipped", "Built")])
def test_milestones_are_reached(reached: tuple[str, ...]) -> None:
    given(A_ROLLOUT).when(check_in(key_result_id=ROLLOUT, reached=reached)).then(
        CheckedIn(key_result_id=ROLLOUT, check_in_id=FIRST_CHECK_IN, reached=reached)
    )


def test_a_further_check_in_leaves_the_state_before_as_it_was() -> None:
    """Both share what they have in common; whoever still holds the one does not see the other."""
    story = given(A_CHECK_IN)
    _, before = story.book.key_result(REVENUE)
    story.when(check_in(40, SECOND_CHECK_IN)).then_accepted()
    _, after = story.book.key_result(REVENUE)
    assert set(before.check_ins) == {FIRST_CHECK_IN}
    assert set(after.check_ins) == {FIRST_CHECK_IN, SECOND_CHECK_IN}
    assert after.check_ins[FIRST_CHECK_IN] is before.check_ins[FIRST_CHECK_IN]


def test_the_same_measurement_again_is_a_check_in_of_its_own() -> None:
    given(A_CHECK_IN).when(check_in(40, SECOND_CHECK_IN, confidence=7)).then_accepted()


METRIC, BOOLEAN = {"key_result_id": REVENUE}, {"key_result_id": LAUNCH}
STEPPED = {"key_result_id": ROLLOUT}


@pytest.mark.parametrize(
    ("steps", "fields", "message", "field"),
    [
        (A_METRIC, METRIC, "Give the value as a number.", "value"),
        (A_METRIC, METRIC | {"value": True}, "Give the value as a number.", "value"),
        (A_METRIC, METRIC | {"value": 1, "reached": ()}, "Leave out reached", "reached"),
        (A_BOOLEAN, BOOLEAN, "Give the value as true or false.", "value"),
        (A_BOOLEAN, BOOLEAN | {"value": 1}, "Give the value as true or false.", "value"),
        (A_BOOLEAN, BOOLEAN | {"value": True, "reached": ()}, "Leave out reached", "reached"),
        (A_ROLLOUT, STEPPED, "Give reached", "reached"),
        (A_ROLLOUT, STEPPED | {"value": 1}, "Give reached", "reached"),
        (A_ROLLOUT, STEPPED | {"value": 1, "reached": ("Built",)}, "Give reached", "reached"),
        (
            A_ROLLOUT,
            STEPPED | {"reached": ("Loved",)},
            "Name each milestone once, out of: Built, Shipped, Tested.",
            "reached",
        ),
        (A_ROLLOUT, STEPPED | {"reached": ("Built", "Built")}, "Name each milestone", "reached"),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_reading_fits_the_kind_of_key_result(
    steps: Steps, fields: dict[str, Any], message: str, field: str, imported: bool
) -> None:
    command = CheckInKeyResult(check_in_id=FIRST_CHECK_IN, **fields)
    given(steps).when(command, imported=imported).then_refused(CheckInInvalid, message, field)


@pytest.mark.parametrize(
    ("command", "refusal", "message"),
    [
        (check_in(1, key_result_id=UNKNOWN), KeyResultNotFound, f"no key result {UNKNOWN}"),
        (check_in(1, FIRST_CHECK_IN), AlreadyExists, f"{FIRST_CHECK_IN} is taken"),
        (
            check_in(1, SECOND_CHECK_IN, blockers=(Blocker(text="-", owner=person(SALES)),)),
            PersonNotFound,
            f"no person {SALES}",
        ),
        (
            check_in(1, SECOND_CHECK_IN, blockers=(Blocker(text="-", owner=unit(CARA)),)),
            UnitNotFound,
            f"no unit {CARA}",
        ),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_check_in_names_what_there_is(
    command: Command, refusal: type[Refusal], message: str, imported: bool
) -> None:
    given(A_CHECK_IN).when(command, imported=imported).then_refused(refusal, message)


def test_a_dropped_key_result_is_not_measured() -> None:
    dropped = given(A_METRIC, DropKeyResult(key_result_id=REVENUE))
    dropped.when(check_in(1)).then_refused(KeyResultIsDropped, "restore it first")
    dropped.when(check_in(1), imported=True).then_accepted()


def test_a_key_result_of_a_closed_objective_is_not_measured() -> None:
    closed = given(A_METRIC, CloseObjective(objective_id=GROWTH, outcome=Outcome.MISSED))
    closed.when(check_in(1)).then_refused(ObjectiveStateForbids, "reopen it first")
    closed.when(check_in(1), imported=True).then_accepted()


@pytest.mark.parametrize("imported", [False, True])
def test_a_key_result_is_not_measured_before_it_was_added(imported: bool) -> None:
    story = given(A_PUBLISHED_OBJECTIVE, done(add(), at=on(2, 1)))
    story.when(check_in(1), at=on(1, 31), imported=imported).then_refused(
        EffectiveBeforeItExisted, f"the key result {REVENUE} did not exist before"
    )
    story.when(check_in(1), at=on(2, 1)).then_accepted()


YOUNG = uid("aaaaaaaa", 9)


@pytest.mark.parametrize(
    ("young", "owner"),
    [
        (RegisterPerson(person_id=YOUNG), person(YOUNG)),
        (FormUnit(unit_id=YOUNG, name="Young", kind=UnitKind.TEAM), unit(YOUNG)),
    ],
)
def test_nobody_looks_after_a_blocker_before_they_were_known(young: Command, owner: Any) -> None:
    given(A_METRIC, done(young, at=on(2, 1))).when(
        check_in(1, blockers=(Blocker(text="No time", owner=owner),)), at=on(1, 31)
    ).then_refused(EffectiveBeforeItExisted, f"{YOUNG} did not exist before")


def test_a_blocker_may_wait_for_a_dissolved_unit_or_nobody() -> None:
    blockers = (Blocker(text="No time", owner=unit(SUPPORT)), Blocker(text="No luck"))
    given(A_METRIC, DissolveUnit(unit_id=SUPPORT)).when(
        check_in(1, blockers=blockers)
    ).then_accepted()


def test_check_ins_arrive_in_any_order_and_the_latest_measured_counts() -> None:
    story = given(A_METRIC, done(check_in(40), at=on(2, 10)))
    assert value_of(story) == 40
    story.when(check_in(30, SECOND_CHECK_IN), at=on(2, 1)).then_accepted().effective_at(on(2, 1))
    assert value_of(story) == 40
    story.when(check_in(50, uid("5c5c5c5c", 3)), at=on(2, 11)).then_accepted()
    assert value_of(story) == 50


def test_of_two_check_ins_at_one_instant_the_later_recorded_counts() -> None:
    story = given(A_METRIC, done(check_in(40, SECOND_CHECK_IN), at=on(2, 1)))
    story.when(check_in(30, FIRST_CHECK_IN), at=on(2, 1)).then_accepted()
    assert value_of(story) == 30


def test_the_id_of_a_check_in_counts_within_its_key_result() -> None:
    story = given(A_CHECK_IN, add(LAUNCH, title="Launch", kind=Kind.BOOLEAN)).when(
        check_in(True, FIRST_CHECK_IN, key_result_id=LAUNCH)
    )
    story.then_accepted()
    readings = [story.book.key_result(one)[1].reading for one in (REVENUE, LAUNCH)]
    assert readings == [Reading(Decimal(40)), Reading(True)]
