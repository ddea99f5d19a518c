"""The retrospective of a cycle over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api import answers
from api.asking import TheAsker
from api.documented import reads
from api.models.questions import RetrospectiveQuestion
from api.models.retrospectives import CycleRetrospective
from api.routing import concept, takes_long
from projections.retrospective.report import retrospective

router = concept("history")


@router.get("/cycles/{cycle_id}/retrospective", responses=reads(CycleRetrospective))
@takes_long
def read_retrospective(
    cycle_id: UUID,
    query: Annotated[RetrospectiveQuestion, Query()],
    asker: TheAsker,
) -> Response:
    """Read how a cycle went: the answers to the questions of a retrospective, with evidence."""
    with asker.at(query) as question:
        answers.must_exist(question, "cycle", cycle_id)
        if query.unit_id is not None:
            answers.must_exist(question, "unit", query.unit_id)
        if query.person_id is not None:
            answers.must_exist(question, "person", query.person_id)
        found = retrospective(
            question.connection,
            str(cycle_id),
            question.moment,
            asker.history.zone,
            query.scope(),
            query.days(),
        )
    if found is None:
        raise answers.did_not_exist_yet("cycle", question.moment)
    return answers.read(asker.request, found.model_dump(mode="json"), question.moment)
