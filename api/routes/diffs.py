"""What differs between two moments, in one entity or in everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Connection

from api import answers, exports
from api.asking import Asker, TheLister
from api.documented import differs
from api.history import Question as Asked
from api.models.diffs import Diff, Difference
from api.models.questions import DiffQuestion
from api.negotiation import JSON
from api.problems import MixedAxesError
from api.routing import concept, takes_long
from api.sheets import sheet
from projections.diff import diff_of, diff_of_everything
from projections.instants import Moment, resolve

router = concept("history")
DIFFERENCES = differs(Diff, Difference)
SHEET = sheet("differences", Difference)
Changes = Callable[[Connection, Moment, Moment], list[dict[str, Any]]]
When = datetime | int | None


def _axis(query: DiffQuestion) -> str:
    """The axis a difference runs along. Raises MixedAxesError."""
    positions = {isinstance(side, int) for side in (query.start, query.finish) if side is not None}
    axis = query.axis or ("recorded" if True in positions else "effective")
    if len(positions) > 1:
        raise MixedAxesError("Give two instants or two positions in from and to.")
    if axis == "effective" and True in positions:
        raise MixedAxesError("Positions lie on the axis recorded; give instants, or that axis.")
    if axis == "effective" and query.as_of is not None:
        raise MixedAxesError("On the axis effective from and to are the as_of; leave it out.")
    if axis == "recorded" and query.known_at is not None:
        raise MixedAxesError("On the axis recorded from and to are the known_at; leave it out.")
    return axis


def _side(question: Asked, now: datetime, query: DiffQuestion, side: When) -> Moment:
    """One side of a difference as a moment. Raises BeyondTheLogError."""
    connection, sight = question.connection, question.moment.sight
    if _axis(query) == "recorded":
        return resolve(connection, now, query.as_of, side, sight)
    as_of = side if isinstance(side, datetime) else None
    return resolve(connection, now, as_of or now, query.known_at, sight)


def _answer(
    asker: Asker, query: DiffQuestion, changes: Changes, entity: tuple[str, UUID] | None = None
) -> Response:
    axis, now = _axis(query), asker.history.log.clock()
    with asker.at(query) as question:
        if entity is not None:
            answers.must_exist(question, *entity)
        one = _side(question, now, query, query.start)
        other = _side(question, now, query, query.finish)
        found = changes(question.connection, one, other)
    if asker.form != JSON:
        echo = exports.echo(one, "X-From-") | exports.echo(other)
        return exports.stream(asker.form, [found], echo, SHEET)
    sides = {"from": one.as_json(), "to": other.as_json()}
    state = {"axis": axis, "changes": found}
    return answers.read(asker.request, state, None, beside=sides)


def _of(entity_id: UUID) -> Changes:
    return lambda connection, one, other: diff_of(connection, str(entity_id), one, other)


@router.get("/diff", responses=DIFFERENCES)
@takes_long
def diff_everything(query: Annotated[DiffQuestion, Query()], asker: TheLister) -> Response:
    """Find everything that differs between two moments."""
    return _answer(asker, query, diff_of_everything)


@router.get("/objectives/{objective_id}/diff", responses=DIFFERENCES)
@takes_long
def diff_objective(
    objective_id: UUID,
    query: Annotated[DiffQuestion, Query()],
    asker: TheLister,
) -> Response:
    """Find what differs in an objective and its key results."""
    return _answer(asker, query, _of(objective_id), ("objective", objective_id))


@router.get("/key-results/{key_result_id}/diff", responses=DIFFERENCES)
@takes_long
def diff_key_result(
    key_result_id: UUID,
    query: Annotated[DiffQuestion, Query()],
    asker: TheLister,
) -> Response:
    """Find what differs in a key result."""
    return _answer(asker, query, _of(key_result_id), ("key_result", key_result_id))


@router.get("/cycles/{cycle_id}/diff", responses=DIFFERENCES)
@takes_long
def diff_cycle(
    cycle_id: UUID,
    query: Annotated[DiffQuestion, Query()],
    asker: TheLister,
) -> Response:
    """Find what differs in a cycle and everything in it."""
    return _answer(asker, query, _of(cycle_id), ("cycle", cycle_id))


@router.get("/units/{unit_id}/diff", responses=DIFFERENCES)
@takes_long
def diff_unit(unit_id: UUID, query: Annotated[DiffQuestion, Query()], asker: TheLister) -> Response:
    """Find what differs in a unit."""
    return _answer(asker, query, _of(unit_id), ("unit", unit_id))
