"""A cycle played again over HTTP, as one JSON answer or as a stream of JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from api import answers
from api.asking import Asker
from api.documented import reads
from api.history import Question as Asked
from api.models.histories import Frame, Replay
from api.models.questions import ReplayQuestion
from projections.instants import Moment
from projections.replay import replay

router = APIRouter(tags=["history"])
JSON_LINES = "application/jsonl"
BATCH = 200


@router.get("/cycles/{cycle_id}/replay", responses=reads(Replay, lines=Frame.__name__))
def replay_cycle(
    cycle_id: UUID,
    query: Annotated[ReplayQuestion, Query()],
    asker: Annotated[Asker, Depends()],
) -> Response:
    """Play a cycle again: what happened, in the order in which it was true, with totals."""
    vary = {"Vary": "Accept"}
    with asker.at(query) as question:
        answers.must_exist(question, "cycle", cycle_id)
        moment = question.moment
        if _wants_lines(asker):
            stream = _lines(asker, query, cycle_id, moment)
            return StreamingResponse(stream, 200, vary, JSON_LINES)
        frames = list(_frames(asker, question, query, cycle_id))
    state = {"cycle_id": str(cycle_id), "every": query.every, "frames": frames}
    return answers.read(asker.request, state, moment, headers=vary)


def _wants_lines(asker: Asker) -> bool:
    return JSON_LINES in asker.request.headers.get("accept", "")


def _frames(
    asker: Asker, question: Asked, query: ReplayQuestion, cycle_id: UUID
) -> Iterator[dict[str, Any]]:
    return replay(
        question.connection,
        str(cycle_id),
        question.moment,
        every=query.every,
        start=query.start,
        end=query.finish,
        zone=asker.history.zone,
    )


def _lines(asker: Asker, query: ReplayQuestion, cycle_id: UUID, moment: Moment) -> Iterator[bytes]:
    """The frames as lines, some at a time, so that memory stays flat however many there are."""
    with asker.history.ask(moment.as_of, moment.position) as question:
        frames = _frames(asker, question, query, cycle_id)
        while batch := list(islice(frames, BATCH)):
            yield b"".join(orjson.dumps(frame) + b"\n" for frame in batch)
