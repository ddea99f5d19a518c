"""What requests say about objectives, scores and reviews."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from pydantic import ConfigDict, Field

from api.models.words import Body, Day, Part, Score, Weight, unsaid
from domain.objectives.closing import Outcome
from domain.reviews import Conclusion, Stage
from domain.scores import ScoreKind
from domain.values import Commitment, Owner, Sentence, Text, Title

_ID = "5b1f2a52-63d1-4b5e-a3a0-5a0f6e1f9b11"


def example(**fields: Any) -> ConfigDict:
    """A model's example, for the OpenAPI document."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class NewObjective(Body):
    """An objective to draft."""

    model_config = example(
        cycle_id=_ID,
        owner={"type": "unit", "id": _ID},
        title="Customers recommend us",
        commitment="committed",
    )
    cycle_id: UUID
    owner: Owner
    title: Title
    description: Text = ""
    commitment: Commitment | None = None
    weight: Weight = Field(default_factory=unsaid)


class ObjectiveChange(Body):
    """What changes about an objective; a field left out stays as it is."""

    model_config = example(title="Customers recommend us to their friends")
    title: Title = Field(default_factory=unsaid)
    description: Text = Field(default_factory=unsaid)
    owner: Owner = Field(default_factory=unsaid)
    commitment: Commitment | None = None
    weight: Weight = Field(default_factory=unsaid)


class Closing(Body):
    """How an objective ended."""

    model_config = example(outcome="partial", note="Two of three key results were reached.")
    outcome: Outcome
    note: Text = ""


class CarryingOver(Body):
    """The later cycle, and the key results that go along."""

    model_config = example(cycle_id=_ID, keep=[_ID])
    cycle_id: UUID
    keep: tuple[UUID, ...] = ()


class NewScore(Body):
    """What people judge, between 0.0 and 1.0 with at most two decimals."""

    model_config = example(score=0.7, kind="agreed")
    score: Score
    kind: ScoreKind
    note: Text = ""


class NewAction(Part):
    """Something that a person does because of a review."""

    text: Sentence
    owner: UUID | None = Field(default=None, description="A person's id.")
    due_on: Day | None = None


class NewReview(Body):
    """A look back: recall the goal, evaluate, find the causes, say what was learned, decide."""

    model_config = example(
        stage="final",
        recall="We wanted customers to recommend us.",
        evaluation="The score rose from 30 to 41 of 50.",
        causes="Support answers within a day now.",
        lessons="Ask earlier.",
        decision="carry_over",
        actions=[{"text": "Plan the survey for week two", "due_on": "2026-04-10"}],
    )
    stage: Stage
    recall: Text = ""
    evaluation: Text = ""
    causes: Text = ""
    lessons: Text = ""
    decision: Conclusion
    actions: tuple[NewAction, ...] = ()

    def with_ids(self) -> dict[str, Any]:
        """The review's fields, every action with an id of its own."""
        given = self.given()
        actions = [{"action_id": uuid4(), **action} for action in given.get("actions", ())]
        return given | {"actions": actions}
