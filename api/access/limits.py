"""How many requests each caller may make a minute, told in the headers of the IETF's draft.

All workers of one server count together, in a file that their parent names to them.
"""

from __future__ import annotations

from math import ceil
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.access.identity import identity_in
from api.access.security_log import refused
from api.access.windows import Left, Windows

WINDOW_SECONDS = 60
POLICY = "requests"
"""The name of the only policy, as the headers tell it."""


class RateLimit:
    """Lets each key, each holder of tokens or else each address make so many requests a minute."""

    def __init__(self, a_minute: int, shared: Path | None = None) -> None:
        """Count in this process alone, or in a file together with all others that are given it."""
        self._windows = Windows(WINDOW_SECONDS, shared)
        self._a_minute = a_minute

    def is_spent(self, scope: Scope) -> bool:
        """Whether nothing more of this caller is answered for now; asking counts for nothing."""
        return not self._left(scope).times

    async def let_through(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an app, or an answer made already, answer a request, unless it is one too many."""
        hit = self._windows.hit(caller_in(scope), self._a_minute)
        if not hit.counts:
            await self._refuse(hit.left, scope, receive, send)
            return
        told = self._told(hit.left)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        await app(scope, receive, telling)

    async def refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer that it is one request too many."""
        await self._refuse(self._left(scope), scope, receive, send)

    async def _refuse(self, left: Left, scope: Scope, receive: Receive, send: Send) -> None:
        reset, too_many = _seconds(left), problems.TOO_MANY_REQUESTS
        detail = f"Only {self._a_minute} requests a minute are answered; wait {reset} s."
        refused(scope, too_many, detail)
        headers = {**self._told(left), "Retry-After": str(reset)}
        answer = problems.answer(Request(scope), too_many, detail, headers=headers)
        await answer(scope, receive, send)

    def _left(self, scope: Scope) -> Left:
        return self._windows.left(caller_in(scope), self._a_minute)

    def _told(self, left: Left) -> dict[str, str]:
        """What headers tell a caller."""
        return {
            "RateLimit-Policy": f'"{POLICY}";q={self._a_minute};w={WINDOW_SECONDS}',
            "RateLimit": f'"{POLICY}";r={left.times};t={_seconds(left)}',
        }


def _seconds(left: Left) -> int:
    """The whole seconds until more is free, as headers tell them."""
    return max(1, ceil(left.reset))


def caller_in(scope: Scope) -> str:
    """Who is counted: a key, the holder of a token, or else an address."""
    identity, client = identity_in(scope), scope.get("client")
    if identity.key_id is not None:
        return f"key {identity.key_id}"
    if identity.mandate is not None:
        return f"{identity.actor.kind} {identity.actor.id}"
    return f"address {client[0] if client else 'unknown'}"
