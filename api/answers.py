"""How answers look: states with their version, digest and instants; lists with their cursor."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import Request, Response

from api.history import Question
from api.negotiation import JSON
from api.problems import DidNotExistYetError
from domain import errors
from projections.instants import Moment
from projections.places import kind_of
from projections.sight import was_ever_shown
from projections.single import single

_NOT_FOUND: dict[str, type[errors.NotFound]] = {
    "person": errors.PersonNotFound,
    "unit": errors.UnitNotFound,
    "cycle": errors.CycleNotFound,
    "objective": errors.ObjectiveNotFound,
    "key_result": errors.KeyResultNotFound,
    "alignment": errors.AlignmentNotFound,
}


class Found(NamedTuple):
    """A state and the version that `ETag` and `If-Match` speak of."""

    state: dict[str, Any]
    version: int


Show = Callable[[Question, ZoneInfo], Found]
"""Finds what an answer shows, at the moment of a question."""


def must_exist(question: Question, word: str, entity_id: UUID) -> None:
    """Refuse an id that names no entity of this kind, now or ever, or none to be seen."""
    connection, sight = question.connection, question.moment.sight
    named = kind_of(connection, str(entity_id)) == word
    if not (named and was_ever_shown(connection, str(entity_id), sight)):
        name = word.replace("_", " ")
        refusal = _NOT_FOUND[word](f"There is no {name} {entity_id}; check the id.")
        refusal.hidden = named
        raise refusal


def entity(word: str, entity_id: UUID) -> Show:
    """Find one entity. Raises the NotFound of its kind, or DidNotExistYetError."""

    def show(question: Question, zone: ZoneInfo) -> Found:
        state = single(question.connection, str(entity_id), question.moment, zone)
        if state is None or state["type"] != word:
            must_exist(question, word, entity_id)
            raise did_not_exist_yet(word, question.moment)
        return Found(state, state["version"])

    return show


def did_not_exist_yet(word: str, moment: Moment) -> DidNotExistYetError:
    """The refusal of a question about an entity before it began, or before that was known."""
    echo = moment.as_json()
    return DidNotExistYetError(
        f"The {word.replace('_', ' ')} did not exist yet as of {echo['as_of']}, by what was known "
        f"at position {echo['position']}; ask as of a later instant, or as known later."
    )


def written(found: Found, moment: Moment, status: int, headers: Mapping[str, str]) -> Response:
    """The answer to a write."""
    body = found.state | moment.as_json()
    headers = {"ETag": f'"{found.version}"', **headers}
    return Response(orjson.dumps(body), status, headers, JSON)


def recorded_only(headers: Mapping[str, str]) -> Response:
    """The answer to a write that is on disk while the views cannot show it yet."""
    detail = "It is recorded, but the views are behind; read it again with min_position."
    return Response(orjson.dumps({"detail": detail}), 202, headers, JSON)


def read(
    request: Request,
    state: Mapping[str, Any],
    moment: Moment | None,
    version: int | None = None,
    beside: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to a read: 304 where the caller has it already.

    The digest leaves the echoed instants out, and what stands `beside`, since they move while the
    state does not; it counts what is missing there, so that a page which has got a next one is new.
    """
    encoded = orjson.dumps(state)
    missing = [name for name, value in (beside or {}).items() if value is None]
    digest = hashlib.sha256(encoded + "".join(missing).encode()).hexdigest()[:16]
    etag = f'"{digest}"' if version is None else f'"{version}.{digest}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", **(headers or {})}
    if _has_already(request, etag):
        return Response(None, 304, headers)
    echoed = {**(beside or {}), **(moment.as_json() if moment else {})}
    if not state or not echoed or not state.keys().isdisjoint(echoed):
        encoded = orjson.dumps({**state, **echoed})
    else:
        # Two objects become one; a long list is not encoded once more for the sake of its echo.
        encoded = encoded[:-1] + b"," + orjson.dumps(echoed)[1:]
    return Response(encoded, 200, headers, JSON)


def _has_already(request: Request, etag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    known = [one.strip().removeprefix("W/") for one in given.split(",")]
    return etag in known or "*" in known
