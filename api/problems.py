"""Every refusal as an RFC 9457 problem, and the one place where refusals meet HTTP statuses."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from domain.errors import Forbidden, Invalid, NotFound, Refusal, RuleBroken, Stale

MEDIA_TYPE = "application/problem+json"
_STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    Forbidden: 403,
    Invalid: 422,
    Stale: 412,
    RuleBroken: 409,
}
_EXPLAINED: dict[int, str] = {
    404: "The request names something that does not exist. Check the id in the path or the body.",
    403: "The caller may not do this. Ask somebody who may, named in the detail.",
    422: "The parts of the request contradict each other. `errors` points at the part to change.",
    412: "The version in `If-Match` is not the present one. Read the resource again, then decide.",
    409: "A rule of OKR practice or of time refuses. Nothing was recorded; the detail says what "
    "would be accepted.",
}


class Problem(NamedTuple):
    """One kind of problem: the end of its `type`, its status, its title and what it means."""

    name: str
    status: int
    title: str
    explanation: str

    @property
    def type(self) -> str:
        return f"/problems/{self.name}"


class RequestError(Exception):
    """A request that HTTP or this interface refuses, before any rule of the domain is asked."""

    problem: Problem

    def __init__(self, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = headers


class MalformedRequestError(RequestError):
    problem = Problem(
        "malformed-request",
        400,
        "The request cannot be read",
        "The body is not JSON in UTF-8, or a header or parameter does not have its form.",
    )


class UnknownActorError(RequestError):
    problem = Problem(
        "unknown-actor",
        400,
        "No such caller",
        "`X-Actor` names the person who makes a change. Register the person first, or leave the "
        "header out to act as the service `local`.",
    )


class ForeignCursorError(RequestError):
    problem = Problem(
        "foreign-cursor",
        400,
        "This cursor belongs to another list",
        "A cursor continues the list that gave it, with the same filters and the same order. "
        "Ask for the first page again.",
    )


class MixedAxesError(RequestError):
    problem = Problem(
        "mixed-axes",
        400,
        "Two axes of time were mixed",
        "A difference runs along one axis: effective time, between two instants, or recorded "
        "time, between two instants or two positions.",
    )


class UnsupportedMediaTypeError(RequestError):
    problem = Problem(
        "unsupported-media-type",
        415,
        "The body is not JSON",
        "Send the body as UTF-8 JSON with `Content-Type: application/json`.",
    )


class NotAcceptableError(RequestError):
    problem = Problem(
        "not-acceptable",
        406,
        "No form of the answer is accepted",
        "`Accept` takes none of the media types that this path can answer with. The detail names "
        "them; leave `Accept` out for JSON.",
    )


class DidNotExistYetError(RequestError):
    problem = Problem(
        "did-not-exist-yet",
        404,
        "It did not exist yet",
        "It exists now, but at the instant asked about it did not exist yet, or nobody had "
        "recorded it yet. Ask with a later `as_of` or `known_at`.",
    )


class ChangeNotFoundError(RequestError):
    problem = Problem(
        "change-not-found",
        404,
        "No such change",
        "No entry of the audit trail has this event id. Find it in `/v1/audit`.",
    )


INVALID = Problem(
    "invalid-fields",
    422,
    "Some fields cannot be accepted",
    "`errors` names every field and says what it may hold.",
)
BAD_LINE = Problem(
    "bad-line",
    422,
    "A line cannot be imported",
    "The detail names the line, what is wrong with it, and how far the import came. Mend the line "
    "and send the file again; lines that are recorded already record nothing.",
)
TOO_MANY_REQUESTS = Problem(
    "too-many-requests",
    429,
    "Too many requests",
    "Each caller may make so many requests a minute, as `RateLimit-Policy` says. Wait for as many "
    "seconds as `Retry-After` says.",
)
FOREIGN_SITE = Problem(
    "foreign-site",
    403,
    "Another site sent this",
    "Without sign-in the history is for this machine alone: ask it as 127.0.0.1 or localhost, from "
    "a program or a page of its own.",
)
PATH_NOT_FOUND = Problem(
    "path-not-found", 404, "No such path", "Every path stands in `/openapi.json`."
)
METHOD_NOT_ALLOWED = Problem(
    "method-not-allowed", 405, "No such method here", "`Allow` names the methods of this path."
)
CONTENT_TOO_LARGE = Problem(
    "content-too-large", 413, "The body is too large", "Split the request into several."
)
BEYOND_THE_LOG = Problem(
    "beyond-the-log",
    400,
    "The history does not reach that far",
    "`position:N` names a record that is not there yet; the `position` of any answer is one that "
    "is.",
)
POSITION_NOT_REACHED = Problem(
    "position-not-reached",
    503,
    "The views are not there yet",
    "A read named the position that it needs, and the views did not reach it in time. Ask again.",
)
LOG_UNAVAILABLE = Problem(
    "log-unavailable",
    503,
    "The log cannot be used",
    "The database of the log cannot be read or written, so nothing was recorded. Try again.",
)
LOG_FULL = Problem(
    "log-full",
    507,
    "The disk is full",
    "There is no room for another record, so nothing was recorded. Ask the operator to make room.",
)
INTERNAL = Problem(
    "internal-error",
    500,
    "Something went wrong here",
    "The server's log holds the cause under the request id that `instance` names.",
)


def name_of(kind: type[Exception]) -> str:
    """The end of a problem's `type`: the refusal's name in kebab case."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", kind.__name__).lower()


def problem_of(kind: type[Refusal]) -> Problem:
    """How a refusal of the domain appears over HTTP."""
    status = next(status for base, status in _STATUS.items() if issubclass(kind, base))
    return Problem(name_of(kind), status, kind.title, f"{kind.title}. {_EXPLAINED[status]}")


def catalogue() -> dict[str, Problem]:
    """Every problem there is, by name."""
    own = [kind.problem for kind in RequestError.__subclasses__()]
    ruled = [problem_of(kind) for base in _STATUS for kind in (base, *base.__subclasses__())]
    others = [
        INVALID,
        BAD_LINE,
        FOREIGN_SITE,
        TOO_MANY_REQUESTS,
        PATH_NOT_FOUND,
        METHOD_NOT_ALLOWED,
        CONTENT_TOO_LARGE,
        BEYOND_THE_LOG,
        POSITION_NOT_REACHED,
        LOG_UNAVAILABLE,
        LOG_FULL,
        INTERNAL,
    ]
    return {problem.name: problem for problem in (*own, *others, *ruled)}


def request_id_of(scope: Scope) -> str:
    """The id under which this request is answered and logged."""
    return str(scope.get("state", {}).get("request_id", ""))


def answer(
    request: Request,
    problem: Problem,
    detail: str,
    errors: Sequence[Mapping[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as a response, with the request id as its instance."""
    if "app" in request.scope:
        request.app.state.meters.refusal(problem.name)
    body: dict[str, Any] = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "instance": request_id_of(request.scope),
    }
    if errors is not None:
        body["errors"] = list(errors)
    # A lone surrogate in a field's name has no UTF-8 form; its JSON escape is the one it came in.
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(content, problem.status, headers, MEDIA_TYPE)


_HTTP = {404: PATH_NOT_FOUND, 405: METHOD_NOT_ALLOWED, 413: CONTENT_TOO_LARGE}


def problem_of_http(error: HTTPException) -> Problem:
    """The problem behind an error that the framework raised."""
    return _HTTP.get(error.status_code, MalformedRequestError.problem)
