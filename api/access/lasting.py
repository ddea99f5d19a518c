"""Ends an answer that outlasts the key or token with which it was asked for."""

from __future__ import annotations

from time import monotonic

from fastapi.concurrency import run_in_threadpool
from starlette.types import Message, Scope, Send

from api.access.identity import is_still_in
from domain.log import LogUnavailableError

LOOK_SECONDS = 2.0
"""How often it is asked whether the caller would be let in again, while an answer is sent."""

CUT_OFF = "okr.cut-off"
"""The extension of a server that ends a connection as if the caller had gone."""


class SignedOutError(Exception):
    """What the caller signed in with does not hold any more."""

    def __init__(self, *, is_told: bool) -> None:
        """`is_told` where the answer has been ended, and so needs no broken connection."""
        super().__init__()
        self.is_told = is_told


def cut_off(scope: Scope) -> None:
    """Break the connection, so that an answer that just stopped does not look whole.

    Left to itself a server does so too, and logs that as a fault of ours.
    """
    extension = scope.get("extensions", {}).get(CUT_OFF)
    if extension is not None:
        extension["cut"]()


def while_signed_in(scope: Scope, send: Send) -> Send:
    """Send an answer on for as long as its caller would be let in again.

    Whoever is not is told no more bits. Events end there; of lines and tables, which would look
    whole, the connection is to be cut. Raises SignedOutError.
    """
    looked, are_events = monotonic(), False

    async def sending(message: Message) -> None:
        nonlocal looked, are_events
        if message["type"] == "http.response.start":
            are_events = _says_events(message)
        elif message.get("more_body", False) and monotonic() - looked >= LOOK_SECONDS:
            looked = monotonic()
            if not await run_in_threadpool(_holds, scope):
                if are_events:
                    await send({"type": "http.response.body"})
                raise SignedOutError(is_told=are_events)
        await send(message)

    return sending


def _says_events(start: Message) -> bool:
    kinds = [value for name, value in start["headers"] if name.lower() == b"content-type"]
    return any(kind.startswith(b"text/event-stream") for kind in kinds)


def _holds(scope: Scope) -> bool:
    """Whether the caller is still let in; while that cannot be found out, what was last known."""
    try:
        return is_still_in(scope)
    except LogUnavailableError:
        return True
