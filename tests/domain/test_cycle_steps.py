"""Cycles go from state to state, one step after the other."""

from typing import Any

import pytest

from domain.cycles.placing import MoveCycle
from domain.cycles.planning import RenameCycle, RescheduleCycle
from domain.cycles.steps import (
    CloseCycle,
    CycleClosed,
    CycleFrozen,
    CycleOpened,
    CycleReopened,
    FreezeCycle,
    OpenCycle,
    ReopenCycle,
    ScoringStarted,
    StartScoring,
)
from domain.errors import (
    CycleStepNotPossible,
    EffectiveBeforeItExisted,
    EffectiveTimeGoesBack,
)
from domain.record import Command, Event
from domain.rules import CycleState
from domain.values import Moved
from tests.builders import (
    A_PLANNED_CYCLE,
    AN_OPEN_CYCLE,
    Q1,
    SALES,
    YEAR,
    a_cycle_that_is,
    moved_on,
)
from tests.spec import done, given, on

P, O, F, S, C = CycleState  # noqa: E741 - one letter a state keeps the table readable
STEPS: dict[str, tuple[Command, type[Event], CycleState, set[CycleState]]] = {
    "open": (OpenCycle(cycle_id=Q1), CycleOpened, O, {P}),
    "freeze": (FreezeCycle(cycle_id=Q1), CycleFrozen, F, {O}),
    "start scoring": (StartScoring(cycle_id=Q1), ScoringStarted, S, {O, F}),
    "close": (CloseCycle(cycle_id=Q1), CycleClosed, C, {S}),
    "reopen for work": (ReopenCycle(cycle_id=Q1, to="open"), CycleReopened, O, {C}),
    "reopen for scoring": (ReopenCycle(cycle_id=Q1, to="scoring"), CycleReopened, S, {C}),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", CycleState)
def test_a_cycle_takes_one_step_after_the_other(step: str, state: CycleState) -> None:
    command, event, leads_to, starts_from = STEPS[step]
    outcome = given(a_cycle_that_is(state)).when(command)
    if state is leads_to:
        outcome.then_nothing()
    elif state in starts_from:
        moved: Any = {"state": Moved(old=state, new=leads_to)}
        outcome.then(event(**moved)).not_marked()
    else:
        outcome.then_refused(CycleStepNotPossible, f"The cycle is {state}; bring it to")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", CycleState)
def test_an_import_takes_any_step(step: str, state: CycleState) -> None:
    command, event, leads_to, _ = STEPS[step]
    outcome = given(a_cycle_that_is(state)).when(command, imported=True)
    if state is leads_to:
        outcome.then_nothing()
    else:
        moved: Any = {"state": Moved(old=state, new=leads_to)}
        outcome.then(event(**moved)).not_marked()


def test_a_refused_step_names_the_states_it_starts_from() -> None:
    given(A_PLANNED_CYCLE).when(StartScoring(cycle_id=Q1)).then_refused(
        CycleStepNotPossible, "The cycle is planned; bring it to open or frozen first."
    )


@pytest.mark.parametrize(
    ("step", "state", "imported"),
    [
        # Nothing comes before the opening but the plan, unless an import says otherwise.
        ("open", F, True),
        ("freeze", O, False),
        ("start scoring", O, False),
        ("start scoring", F, False),
        ("close", S, False),
        ("reopen for work", C, False),
        ("reopen for scoring", C, False),
    ],
)
def test_a_cycle_takes_no_step_before_its_last_one(
    step: str, state: CycleState, imported: bool
) -> None:
    *earlier, last = moved_on(state)
    story = given(A_PLANNED_CYCLE, tuple(earlier), done(last, at=on(2, 1)))
    story.when(STEPS[step][0], at=on(1, 31), imported=imported).then_refused(
        EffectiveTimeGoesBack, f"the state of cycle {Q1} changed then"
    )
    story.when(STEPS[step][0], at=on(2, 1), imported=imported).then_accepted()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("imported", [False, True])
def test_a_cycle_takes_no_step_before_it_was_planned(step: str, imported: bool) -> None:
    command, _, _, starts_from = STEPS[step]
    for state in starts_from:
        given(a_cycle_that_is(state)).when(command, at=on(1, 4), imported=imported).then_refused(
            EffectiveBeforeItExisted, f"the cycle {Q1} did not exist before"
        )


@pytest.mark.parametrize(
    "command",
    [
        RenameCycle(cycle_id=Q1, name="Winter"),
        RescheduleCycle(cycle_id=Q1, cadence_days=14),
        MoveCycle(cycle_id=Q1, parent_id=None),
    ],
)
def test_nothing_happens_to_a_cycle_before_it_was_planned(command: Command) -> None:
    given(AN_OPEN_CYCLE).when(command, at=on(1, 4)).then_refused(
        EffectiveBeforeItExisted, f"the cycle {Q1} did not exist before"
    )


def test_a_cycle_is_not_renamed_before_its_last_name() -> None:
    renamed = (A_PLANNED_CYCLE, done(RenameCycle(cycle_id=Q1, name="Winter"), at=on(2, 1)))
    given(renamed).when(RenameCycle(cycle_id=Q1, name="Q1"), at=on(1, 31)).then_refused(
        EffectiveTimeGoesBack, f"the name of cycle {Q1} changed then"
    )
    given(renamed).when(RescheduleCycle(cycle_id=Q1, cadence_days=9), at=on(1, 31)).then_accepted()


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        (
            MoveCycle(cycle_id=Q1, parent_id=None),
            MoveCycle(cycle_id=Q1, parent_id=YEAR),
            "parent id",
        ),
        (
            MoveCycle(cycle_id=Q1, unit_id=SALES),
            MoveCycle(cycle_id=Q1, unit_id=None),
            "unit id",
        ),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_cycle_is_not_moved_before_its_last_move(
    first: Command, second: Command, field: str, imported: bool
) -> None:
    moved = given(A_PLANNED_CYCLE, done(first, at=on(2, 1)))
    moved.when(second, at=on(1, 31), imported=imported).then_refused(
        EffectiveTimeGoesBack, f"the {field} of cycle {Q1} changed then"
    )
    moved.when(second, at=on(2, 1), imported=imported).then_accepted()
