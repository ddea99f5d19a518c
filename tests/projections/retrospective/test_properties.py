"""For every history the answers are those of a slow and obvious computation over the records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, cast
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.cycles.steps import OpenCycle, StartScoring
from domain.log import Log
from domain.objectives.drafting import DraftObjective
from domain.objectives.publishing import PublishObjective
from domain.record import Command
from projections.instants import Moment
from projections.retrospective.report import Retrospective, retrospective
from tests.databases import on_every_database
from tests.histories import CYCLE as CYCLE_ID
from tests.histories import START, Company, Step, step
from tests.projections.retrospective import oracle
from tests.projections.test_properties import CYCLE, UTC_ZONE, lived

END = datetime(START.year, START.month, START.day, tzinfo=UTC) + timedelta(days=81)
PACE = timedelta(hours=17)


BEGINNING: list[Step] = [
    ("draft", 0, 1, 0),
    ("add", 0, 9, 0),
    ("add", 0, 18, 0),
    ("check_in", 0, 5, 0),
    ("check_in", 1, 8, 0),
    ("target", 0, 12, 0),
]


class Quarter(Company):
    """A company that opens its quarter, publishes what it drafts, and scores in the end."""

    def found(self) -> None:
        Company.found(self)
        self.do(OpenCycle(cycle_id=CYCLE_ID))
        Company.live(self, BEGINNING)

    def do(self, command: Command, late: int = 0) -> None:
        Company.do(self, command, late)
        if isinstance(command, DraftObjective):
            Company.do(self, PublishObjective(objective_id=command.objective_id))

    def live(self, history: list[Step]) -> None:
        Company.live(self, history)
        self.do(StartScoring(cycle_id=CYCLE_ID))
        Company.live(self, [one for one in history if one[0] == "score"])


def answered(connection: Connection, log: Log, known: int) -> tuple[Retrospective, oracle.Story]:
    records = log.records(0, 10_000)
    known = min(max(known, 7), len(records))
    moment = Moment(END, END, known)
    found = retrospective(connection, CYCLE, moment, UTC_ZONE)
    assert found is not None
    return found, oracle.Story(records, known, END)


def near(shown: Any, told: Fraction | None, places: int = 2) -> bool:
    if shown is None or told is None:
        return shown is None and told is None
    return abs(Fraction(str(shown)) - told) <= Fraction(1, 10**places)


quarters = on_every_database(
    st.lists(step, min_size=5, max_size=40), st.sampled_from((1_000, 1_000, 25, 40))
)


@quarters
def test_answers_equal_a_slow_and_obvious_computation(
    kind: str, history: list[Step], known: int
) -> None:
    with (
        lived(kind, history, live=False, people=Quarter, pace=PACE) as (log, views),
        views.read() as connection,
    ):
        found, story = answered(connection, log, known)
        _the_same_moves(found, story)
        _the_same_scores(found, story)
        _the_same_confidence(found, story)
        kept = {
            UUID(one.key_result.id): (one.expected, one.kept, one.made)
            for one in found.rhythm.key_results
        }
        assert kept == oracle.rhythm(story)
        late = {
            one.positions[0]
            for one in found.changes_after_freeze.changes
            if one.entity.type != "alignment"
        }
        assert late == oracle.frozen(story)
        assert {place for answer in positions(found.model_dump()) for place in answer} <= set(
            range(1, story.known + 1)
        )


def _the_same_moves(found: Retrospective, story: oracle.Story) -> None:
    shown = [one for one in found.moved_targets.moves if one.field == "target"]
    told = oracle.moves(story)
    assert sorted((one.at, one.key_result.id) for one in shown) == sorted(
        (at, str(key_result)) for key_result, _, _, at, _, _ in told
    )
    by_place = {(str(move[0]), move[3], float(move[2])): move for move in told}
    for one in shown:
        _, old, _, _, progress, confidence = by_place[one.key_result.id, one.at, float(one.new)]
        assert (float(one.old), one.confidence) == (float(old), confidence)
        assert near(one.progress, progress, 9)


def _the_same_scores(found: Retrospective, story: oracle.Story) -> None:
    told = oracle.by_original(story)
    assert found.scores_by_original.n == len(told)
    for one in found.scores_by_original.key_results:
        original, final = told[UUID(one.key_result.id)]
        assert near(one.by_original, original)
        assert near(one.by_final, final)
    again = [one for one in found.late_scores.scores if one.repeated]
    assert sorted((UUID(one.entity.id), one.old, one.new) for one in again) == [
        (key_result, float(old), float(new)) for key_result, old, new in oracle.scored(story)
    ]


def _the_same_confidence(found: Retrospective, story: oracle.Story) -> None:
    warned = {UUID(one.key_result.id): one.at for one in found.early_warnings.warnings}
    assert warned == oracle.warnings(story)
    told, shown = oracle.brier(story), found.calibration
    if told is None:
        assert (shown.n, shown.brier) == (0, None)
        return
    n, score, bias = told
    assert shown.n == n
    assert near(shown.brier, score, 4)
    assert near(shown.bias, bias, 4)
    parts = (shown.reliability, shown.resolution, shown.uncertainty)
    assert all(part is not None for part in parts)
    reliability, resolution, uncertainty = (float(part or 0) for part in parts)
    assert abs(reliability - resolution + uncertainty - float(score)) < 0.001


def positions(value: Any) -> list[tuple[int, ...]]:
    """What every part of an answer cites."""
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value)
        below = [one for part in parts.values() for one in positions(part)]
        return [parts["positions"], *below] if "positions" in parts else below
    if isinstance(value, tuple):
        return [one for part in cast("tuple[Any, ...]", value) for one in positions(part)]
    return []
