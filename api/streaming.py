"""Answers that are sent bit by bit. Between two bits they hold nothing but their place."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import NamedTuple

from anyio import sleep
from anyio.to_thread import run_sync
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event

JSON_LINES = "application/jsonl"
EVENT_STREAM = "text/event-stream"
VARY = {"Vary": "Accept"}

HEARTBEAT_SECONDS = 15.0
"""The longest silence on an event stream; proxies cut connections that say nothing."""

LONGEST_PAUSE_SECONDS = 60.0
"""How long a quiet stretch of history lasts at most, however slowly it is played."""

_RETRY_MILLISECONDS = 1_000


class Event(NamedTuple):
    """One event: its id, its JSON, and how many seconds it comes after the one before."""

    id: str
    data: bytes
    pause: float = 0


def lines(read: Callable[[], list[bytes]]) -> StreamingResponse:
    """JSON Lines; `read` gives the next of them, in a thread of its own, and none at the end."""

    async def sent() -> AsyncGenerator[bytes]:
        while found := await run_sync(read):
            yield b"\n".join(found) + b"\n"

    return StreamingResponse(sent(), 200, VARY, JSON_LINES)


def events(read: Callable[[], list[Event]], end: Event) -> EventSourceResponse:
    """Server-sent events, each after its pause; the last one is named `end`."""

    async def sent() -> AsyncGenerator[bytes]:
        yield format_sse_event(retry=_RETRY_MILLISECONDS)
        while found := await run_sync(read):
            ready: list[bytes] = []
            for event in found:
                if event.pause:
                    yield b"".join(ready)
                    ready.clear()
                    async for beat in _beats(event.pause):
                        yield beat
                ready.append(format_sse_event(data_str=event.data.decode(), id=event.id))
            yield b"".join(ready)
        yield format_sse_event(event="end", data_str=end.data.decode(), id=end.id)

    headers = {**VARY, "Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return EventSourceResponse(sent(), 200, headers)


async def _beats(pause: float) -> AsyncGenerator[bytes]:
    """Let a pause pass, with a sign of life every now and then."""
    left = min(pause, LONGEST_PAUSE_SECONDS)
    while left > HEARTBEAT_SECONDS:
        await sleep(HEARTBEAT_SECONDS)
        left -= HEARTBEAT_SECONDS
        yield KEEPALIVE_COMMENT
    await sleep(left)
