"""Sandbagging, calibration and warnings: each answer worked out by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.projections.retrospective.telling import Telling, at, look_back, of


def test_who_was_sure_of_three_and_got_three_is_suspected(where: str) -> None:
    """9, 9 and 8 make 8.67 on average; one score of 0.7 clears; one of 1.0 says nothing."""
    telling = Telling()
    for unit in ("clear", "few"):
        telling.say("form_unit", "01-01", id=unit, name=unit, kind="team")
    scores = {"team": (1, 1, 1), "clear": (1, 1, 0.7), "few": (1,)}
    for unit, given in scores.items():
        telling.objective(f"{unit}-o", unit=unit)
        for number, score in enumerate(given):
            name = f"{unit}-{number}"
            telling.key_result(name, f"{unit}-o").check_in("01-12", 10, 9 - number // 2, of=name)
            telling.check_in("01-19", 20, 2, of=name).scored("04-01", score, name)
    found = look_back(where, telling.opened().over()).sandbagging
    told = [(one.owner.id, one.full, one.first_confidence, one.verdict) for one in found.owners]
    assert told == [
        (of("team"), 3, 8.67, "suspected"),
        (of("few"), 1, 9, "unknown"),
        (of("clear"), 2, 8.67, "not_suspected"),
    ]
    assert found.suspected == 1


@pytest.fixture
def forecasts() -> Telling:
    """One key result gets to 100, the other one to 50; each has a forecast in two weeks."""
    telling = Telling().objective().key_result("good").key_result("bad").opened()
    telling.check_in("01-12", 10, 8, of="good").check_in("01-19", 20, 6, of="good")
    telling.check_in("01-13", 10, 8, of="bad").check_in("01-19", 20, 9, of="bad")
    telling.check_in("01-20", 20, 4, of="bad")
    telling.check_in("03-20", 100, of="good").check_in("03-20", 50, of="bad")
    return telling.over()


def test_the_brier_score_is_what_its_parts_come_to(where: str, forecasts: Telling) -> None:
    """Forecasts 0.8 and 0.6 of what was reached, 0.8 and 0.4 of what was not.

    Errors squared: 0.04, 0.16, 0.64, 0.16, on average 0.25. One half was reached: uncertainty
    0.25. Reliability (0.4² + 0.4² + 2 × 0.3²) / 4 = 0.125; resolution (0.5² + 0.5² + 0) / 4 =
    0.125. Bias 0.65 − 0.5.
    """
    found = look_back(where, forecasts).calibration
    assert (found.n, found.key_results, found.reached) == (4, 2, 1)
    assert (found.brier, found.bias) == (0.25, 0.15)
    assert (found.reliability, found.resolution, found.uncertainty) == (0.125, 0.125, 0.25)
    levels = [(one.confidence, one.n, one.reached, one.share_reached) for one in found.levels]
    assert levels == [(4, 1, 0, 0), (6, 1, 1, 1), (8, 2, 1, 0.5)]
    weeks = [(one.number, one.n, one.mean_forecast, one.bias) for one in found.weeks]
    assert weeks == [(2, 2, 0.8, 0.3), (3, 2, 0.5, 0)]
    (owner,) = found.owners
    assert (owner.owner.name, owner.n, owner.bias) == ("Team", 4, 0.15)
    assert found.small_sample


def test_nobody_knows_while_the_quarter_runs(where: str, forecasts: Telling) -> None:
    found = look_back(where, forecasts, "03-25").calibration
    assert (found.unknown, found.n, found.brier) == ("not_over", 0, None)


def test_the_first_warning_is_followed_up_and_the_target_reached(where: str) -> None:
    """26 January, nine o'clock, is 62 days and 15 hours before the end.

    A fall from 9 to 6 on 2 February is a warning as well; a slow one to 6 is none.
    """
    telling = Telling().objective().key_result().key_result("fell").key_result("slow").opened()
    for day, level in (("01-12", 8), ("01-19", 7)):
        telling.check_in(day, 10, level)
    blocker: dict[str, Any] = {"text": "Nobody to ask"}
    telling.check_in("01-26", 12, 3, note="The interface is late.", blockers=[blocker])
    actions = [{"action_id": "call", "text": "Call them"}]
    review: dict[str, Any] = {"stage": "mid", "decision": "modify", "actions": actions}
    telling.say("review_objective", "01-28", id="review", objective_id="o", **review)
    done: dict[str, Any] = {"objective_id": "o", "review_id": "review", "action_id": "call"}
    telling.say("complete_action", "02-05", **done)
    telling.say("reword_objective", "02-20", objective_id="o", title="Too late to count")
    telling.check_in("02-16", 60, 8).check_in("03-20", 100, 10)
    telling.check_in("01-26", 5, 9, of="fell").check_in("02-02", 5, 6, of="fell")
    for day, level in (("01-12", 8), ("01-19", 7), ("01-26", 6)):
        telling.check_in(day, 10, level, of="slow")
    found = look_back(where, telling.over()).early_warnings
    first, second = found.warnings
    assert (first.key_result.id, first.at) == (of("kr"), at("01-26"))
    assert (first.confidence_before, first.confidence, first.blockers) == (7, 3, 1)
    assert first.note == "The interface is late."
    assert first.days_before_end == 62.62
    assert [one.type for one in first.followed_by] == ["ObjectiveReviewed", "ActionCompleted"]
    assert (first.back_on_track_at, first.recovered) == (at("02-16"), True)
    assert (second.key_result.id, second.recovered) == (of("fell"), False)
    assert [one.key_result.id for one in found.missed_unwarned] == [of("slow")]
    assert all(one.positions for one in found.missed_unwarned)
    assert (found.n, found.recovered) == (3, 1)


def test_a_retracted_warning_was_never_given_but_known_before(where: str) -> None:
    telling = Telling().objective().key_result().opened()
    telling.check_in("01-12", 10, 2, id="warning")
    ids: dict[str, Any] = {"key_result_id": "kr", "check_in_id": "warning"}
    telling.say("retract_check_in", "01-12", known="01-20", why="was_wrong", **ids)
    (given,) = look_back(where, telling, "01-19").early_warnings.warnings
    assert given.confidence == 2
    assert look_back(where, telling).early_warnings.warnings == ()


def test_weeks_are_told_in_order(where: str, forecasts: Telling) -> None:
    (course,) = look_back(where, forecasts).courses
    names = [week.week for week in course.weeks]
    assert names == [f"2026-W{number:02}" for number in range(2, 14)]
    assert all(earlier.at < later.at for earlier, later in pairwise(course.weeks))
    third = course.weeks[2]
    assert (third.progress, third.confidence) == (0.2, 5)
    assert [one.weeks[2].status for one in course.key_results] == ["at_risk", "at_risk"]
