"""How many requests each caller may make a minute, told in the headers of the IETF's draft.

All workers of one server count together, in a file of the folder that they share.
"""

from __future__ import annotations

import os
from math import ceil
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.access.identity import identity_in
from api.access.security_log import refused
from api.access.windows import Windows
from api.metrics import SHARED_FOLDER

WINDOW_SECONDS = 60
POLICY = "requests"
"""The name of the only policy, as the headers tell it."""

SHARED_FILE = "requests-a-minute"
"""Where the workers of one server count, in the folder that their parent makes for them."""


class RateLimit:
    """Lets each key, each holder of tokens or else each address make so many requests a minute."""

    def __init__(self, a_minute: int) -> None:
        folder = os.environ.get(SHARED_FOLDER)
        shared = None if folder is None else Path(folder) / SHARED_FILE
        self._windows = Windows(WINDOW_SECONDS, shared)
        self._a_minute = a_minute

    def is_spent(self, scope: Scope) -> bool:
        """Whether nothing more of this caller is answered for now; asking counts for nothing."""
        return not self._windows.left(caller_in(scope), self._a_minute).times

    async def let_through(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an app, or an answer made already, answer a request, unless it is one too many."""
        caller = caller_in(scope)
        if not self._windows.hit(caller, self._a_minute):
            await self.refuse(scope, receive, send)
            return
        told, _ = self._told(caller)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        await app(scope, receive, telling)

    async def refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer that it is one request too many."""
        told, reset = self._told(caller_in(scope))
        too_many = problems.TOO_MANY_REQUESTS
        detail = f"Only {self._a_minute} requests a minute are answered; wait {reset} s."
        refused(scope, too_many, detail)
        headers = {**told, "Retry-After": str(reset)}
        answer = problems.answer(Request(scope), too_many, detail, headers=headers)
        await answer(scope, receive, send)

    def _told(self, caller: str) -> tuple[dict[str, str], int]:
        """What headers tell a caller, and the seconds until more is free."""
        left = self._windows.left(caller, self._a_minute)
        reset = max(1, ceil(left.reset))
        policy = f'"{POLICY}";q={self._a_minute};w={WINDOW_SECONDS}'
        return {
            "RateLimit-Policy": policy,
            "RateLimit": f'"{POLICY}";r={left.times};t={reset}',
        }, reset


def caller_in(scope: Scope) -> str:
    """Who is counted: a key, the holder of a token, or else an address."""
    identity, client = identity_in(scope), scope.get("client")
    if identity.key_id is not None:
        return f"key {identity.key_id}"
    if identity.mandate is not None:
        return f"{identity.actor.kind} {identity.actor.id}"
    return f"address {client[0] if client else 'unknown'}"
