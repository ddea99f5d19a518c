"""Changes of a key result go forwards in time, each field for itself."""

from decimal import Decimal

import pytest

from domain.errors import (
    EffectiveBeforeItExisted,
    EffectiveTimeGoesBack,
)
from domain.key_results.adjusting import (
    AdjustBaseline,
    AdjustTarget,
    ChangeMeasure,
)
from domain.key_results.dropping import (
    DropKeyResult,
)
from domain.key_results.editing import (
    ChangeKeyResultCommitment,
    MoveDeadline,
    ReassignKeyResult,
    ReweightKeyResult,
    RewordKeyResult,
)
from domain.record import Command
from tests.builders import (
    A_METRIC,
    A_PUBLISHED_OBJECTIVE,
    REVENUE,
    WORLD_CHANGED,
    add,
)
from tests.domain.key_result_changes import COMMANDS, HUNDRED, RESTORE, TEN, TWENTY
from tests.spec import done, given, on


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("imported", [False, True])
def test_nothing_happens_to_a_key_result_before_it_was_added(
    command: Command, imported: bool
) -> None:
    given(A_PUBLISHED_OBJECTIVE, done(add(), at=on(2, 1))).when(
        command, at=on(1, 31), reason=WORLD_CHANGED, imported=imported
    ).then_refused(EffectiveBeforeItExisted, f"the key result {REVENUE} did not exist before")


@pytest.mark.parametrize("imported", [False, True])
def test_a_dropped_key_result_is_not_restored_before_it_was_added(imported: bool) -> None:
    young = (done(add(), at=on(2, 1)), DropKeyResult(key_result_id=REVENUE))
    given(A_PUBLISHED_OBJECTIVE, young).when(RESTORE, at=on(1, 31), imported=imported).then_refused(
        EffectiveBeforeItExisted, f"the key result {REVENUE} did not exist before"
    )


@pytest.mark.parametrize("imported", [False, True])
def test_a_restored_key_result_is_not_dropped_again_before_it_was_restored(imported: bool) -> None:
    drop = DropKeyResult(key_result_id=REVENUE)
    restored = given(A_METRIC, drop, done(RESTORE, at=on(2, 1)))
    restored.when(drop, at=on(1, 31), imported=imported).then_refused(
        EffectiveTimeGoesBack, f"the state of key result {REVENUE} changed then"
    )
    restored.when(drop, at=on(2, 1), imported=imported).then_accepted()


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        (COMMANDS[0], RewordKeyResult(key_result_id=REVENUE, title="R"), "title"),
        (COMMANDS[0], RewordKeyResult(key_result_id=REVENUE, description=""), "description"),
        (COMMANDS[1], AdjustTarget(key_result_id=REVENUE, target=HUNDRED), "target"),
        (COMMANDS[2], AdjustBaseline(key_result_id=REVENUE, baseline=TWENTY), "baseline"),
        (COMMANDS[3], ChangeMeasure(key_result_id=REVENUE, commit=Decimal(60)), "commit"),
        (COMMANDS[4], ReassignKeyResult(key_result_id=REVENUE, owner=None), "owner"),
        (COMMANDS[5], ReweightKeyResult(key_result_id=REVENUE, weight=TEN), "weight"),
        (
            COMMANDS[6],
            ChangeKeyResultCommitment(key_result_id=REVENUE, commitment=None),
            "commitment",
        ),
        (COMMANDS[7], MoveDeadline(key_result_id=REVENUE, deadline=None), "deadline"),
        (COMMANDS[8], RESTORE, "state"),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_field_does_not_change_before_its_last_change(
    first: Command, second: Command, field: str, imported: bool
) -> None:
    changed = (A_METRIC, done(first, at=on(2, 1)))
    given(changed).when(second, at=on(2, 1), reason=WORLD_CHANGED).then_accepted()
    given(changed).when(second, at=on(1, 31), reason=WORLD_CHANGED, imported=imported).then_refused(
        EffectiveTimeGoesBack, f"the {field} of key result {REVENUE} changed then"
    )


def test_one_field_may_change_before_the_last_change_of_another() -> None:
    given(A_METRIC, done(COMMANDS[1], at=on(2, 1))).when(
        COMMANDS[2], at=on(1, 31), reason=WORLD_CHANGED
    ).then_accepted()
