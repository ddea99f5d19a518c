"""Cycles over HTTP: planned, moved from state to state, and looked at as boards and trees."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.answers import entity
from api.asking import TheAsker, TheLister
from api.caller import TheCaller
from api.documented import changes, creates, lists, reads
from api.models.cycles import CycleChange, NewCycle, Reopening
from api.models.listings import Listing
from api.models.questions import Question
from api.models.shapes import Cycle, CycleAnswer
from api.models.words import Body
from api.routes.listing import entities
from api.routing import concept
from api.sheets import sheet
from domain.cycles.placing import MoveCycle
from domain.cycles.planning import PlanCycle, RenameCycle, RescheduleCycle
from domain.cycles.steps import CloseCycle, FreezeCycle, OpenCycle, ReopenCycle, StartScoring
from domain.record import Command

router = concept("cycles")
CYCLES = sheet("cycles", Cycle)
SCHEDULE = ("kind", "starts_on", "ends_on", "cadence_days", "freezes_on", "scores_due_on")


@router.post("/cycles", status_code=201, responses=creates(CycleAnswer))
def plan_cycle(body: NewCycle, caller: TheCaller) -> Response:
    """Plan a cycle."""
    command = PlanCycle(cycle_id=caller.new_id(), **body.given())
    show = entity("cycle", command.cycle_id)
    return caller.create(body, command, f"/v1/cycles/{command.cycle_id}", show)


@router.patch("/cycles/{cycle_id}", responses=changes(CycleAnswer))
def change_cycle(cycle_id: UUID, body: CycleChange, caller: TheCaller) -> Response:
    """Rename a cycle, reschedule it, or move it to another parent cycle or unit."""
    commands: list[Command] = []
    if name := body.given("name"):
        commands.append(RenameCycle(cycle_id=cycle_id, **name))
    if schedule := body.given(*SCHEDULE):
        commands.append(RescheduleCycle(cycle_id=cycle_id, **schedule))
    if place := body.given("parent_id", "unit_id"):
        commands.append(MoveCycle(cycle_id=cycle_id, **place))
    return caller.change(body, commands, "cycle", cycle_id)


@router.post("/cycles/{cycle_id}/open", responses=changes(CycleAnswer))
def open_cycle(cycle_id: UUID, caller: TheCaller, body: Body | None = None) -> Response:
    """Begin the work of a planned cycle."""
    return caller.change(body, [OpenCycle(cycle_id=cycle_id)], "cycle", cycle_id)


@router.post("/cycles/{cycle_id}/freeze", responses=changes(CycleAnswer))
def freeze_cycle(cycle_id: UUID, caller: TheCaller, body: Body | None = None) -> Response:
    """Fix what was agreed; changes from here on need a reason and are marked."""
    return caller.change(body, [FreezeCycle(cycle_id=cycle_id)], "cycle", cycle_id)


@router.post("/cycles/{cycle_id}/start-scoring", responses=changes(CycleAnswer))
def start_scoring(cycle_id: UUID, caller: TheCaller, body: Body | None = None) -> Response:
    """Begin to score."""
    return caller.change(body, [StartScoring(cycle_id=cycle_id)], "cycle", cycle_id)


@router.post("/cycles/{cycle_id}/close", responses=changes(CycleAnswer))
def close_cycle(cycle_id: UUID, caller: TheCaller, body: Body | None = None) -> Response:
    """End a cycle that was scored."""
    return caller.change(body, [CloseCycle(cycle_id=cycle_id)], "cycle", cycle_id)


@router.post("/cycles/{cycle_id}/reopen", responses=changes(CycleAnswer))
def reopen_cycle(cycle_id: UUID, body: Reopening, caller: TheCaller) -> Response:
    """Open a closed cycle again, for work or for scoring."""
    command = ReopenCycle(cycle_id=cycle_id, **body.given())
    return caller.change(body, [command], "cycle", cycle_id)


@router.get("/cycles", responses=lists(Cycle))
def list_cycles(query: Annotated[Listing, Query()], asker: TheLister) -> Response:
    """List the cycles."""
    return asker.items(query, entities("cycle"), CYCLES)


@router.get("/cycles/{cycle_id}", responses=reads(CycleAnswer))
def read_cycle(cycle_id: UUID, query: Annotated[Question, Query()], asker: TheAsker) -> Response:
    """Read a cycle."""
    return asker.entity(query, "cycle", cycle_id)
