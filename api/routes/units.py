"""Units and their members over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.answers import entity
from api.asking import TheAsker, TheLister
from api.caller import TheCaller
from api.documented import changes, creates, lists, reads
from api.models.listings import Listing
from api.models.organisation import Leaving, NewMember, NewUnit, UnitChange
from api.models.questions import Question
from api.models.shapes import Unit, UnitAnswer
from api.models.words import Body
from api.routes.listing import entities
from api.routing import concept
from api.sheets import sheet
from domain.record import Command
from domain.units.forming import DissolveUnit, FormUnit, MoveUnit, RenameUnit
from domain.units.members import JoinUnit, LeaveUnit

router = concept("units")
UNITS = sheet("units", Unit)


@router.post("/units", status_code=201, responses=creates(UnitAnswer))
def form_unit(body: NewUnit, caller: TheCaller) -> Response:
    """Form a unit."""
    command = FormUnit(unit_id=caller.new_id(), **body.given())
    show = entity("unit", command.unit_id)
    return caller.create(body, command, f"/v1/units/{command.unit_id}", show)


@router.patch("/units/{unit_id}", responses=changes(UnitAnswer))
def change_unit(unit_id: UUID, body: UnitChange, caller: TheCaller) -> Response:
    """Rename a unit, or move it below another."""
    commands: list[Command] = []
    if name := body.given("name"):
        commands.append(RenameUnit(unit_id=unit_id, **name))
    if place := body.given("parent_id"):
        commands.append(MoveUnit(unit_id=unit_id, **place))
    return caller.change(body, commands, "unit", unit_id)


@router.post("/units/{unit_id}/dissolve", responses=changes(UnitAnswer))
def dissolve_unit(unit_id: UUID, caller: TheCaller, body: Body | None = None) -> Response:
    """Dissolve a unit; what it owned stays in the history."""
    return caller.change(body, [DissolveUnit(unit_id=unit_id)], "unit", unit_id)


@router.post("/units/{unit_id}/members", responses=changes(UnitAnswer))
def join_unit(unit_id: UUID, body: NewMember, caller: TheCaller) -> Response:
    """Make a person a member or a lead of a unit."""
    command = JoinUnit(unit_id=unit_id, **body.given())
    return caller.change(body, [command], "unit", unit_id)


@router.delete("/units/{unit_id}/members/{person_id}", responses=changes(UnitAnswer))
def leave_unit(
    unit_id: UUID,
    person_id: UUID,
    query: Annotated[Leaving, Query()],
    caller: TheCaller,
    body: Body | None = None,
) -> Response:
    """End a membership. Some programs send DELETE no body, so why and when may be parameters."""
    command = LeaveUnit(unit_id=unit_id, person_id=person_id)
    return caller.change(query.beside(body), [command], "unit", unit_id)


@router.get("/units", responses=lists(Unit))
def list_units(query: Annotated[Listing, Query()], asker: TheLister) -> Response:
    """List the units."""
    return asker.items(query, entities("unit"), UNITS)


@router.get("/units/{unit_id}", responses=reads(UnitAnswer))
def read_unit(unit_id: UUID, query: Annotated[Question, Query()], asker: TheAsker) -> Response:
    """Read a unit with its members."""
    return asker.entity(query, "unit", unit_id)
