"""People over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.answers import entity
from api.asking import TheAsker, TheLister
from api.caller import TheCaller
from api.documented import changes, creates, lists, reads
from api.models.listings import Listing
from api.models.organisation import NewPerson, PersonChange
from api.models.questions import Question
from api.models.shapes import Person, PersonAnswer
from api.routes.listing import entities
from api.routing import concept
from api.sheets import sheet
from domain.people import ChangeContact, RegisterPerson, RenamePerson
from domain.record import Command

router = concept("people")
PEOPLE = sheet("people", Person)


@router.post("/people", status_code=201, responses=creates(PersonAnswer))
def register_person(body: NewPerson, caller: TheCaller) -> Response:
    """Register a person."""
    command = RegisterPerson(person_id=caller.new_id(), **body.given())
    show = entity("person", command.person_id)
    return caller.create(body, command, f"/v1/people/{command.person_id}", show)


@router.patch("/people/{person_id}", responses=changes(PersonAnswer))
def change_person(person_id: UUID, body: PersonChange, caller: TheCaller) -> Response:
    """Change a person's name or contact."""
    commands: list[Command] = []
    if name := body.given("name"):
        commands.append(RenamePerson(person_id=person_id, **name))
    if contact := body.given("email", "external_id"):
        commands.append(ChangeContact(person_id=person_id, **contact))
    return caller.change(body, commands, "person", person_id)


@router.get("/people", responses=lists(Person))
def list_people(query: Annotated[Listing, Query()], asker: TheLister) -> Response:
    """List the people."""
    return asker.items(query, entities("person"), PEOPLE)


@router.get("/people/{person_id}", responses=reads(PersonAnswer))
def read_person(person_id: UUID, query: Annotated[Question, Query()], asker: TheAsker) -> Response:
    """Read a person."""
    return asker.entity(query, "person", person_id)
