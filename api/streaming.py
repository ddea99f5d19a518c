"""Answers that are sent bit by bit. Between two bits they hold nothing but their place."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import NamedTuple, TypeVar

from anyio import CapacityLimiter, move_on_after, sleep
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event

from api.history import PositionNotReachedError
from api.negotiation import JSON_LINES
from api.pulse import Pulse
from domain.log import LogUnavailableError

HEARTBEAT_SECONDS = 15.0
"""The longest silence on an event stream; proxies cut connections that say nothing."""

LONGEST_PAUSE_SECONDS = 60.0
"""How long a quiet stretch of history lasts at most, however slowly it is played."""

SENDING = 4
"""How many bits are read at a time, so that however many streams there are, the framework's threads
stay free for changes and for signing in."""

_sending = RunVar[CapacityLimiter]("sending")
_RETRY_MILLISECONDS = 1_000

_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}

Bit = TypeVar("Bit")


class Event(NamedTuple):
    """One event: its id, its JSON, and how many seconds it comes after the one before."""

    id: str
    data: bytes = b""
    """Nothing where only the place is told, from which a listener that was cut off goes on."""
    pause: float = 0


async def _bit(read: Callable[[], Bit]) -> Bit:
    """What comes next on a stream, read in a thread of its own in its turn."""
    try:
        limiter = _sending.get()
    except LookupError:
        # One for each event loop: what waits for it wakes there.
        limiter = CapacityLimiter(SENDING)
        _sending.set(limiter)
    return await run_sync(read, limiter=limiter)


def lines(read: Callable[[], bytes], headers: Mapping[str, str] | None = None) -> StreamingResponse:
    """JSON Lines; `read` gives the next of them, in a thread of its own, and nothing at the end."""

    async def sent() -> AsyncGenerator[bytes]:
        while found := await _bit(read):
            yield found

    return StreamingResponse(sent(), 200, headers, JSON_LINES)


async def in_turn(bits: Iterator[bytes]) -> AsyncGenerator[bytes]:
    """Bits that are worked out one after the other, in threads as those of other streams are."""
    while (found := await _bit(lambda: next(bits, None))) is not None:
        if found:
            yield found


def events(read: Callable[[], list[Event]], end: Event) -> EventSourceResponse:
    """Server-sent events, each after its pause; the last one is named `end`."""

    async def sent() -> AsyncGenerator[bytes]:
        yield format_sse_event(retry=_RETRY_MILLISECONDS)
        while found := await _bit(read):
            ready: list[bytes] = []
            for event in found:
                if event.pause:
                    yield b"".join(ready)
                    ready.clear()
                    async for beat in _beats(event.pause):
                        yield beat
                ready.append(_spelled(event))
            yield b"".join(ready)
        yield format_sse_event(event="end", data_str=end.data.decode(), id=end.id)

    return EventSourceResponse(sent(), 200, _HEADERS)


def live(
    read: Callable[[], Sequence[Event] | None], place: Callable[[], int], pulse: Pulse
) -> EventSourceResponse:
    """Server-sent events for as long as `read`, asked whenever the log has grown, gives no None.

    A stream that was silent for long says its `place`, so that whoever is cut off goes on there.
    While the log cannot be read it is quiet, and goes on when it can; while the views are too far
    behind to tell, it waits for them.
    """

    async def sent() -> AsyncGenerator[bytes]:
        yield format_sse_event(retry=_RETRY_MILLISECONDS)
        async with pulse.heard():
            spoke = monotonic()
            while not pulse.is_stopping:
                found: Sequence[Event] | None = ()
                ready = pulse.next().wait
                try:
                    found = await _bit(read)
                except PositionNotReachedError as early:
                    ready = early.wait
                except LogUnavailableError:
                    pass
                if found is None:
                    return
                if not found:
                    with move_on_after(spoke + HEARTBEAT_SECONDS - monotonic()):
                        await ready()
                if found or monotonic() >= spoke + HEARTBEAT_SECONDS:
                    yield b"".join(map(_spelled, found)) or _alive(place())
                    spoke = monotonic()

    return EventSourceResponse(sent(), 200, _HEADERS)


def _alive(place: int) -> bytes:
    """A sign of life. An id without data is no event, but is what a listener comes back with."""
    return KEEPALIVE_COMMENT.rstrip(b"\n") + b"\n" + _spelled(Event(str(place)))


def _spelled(event: Event) -> bytes:
    """One event as it travels; JSON has no line breaks."""
    data = b"data: " + event.data + b"\n" if event.data else b""
    return data + b"id: " + event.id.encode() + b"\n\n"


async def _beats(pause: float) -> AsyncGenerator[bytes]:
    """Let a pause pass, with a sign of life every now and then."""
    left = min(pause, LONGEST_PAUSE_SECONDS)
    while left > HEARTBEAT_SECONDS:
        await sleep(HEARTBEAT_SECONDS)
        left -= HEARTBEAT_SECONDS
        yield KEEPALIVE_COMMENT
    await sleep(left)
