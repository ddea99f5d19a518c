"""The retrospective finds every story that is planted in the sample company, by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import orjson
import pytest

from api.history import History
from api.importing import import_lines
from api.sample import lines
from api.settings import Settings
from domain.values import source_id
from projections.retrospective.across import across
from projections.retrospective.report import Retrospective, retrospective
from projections.retrospective.scope import Scope


def sample_id(reference: str) -> str:
    return str(source_id("sample", reference))


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    folder: Path = tmp_path_factory.mktemp("sample")
    history = History(Settings(database=f"sqlite:///{folder / 'okr.db'}"))
    import_lines(history.desk, [orjson.dumps(line) for line in lines(1)])
    history.catch_up()
    yield history
    history.close()


def told(history: History, cycle: str, scope: Scope | None = None) -> Retrospective:
    with history.ask() as question:
        connection, moment = question.connection, question.moment
        found = retrospective(connection, sample_id(cycle), moment, history.zone, scope)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def third_quarter(history: History) -> Retrospective:
    return told(history, "26q3")


def test_a_target_is_lowered_late_and_scored_as_if_it_had_been_so(
    third_quarter: Retrospective,
) -> None:
    lowered = sample_id("26q3-growth-o1-kr1")
    move = next(one for one in third_quarter.moved_targets.moves if one.key_result.id == lowered)
    assert (move.old, move.new, move.eased, move.after_freeze) == (90, 45, True, True)
    assert move.days_before_end is not None
    assert 20 < move.days_before_end < 35
    assert move.recorded_at - move.at > timedelta(days=1)
    assert move.by.name is not None
    assert move.reason is not None
    score = next(
        one for one in third_quarter.scores_by_original.key_results if one.key_result.id == lowered
    )
    assert score.given == 0.95
    assert score.by_original is not None
    assert score.by_original < 0.5
    frozen = [one for one in third_quarter.changes_after_freeze.changes if one.entity.id == lowered]
    assert "TargetAdjusted" in {one.type for one in frozen}


def test_an_early_honest_warning_is_found_with_what_was_done_next(
    third_quarter: Retrospective,
) -> None:
    warning = third_quarter.early_warnings.warnings[0]
    assert warning.key_result.id == sample_id("26q3-apps-o1-kr1")
    assert (warning.confidence_before, warning.confidence) == (7, 3)
    assert warning.note
    assert warning.blockers == 1
    assert "ObjectiveReviewed" in {one.type for one in warning.followed_by}
    assert warning.recovered is True


def test_the_team_out_of_rhythm_is_the_worst_of_all(third_quarter: Retrospective) -> None:
    worst = third_quarter.rhythm.owners[0]
    assert worst.owner.id == sample_id("data")
    assert worst.owner.name == "Data Platform"
    assert worst.verdict == "out_of_rhythm"
    assert worst.late == worst.made
    assert worst.longest_gap_days is not None
    assert worst.longest_gap_days > 30
    others = third_quarter.rhythm.owners[1:]
    assert all(one.verdict != "out_of_rhythm" for one in others)


def test_an_orphaned_objective_is_found_with_the_parent_it_lost(
    third_quarter: Retrospective,
) -> None:
    (orphan,) = third_quarter.alignment_coverage.orphaned
    assert orphan.objective.id == sample_id("26q3-china-o2")
    assert orphan.parent.id == sample_id("26q3-product-o2")
    assert orphan.parent_outcome == "dropped"
    assert orphan.check_ins_since > 10
    unfollowed = [one.child.id for one in third_quarter.unfollowed_parents.unfollowed]
    assert sample_id("26q3-china-o2") in unfollowed


def test_an_objective_is_carried_over_twice_while_its_target_drifts(
    third_quarter: Retrospective,
) -> None:
    chain = third_quarter.carry_over.chains[0]
    ids = [link.objective.id for link in chain.links]
    assert ids == [sample_id(one) for one in ("26q1-care-o2", "26q2-care-o2", "26q3-care-o2")]
    drift = next(
        one for one in chain.drifts if one.links[0].key_result.id == sample_id("26q1-care-o2-kr1")
    )
    assert [link.last_target for link in drift.links] == [85, 80, 75]
    assert (drift.drift, drift.eased) == (-10, True)


def test_the_sandbagger_stands_out_across_cycles_and_nobody_else_does(history: History) -> None:
    with history.ask() as question:
        connection, moment = question.connection, question.moment
        found = across(connection, sample_id("26q3"), moment, history.zone)
    assert found is not None
    assert [one.cycle.title for one in found.cycles] == [
        "2025 Q4",
        "2026 Q1",
        "2026 Q2",
        "2026 Q3",
    ]
    suspected = [one for one in found.sandbagging.owners if one.verdict == "suspected"]
    assert [one.owner.id for one in suspected] == [sample_id("p11")]
    assert suspected[0].full == len(suspected[0].key_results)
    assert suspected[0].cycles == 4


def test_a_promise_was_broken_that_nobody_looked_back_on(third_quarter: Retrospective) -> None:
    (missed,) = third_quarter.missed_unreviewed.unreviewed
    assert missed.objective.id == sample_id("26q3-data-o1")
    assert missed.band == "red"


def test_every_finding_cites_records_that_are_known(
    history: History, third_quarter: Retrospective
) -> None:
    last = history.log.head()
    cited = [
        position
        for answer in third_quarter.model_dump().values()
        for position in _positions(answer)
    ]
    assert cited
    assert all(0 < position <= last for position in cited)


def _positions(value: Any) -> Iterator[int]:
    parts: list[Any] = []
    if isinstance(value, dict):
        known = cast("dict[str, Any]", value)
        yield from known.get("positions", ())
        parts = list(known.values())
    elif isinstance(value, tuple):
        parts = list(cast("tuple[Any, ...]", value))
    for part in parts:
        yield from _positions(part)


def test_a_unit_is_told_of_what_it_and_the_units_below_it_own(history: History) -> None:
    narrowed = told(history, "26q3", Scope(unit_id=sample_id("data")))
    assert {one.owner.id for one in narrowed.rhythm.owners} == {sample_id("data")}
    above = told(history, "26q3", Scope(unit_id=sample_id("company")))
    assert above.rhythm.n > narrowed.rhythm.n > 0
