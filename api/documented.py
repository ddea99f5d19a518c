"""What the OpenAPI document says of every operation beside its parameters."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from api.models.problems import InvalidProblem, Problem, RecordedOnly
from api.models.shapes import Page
from api.negotiation import CSV, EVENT_STREAM, JSON_LINES
from api.problems import MEDIA_TYPE, catalogue

Responses = dict[int | str, dict[str, Any]]

_ON_READ = (400, 404, 406, 422, 500, 503)
_ON_WRITE = (400, 403, 404, 406, 409, 412, 413, 415, 422, 500, 503, 507)
_LATER_AGAIN = (429, 503)
_RETRY = {"Retry-After": {"description": "In how many seconds.", "schema": {"type": "integer"}}}
_ETAG = {"ETag": {"description": "The version.", "schema": {"type": "string"}}}
RECORDED = {
    "X-Position": {
        "description": "Where the change stands in the log; absent when nothing changed.",
        "schema": {"type": "integer"},
    },
}
_WRITTEN = _ETAG | RECORDED
_LINKED = {
    "Link": {"description": "The pages on both sides, of a page.", "schema": {"type": "string"}}
}
_LOCATED = {**_WRITTEN, "Location": {"description": "Its path.", "schema": {"type": "string"}}}
_LATER: Responses = {
    202: {
        "model": RecordedOnly,
        "description": "It is on disk; the views cannot show it yet.",
        "headers": _LOCATED,
    }
}


def refusals(*statuses: int) -> Responses:
    """The problems an operation may answer with."""
    return {status: _refusal(status) for status in statuses}


def _refusal(status: int) -> dict[str, Any]:
    model = InvalidProblem if status == 422 else Problem
    problem = next(one for one in catalogue().values() if one.status == status)
    example = {
        "type": problem.type,
        "title": problem.title,
        "status": status,
        "detail": problem.explanation,
        "instance": "5b1f2a52-63d1-4b5e-a3a0-5a0f6e1f9b11",
    }
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {MEDIA_TYPE: {"schema": schema, "example": example}}
    found: dict[str, Any] = {"description": HTTPStatus(status).phrase, "content": content}
    if status in _LATER_AGAIN:
        found["headers"] = _RETRY
    return found


def reads(
    model: type[BaseModel],
    *,
    etag: bool = True,
    lines: type[BaseModel] | None = None,
    table: bool = False,
    events: bool = False,
    written: bool = False,
) -> Responses:
    """The answers to a read.

    `lines` is the model of a row where the answer can be streamed, `table` says that rows are had
    as CSV too, `events` that they are had as an event stream, `written` that it is had as a page
    and as a document.
    """
    found: dict[str, Any] = {"model": model, "description": "What was asked for."}
    others: Responses = {304: {"description": "The caller has it already."}} if etag else {}
    if etag:
        found["headers"] = _ETAG.copy()
    content: dict[str, Any] = {}
    if lines is not None:
        row = {"$ref": f"#/components/schemas/{lines.__name__}"}
        content[JSON_LINES] = {"itemSchema": row}
        if events:
            content[EVENT_STREAM] = _events(row)
            others[204] = {"description": "The event stream had ended already."}
    if written:
        content["text/html"] = content["text/markdown"] = {"schema": {"type": "string"}}
    if table:
        content[CSV] = {"schema": {"type": "string"}}
    if content:
        found["content"] = content
    return {200: found, **others, **refusals(*_ON_READ)}


def lists(row: type[BaseModel]) -> Responses:
    """The answers to a list: a page of it, or all of it as lines or as a table."""
    answers = reads(Page[row], lines=row, table=True)
    answers[200]["headers"] |= _LINKED | _echo("X-")
    return answers


def differs(whole: type[BaseModel], row: type[BaseModel]) -> Responses:
    """The answers to a question for a difference: as a whole, or its rows as lines or a table."""
    answers = reads(whole, lines=row, table=True)
    answers[200]["headers"] |= _echo("X-From-") | _echo("X-")
    return answers


def _echo(prefix: str) -> dict[str, Any]:
    """The headers in which a stream echoes a moment of it."""
    kinds = {"Position": "integer", "As-Of": "string", "Known-At": "string"}
    return {
        f"{prefix}{name}": {"description": "Of a stream.", "schema": {"type": kind}}
        for name, kind in kinds.items()
    }


def _events(row: dict[str, Any]) -> dict[str, Any]:
    """An event stream, each event of which holds a row as JSON."""
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": row}
    fields = {"id": {"type": "string"}, "event": {"type": "string"}, "data": data}
    return {"itemSchema": {"type": "object", "properties": fields}}


def streams(*models: type[BaseModel]) -> Responses:
    """The answers to a read that is had only as a stream, of lines or of events of any model."""
    row = {"anyOf": [{"$ref": f"#/components/schemas/{model.__name__}"} for model in models]}
    content = {JSON_LINES: {"itemSchema": row}, EVENT_STREAM: _events(row)}
    position = {"description": "Where the lines end.", "schema": {"type": "integer"}}
    found = {
        "description": "What was asked for.",
        "content": content,
        "headers": {"X-Position": position},
    }
    return {200: found, **refusals(*(one for one in _ON_READ if one != 404))}


def changes(model: type[BaseModel]) -> Responses:
    """The answers to a write that changes something."""
    now: dict[str, Any] = {"model": model, "description": "How it now is.", "headers": _WRITTEN}
    return {200: now, **_LATER, **refusals(*_ON_WRITE)}


def creates(model: type[BaseModel]) -> Responses:
    """The answers to a write that creates something."""
    new: dict[str, Any] = {"model": model, "description": "It exists.", "headers": _LOCATED}
    return {201: new, **_LATER, **refusals(*_ON_WRITE)}
