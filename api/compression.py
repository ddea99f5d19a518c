"""Makes large answers small on the way, for callers who can unpack them."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import Any

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipResponder, IdentityResponder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.negotiation import liked

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdCompressor
else:
    from backports.zstd import ZstdCompressor

SMALLEST = 1024
"""Answers of fewer bytes travel in one packet anyway."""

LARGE = 128 * 1024
"""Bits of more bytes are packed in a thread, so that nobody else waits for them."""

GZIP_LEVEL = 4
"""Most of what can be saved, for a fraction of the time that the last percent takes."""

PACKINGS = ("zstd", "gzip")
"""Of those that a caller likes as much, the first is taken: it is smaller and takes less time."""

_MARKED = re.compile(rf'-({"|".join(PACKINGS)})"')


class Compressed:
    """Sends large answers packed as the caller likes best.

    Each bit of a stream is sent on at once, and event streams stay as they are. Packed and plain
    are several representations, so the entity tag of a packed one ends with a mark. Whoever names
    that one in a condition means the same state.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        known = _MARKED.search(headers.get("if-none-match", ""))

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                _mark(message, None if known is None else known[1])
            await send(message)

        responder = _responder(self._app, packing(headers.get("accept-encoding", "")))
        await responder(_without_marks(scope), receive, marked)


@lru_cache(maxsize=256)
def packing(accept: str) -> str | None:
    """How an answer is packed for an `Accept-Encoding` header; None where it stays plain."""
    weights = liked(accept)
    others = weights.get("*", 0.0)
    best = max(PACKINGS, key=lambda one: weights.get(one, others))
    return best if weights.get(best, others) else None


def _responder(app: ASGIApp, packed: str | None) -> IdentityResponder:
    if packed == "zstd":
        return _Zstd(app, SMALLEST)
    if packed == "gzip":
        return GZipResponder(app, SMALLEST, GZIP_LEVEL, thread_minimum_size=LARGE)
    return IdentityResponder(app, SMALLEST)


class _Zstd(IdentityResponder):
    """Packs one answer; whatever was packed of a stream can be unpacked at once."""

    content_encoding = "zstd"

    def __init__(self, app: ASGIApp, smallest: int) -> None:
        super().__init__(app, smallest)
        self._packer: Any = None
        self._stays_plain = False

    async def apply_compression(self, body: bytes, *, more_body: bool) -> bytes:
        # Nothing packed is nothing, and by its first bit the framework tells whether to say so.
        self._stays_plain |= self._packer is None and not body
        if self._stays_plain:
            return body
        if len(body) >= LARGE:
            return await run_sync(self._pack, body, more_body)
        return self._pack(body, more_body)

    def _pack(self, body: bytes, more: bool) -> bytes:
        packer = self._packer = self._packer or ZstdCompressor()
        return packer.compress(body, packer.FLUSH_BLOCK if more else packer.FLUSH_FRAME)


def _mark(message: Message, known: str | None) -> None:
    """Name the representation that is sent, or, `known`, that the caller has already."""
    headers = MutableHeaders(raw=message["headers"])
    packed = headers.get("content-encoding")
    if message["status"] == 304:
        headers.add_vary_header("Accept-Encoding")
        packed = known
    tag = headers.get("etag", "")
    if tag and packed is not None:
        headers["ETag"] = f'{tag[:-1]}-{packed}"'


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
