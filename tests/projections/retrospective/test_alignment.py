"""Alignment, parents that move, beliefs, and several quarters: each answer worked out by hand."""

from __future__ import annotations

from typing import Any

from projections.retrospective.across import across
from projections.retrospective.beliefs import Days
from projections.retrospective.report import retrospective
from tests.projections.retrospective.telling import (
    UTC_ZONE,
    Telling,
    at,
    look_back,
    moment,
    of,
    told,
)


def aligned() -> Telling:
    """A child that supports a parent from the third week on."""
    telling = Telling().objective("child").key_result(objective="child").objective("parent")
    telling.key_result("above", "parent").opened()
    ends: dict[str, Any] = {side: {"type": "objective", "id": name} for side, name in ENDS}
    telling.say("propose_alignment", "01-19", id="edge", relation="supports", **ends)
    return telling.say("accept_alignment", "01-19", alignment_id="edge")


ENDS = (("from", "child"), ("to", "parent"))


def test_a_child_is_alone_before_and_orphaned_after(where: str) -> None:
    """Opened on 5 January, aligned 14 days later, the parent dropped after 56.

    The child lives all 83.625 days, the parent 56; each is aligned for 42: 84 / 139.625 = 0.6016.
    """
    telling = aligned()
    dropped: dict[str, Any] = {"objective_id": "parent", "outcome": "dropped"}
    telling.say("close_objective", "03-02", **dropped).check_in("03-09", 10)
    found = look_back(where, telling.over()).alignment_coverage
    assert found.share == 0.6016
    child, parent = found.unaligned
    assert [(one.start, one.finish) for one in child.spans] == [
        (at("01-05"), at("01-19")),
        (at("03-02"), None),
    ]
    assert (child.days, child.ever_aligned) == (41.62, True)
    assert (parent.days, len(parent.spans)) == (14, 1)
    (orphan,) = found.orphaned
    assert (orphan.objective.id, orphan.parent.id) == (of("child"), of("parent"))
    assert (orphan.parent_outcome, orphan.since, orphan.until) == ("dropped", at("03-02"), None)
    assert (orphan.days, orphan.check_ins_since) == (27.62, 1)
    shares = [week.share for week in found.weeks]
    assert shares == [0, 0, *[1] * 6, *[0] * 4]
    assert [week.orphaned for week in found.weeks] == [*[0] * 8, *[1] * 4]


def test_without_any_alignment_nobody_can_say(where: str) -> None:
    found = look_back(where, Telling().objective().opened()).alignment_coverage
    assert (found.unknown, found.share, found.unaligned) == ("no_alignments", None, ())


def test_a_parent_moved_twice_and_its_child_followed_once(where: str) -> None:
    """The child answered the target of 2 February on the 10th, and the new words of March never."""
    telling = aligned()
    telling.say("adjust_target", "02-02", key_result_id="above", target=50, why="world_changed")
    telling.say("reweight_key_result", "02-10", key_result_id="kr", weight=2)
    telling.say("reword_objective", "03-02", objective_id="parent", title="Something else")
    found = look_back(where, telling).unfollowed_parents
    assert (found.n, found.followed, found.pending) == (2, 1, 0)
    (one,) = found.unfollowed
    assert (one.type, one.moved.id, one.child.id) == (
        "ObjectiveReworded",
        of("parent"),
        of("child"),
    )
    early = look_back(where, telling, "03-05").unfollowed_parents
    assert (early.n, early.pending, early.unfollowed) == (2, 1, ())


def test_a_belief_is_what_was_known_on_the_day(where: str) -> None:
    """On 1 February 30 was known. The 50 of 30 January was entered on the 10th only.

    From 20 January, with nothing measured, to 15 February, with 0.5.
    """
    telling = Telling().objective().key_result().opened()
    telling.check_in("01-26", 30, 6).check_in("01-30", 50, 8, known="02-10")
    telling.say("adjust_target", "02-20", key_result_id="kr", target=60, why="world_changed")
    days = Days(on=at("02-01"), start=at("01-20"), finish=at("02-15"))
    with told(where, telling) as connection:
        found = retrospective(
            connection, of("q1"), moment(connection), UTC_ZONE, scope=None, days=days
        )
    assert found is not None
    belief = found.beliefs
    assert (belief.on.totals.progress, belief.on.totals.confidence) == (0.3, 6)
    assert (belief.on.totals.at_risk, belief.on.totals.on_track) == (1, 0)
    assert [one.progress for one in belief.objectives] == [0.3]
    changed = {one.field: (one.old, one.new) for one in belief.changes}
    assert changed == {"progress": (None, 0.5), "confidence": (None, 8)}
    assert all(len(one.positions) == 1 for one in belief.changes)
    assert belief.start.totals.measured == 0


def test_two_quarters_show_more_than_one(where: str) -> None:
    """One forecast of 0.8 that came true, one of 0.6 that did not: (0.04 + 0.36) / 2 = 0.2."""
    telling = Telling().objective().key_result().opened()
    telling.check_in("01-12", 10, 8).check_in("03-20", 100).over()
    telling.cycle("q2", "2026 Q2", "2026-04-06", "2026-06-28").opened("04-06", "q2")
    telling.objective("o2", "04-06", cycle_id="q2").key_result("kr2", "o2", "04-06")
    telling.check_in("04-13", 10, 6, of="kr2")
    with told(where, telling) as connection:
        found = across(connection, of("q2"), moment(connection), UTC_ZONE)
        first = across(connection, of("q1"), moment(connection), UTC_ZONE)
    assert found is not None
    assert first is not None
    assert [one.cycle.title for one in found.cycles] == ["2026 Q1", "2026 Q2"]
    assert [one.brier for one in found.cycles] == [0.04, 0.36]
    assert (found.calibration.n, found.calibration.brier) == (2, 0.2)
    assert [one.attained_share for one in found.cycles] == [1, 0]
    assert [one.cycle.title for one in first.cycles] == ["2026 Q1"]
    assert found.small_sample


def test_a_cycle_that_is_not_known_yet_has_no_retrospective(where: str) -> None:
    with told(where, Telling()) as connection:
        before = moment(connection, "01-01T08:00:00")
        assert retrospective(connection, of("q1"), before, UTC_ZONE) is None
        assert across(connection, of("q1"), before, UTC_ZONE) is None
