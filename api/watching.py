"""What is told of every request: one line in the log, and its count and duration in the metrics."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from api.metrics import Meters
from api.paths import routes_for
from api.problems import request_id_of

_log = logging.getLogger("okr.request")
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})
"""What machines ask all the time; told at level `debug` only."""

NO_ROUTE = "unmatched"
"""Stands for all paths that lead nowhere, so that strangers cannot make the metrics grow."""


class Watched:
    """Logs and counts every request once it has ended, with its route, never with its content."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, begun = scope["method"], perf_counter()
        seen: dict[str, Any] = {"status": 499, "position": None, "streams": False}

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = Headers(raw=message["headers"])
                seen["status"] = message["status"]
                seen["position"] = headers.get("x-position")
            elif message.get("more_body", False) and not seen["streams"]:
                seen["streams"] = True
                self._meters.streams.inc()
            await send(message)

        with bound_contextvars(request_id=request_id_of(scope)):
            try:
                await self._app(scope, receive, noting)
            finally:
                if seen["streams"]:
                    self._meters.streams.dec()
                self._tell(method, scope, seen, perf_counter() - begun)

    def _tell(self, method: str, scope: Scope, seen: dict[str, Any], took: float) -> None:
        route, status, position = route_of(scope), seen["status"], seen["position"]
        self._meters.request(method, route, status, took)
        line: dict[str, Any] = {
            "method": method,
            "route": route,
            "status": status,
            "duration_ms": round(1000 * took, 2),
            "actor": scope.get("state", {}).get("actor"),
            "position": None if position is None else int(position),
        }
        level = logging.DEBUG if route in _QUIET else logging.INFO
        _log.log(logging.ERROR if status >= 500 else level, "request", extra=line)


def route_of(scope: Scope) -> str:
    """The template of the path that a request was for, such as `/v1/people/{person_id}`."""
    # A router within a router knows only its own part of the path; the context knows all of it.
    found = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    if found is None and "app" in scope:
        # Whoever is refused at the door asked for something all the same.
        found = next(routes_for(scope["app"].routes, scope["path"]), None)
    return str(getattr(found, "path", NO_ROUTE))
