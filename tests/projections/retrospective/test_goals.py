"""Targets that move, scores, promises and what is carried over: each answer worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.projections.retrospective.telling import Telling, at, look_back, of


@pytest.fixture
def lowered() -> Telling:
    """A target that goes from 120 to 100 before work begins, and in February to 50.

    It was entered as 60 first, two days late, and put right four days after.
    """
    telling = Telling().objective().key_result(target=120)
    telling.moved("01-04", 100).opened().check_in("02-02", 30, 8)
    telling.say("freeze_cycle", "02-01", cycle_id="q1")
    telling.moved("02-16", 60, known="02-18", why="world_changed")
    return telling.moved("02-16", 50, known="02-20", why="was_wrong")


def test_a_target_moved_once_at_three_tenths_and_confidence_eight(
    where: str, lowered: Telling
) -> None:
    """30 of 100 is 0.3, of 50 it is 0.6; 30 March, midnight, is 41 days and 15 hours away."""
    found = look_back(where, lowered).moved_targets
    (move,) = found.moves
    assert (move.field, move.old, move.new, move.eased) == ("target", 100, 50, True)
    assert (move.progress, move.progress_after, move.confidence) == (0.3, 0.6, 8)
    assert (move.at, move.recorded_at) == (at("02-16"), at("02-18"))
    assert move.days_before_end == 41.62
    assert move.by.name == "Ada"
    assert move.reason is not None
    assert move.reason.code == "world_changed"
    assert move.after_freeze
    assert len(move.positions) == 2
    assert (found.key_results, found.eased, found.while_planning) == (1, 1, 1)


def test_what_was_put_right_later_is_not_known_before(where: str, lowered: Telling) -> None:
    """On the 19th everybody believed in 60: 30 of 60 is one half. On the 17th nobody knew."""
    (move,) = look_back(where, lowered, "02-19").moved_targets.moves
    assert (move.new, move.progress_after, len(move.positions)) == (60, 0.5, 1)


def test_nobody_knew_of_the_move_before_it_was_recorded(where: str, lowered: Telling) -> None:
    found = look_back(where, lowered, "02-17")
    assert found.moved_targets.moves == ()
    assert found.changes_after_freeze.changes == ()


def test_scores_by_the_original_target_are_lower(where: str, lowered: Telling) -> None:
    """45 is 0.45 of 100 and 0.9 of 50; with 0.8 of another one, on average 0.62 and 0.85."""
    lowered.key_result("other").check_in("03-02", 80, of="other").check_in("03-23", 45)
    lowered.over().scored("04-01", 0.9)
    lowered.say("score_objective", "04-01", objective_id="o", score=0.85)
    found = look_back(where, lowered).scores_by_original
    (one,) = found.key_results
    assert (one.original_target, one.final_target, one.value) == (100, 50, 45)
    assert (one.by_original, one.by_final, one.given) == (0.45, 0.9, 0.9)
    (objective,) = found.objectives
    assert (objective.by_original, objective.by_final, objective.given) == (0.62, 0.85, 0.85)
    assert (found.by_original, found.by_final, found.given) == (0.62, 0.85, 0.85)
    assert found.n == 2
    assert found.small_sample


def test_what_was_never_measured_has_no_score(where: str) -> None:
    found = look_back(where, Telling().objective().key_result().opened().over())
    assert found.scores_by_original.unknown == "no_check_ins"
    assert found.scores_by_original.by_original is None


def test_changes_after_the_freeze_have_their_distance_and_reason(
    where: str, lowered: Telling
) -> None:
    """The freeze was on 1 February: 16 February is 15 days later, 1 March 28."""
    lowered.say("drop_key_result", "03-01", key_result_id="kr")
    found = look_back(where, lowered).changes_after_freeze
    assert [(one.type, one.days_after, one.during) for one in found.changes] == [
        ("TargetAdjusted", 15, "frozen"),
        ("TargetAdjusted", 15, "frozen"),
        ("KeyResultDropped", 28, "frozen"),
    ]
    assert found.by_reason == {"world_changed": 1, "was_wrong": 1}
    assert found.without_reason == 1
    assert found.frozen_at == at("02-01")


def test_a_cycle_that_was_never_frozen_says_so(where: str) -> None:
    found = look_back(where, Telling().objective().opened())
    assert found.changes_after_freeze.unknown == "never_frozen"


def test_scores_come_late_and_again(where: str) -> None:
    """Due by the end of 3 April: 6 April, nine o'clock, is 2.38 days late, the 7th 3.38."""
    telling = Telling(scores_due_on="2026-04-03").objective().key_result().key_result("unscored")
    telling.opened().over().scored("04-01", 0.7, kind="self")
    telling.scored("04-06", 0.6).scored("04-07", 0.8, why="was_wrong")
    found = look_back(where, telling).late_scores
    assert [(one.old, one.new, one.days_late, one.repeated) for one in found.scores] == [
        (None, 0.6, 2.38, False),
        (0.6, 0.8, 3.38, True),
    ]
    assert (found.n, found.late, found.repeated) == (3, 2, 1)
    assert [one.id for one in found.unscored] == [of("unscored")]


def test_a_target_drifts_from_quarter_to_quarter(where: str) -> None:
    """100 is carried over as 100, and lowered to 80 in the second quarter: 20 less."""
    telling = Telling().objective().key_result().opened().over()
    telling.cycle("q2", "2026 Q2", "2026-04-01", "2026-06-30").opened("04-01", "q2")
    carried: dict[str, Any] = {"keep": ["kr"], "new_ids": ["kr2"]}
    telling.say(
        "carry_over_objective", "04-02", id="o2", objective_id="o", cycle_id="q2", **carried
    )
    telling.say("adjust_target", "04-20", key_result_id="kr2", target=80, why="world_changed")
    (chain,) = look_back(where, telling).carry_over.chains
    assert [link.cycle.title for link in chain.links] == ["2026 Q1", "2026 Q2"]
    (drift,) = chain.drifts
    assert [(one.first_target, one.last_target) for one in drift.links] == [(100, 100), (100, 80)]
    assert (drift.drift, drift.eased) == (-20, True)


def test_promises_that_missed_and_nobody_looked_back_on(where: str) -> None:
    """Of four promises one was kept; of three broken ones one has a final review."""
    telling = Telling()
    for name in ("kept", "reviewed", "half", "closed"):
        telling.objective(name, commitment="committed")
    telling.objective("stretch", commitment="aspirational").opened()
    review: dict[str, Any] = {"recall": "", "decision": "keep"}
    telling.say("review_objective", "02-16", objective_id="half", stage="mid", **review)
    telling.say("start_scoring", "03-30", cycle_id="q1")
    for name, score in (("kept", 1), ("reviewed", 0.5), ("half", 0.5), ("stretch", 0.2)):
        telling.say("score_objective", "04-01", objective_id=name, score=score)
    telling.say("close_objective", "04-01", objective_id="closed", outcome="missed")
    telling.say("review_objective", "04-02", objective_id="reviewed", stage="final", **review)
    found = look_back(where, telling).missed_unreviewed
    assert (found.n, found.missed, found.undecided) == (4, 3, 0)
    assert [(one.objective.id, one.judged_by, one.band) for one in found.unreviewed] == [
        (of("half"), "score", "yellow"),
        (of("closed"), "outcome", None),
    ]
