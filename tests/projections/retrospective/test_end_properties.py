"""For every history: who was too sure, what was kept, and why not, as the records say."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from domain.cycles.steps import StartScoring
from domain.errors import Refusal
from domain.objectives.editing import ChangeCommitment
from domain.record import Command
from domain.reviews import Conclusion, ReviewObjective, Stage
from domain.scores import ScoreKeyResult, ScoreKind, ScoreObjective
from domain.values import Commitment
from projections.retrospective.report import Retrospective
from projections.retrospective.time_in_status import StatusDays
from tests.databases import on_every_database
from tests.histories import ACTIONS, Company, Step, pick
from tests.histories import CYCLE as CYCLE_ID
from tests.projections.retrospective import oracle, oracle_of_ends
from tests.projections.retrospective.test_properties import PACE, Quarter, answered, near
from tests.projections.test_properties import lived

MORE = ("commit", "commit", "review", "score_objective", "score_self", "praise")
SURE: list[Step] = [
    ("draft", 0, 2, 0),
    *(("add", which, 10, 0) for which in (0, 1, 0)),
    *(("check_in", which, number, 0) for which, number in ((2, 9), (3, 10), (4, 8))),
    ("commit", 0, 0, 0),
    ("commit", 1, 0, 0),
]
KINDS = tuple(Commitment)


class Promising(Quarter):
    """A company that promises, looks back, and praises itself now and then."""

    def found(self) -> None:
        Quarter.found(self)
        Company.live(self, SURE)

    def live(self, history: list[Step]) -> None:
        Company.live(self, history)
        self.do(StartScoring(cycle_id=CYCLE_ID))
        if any(one[0] == "praise" for one in history):
            for one in self.key_results:
                with suppress(Refusal):
                    self.do(ScoreKeyResult(key_result_id=one, score=Decimal(1)))
        Company.live(self, [one for one in history if one[0].startswith(("score", "review"))])

    def _praise(self, _which: int, _number: int) -> None:
        return None

    def _commit(self, which: int, number: int) -> Command | None:
        kind = KINDS[number % len(KINDS)]
        return self._of(self.objectives, which, ChangeCommitment, "objective_id", commitment=kind)

    def _review(self, which: int, number: int) -> Command | None:
        fields = {
            "review_id": self._new(),
            "stage": list(Stage)[number % len(Stage)],
            "decision": next(iter(Conclusion)),
            "lessons": "Ask earlier.",
        }
        return self._of(self.objectives, which, ReviewObjective, "objective_id", **fields)

    def _score_objective(self, which: int, number: int) -> Command | None:
        score = Decimal(number) / 20
        return self._of(self.objectives, which, ScoreObjective, "objective_id", score=score)

    def _score_self(self, which: int, number: int) -> Command | None:
        found = pick(self.key_results, which)
        if found is None:
            return None
        score = Decimal(number) / 20
        return ScoreKeyResult(key_result_id=found, score=score, kind=ScoreKind.SELF)


promising = on_every_database(
    st.lists(
        st.tuples(
            st.sampled_from((*ACTIONS, *MORE)),
            st.integers(0, 5),
            st.integers(0, 20),
            st.sampled_from((0, 0, 0, 1, 5, 30)),
        ),
        min_size=5,
        max_size=40,
    ),
    st.sampled_from((1_000, 1_000, 30, 45)),
)


@promising
def test_verdicts_equal_a_slow_and_obvious_computation(
    kind: str, history: list[Step], known: int
) -> None:
    with (
        lived(kind, history, live=False, people=Promising, pace=PACE) as (log, views),
        views.read() as connection,
    ):
        found, story = answered(connection, log, known)
        _the_same_sandbaggers(found, story)
        _the_same_days(found, story)
        _the_same_promises(found, story)
        _the_same_causes(found, story)


def _the_same_sandbaggers(found: Retrospective, story: oracle.Story) -> None:
    told = oracle_of_ends.sandbagging(story)
    shown = {UUID(one.owner.id): one for one in found.sandbagging.owners}
    assert shown.keys() == told.keys()
    for owner, (scored, full, sure, verdict) in told.items():
        one = shown[owner]
        assert (len(one.key_results), one.full, one.verdict) == (scored, full, verdict)
        assert near(one.first_confidence, sure)
    suspected = [one for one in told.values() if one[3] == "suspected"]
    assert found.sandbagging.suspected == len(suspected)


def _the_same_days(found: Retrospective, story: oracle.Story) -> None:
    told = oracle_of_ends.statuses(story)
    shown = {UUID(one.key_result.id): one.days for one in found.time_in_status.key_results}
    assert shown.keys() == told.keys()
    for key_result, days in shown.items():
        for name in StatusDays.model_fields:
            spent = told[key_result].get(name)
            expected = 0.0 if spent is None else spent.total_seconds() / 86_400
            assert abs(getattr(days, name) - expected) <= 0.01, name


def _the_same_promises(found: Retrospective, story: oracle.Story) -> None:
    told = list(oracle_of_ends.promises(story))
    shown = found.missed_unreviewed
    missed = [one for one in told if one[1] is not None and not one[2]]
    assert shown.n == len(told)
    assert shown.missed == len(missed)
    assert shown.undecided == sum(one[1] is None for one in told)
    assert {(UUID(one.objective.id), one.judged_by) for one in shown.unreviewed} == {
        (objective, judge) for objective, judge, _, reviewed in missed if not reviewed
    }


def _the_same_causes(found: Retrospective, story: oracle.Story) -> None:
    verdict, decided, causes = oracle_of_ends.causes(story)
    shown = found.strategy_or_rhythm
    assert (shown.verdict, shown.n) == (verdict, decided)
    assert {UUID(one.key_result.id): one.cause for one in shown.misses} == causes
