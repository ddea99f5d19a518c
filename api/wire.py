"""What every request passes through: its id, HEAD as GET, and the limit on bodies."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.negotiation import VARIES

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names under which a machine calls itself."""

MAX_BODY = 1024 * 1024
"""How many bytes a request body may have, except where a path streams it."""

SAFE_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
]
"""Tells browsers to take answers for what they are called, to pass no address on, and to show
nothing of this within the page of somebody else."""

_SANE_ID = re.compile(r"[A-Za-z0-9._~-]{1,128}")


class RequestIds:
    """Gives every request an id, the caller's own where it is sane, and echoes it.

    Every answer passes here, so what all of them tell browsers is said here as well, and by which
    headers of its request an answer, or a refusal, was chosen.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _SANE_ID.fullmatch(given) else str(uuid4())
        state = scope.setdefault("state", {})
        state["request_id"] = request_id

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name in state.get(VARIES, ()):
                    headers.add_vary_header(name)
                message["headers"].extend(SAFE_HEADERS)
            await send(message)

        await self._app(scope, receive, stamped)


class _EnoughError(Exception):
    """The head of a stream was sent; nobody waits for the rest."""


class HeadAsGet:
    """Answers HEAD with what GET would answer, without its body; a stream is left at its head."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            await send({"type": "http.response.body", "body": b""})
            if message.get("more_body", False):
                raise _EnoughError

        asked = {**scope, "method": "GET"}
        try:
            with suppress(_EnoughError):
                await self._app(asked, receive, without_body)
        finally:
            # Which route answered is told of every request.
            scope.update({name: asked[name] for name in ("route", "fastapi") if name in asked})


class LocalOnly:
    """Refuses requests that a page of another site made this machine's browser send."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            asked = [f"//{headers.get('host', '')}", headers.get("origin") or "//localhost"]
            if any(urlsplit(one).hostname not in LOCAL_NAMES for one in asked):
                foreign = problems.FOREIGN_SITE
                answer = problems.answer(Request(scope), foreign, foreign.explanation)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


class BodyLimit:
    """Refuses bodies over the limit, declared or counted, save on paths that stream them."""

    def __init__(self, app: ASGIApp, streamed: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._streamed:
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > MAX_BODY:
            too_large = problems.CONTENT_TOO_LARGE
            answer = problems.answer(Request(scope), too_large, too_large.explanation)
            await answer(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MAX_BODY:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
