"""Retrospectives over HTTP: of one cycle, and across cycles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import BaseModel

from api import answers
from api.asking import Asker, TheAsker, offering
from api.documented import reads
from api.history import Question as Asked
from api.models.questions import RetrospectiveQuestion, ScopedQuestion
from api.models.retrospectives import CycleRetrospective, RetrospectiveAcrossCycles
from api.negotiation import JSON, varies_by
from api.report import writing
from api.report.words import preferred
from api.report.writing import HTML, MARKDOWN
from api.routing import concept, takes_long
from projections.retrospective.across import across
from projections.retrospective.report import Retrospective, retrospective

router = concept("history")
TheTeller = Annotated[Asker, Depends(offering(JSON, HTML, MARKDOWN))]


@router.get("/cycles/{cycle_id}/retrospective", responses=reads(CycleRetrospective, written=True))
@takes_long
def read_retrospective(
    cycle_id: UUID,
    query: Annotated[RetrospectiveQuestion, Query()],
    asker: TheTeller,
) -> Response:
    """Read how a cycle went: the answers to the questions of a retrospective, with evidence.

    As `text/html` it is one page that needs no network, as `text/markdown` a document.
    """
    cycle, zone = str(cycle_id), asker.history.zone

    def find(asked: Asked) -> BaseModel | None:
        scope, days = query.scope(), query.days()
        return retrospective(asked.connection, cycle, asked.moment, zone, scope, days)

    return _told(asker, cycle_id, query, find)


@router.get("/cycles/{cycle_id}/retrospective/across", responses=reads(RetrospectiveAcrossCycles))
@takes_long
def read_retrospective_across_cycles(
    cycle_id: UUID, query: Annotated[ScopedQuestion, Query()], asker: TheAsker
) -> Response:
    """Read what a cycle and the like ones before it show together: trends, calibration, chains."""
    cycle, zone = str(cycle_id), asker.history.zone

    def find(asked: Asked) -> BaseModel | None:
        return across(asked.connection, cycle, asked.moment, zone, query.scope())

    return _told(asker, cycle_id, query, find)


def _told(
    asker: Asker,
    cycle_id: UUID,
    query: ScopedQuestion,
    find: Callable[[Asked], BaseModel | None],
) -> Response:
    """Answer what is found of a cycle in a scope, each of which must exist."""
    with asker.at(query) as question:
        named = {"cycle": cycle_id, "unit": query.unit_id, "person": query.person_id}
        for word, entity_id in named.items():
            if entity_id is not None:
                answers.must_exist(question, word, entity_id)
        found = find(question)
        if asker.form != JSON and isinstance(found, Retrospective):
            return _written(asker, query, writing.Asked(question, found, asker.history.zone))
    if found is None:
        raise answers.did_not_exist_yet("cycle", question.moment)
    return answers.read(asker.request, found.model_dump(mode="json"), question.moment)


def _written(asker: Asker, query: ScopedQuestion, asked: writing.Asked) -> Response:
    """The retrospective as a page or a document, in the language asked for."""
    varies_by(asker.request, "Accept-Language")
    language = query.lang if isinstance(query, RetrospectiveQuestion) else None
    if language is None:
        language = preferred(asker.request.headers.get("accept-language", ""))
    headers = {"Content-Language": language, "Cache-Control": "no-cache"}
    body = writing.written(asked, asker.form, language)
    return Response(body, 200, headers, f"{asker.form}; charset=utf-8")
