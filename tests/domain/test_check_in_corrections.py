"""Check-ins are corrected and retracted, with a reason and without loss."""

from decimal import Decimal
from typing import Any

import pytest

from domain.check_ins.correcting import CheckInCorrected, CorrectCheckIn
from domain.check_ins.retracting import CheckInRetracted, RetractCheckIn
from domain.errors import (
    CheckInInvalid,
    CheckInNotFound,
    CheckInRetractedAlready,
    EffectiveBeforeItExisted,
    EffectiveInTheFuture,
    KeyResultNotFound,
    ReasonRequired,
)
from domain.key_results.adjusting import AdjustTarget, ChangeMeasure
from domain.key_results.dropping import DropKeyResult
from domain.measures import Milestone, Reading
from domain.objectives.closing import CloseObjective, Outcome
from domain.record import Command
from domain.values import Moved
from tests.builders import (
    A_CHECK_IN,
    A_METRIC,
    A_ROLLOUT,
    CLOSE,
    FIRST_CHECK_IN,
    GROWTH,
    IN_WORDS,
    REVENUE,
    ROLLOUT,
    SECOND_CHECK_IN,
    UNKNOWN,
    WORLD_CHANGED,
    check_in,
)
from tests.domain.stories import (
    A_CHECK_IN_IN_FEBRUARY,
    value_of,
)
from tests.spec import done, given, on


def correct(**fields: Any) -> CorrectCheckIn:
    """A correction of the first check-in on Revenue, or whatever the fields say."""
    given: dict[str, Any] = {"key_result_id": REVENUE, "check_in_id": FIRST_CHECK_IN}
    return CorrectCheckIn(**(given | fields))


def retract(**fields: Any) -> RetractCheckIn:
    """A retraction of the first check-in on Revenue, or whatever the fields say."""
    given: dict[str, Any] = {"key_result_id": REVENUE, "check_in_id": FIRST_CHECK_IN}
    return RetractCheckIn(**(given | fields))


# Correcting.


def test_a_correction_keeps_what_was_said_before() -> None:
    story = given(A_CHECK_IN_IN_FEBRUARY).when(
        correct(value=45, confidence=None, note="Better"), reason=IN_WORDS
    )
    story.then(
        CheckInCorrected(
            key_result_id=REVENUE,
            check_in_id=FIRST_CHECK_IN,
            value=Moved(old=Decimal(40), new=Decimal(45)),
            confidence=Moved(old=7, new=None),
            note=Moved(old="A good start", new="Better"),
        )
    ).not_marked().effective_at(on(2, 1))
    check_in = story.book.key_result(REVENUE)[1].check_ins[FIRST_CHECK_IN]
    assert check_in.reading == Reading(value=Decimal(45))
    assert (check_in.confidence, check_in.note) == (None, "Better")


def test_milestones_reached_are_corrected() -> None:
    reached = check_in(key_result_id=ROLLOUT, reached=("Built",))
    story = given(A_ROLLOUT, reached).when(
        correct(key_result_id=ROLLOUT, reached=("Built", "Tested")), reason=IN_WORDS
    )
    story.then(
        CheckInCorrected(
            key_result_id=ROLLOUT,
            check_in_id=FIRST_CHECK_IN,
            reached=Moved(old=("Built",), new=("Built", "Tested")),
        )
    )
    assert story.book.key_result(ROLLOUT)[1].reading == Reading(reached=("Built", "Tested"))


def test_a_correction_may_move_the_time_of_measuring() -> None:
    story = given(A_CHECK_IN_IN_FEBRUARY).when(correct(), at=on(1, 20), reason=IN_WORDS)
    story.then(
        CheckInCorrected(
            key_result_id=REVENUE,
            check_in_id=FIRST_CHECK_IN,
            measured_at=Moved(old=on(2, 1), new=on(1, 20)),
        )
    ).effective_at(on(1, 20))
    check_in = story.book.key_result(REVENUE)[1].check_ins[FIRST_CHECK_IN]
    assert check_in.measured_at == on(1, 20)


def test_a_corrected_time_decides_which_check_in_counts() -> None:
    story = given(A_CHECK_IN_IN_FEBRUARY, done(check_in(50, SECOND_CHECK_IN), at=on(2, 10)))
    assert value_of(story) == 50
    story.when(correct(), at=on(2, 11), reason=IN_WORDS).then_accepted()
    assert value_of(story) == 40


def test_a_note_is_corrected_though_its_milestones_are_gone() -> None:
    steps = (Milestone(name="Planned"),)
    reached = check_in(key_result_id=ROLLOUT, reached=("Built",))
    story = given(A_ROLLOUT, reached, ChangeMeasure(key_result_id=ROLLOUT, milestones=steps))
    story.when(correct(key_result_id=ROLLOUT, note="Sure"), reason=IN_WORDS).then_accepted()
    story.when(
        correct(key_result_id=ROLLOUT, reached=("Built", "Planned")), reason=IN_WORDS
    ).then_refused(CheckInInvalid, "out of: Planned", field="reached")


def test_of_two_check_ins_at_one_instant_the_later_corrected_counts() -> None:
    story = given(A_CHECK_IN_IN_FEBRUARY, done(check_in(50, SECOND_CHECK_IN), at=on(2, 1)))
    assert value_of(story) == 50
    story.when(correct(note="Sure"), reason=IN_WORDS).then_accepted()
    assert value_of(story) == 40


@pytest.mark.parametrize(
    "command",
    [
        correct(),
        correct(note=None),
        correct(value=40, confidence=7, note="A good start", reached=None),
    ],
)
def test_a_correction_that_corrects_nothing_records_nothing(command: Command) -> None:
    given(A_CHECK_IN_IN_FEBRUARY).when(command, reason=IN_WORDS).then_nothing()
    given(A_CHECK_IN_IN_FEBRUARY).when(command, at=on(2, 1), reason=IN_WORDS).then_nothing()


