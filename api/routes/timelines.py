"""How things went over HTTP: the series of a key result, the timeline of a cycle or a unit."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api import answers
from api.asking import Asker, TheAsker
from api.documented import reads
from api.models.questions import Question
from api.models.timelines import CycleTimeline, Series, UnitTimeline
from api.routing import concept, takes_long
from projections.series import series
from projections.subjects import Subject
from projections.timeline import timeline

router = concept("history")


@router.get("/key-results/{key_result_id}/series", responses=reads(Series))
@takes_long
def read_series(
    key_result_id: UUID, query: Annotated[Question, Query()], asker: TheAsker
) -> Response:
    """Read the measurements of a key result, what they are held against, and how it stood when."""
    with asker.at(query) as question:
        answers.must_exist(question, "key_result", key_result_id)
        zone = asker.history.zone
        found = series(question.connection, str(key_result_id), question.moment, zone)
    if found is None:
        raise answers.did_not_exist_yet("key_result", question.moment)
    return answers.read(asker.request, found, question.moment)


@router.get("/cycles/{cycle_id}/timeline", responses=reads(CycleTimeline))
@takes_long
def read_cycle_timeline(
    cycle_id: UUID, query: Annotated[Question, Query()], asker: TheAsker
) -> Response:
    """Read how a cycle went: what is worth a flag, and how each week ended."""
    return _timeline(asker, query, Subject("cycle", str(cycle_id)))


@router.get("/units/{unit_id}/timeline", responses=reads(UnitTimeline))
@takes_long
def read_unit_timeline(
    unit_id: UUID, query: Annotated[Question, Query()], asker: TheAsker
) -> Response:
    """Read how it went with what a unit and the units below it owned."""
    return _timeline(asker, query, Subject("unit", str(unit_id)))


def _timeline(asker: Asker, query: Question, subject: Subject) -> Response:
    with asker.at(query) as question:
        answers.must_exist(question, subject.kind, UUID(subject.id))
        found = timeline(question.connection, subject, question.moment, asker.history.zone)
    state = {f"{subject.kind}_id": subject.id, **found}
    return answers.read(asker.request, state, question.moment)
