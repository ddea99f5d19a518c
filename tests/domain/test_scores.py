"""Scores: what people judge, beside what can be computed."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import (
    EffectiveBeforeItExisted,
    EffectiveTimeGoesBack,
    KeyResultIsDropped,
    KeyResultNotFound,
    ObjectiveNotFound,
    ReasonRequired,
)
from domain.key_results.dropping import DropKeyResult
from domain.measures import Kind
from domain.objectives.closing import CloseObjective, Outcome
from domain.record import Command, Event
from domain.scores import (
    Band,
    KeyResultScored,
    ObjectiveScored,
    ScoreKeyResult,
    ScoreKind,
    ScoreObjective,
    band,
)
from domain.values import Moved
from tests.builders import (
    A_CHECK_IN,
    A_METRIC,
    A_PUBLISHED_OBJECTIVE,
    CLOSE,
    GROWTH,
    IN_WORDS,
    LAUNCH,
    REVENUE,
    SCORE,
    SECOND_CHECK_IN,
    UNKNOWN,
    add,
    check_in,
)
from tests.spec import NOW, Steps, done, given, on

SEVEN, EIGHT = Decimal("0.7"), Decimal("0.8")


def score_key_result(score: Decimal = SEVEN, **fields: Any) -> ScoreKeyResult:
    return ScoreKeyResult.model_validate({"key_result_id": REVENUE, "score": score} | fields)


def score_objective(score: Decimal = SEVEN, **fields: Any) -> ScoreObjective:
    return ScoreObjective.model_validate({"objective_id": GROWTH, "score": score} | fields)


SCORING: Steps = (A_CHECK_IN, SCORE)
BOTH = [score_key_result, score_objective]


def test_a_key_result_is_scored_beside_what_is_computed() -> None:
    given(SCORING).when(score_key_result(note="Nearly")).then(
        KeyResultScored(
            key_result_id=REVENUE,
            kind=ScoreKind.AGREED,
            score=Moved(old=None, new=SEVEN),
            computed=Decimal("0.4"),
            note="Nearly",
        )
    ).not_marked().effective_at(NOW)


def test_an_objective_is_scored_beside_what_is_computed() -> None:
    given(SCORING).when(score_objective(note="Nearly")).then(
        ObjectiveScored(
            kind=ScoreKind.AGREED,
            score=Moved(old=None, new=SEVEN),
            computed=Decimal("0.4"),
            note="Nearly",
        )
    ).not_marked().effective_at(NOW)


@pytest.mark.parametrize("score", BOTH)
def test_who_judged_keeps_scores_apart(score: Any) -> None:
    story = given(SCORING).when(score(SEVEN, kind=ScoreKind.SELF)).then_accepted()
    story.when(score(SEVEN)).then_accepted()
    story.when(score(SEVEN)).then_nothing()
    scores = {ScoreKind.SELF: SEVEN, ScoreKind.AGREED: SEVEN}
    assert scores in (
        story.book.key_result(REVENUE)[1].scores,
        story.book.objective(GROWTH).scores,
    )


@pytest.mark.parametrize(
    ("first", "second", "event"),
    [
        (
            score_key_result(),
            score_key_result(EIGHT),
            KeyResultScored(
                key_result_id=REVENUE,
                kind=ScoreKind.AGREED,
                score=Moved(old=SEVEN, new=EIGHT),
                computed=Decimal("0.4"),
            ),
        ),
        (
            score_objective(),
            score_objective(EIGHT),
            ObjectiveScored(
                kind=ScoreKind.AGREED,
                score=Moved(old=SEVEN, new=EIGHT),
                computed=Decimal("0.4"),
            ),
        ),
    ],
)
def test_a_second_score_keeps_the_first_and_needs_a_reason(
    first: Command, second: Command, event: Event
) -> None:
    given(SCORING, first).when(second).then_refused(
        ReasonRequired, "It is scored 0.7 already; give a reason to score it again."
    )
    given(SCORING, first).when(second, reason=IN_WORDS).then(event)
    given(SCORING, first).when(second, imported=True).then(event)


@pytest.mark.parametrize("command", [score_key_result(), score_objective()])
def test_the_same_score_again_records_nothing(command: Command) -> None:
    given(SCORING, command).when(command, at=on(1, 1)).then_nothing()


def test_every_score_is_a_version_of_what_is_scored() -> None:
    story = given(SCORING)
    before = story.book.objective(GROWTH).version, story.book.key_result(REVENUE)[1].version
    story.when(score_objective()).then_accepted()
    assert story.book.objective(GROWTH).version == before[0] + 1
    story.when(score_key_result()).then_accepted()
    assert story.book.objective(GROWTH).version == before[0] + 1
    assert story.book.key_result(REVENUE)[1].version == before[1] + 1


@pytest.mark.parametrize("command", [score_key_result(), score_objective()])
def test_a_late_score_needs_a_reason_and_is_marked(command: Command) -> None:
    closed = given(A_CHECK_IN, CLOSE)
    closed.when(command).then_refused(ReasonRequired, "The cycle is closed")
    closed.when(command, reason=IN_WORDS).then_accepted().marked_after_freeze()


def test_a_dropped_key_result_is_not_scored() -> None:
    dropped = given(SCORING, DropKeyResult(key_result_id=REVENUE))
    dropped.when(score_key_result()).then_refused(KeyResultIsDropped, "restore it first")
    dropped.when(score_key_result(), imported=True).then_accepted()


@pytest.mark.parametrize("command", [score_key_result(), score_objective()])
def test_what_is_closed_may_be_scored(command: Command) -> None:
    closed = CloseObjective(objective_id=GROWTH, outcome=Outcome.PARTIAL)
    given(SCORING, closed).when(command).then_accepted()


def test_a_score_is_given_to_what_there_is() -> None:
    given(SCORING).when(score_key_result(key_result_id=UNKNOWN)).then_refused(
        KeyResultNotFound, f"no key result {UNKNOWN}"
    )
    given(SCORING).when(score_objective(objective_id=UNKNOWN)).then_refused(
        ObjectiveNotFound, f"no objective {UNKNOWN}"
    )


@pytest.mark.parametrize(
    ("command", "word"), [(score_key_result(), "key result"), (score_objective(), "objective")]
)
@pytest.mark.parametrize("imported", [False, True])
def test_nothing_is_scored_before_it_existed(command: Command, word: str, imported: bool) -> None:
    given(SCORING).when(command, at=on(1, 4), imported=imported).then_refused(
        EffectiveBeforeItExisted, f"the {word}"
    )


@pytest.mark.parametrize(
    ("score", "word"), [(score_key_result, "key result"), (score_objective, "objective")]
)
@pytest.mark.parametrize("kind", ScoreKind)
def test_a_score_does_not_change_before_its_last_change(
    score: Any, word: str, kind: ScoreKind
) -> None:
    scored = (SCORING, done(score(SEVEN, kind=kind), at=on(2, 1)))
    again = score(EIGHT, kind=kind)
    given(scored).when(again, at=on(2, 1), reason=IN_WORDS).then_accepted()
    given(scored).when(again, at=on(1, 31), reason=IN_WORDS).then_refused(
        EffectiveTimeGoesBack, f"the {kind} score of {word}"
    )


@pytest.mark.parametrize(
    ("score", "word"), [(score_key_result, "key result"), (score_objective, "objective")]
)
@pytest.mark.parametrize("kind", ScoreKind)
@pytest.mark.parametrize("imported", [False, True])
def test_what_is_computed_does_not_change_before_a_score_of_the_other_kind_computed_it(
    score: Any, word: str, kind: ScoreKind, imported: bool
) -> None:
    other = ScoreKind.SELF if kind is ScoreKind.AGREED else ScoreKind.AGREED
    scored = (SCORING, done(score(SEVEN, kind=kind), at=on(2, 1)))
    given(scored).when(score(EIGHT, kind=other), at=on(2, 1)).then_accepted()
    given(scored).when(score(EIGHT, kind=other), at=on(1, 31), imported=imported).then_refused(
        EffectiveTimeGoesBack, f"the computed score of {word}"
    )


# What is computed.


def computed(story: Steps, command: Command) -> Decimal | None:
    """What is recorded as computed when the command scores."""
    event = given(story, SCORE).when(command).then_accepted().records[0].event
    assert isinstance(event, KeyResultScored | ObjectiveScored)
    return event.computed


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (-20, "0"),
        (100, "1"),
        (180, "1"),
        (12.5, "0.12"),
        (13.5, "0.14"),
        (66.666, "0.67"),
    ],
)
def test_computed_is_the_progress_between_0_and_1_to_two_decimals(
    value: float, expected: str
) -> None:
    assert computed((A_METRIC, check_in(value)), score_key_result()) == Decimal(expected)
    assert computed((A_METRIC, check_in(value)), score_objective()) == Decimal(expected)


@pytest.mark.parametrize("command", [score_key_result(), score_objective()])
@pytest.mark.parametrize(
    ("at", "expected"),
    [(on(2, 1), "0.2"), (on(2, 9), "0.2"), (on(2, 10), "0.6"), (None, "0.6")],
)
def test_computed_is_the_progress_of_the_time_that_is_scored(
    command: Command, at: datetime | None, expected: str
) -> None:
    measured = (
        A_METRIC,
        done(check_in(20), at=on(2, 1)),
        done(check_in(60, SECOND_CHECK_IN), at=on(2, 10)),
        SCORE,
    )
    event = given(measured).when(command, at=at).then_accepted().records[0].event
    assert isinstance(event, KeyResultScored | ObjectiveScored)
    assert event.computed == Decimal(expected)


def test_nothing_is_computed_without_a_measurement() -> None:
    assert computed(A_METRIC, score_key_result()) is None


def test_nothing_is_computed_for_an_objective_that_has_no_key_results() -> None:
    assert computed(A_PUBLISHED_OBJECTIVE, score_objective()) is None


TWO: Steps = (
    A_PUBLISHED_OBJECTIVE,
    add(weight=Decimal(3)),
    add(LAUNCH, title="Launch", kind=Kind.BOOLEAN),
)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), "0"),
        ((check_in(50),), "0.38"),
        ((check_in(300),), "0.75"),
        ((check_in(-300), check_in(True, SECOND_CHECK_IN, key_result_id=LAUNCH)), "0.25"),
        ((check_in(50), DropKeyResult(key_result_id=LAUNCH)), "0.5"),
    ],
)
def test_an_objective_is_computed_from_its_live_key_results_each_capped(
    steps: Steps, expected: str
) -> None:
    assert computed((TWO, steps), score_objective()) == Decimal(expected)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("0", Band.RED),
        ("0.39", Band.RED),
        ("0.4", Band.YELLOW),
        ("0.69", Band.YELLOW),
        ("0.7", Band.GREEN),
        ("1", Band.GREEN),
    ],
)
def test_the_bands_have_borders_of_their_own(score: str, expected: Band) -> None:
    assert band(Decimal(score)) is expected
