"""Makes large answers small on the way, for callers who can unpack them."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST = 1024
"""Answers of fewer bytes travel in one packet anyway."""

LEVEL = 4
"""Most of what can be saved, for a fraction of the time that the last percent takes."""

_MARK = "-gzip"
_MARKED = re.compile(rf'{_MARK}"')
_REFUSED = re.compile(r"(?:gzip|\*)\s*;\s*q=0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)


class Compressed:
    """Sends large answers as gzip where the caller takes it.

    Each bit of a stream is sent on at once, and event streams stay as they are. Packed and plain
    are two representations, so the entity tag of the packed one ends with a mark. Whoever names
    that one in a condition means the same state.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._packed = GZipMiddleware(app, SMALLEST, LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._plain(scope, receive, send)
            return
        headers = Headers(scope=scope)
        has_packed = _MARK in headers.get("if-none-match", "")

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                _mark(message, has_packed=has_packed)
            await send(message)

        takes = _REFUSED.search(headers.get("accept-encoding", "")) is None
        app = self._packed if takes else self._plain
        await app(_without_marks(scope), receive, marked)


def _mark(message: Message, *, has_packed: bool) -> None:
    """Name the representation that is sent, or that the caller has already."""
    headers = MutableHeaders(raw=message["headers"])
    is_same = message["status"] == 304
    if is_same:
        headers.add_vary_header("Accept-Encoding")
    tag = headers.get("etag", "")
    if tag and ("content-encoding" in headers or (is_same and has_packed)):
        headers["ETag"] = f'{tag[:-1]}{_MARK}"'


def _without_marks(scope: Scope) -> Scope:
    """The request with its conditions as they are for the plain representation."""
    headers = [
        (name, _MARKED.sub('"', value.decode("latin-1")).encode("latin-1"))
        if name in (b"if-match", b"if-none-match")
        else (name, value)
        for name, value in scope["headers"]
    ]
    scope["headers"] = headers
    return scope
