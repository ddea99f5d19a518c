"""Alignments over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.answers import entity
from api.asking import TheAsker, TheLister
from api.caller import TheCaller
from api.documented import changes, creates, lists, reads
from api.models.alignments import NewAlignment
from api.models.listings import AlignmentsListing
from api.models.questions import Question
from api.models.shapes import Alignment, AlignmentAnswer
from api.models.words import Body
from api.routes.listing import State, entities
from api.routing import concept
from api.sheets import sheet
from domain.alignments.answering import AcceptAlignment, DeclineAlignment, WithdrawAlignment
from domain.alignments.proposing import ProposeAlignment

router = concept("alignments")
ALIGNMENTS = sheet("alignments", Alignment)


@router.post("/alignments", status_code=201, responses=creates(AlignmentAnswer))
def propose_alignment(body: NewAlignment, caller: TheCaller) -> Response:
    """Align two ends; it is accepted at once where the caller may speak for both."""
    command = ProposeAlignment(alignment_id=caller.new_id(), **body.given())
    show = entity("alignment", command.alignment_id)
    return caller.create(body, command, f"/v1/alignments/{command.alignment_id}", show)


@router.post("/alignments/{alignment_id}/accept", responses=changes(AlignmentAnswer))
def accept_alignment(alignment_id: UUID, caller: TheCaller, body: Body | None = None) -> Response:
    """Agree to a proposed alignment."""
    command = AcceptAlignment(alignment_id=alignment_id)
    return caller.change(body, [command], "alignment", alignment_id)


@router.post("/alignments/{alignment_id}/decline", responses=changes(AlignmentAnswer))
def decline_alignment(alignment_id: UUID, caller: TheCaller, body: Body | None = None) -> Response:
    """Say no to a proposed alignment."""
    command = DeclineAlignment(alignment_id=alignment_id)
    return caller.change(body, [command], "alignment", alignment_id)


@router.post("/alignments/{alignment_id}/withdraw", responses=changes(AlignmentAnswer))
def withdraw_alignment(alignment_id: UUID, caller: TheCaller, body: Body | None = None) -> Response:
    """Take an alignment back."""
    command = WithdrawAlignment(alignment_id=alignment_id)
    return caller.change(body, [command], "alignment", alignment_id)


@router.get("/alignments", responses=lists(Alignment))
def list_alignments(query: Annotated[AlignmentsListing, Query()], asker: TheLister) -> Response:
    """List alignments, those that start in one cycle or all."""

    def wanted(alignment: State) -> bool:
        return query.state is None or alignment["state"] == query.state

    return asker.items(query, entities("alignment", query.cycle_id, wanted), ALIGNMENTS)


@router.get("/alignments/{alignment_id}", responses=reads(AlignmentAnswer))
def read_alignment(
    alignment_id: UUID, query: Annotated[Question, Query()], asker: TheAsker
) -> Response:
    """Read an alignment."""
    return asker.entity(query, "alignment", alignment_id)
