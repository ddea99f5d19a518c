"""Turns whatever goes wrong during a request into a problem, so that no other error ever leaves."""

from __future__ import annotations

import errno
import logging
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import psycopg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.access.security_log import refused as log_refused
from api.bad_lines import BadLineError
from api.history import PositionNotReachedError
from api.paths import routes_for
from api.sentences import sentence
from domain.errors import Forbidden, Invalid, KeyReused, NotFound, Refusal
from domain.log import LogUnavailableError
from projections.instants import BeyondTheLogError

_log = logging.getLogger("okr")
_SOON = {"Retry-After": "1"}


def install(app: FastAPI) -> None:
    """Answer every error of this app as a problem."""
    for kind, handler in {
        Refusal: _refusal,
        problems.RequestError: _request_error,
        HTTPException: _http_error,
        RequestValidationError: _invalid_request,
        BeyondTheLogError: _beyond_the_log,
        PositionNotReachedError: _position_not_reached,
        BadLineError: _bad_line,
        LogUnavailableError: _log_unavailable,
        OperationalError: _log_unavailable,
        InterfaceError: _log_unavailable,
        NoConnectionFreeError: _log_unavailable,
    }.items():
        app.add_exception_handler(kind, handler)


async def _refusal(request: Request, error: Exception) -> Response:
    refusal = cast("Refusal", error)
    errors = None
    if isinstance(refusal, Invalid):
        place, steps = ("body", [refusal.field] if refusal.field else [])
        if isinstance(refusal, KeyReused):
            place, steps = "header", ["idempotency-key"]
        errors = [_error(place, steps, refusal.message)]
    problem = problems.problem_of(type(refusal))
    hidden = isinstance(refusal, NotFound) and refusal.hidden
    if hidden or isinstance(refusal, Forbidden):
        log_refused(request.scope, problem, refusal.message, hidden=hidden)
    return problems.answer(request, problem, refusal.message, errors)


async def _request_error(request: Request, error: Exception) -> Response:
    refused = cast("problems.RequestError", error)
    if refused.problem.status == 403:
        log_refused(request.scope, refused.problem, refused.detail)
    return problems.answer(request, refused.problem, refused.detail, headers=refused.headers)


async def _http_error(request: Request, error: Exception) -> Response:
    http_error = cast("HTTPException", error)
    problem = problems.problem_of_http(http_error)
    headers = dict(http_error.headers or {})
    if http_error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods_of(request)))
    return problems.answer(request, problem, problem.explanation, headers=headers)


def _methods_of(request: Request) -> set[str]:
    """Every method of a path; the framework names only those of the first route that fits."""
    methods: set[str] = set()
    for context in routes_for(request.app.routes, request.url.path):
        methods |= context.methods or set()
    return methods | ({"HEAD"} if "GET" in methods else set())


async def _invalid_request(request: Request, error: Exception) -> Response:
    found: Sequence[Mapping[str, Any]] = cast("RequestValidationError", error).errors()
    if any(one["type"] == "json_invalid" for one in found):
        detail = "The body is no JSON; check its brackets, commas and quotes."
        return problems.answer(request, problems.MalformedRequestError.problem, detail)
    errors = [_error(str(one["loc"][0]), one["loc"][1:], sentence(one)) for one in found]
    return problems.answer(request, problems.INVALID, "Change what `errors` names.", errors)


def _error(place: str, steps: Sequence[object], detail: str) -> dict[str, str]:
    """Where in the request something is wrong, as a JSON pointer, and what."""
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    pointer = "".join(f"/{step}" for step in escaped)
    return {"in": place, "pointer": pointer, "detail": detail}


async def _bad_line(request: Request, error: Exception) -> Response:
    bad = cast("BadLineError", error)
    errors = [_error("body", [bad.number - 1], bad.reason)]
    return problems.answer(request, problems.BAD_LINE, str(bad), errors)


async def _beyond_the_log(request: Request, error: Exception) -> Response:
    return problems.answer(request, problems.BEYOND_THE_LOG, str(error))


async def _position_not_reached(request: Request, error: Exception) -> Response:
    return problems.answer(request, problems.POSITION_NOT_REACHED, str(error), headers=_SOON)


async def _log_unavailable(request: Request, error: Exception) -> Response:
    _log.error("request %s: %s", problems.request_id_of(request.scope), error)
    if any(_is_full(cause) for cause in _causes(error)):
        return problems.answer(request, problems.LOG_FULL, problems.LOG_FULL.explanation)
    explanation = problems.LOG_UNAVAILABLE.explanation
    return problems.answer(request, problems.LOG_UNAVAILABLE, explanation, headers=_SOON)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOSPC
    if isinstance(error, psycopg.errors.DiskFull):
        return True
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or bool(
        re.search("disk is full", str(error))
    )


class LastResort:
    """Answers what nobody expected with a problem; the traceback goes to the log alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            _log.exception("request %s failed", problems.request_id_of(scope))
            if started:
                raise
            detail = problems.INTERNAL.explanation
            failed = problems.answer(Request(scope), problems.INTERNAL, detail)
            await failed(scope, receive, send)
