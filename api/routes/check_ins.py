"""Check-ins over HTTP. A check-in carries the version of its key result."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Query, Response

from api.answers import Found, Show, did_not_exist_yet, entity
from api.asking import TheAsker, TheLister
from api.caller import TheCaller
from api.documented import changes, creates, lists, reads
from api.history import Question as Asked
from api.models.key_results import Correction, NewCheckIn
from api.models.listings import Listing
from api.models.questions import Question
from api.models.shapes import CheckIn, CheckInAnswer
from api.models.words import Body
from api.routes.listing import State, parts
from api.routing import concept
from api.sheets import sheet
from domain.check_ins.correcting import CorrectCheckIn
from domain.check_ins.measuring import CheckInKeyResult
from domain.check_ins.retracting import RetractCheckIn
from domain.errors import CheckInNotFound
from projections.measurements import measurement, measurements, was_measured

router = concept("check-ins")
CHECK_INS = sheet("check-ins", CheckIn)
PATH = "/key-results/{key_result_id}/check-ins"


def _check_in(key_result_id: UUID, check_in_id: UUID) -> Show:
    """Find one check-in. Raises CheckInNotFound, or DidNotExistYetError."""

    def show(question: Asked, zone: ZoneInfo) -> Found:
        key_result = entity("key_result", key_result_id)(question, zone)
        connection, ids = question.connection, (str(key_result_id), str(check_in_id))
        found = measurement(connection, *ids, question.moment)
        if found is not None:
            return Found(found, key_result.version)
        if was_measured(connection, *ids, question.moment.sight):
            raise did_not_exist_yet("check_in", question.moment)
        raise CheckInNotFound(f"The key result has no check-in {check_in_id}; check the id.")

    return show


@router.post(PATH, status_code=201, responses=creates(CheckInAnswer))
def check_in(key_result_id: UUID, body: NewCheckIn, caller: TheCaller) -> Response:
    """Record a measurement; `effective_at` is when it was taken."""
    new_id = caller.new_id()
    command = CheckInKeyResult(key_result_id=key_result_id, check_in_id=new_id, **body.given())
    location = f"/v1/key-results/{key_result_id}/check-ins/{new_id}"
    show = _check_in(key_result_id, new_id)
    return caller.create(body, command, location, show, ("key_result", key_result_id))


@router.post(PATH + "/{check_in_id}/correct", responses=changes(CheckInAnswer))
def correct_check_in(
    key_result_id: UUID,
    check_in_id: UUID,
    body: Correction,
    caller: TheCaller,
) -> Response:
    """Say what a check-in should have said; what it said before stays known."""
    command = CorrectCheckIn(key_result_id=key_result_id, check_in_id=check_in_id, **body.given())
    show = _check_in(key_result_id, check_in_id)
    return caller.change(body, [command], "key_result", key_result_id, show)


@router.post(PATH + "/{check_in_id}/retract", responses=changes(CheckInAnswer))
def retract_check_in(
    key_result_id: UUID,
    check_in_id: UUID,
    caller: TheCaller,
    body: Body | None = None,
) -> Response:
    """Say that a check-in should never have been made; it needs a reason."""
    command = RetractCheckIn(key_result_id=key_result_id, check_in_id=check_in_id)
    show = _check_in(key_result_id, check_in_id)
    return caller.change(body, [command], "key_result", key_result_id, show)


@router.get(PATH, responses=lists(CheckIn))
def list_check_ins(
    key_result_id: UUID, query: Annotated[Listing, Query()], asker: TheLister
) -> Response:
    """List the check-ins that stand, by the time they were measured."""

    def standing(question: Asked) -> list[State]:
        entity("key_result", key_result_id)(question, asker.history.zone)
        return measurements(question.connection, str(key_result_id), question.moment)

    return asker.items(query, parts(standing), CHECK_INS)


@router.get(PATH + "/{check_in_id}", responses=reads(CheckInAnswer))
def read_check_in(
    key_result_id: UUID,
    check_in_id: UUID,
    query: Annotated[Question, Query()],
    asker: TheAsker,
) -> Response:
    """Read one check-in, also a retracted one."""
    return asker.show(query, _check_in(key_result_id, check_in_id))
