"""Key results over HTTP."""

from functools import cache
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from api.answers import entity
from api.asking import Fetch, Row, TheAsker, TheLister
from api.caller import TheCaller
from api.documented import changes, creates, lists, reads
from api.history import Question as Asked
from api.models.key_results import KeyResultChange, NewKeyResult, Promotion
from api.models.listings import KeyResultsListing
from api.models.objectives import NewScore
from api.models.questions import Question
from api.models.shapes import KeyResult, KeyResultAnswer, ObjectiveAnswer
from api.models.words import Body
from api.routes.listing import State, entities
from api.routing import concept
from api.sheets import sheet
from domain.alignments.supporting import SupportObjectives
from domain.key_results.adding import AddKeyResult
from domain.key_results.adjusting import ChangeMeasure
from domain.key_results.dropping import DropKeyResult, RestoreKeyResult
from domain.key_results.editing import (
    ChangeKeyResultCommitment,
    MoveDeadline,
    ReassignKeyResult,
    ReweightKeyResult,
    RewordKeyResult,
)
from domain.objectives.promoting import PromoteKeyResult
from domain.record import Command
from domain.scores import ScoreKeyResult
from projections.standings import show_statuses
from projections.states import state_at
from projections.words import holds, sought, spelled

router = concept("key results")
KEY_RESULTS = sheet("key-results", KeyResult)
MEASURE = ("unit", "direction", "commit", "stretch", "milestones", "baseline", "target")


@router.post(
    "/objectives/{objective_id}/key-results",
    status_code=201,
    responses=creates(KeyResultAnswer),
)
def add_key_result(objective_id: UUID, body: NewKeyResult, caller: TheCaller) -> Response:
    """Give an objective a key result."""
    new_id = caller.new_id()
    command = AddKeyResult(key_result_id=new_id, objective_id=objective_id, **body.given())
    location, show = f"/v1/key-results/{new_id}", entity("key_result", new_id)
    return caller.create(body, command, location, show, ("objective", objective_id))


@router.patch("/key-results/{key_result_id}", responses=changes(KeyResultAnswer))
def change_key_result(key_result_id: UUID, body: KeyResultChange, caller: TheCaller) -> Response:
    """Change a key result; every kind of change is recorded as itself, all or none."""
    return caller.change(body, _commands(key_result_id, body), "key_result", key_result_id)


def _commands(key_result_id: UUID, body: KeyResultChange) -> list[Command]:
    commands: list[Command] = []
    if words := body.given("title", "description"):
        commands.append(RewordKeyResult(key_result_id=key_result_id, **words))
    if owner := body.given("owner"):
        commands.append(ReassignKeyResult(key_result_id=key_result_id, **owner))
    if commitment := body.given("commitment"):
        commands.append(ChangeKeyResultCommitment(key_result_id=key_result_id, **commitment))
    if weight := body.given("weight"):
        commands.append(ReweightKeyResult(key_result_id=key_result_id, **weight))
    if deadline := body.given("deadline"):
        commands.append(MoveDeadline(key_result_id=key_result_id, **deadline))
    if measure := body.given(*MEASURE):
        # All of it at once: what a single step leaves behind need not fit together.
        commands.append(ChangeMeasure(key_result_id=key_result_id, **measure))
    if supports := body.given("supports"):
        commands.append(SupportObjectives(key_result_id=key_result_id, **supports))
    return commands


@router.post("/key-results/{key_result_id}/drop", responses=changes(KeyResultAnswer))
def drop_key_result(key_result_id: UUID, caller: TheCaller, body: Body | None = None) -> Response:
    """Let a key result no longer count; its history stays."""
    command = DropKeyResult(key_result_id=key_result_id)
    return caller.change(body, [command], "key_result", key_result_id)


@router.post("/key-results/{key_result_id}/restore", responses=changes(KeyResultAnswer))
def restore_key_result(
    key_result_id: UUID, caller: TheCaller, body: Body | None = None
) -> Response:
    """Let a dropped key result count again."""
    command = RestoreKeyResult(key_result_id=key_result_id)
    return caller.change(body, [command], "key_result", key_result_id)


@router.post(
    "/key-results/{key_result_id}/promote", status_code=201, responses=creates(ObjectiveAnswer)
)
def promote_key_result(key_result_id: UUID, body: Promotion, caller: TheCaller) -> Response:
    """Make a key result an objective of somebody else; the answer is the new objective."""
    new_id = caller.new_id()
    command = PromoteKeyResult(key_result_id=key_result_id, new_objective_id=new_id, **body.given())
    location, show = f"/v1/objectives/{new_id}", entity("objective", new_id)
    return caller.create(body, command, location, show, ("key_result", key_result_id))


@router.post("/key-results/{key_result_id}/score", responses=changes(KeyResultAnswer))
def score_key_result(key_result_id: UUID, body: NewScore, caller: TheCaller) -> Response:
    """Judge a key result; an earlier score stays in the history."""
    command = ScoreKeyResult(key_result_id=key_result_id, **body.given())
    return caller.change(body, [command], "key_result", key_result_id)


@router.get("/key-results", responses=lists(KeyResult))
def list_key_results(query: Annotated[KeyResultsListing, Query()], asker: TheLister) -> Response:
    """List key results with their latest measurements, of one cycle, of one objective or of all."""

    def fetch(question: Asked, limit: int, after: Any, descending: bool) -> list[Row]:
        found = _wanted(query, question)(question, limit, after, descending)
        states = [state for _, state in found]
        show_statuses(question.connection, states, question.moment, asker.history.zone)
        return found

    return asker.items(query, fetch, KEY_RESULTS)


def _wanted(query: KeyResultsListing, question: Asked) -> Fetch:
    """The key results that pass every filter that is given."""
    words = None if query.q is None else sought(query.q)

    @cache
    def home(objective_id: str) -> State | None:
        return state_at(question.connection, objective_id, question.moment)

    def owner(key_result: State) -> tuple[str, str] | None:
        found = key_result["owner"]
        if found is None:
            found = (home(key_result["objective_id"]) or key_result)["owner"]
        return None if found is None else (found["type"], found["id"])

    def fits(key_result: State) -> bool:
        texts = (key_result["title"], key_result["description"])
        return all(
            (
                query.state is None or key_result["state"] == query.state,
                query.commitment is None or key_result["commitment"] == query.commitment,
                words is None or holds(spelled(texts), words),
                query.unit_id is None or owner(key_result) == ("unit", str(query.unit_id)),
                query.person_id is None or owner(key_result) == ("person", str(query.person_id)),
            )
        )

    return entities("key_result", query.cycle_id, fits, words, query.objective_id)


@router.get("/key-results/{key_result_id}", responses=reads(KeyResultAnswer))
def read_key_result(
    key_result_id: UUID, query: Annotated[Question, Query()], asker: TheAsker
) -> Response:
    """Read a key result with its latest measurement."""
    return asker.entity(query, "key_result", key_result_id)