def test_a_correction_is_not_measured_before_the_key_result_was_added() -> None:
    given(A_CHECK_IN).when(correct(value=1), at=on(1, 4), reason=IN_WORDS).then_refused(
        EffectiveBeforeItExisted, f"the key result {REVENUE} did not exist before"
    )


@pytest.mark.parametrize("command", [correct(value=1), check_in(1, SECOND_CHECK_IN)])
def test_nothing_is_measured_in_the_future(command: Command) -> None:
    given(A_CHECK_IN).when(command, at=on(3, 3), reason=IN_WORDS).then_refused(
        EffectiveInTheFuture, "at most 2026-03-02T09:00:00Z"
    )


@pytest.mark.parametrize(
    ("command", "message", "field"),
    [
        (correct(value=None), "Give the value as a number.", "value"),
        (correct(value=False), "Give the value as a number.", "value"),
        (correct(reached=("Built",)), "Leave out reached", "reached"),
    ],
)
@pytest.mark.parametrize("imported", [False, True])
def test_a_corrected_reading_fits_the_kind_of_key_result(
    command: Command, message: str, field: str, imported: bool
) -> None:
    given(A_CHECK_IN).when(command, reason=IN_WORDS, imported=imported).then_refused(
        CheckInInvalid, message, field
    )


# Retracting.


def test_a_retracted_check_in_no_longer_counts() -> None:
    story = given(A_CHECK_IN_IN_FEBRUARY).when(retract(), reason=IN_WORDS)
    story.then(
        CheckInRetracted(key_result_id=REVENUE, check_in_id=FIRST_CHECK_IN, measured_at=on(2, 1))
    ).not_marked().effective_at(on(2, 1))
    assert value_of(story) is None
    assert story.book.key_result(REVENUE)[1].check_ins[FIRST_CHECK_IN].retracted


def test_a_retraction_is_true_from_the_measurement_on_whatever_the_time_given() -> None:
    given(A_CHECK_IN_IN_FEBRUARY).when(
        retract(), at=on(1, 1), reason=IN_WORDS
    ).then_accepted().effective_at(on(2, 1))


def test_the_check_in_before_a_retracted_one_counts_again() -> None:
    story = given(A_CHECK_IN_IN_FEBRUARY, done(check_in(50, SECOND_CHECK_IN), at=on(2, 10)))
    story.when(retract(check_in_id=SECOND_CHECK_IN), reason=IN_WORDS).then_accepted()
    assert value_of(story) == 40


# What both need.


@pytest.mark.parametrize("command", [correct(value=45), retract()])
def test_a_check_in_is_put_right_only_with_a_reason(command: Command) -> None:
    given(A_CHECK_IN).when(command).then_refused(
        ReasonRequired, "Give a reason to correct or retract a check-in."
    )
    given(A_CHECK_IN).when(command, imported=True).then_accepted()


@pytest.mark.parametrize("command", [correct(value=45), retract()])
@pytest.mark.parametrize("imported", [False, True])
def test_a_retracted_check_in_is_neither_corrected_nor_retracted(
    command: Command, imported: bool
) -> None:
    given(A_CHECK_IN, retract()).when(command, reason=IN_WORDS, imported=imported).then_refused(
        CheckInRetractedAlready, "make a new one instead"
    )


@pytest.mark.parametrize(
    "command",
    [correct(check_in_id=UNKNOWN, value=1), retract(check_in_id=UNKNOWN)],
)
def test_a_check_in_that_nobody_knows_is_refused(command: Command) -> None:
    given(A_CHECK_IN).when(command, reason=IN_WORDS).then_refused(
        CheckInNotFound, f"no check-in {UNKNOWN}"
    )


@pytest.mark.parametrize(
    "command", [correct(key_result_id=UNKNOWN), retract(key_result_id=UNKNOWN)]
)
def test_a_check_in_is_put_right_on_a_known_key_result(command: Command) -> None:
    given(A_CHECK_IN).when(command, reason=IN_WORDS).then_refused(
        KeyResultNotFound, f"no key result {UNKNOWN}"
    )


@pytest.mark.parametrize("command", [correct(value=45), retract()])
@pytest.mark.parametrize(
    "ended",
    [
        DropKeyResult(key_result_id=REVENUE),
        CloseObjective(objective_id=GROWTH, outcome=Outcome.MISSED),
    ],
)
def test_a_check_in_is_put_right_even_where_no_new_one_may_be_made(
    command: Command, ended: Command
) -> None:
    given(A_CHECK_IN, ended).when(command, reason=IN_WORDS).then_accepted().not_marked()


@pytest.mark.parametrize("command", [correct(value=45), retract()])
def test_a_check_in_of_a_closed_cycle_is_put_right_with_a_reason_and_marked(
    command: Command,
) -> None:
    given(A_CHECK_IN, CLOSE).when(command, reason=IN_WORDS).then_accepted().marked_after_freeze()


def test_check_ins_do_not_hold_up_other_back_dated_changes() -> None:
    given(A_METRIC, done(check_in(1), at=on(2, 1))).when(
        AdjustTarget(key_result_id=REVENUE, target=Decimal(9)), at=on(1, 31), reason=WORLD_CHANGED
    ).then_accepted()


def test_every_check_in_counts_as_a_version_of_the_key_result() -> None:
    book = given(A_CHECK_IN, correct(value=45), retract()).book
    assert book.key_result(REVENUE)[1].version == 4
