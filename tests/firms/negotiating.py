"""Firms that negotiate: what ties objectives together, and what is learned of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from domain.alignments.answering import AcceptAlignment, DeclineAlignment
from domain.alignments.edges import EndId, Relation
from domain.alignments.proposing import ProposeAlignment
from domain.desk import Desk
from domain.objectives.carrying_over import CarryOverObjective
from domain.objectives.drafting import DraftObjective
from domain.objectives.editing import ChangeCommitment, ReweightObjective
from domain.objectives.promoting import PromoteKeyResult
from domain.record import Command
from domain.reviews import (
    AcknowledgeReview,
    Action,
    CompleteAction,
    Conclusion,
    ReviewObjective,
    Stage,
)
from domain.scores import ScoreObjective
from tests.firms.measuring import (
    COMMITMENTS,
    CYCLES,
    HOLDERS,
    NEXT,
    YEAR,
    Measuring,
)
from tests.histories import (
    PERSON,
    pick,
)

NEGOTIATING = (
    *("draft", "draft_above", "add", "align", "align", "align_ends", "accept", "accept"),
    *("decline", "withdraw", "promote", "carry_over", "drop", "restore", "close", "reopen"),
    *("review", "acknowledge", "complete", "score_objective", "check_in", "move_cycle"),
)


class Negotiating(Measuring):
    """A company that aligns, promotes, carries over and looks back."""

    def __init__(self, desk: Desk, *, pace: timedelta = timedelta(hours=1)) -> None:
        super().__init__(desk, pace=pace)
        self.reviews: list[tuple[UUID, UUID, UUID]] = []
        """Objectives with a review of each and an action of that."""

    def _draft_above(self, _which: int, number: int) -> Command:
        self.objectives.append(self._new())
        return DraftObjective(
            objective_id=self.objectives[-1],
            cycle_id=YEAR,
            owner=HOLDERS[number % 5],
            title=f"Objective {number} of the year",
            weight=Decimal(number) / 4,
        )

    def _reweight_objective(self, which: int, number: int) -> Command | None:
        weight = Decimal(number) / 4
        return self._of(self.objectives, which, ReweightObjective, "objective_id", weight=weight)

    def _commit(self, which: int, number: int) -> Command | None:
        kind = COMMITMENTS[number % 4]
        return self._of(self.objectives, which, ChangeCommitment, "objective_id", commitment=kind)

    def _align_ends(self, which: int, number: int) -> Command | None:
        start, finish = self._end(which, number % 2 == 0), self._end(number, number % 3 == 0)
        if start is None or finish is None:
            return None
        self.edges.append(self._new())
        return ProposeAlignment(
            alignment_id=self.edges[-1],
            start=start,
            finish=finish,
            relation=list(Relation)[number % 4],
            weight=Decimal(number) / 4,
        )

    def _end(self, which: int, of_key_result: bool) -> EndId | None:
        found = pick(self.key_results if of_key_result else self.objectives, which)
        kind = "key_result" if of_key_result else "objective"
        return None if found is None else EndId(type=kind, id=found)

    def _accept(self, which: int, _number: int) -> Command | None:
        return self._of(self.edges, which, AcceptAlignment, "alignment_id")

    def _decline(self, which: int, _number: int) -> Command | None:
        return self._of(self.edges, which, DeclineAlignment, "alignment_id")

    def _promote(self, which: int, number: int) -> Command | None:
        key_result_id = pick(self.key_results, which)
        if key_result_id is None:
            return None
        self.objectives.append(self._new())
        self.edges.append(self._new())
        return PromoteKeyResult(
            new_objective_id=self.objectives[-1],
            key_result_id=key_result_id,
            owner=HOLDERS[number % 5],
            cycle_id=CYCLES[number % 2],
            alignment_id=self.edges[-1],
        )

    def _carry_over(self, which: int, number: int) -> Command | None:
        objective_id = pick(self.objectives, which)
        kept = pick(self.key_results, number)
        if objective_id is None:
            return None
        self.objectives.append(self._new())
        return CarryOverObjective(
            new_objective_id=self.objectives[-1],
            objective_id=objective_id,
            cycle_id=NEXT,
            keep=() if kept is None or number % 2 else (kept,),
        )

    def _review(self, which: int, number: int) -> Command | None:
        objective_id = pick(self.objectives, which)
        if objective_id is None:
            return None
        self.reviews.append((objective_id, self._new(), self._new()))
        return ReviewObjective(
            review_id=self.reviews[-1][1],
            objective_id=objective_id,
            stage=list(Stage)[number % 2],
            lessons=f"Lesson {number}",
            decision=list(Conclusion)[number % 4],
            actions=(Action(action_id=self.reviews[-1][2], text="Ask", owner=PERSON),),
        )

    def _acknowledge(self, which: int, _number: int) -> Command | None:
        found = pick(self.reviews, which)
        return found and AcknowledgeReview(objective_id=found[0], review_id=found[1])

    def _complete(self, which: int, _number: int) -> Command | None:
        found = pick(self.reviews, which)
        return found and CompleteAction(
            objective_id=found[0], review_id=found[1], action_id=found[2]
        )

    def _score_objective(self, which: int, number: int) -> Command | None:
        score = number / 20
        return self._of(self.objectives, which, ScoreObjective, "objective_id", score=score)
