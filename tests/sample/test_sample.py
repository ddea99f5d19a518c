"""The sample company keeps the rules that live use keeps, and its stories are there to be found."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from itertools import pairwise
from typing import Any

import orjson
import pytest

from api.reading import Line
from api.sample import STORIES, lines
from domain.alignments.edges import AlignmentState, Edge
from domain.catalogue import COMMANDS
from domain.check_ins.series import CheckIn
from domain.cycles.cycle import Cycle
from domain.cycles.planning import Rhythm
from domain.key_results.key_result import KeyResult
from domain.objectives.carrying_over import ObjectiveCarriedOver
from domain.objectives.closing import Outcome
from domain.objectives.objective import Objective
from domain.people import Person
from domain.record import Context
from domain.reviews import ObjectiveReviewed, Stage
from domain.rules import CycleState
from domain.scores import ScoreKind
from domain.units.members import Role
from domain.units.unit import Unit
from domain.values import Actor, source_id
from tests.memory import Memory

SEEDS = (1, 2, 3)
every_seed = pytest.mark.parametrize("seed", SEEDS)


@cache
def told(seed: int = 1) -> tuple[dict[str, Any], ...]:
    return tuple(lines(seed))


@cache
def lived(seed: int = 1, *, imported: bool = True) -> Memory:
    """The sample decided line by line; each person speaks only for what is theirs."""
    memory = Memory()
    for raw in told(seed):
        line = Line.model_validate(raw)
        assert line.actor is not None
        assert line.recorded_at is not None
        person_id = source_id(line.source, line.actor)
        known = isinstance(memory.state(person_id), Person)
        context = Context(
            actor=Actor(id=str(person_id), kind="person")
            if known
            else Actor(id=line.actor, kind="service"),
            now=line.recorded_at,
            effective_at=line.at,
            reason=line.reason,
            imported=imported,
        )
        memory.apply(line.command(), context)
    return memory


def state(reference: str, seed: int = 1) -> Any:
    return lived(seed).state(source_id("sample", reference))


def key_result(reference: str, seed: int = 1) -> KeyResult:
    objective: Objective = state(reference.rpartition("-")[0], seed)
    return objective.key_results[source_id("sample", reference)]


def line(line_id: str, seed: int = 1) -> dict[str, Any]:
    return next(one for one in told(seed) if one["id"] == line_id)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def measured(one: KeyResult) -> list[CheckIn]:
    return sorted(one.check_ins.values(), key=lambda check_in: check_in.measured_at)


# The lines.


def test_the_same_seed_gives_the_same_bytes_whatever_the_process() -> None:
    program = (
        "import hashlib, orjson; from api.sample import lines; "
        "print(hashlib.sha256(orjson.dumps(lines(7))).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == sha256(orjson.dumps(lines(7))).hexdigest()


def test_another_seed_gives_another_year_of_the_same_company() -> None:
    assert told(1) != told(2)
    assert told(1)[:50] == told(2)[:50]


@every_seed
def test_lines_come_in_the_order_in_which_they_were_recorded(seed: int) -> None:
    recorded = [one["recorded_at"] for one in told(seed)]
    assert recorded == sorted(recorded)
    assert all(one["at"] <= one["recorded_at"] for one in told(seed))
    assert recorded[-1] < "2026-11-01"


@every_seed
def test_every_line_has_an_id_of_its_own(seed: int) -> None:
    assert max(Counter(one["id"] for one in told(seed)).values()) == 1
    assert 1_500 <= len(told(seed)) <= 4_000


def test_the_two_times_differ_for_more_than_check_ins() -> None:
    late = Counter(one["action"] for one in told() if one["at"] != one["recorded_at"])
    assert late["check_in"] > 100
    assert {"leave_unit", "move_unit", "adjust_target", "adjust_baseline"} <= set(late)


NOT_SHOWN = {"dissolve_unit", "support_objectives"}
"""The company keeps its units, and says of each alignment by itself what it leads to."""


def test_nearly_every_action_is_shown() -> None:
    assert {one["action"] for one in told()} == set(COMMANDS) - NOT_SHOWN


# The rules.


@every_seed
def test_every_line_is_accepted_and_none_is_idle(seed: int) -> None:
    assert {record.recorded_at for record in lived(seed).records} == {
        instant(one["recorded_at"]) for one in told(seed)
    }
    assert len(lived(seed).records) >= len(told(seed))


@every_seed
def test_live_use_would_have_refused_nothing(seed: int) -> None:
    assert len(lived(seed, imported=False).records) == len(lived(seed).records)


# The company.


def test_forty_people_work_in_eight_units_that_have_a_lead_each() -> None:
    states = lived().states()
    units = [one for one in states if isinstance(one, Unit)]
    assert sum(isinstance(one, Person) for one in states) == 40
    assert len(units) == 8
    assert all(list(one.members.values()).count(Role.LEAD) == 1 for one in units)


def test_four_quarters_are_over_and_the_next_is_open() -> None:
    cycles = {one.name: one for one in lived().states() if isinstance(one, Cycle)}
    year = state("fy26")
    quarters = [one for one in cycles.values() if one.parent_id == year.id]
    assert year.kind is Rhythm.YEAR
    assert year.state is CycleState.SCORING
    assert [one.state for one in quarters] == [CycleState.CLOSED] * 4
    assert cycles["2026 Q4"].state is CycleState.OPEN
    assert cycles["Year 2026/27"].state is CycleState.PLANNED


def test_some_of_it_is_chinese() -> None:
    chinese = [one for one in told() if "诊所" in orjson.dumps(one).decode()]
    assert {"draft_objective", "add_key_result", "check_in", "review_objective"} <= {
        one["action"] for one in chinese
    }


# The stories.


def test_every_story_names_lines_that_exist() -> None:
    ids = {one["id"] for one in told()}
    assert len(STORIES) == 6
    assert all(set(story.entities) <= ids for story in STORIES)


@every_seed
def test_a_target_is_lowered_late_at_low_progress(seed: int) -> None:
    moved = next(
        record
        for record in lived(seed).records
        if record.event.TOPIC == "key-result.target-adjusted"
        and record.event.new_values() == {"target": Decimal(45)}
        and record.effective_at > datetime(2026, 9, 1, tzinfo=UTC)
    )
    one = key_result("26q3-growth-o1-kr1", seed)
    before = [check for check in measured(one) if check.measured_at < moved.effective_at]
    assert moved.after_freeze
    assert moved.recorded_at - moved.effective_at > timedelta(days=1)
    assert before[-1].reading.value == 23
    assert one.scores[ScoreKind.AGREED] == Decimal("0.95")


@every_seed
def test_one_person_is_always_sure_and_always_scores_one(seed: int) -> None:
    for cycle in ("25q4", "26q1", "26q2", "26q3"):
        for one in state(f"{cycle}-p11-o1", seed).key_results.values():
            assert (measured(one)[0].confidence or 0) >= 9
            assert set(one.scores.values()) == {Decimal(1)}


@every_seed
def test_an_early_warning_is_followed_by_an_action_and_a_recovery(seed: int) -> None:
    series = measured(key_result("26q3-apps-o1-kr1", seed))
    warning = line("26q3-apps-o1-kr1-c03", seed)
    review = line("26q3-apps-o1-mid", seed)
    assert [one.confidence for one in series[:3]] == [8, 7, 3]
    assert series[-1].confidence == 10
    assert warning["note"]
    assert warning["blockers"][0]["next_action"]
    assert instant(review["at"]) - instant(warning["at"]) < timedelta(days=4)
    assert line(f"{review['actions'][0]['action_id']}-done", seed)["at"] < "2026-08-20"


@every_seed
def test_one_unit_checks_in_seldom_and_late(seed: int) -> None:
    for objective in ("25q4-data-o1", "26q1-data-o1", "26q2-data-o1", "26q3-data-o1"):
        for number in (1, 2):
            name = f"{objective}-kr{number}"
            made = [one for one in told(seed) if one["id"].startswith(f"{name}-c")]
            times = [instant(one["at"]) for one in made if one["action"] == "check_in"]
            delays = [instant(one["recorded_at"]) - instant(one["at"]) for one in made]
            assert len(times) == 3
            assert min(delays) > timedelta(days=3)
            assert max(then - one for one, then in pairwise(times)) > timedelta(days=30)


@every_seed
def test_an_objective_goes_on_without_its_parent(seed: int) -> None:
    child, parent = state("26q3-china-o2", seed), state("26q3-product-o2", seed)
    edges = [
        edge
        for graph in lived(seed).states()
        for edge in getattr(graph, "edges", {}).values()
        if isinstance(edge, Edge) and edge.start.id == child.id and edge.finish.id == parent.id
    ]
    series = [one for kr in child.key_results.values() for one in measured(kr)]
    assert parent.outcome is Outcome.DROPPED
    assert [edge.state for edge in edges] == [AlignmentState.ACCEPTED]
    assert sum(one.measured_at > parent.since["state"] for one in series) > 10


@every_seed
def test_an_objective_is_carried_over_twice_while_its_target_drifts(seed: int) -> None:
    chain = ("26q1-care-o2", "26q2-care-o2", "26q3-care-o2")
    ids = [source_id("sample", one) for one in chain]
    steps = {
        record.stream_id: record.event.to_objective_id
        for record in lived(seed).records
        if isinstance(record.event, ObjectiveCarriedOver)
    }
    assert [steps.get(one) for one in ids] == [ids[1], ids[2], None]
    assert [key_result(f"{one}-kr1", seed).measure.target for one in chain] == [85, 80, 75]


# What a retrospective asks for besides.


def test_a_committed_objective_missed_without_a_review() -> None:
    missed: Objective = state("26q3-data-o1")
    assert missed.scores[ScoreKind.AGREED] < Decimal("0.4")
    assert not missed.reviews


def test_the_latest_quarter_is_reviewed_at_both_stages() -> None:
    cycle_id = source_id("sample", "26q3")
    objectives = {
        one.id: one
        for one in lived().states()
        if isinstance(one, Objective) and one.cycle_id == cycle_id
    }
    stages = Counter(
        record.event.stage
        for record in lived().records
        if isinstance(record.event, ObjectiveReviewed) and record.stream_id in objectives
    )
    assert stages[Stage.FINAL] == len(objectives) - 1
    assert stages[Stage.MID] >= 8
