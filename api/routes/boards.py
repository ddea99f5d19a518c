"""A whole cycle in one answer: its board, and its tree of alignments."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from api import answers
from api.asking import TheAsker
from api.documented import reads
from api.models.boards import Board, Tree
from api.models.questions import Question
from api.routing import concept
from projections.board import board
from projections.tree import tree

router = concept("cycles")


@router.get("/cycles/{cycle_id}/board", responses=reads(Board))
def read_board(cycle_id: UUID, query: Annotated[Question, Query()], asker: TheAsker) -> Response:
    """Read a cycle with its objectives, key results, alignments and totals."""
    with asker.at(query) as question:
        answers.must_exist(question, "cycle", cycle_id)
        found: dict[str, Any] = (
            board(question.connection, str(cycle_id), question.moment, asker.history.zone) or {}
        )
    state = {name: found[name] for name in ("cycle", "objectives", "alignments", "totals")}
    return answers.read(asker.request, state, question.moment)


@router.get("/cycles/{cycle_id}/tree", responses=reads(Tree))
def read_tree(cycle_id: UUID, query: Annotated[Question, Query()], asker: TheAsker) -> Response:
    """Read who supports whom in a cycle."""
    with asker.at(query) as question:
        answers.must_exist(question, "cycle", cycle_id)
        found = tree(question.connection, str(cycle_id), question.moment)
    return answers.read(asker.request, found, question.moment)
