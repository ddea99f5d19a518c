"""Objectives over HTTP."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api import answers
from api.answers import entity
from api.asking import TheAsker, TheLister
from api.caller import TheCaller
from api.documented import changes, creates, lists, reads
from api.models.lineage import Lineage
from api.models.listings import ObjectivesListing
from api.models.objectives import CarryingOver, Closing, NewObjective, NewScore, ObjectiveChange
from api.models.questions import Question
from api.models.shapes import ListedObjective, ObjectiveAnswer
from api.models.words import Body
from api.routes.listing import State, entities
from api.routing import concept, takes_long
from api.sheets import sheet
from domain.objectives.carrying_over import CarryOverObjective
from domain.objectives.closing import CloseObjective, ReopenObjective
from domain.objectives.drafting import DraftObjective
from domain.objectives.editing import (
    ChangeCommitment,
    ReassignObjective,
    ReweightObjective,
    RewordObjective,
)
from domain.objectives.publishing import PublishObjective
from domain.record import Command
from domain.scores import ScoreObjective
from projections.lineage import lineage
from projections.words import Sought, holds, sought, spelled

router = concept("objectives")
OBJECTIVES = sheet("objectives", ListedObjective, without=("reviews",))
"""Reviews have a list, and a table, of their own."""


@router.post("/objectives", status_code=201, responses=creates(ObjectiveAnswer))
def draft_objective(body: NewObjective, caller: TheCaller) -> Response:
    """Draft an objective."""
    command = DraftObjective(objective_id=caller.new_id(), **body.given())
    show = entity("objective", command.objective_id)
    return caller.create(body, command, f"/v1/objectives/{command.objective_id}", show)


@router.patch("/objectives/{objective_id}", responses=changes(ObjectiveAnswer))
def change_objective(objective_id: UUID, body: ObjectiveChange, caller: TheCaller) -> Response:
    """Change an objective; every kind of change is recorded as itself, all or none."""
    return caller.change(body, _commands(objective_id, body), "objective", objective_id)


def _commands(objective_id: UUID, body: ObjectiveChange) -> list[Command]:
    commands: list[Command] = []
    if words := body.given("title", "description"):
        commands.append(RewordObjective(objective_id=objective_id, **words))
    if owner := body.given("owner"):
        commands.append(ReassignObjective(objective_id=objective_id, **owner))
    if commitment := body.given("commitment"):
        commands.append(ChangeCommitment(objective_id=objective_id, **commitment))
    if weight := body.given("weight"):
        commands.append(ReweightObjective(objective_id=objective_id, **weight))
    return commands


@router.post("/objectives/{objective_id}/publish", responses=changes(ObjectiveAnswer))
def publish_objective(objective_id: UUID, caller: TheCaller, body: Body | None = None) -> Response:
    """Show an objective to everybody."""
    command = PublishObjective(objective_id=objective_id)
    return caller.change(body, [command], "objective", objective_id)


@router.post("/objectives/{objective_id}/close", responses=changes(ObjectiveAnswer))
def close_objective(objective_id: UUID, body: Closing, caller: TheCaller) -> Response:
    """End the work on an objective with an outcome."""
    command = CloseObjective(objective_id=objective_id, **body.given())
    return caller.change(body, [command], "objective", objective_id)


@router.post("/objectives/{objective_id}/reopen", responses=changes(ObjectiveAnswer))
def reopen_objective(objective_id: UUID, caller: TheCaller, body: Body | None = None) -> Response:
    """Go on with a closed objective."""
    command = ReopenObjective(objective_id=objective_id)
    return caller.change(body, [command], "objective", objective_id)


@router.post(
    "/objectives/{objective_id}/carry-over", status_code=201, responses=creates(ObjectiveAnswer)
)
def carry_over_objective(objective_id: UUID, body: CarryingOver, caller: TheCaller) -> Response:
    """Go on with an objective in a later cycle; the answer is the new objective."""
    new_id = caller.new_id()
    command = CarryOverObjective(objective_id=objective_id, new_objective_id=new_id, **body.given())
    on = ("objective", objective_id)
    return caller.create(body, command, f"/v1/objectives/{new_id}", entity("objective", new_id), on)


@router.post("/objectives/{objective_id}/score", responses=changes(ObjectiveAnswer))
def score_objective(objective_id: UUID, body: NewScore, caller: TheCaller) -> Response:
    """Judge an objective; an earlier score stays in the history."""
    command = ScoreObjective(objective_id=objective_id, **body.given())
    return caller.change(body, [command], "objective", objective_id)


@router.get("/objectives", responses=lists(ListedObjective))
def list_objectives(query: Annotated[ObjectivesListing, Query()], asker: TheLister) -> Response:
    """List objectives, of one cycle or of all."""
    words = None if query.q is None else sought(query.q)
    fits = partial(_fits, query, words)
    return asker.items(query, entities("objective", query.cycle_id, fits, words), OBJECTIVES)


def _fits(query: ObjectivesListing, words: Sought | None, objective: State) -> bool:
    """Whether an objective passes every filter that is given."""
    owner = objective["owner"]
    wanted = [
        query.unit_id is None or (owner["type"], owner["id"]) == ("unit", str(query.unit_id)),
        query.person_id is None or (owner["type"], owner["id"]) == ("person", str(query.person_id)),
        query.state is None or objective["state"] == query.state,
        query.commitment is None or objective["commitment"] == query.commitment,
        words is None or holds(spelled((objective["title"], objective["description"])), words),
    ]
    return all(wanted)


@router.get("/objectives/{objective_id}", responses=reads(ObjectiveAnswer))
def read_objective(
    objective_id: UUID, query: Annotated[Question, Query()], asker: TheAsker
) -> Response:
    """Read an objective with its key results."""
    return asker.entity(query, "objective", objective_id)


@router.get("/objectives/{objective_id}/lineage", responses=reads(Lineage))
@takes_long
def read_lineage(
    objective_id: UUID, query: Annotated[Question, Query()], asker: TheAsker
) -> Response:
    """Read what an objective came from and went on as, carried over from cycle to cycle."""
    with asker.at(query) as question:
        answers.must_exist(question, "objective", objective_id)
        found = lineage(question.connection, str(objective_id), question.moment)
    if found is None:
        raise answers.did_not_exist_yet("objective", question.moment)
    return answers.read(asker.request, found, question.moment)
