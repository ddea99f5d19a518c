"""How many requests each caller may make a minute, told in the headers of the IETF's draft.

Counted in this process alone: with several, each allows that many.
"""

from __future__ import annotations

from math import ceil
from time import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.access.identity import identity_in
from api.access.security_log import refused

WINDOW_SECONDS = 60
POLICY = "requests"
"""The name of the only policy, as the headers tell it."""


class RateLimit:
    """Lets each key, each holder of tokens or else each address make so many requests a minute."""

    def __init__(self, a_minute: int) -> None:
        self._item = RateLimitItemPerMinute(a_minute)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def is_spent(self, scope: Scope) -> bool:
        """Whether nothing more of this caller is answered for now; asking counts for nothing."""
        return not await self._limiter.test(self._item, caller_in(scope))

    async def let_through(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an app, or an answer made already, answer a request, unless it is one too many."""
        caller = caller_in(scope)
        allowed = await self._limiter.hit(self._item, caller)
        told, _ = await self._told(caller)
        if not allowed:
            await self.refuse(scope, receive, send)
            return

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        await app(scope, receive, telling)

    async def refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer that it is one request too many."""
        told, reset = await self._told(caller_in(scope))
        too_many = problems.TOO_MANY_REQUESTS
        detail = f"Only {self._item.amount} requests a minute are answered; wait {reset} s."
        refused(scope, too_many, detail)
        headers = {**told, "Retry-After": str(reset)}
        answer = problems.answer(Request(scope), too_many, detail, headers=headers)
        await answer(scope, receive, send)

    async def _told(self, caller: str) -> tuple[dict[str, str], int]:
        """What headers tell a caller, and the seconds until more is free."""
        stats = await self._limiter.get_window_stats(self._item, caller)
        reset = max(1, ceil(stats.reset_time - time()))
        policy = f'"{POLICY}";q={self._item.amount};w={WINDOW_SECONDS}'
        return {
            "RateLimit-Policy": policy,
            "RateLimit": f'"{POLICY}";r={stats.remaining};t={reset}',
        }, reset


def caller_in(scope: Scope) -> str:
    """Who is counted: a key, the holder of a token, or else an address."""
    identity, client = identity_in(scope), scope.get("client")
    if identity.key_id is not None:
        return f"key {identity.key_id}"
    if identity.mandate is not None:
        return f"{identity.actor.kind} {identity.actor.id}"
    return f"address {client[0] if client else 'unknown'}"
