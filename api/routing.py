"""How routes are found, and in which threads their endpoints run.

Python runs one thread at a time, so questions that are answered all at once each take as long as
all of them. A few answer at a time; whoever waits for the views, walks along a history or looks for
some among all states does so in threads of another kind. Those of the framework are left for
changes and for signing in, so that no number of questions holds them up.
"""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from api.history import PositionNotReachedError
from api.models.questions import StatesListing

ANSWERING = 1
"""How many quick questions are answered at a time: a second one would only take turns with it."""

WALKING = 4
"""How many questions that take long are answered at a time; they share one interpreter."""

WAITING = 32
"""How many wait for a position at a time: in threads of their own, so that nobody else does."""

_quick = ThreadPoolExecutor(ANSWERING, "answering")
_walking = ThreadPoolExecutor(WALKING, "walking")
_waiting = ThreadPoolExecutor(WAITING, "waiting")

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Answer = Callable[[], Any]


def takes_long(endpoint: Endpoint) -> Endpoint:
    """Mark a question that walks along a history: it must not hold up those who ask for a row."""
    vars(endpoint)["takes_long"] = True
    return endpoint


def concept(tag: str, prefix: str = "/v1") -> APIRouter:
    """A router for the routes of one concept; operations are named like their functions."""
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        route_class=Route,
        generate_unique_id_function=lambda route: route.name,
    )


class Route(APIRoute):
    """A route that looks at its first words before anything else, and runs where it should."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if "GET" in options["methods"] and not iscoroutinefunction(endpoint):
            endpoint = _asked(endpoint)
        super().__init__(path, endpoint, **options)
        self._begins = path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # Most of the hundred patterns are told apart by this much quicker look.
        path = scope.get("path", "")
        if not scope.get("root_path") and not path.startswith(self._begins):
            return Match.NONE, {}
        return super().matches(scope)


def _asked(endpoint: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """An endpoint that waits for its turn, and gives it up where it would wait for a position."""
    takes_long = hasattr(endpoint, "takes_long")

    @wraps(endpoint)
    async def asked(**values: Any) -> Any:
        query = values.get("query")
        looks_far = isinstance(query, StatesListing) and query.looks_far()
        threads = _walking if takes_long or looks_far else _quick
        answer = partial(endpoint, **values)
        try:
            return await _run(threads, answer)
        except PositionNotReachedError as early:
            await get_running_loop().run_in_executor(_waiting, early.wait)
            return await _run(threads, answer)

    return asked


async def _run(threads: ThreadPoolExecutor, answer: Answer) -> Any:
    """Answer in one of the threads. What the request knows goes along."""
    return await get_running_loop().run_in_executor(threads, copy_context().run, answer)
