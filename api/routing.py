"""How routes are found, and in which threads their endpoints run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from api import threads
from api.history import PositionNotReachedError
from api.models.listings import StatesListing
from api.problems import MalformedRequestError

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


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
        if not iscoroutinefunction(endpoint):
            endpoint = _asked(endpoint) if "GET" in options["methods"] else _changed(endpoint)
        super().__init__(path, endpoint, **options)
        self._begins = path.partition("{")[0]

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if not self.dependant.query_params:
            return handle

        async def handled(request: Request) -> Response:
            _check_said_once(request)
            return await handle(request)

        return handled

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # Most of the hundred patterns are told apart by this much quicker look.
        path = scope.get("path", "")
        if not scope.get("root_path") and not path.startswith(self._begins):
            return Match.NONE, {}
        return super().matches(scope)


def _check_said_once(request: Request) -> None:
    """Refuse a parameter that is given twice: which of both is meant, nobody can know.

    Raises MalformedRequestError.
    """
    given = request.query_params
    if len(given.multi_items()) > len(given):
        times = Counter(name for name, _ in given.multi_items())
        twice = repr(times.most_common(1)[0][0][:100])
        raise MalformedRequestError(f"The parameter {twice} is given twice; give it once.")


def _asked(endpoint: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """An endpoint that waits for its turn, and gives it up where it would wait for a position."""
    takes_long = hasattr(endpoint, "takes_long")

    @wraps(endpoint)
    async def asked(**values: Any) -> Any:
        query = values.get("query")
        looks_far = isinstance(query, StatesListing) and query.looks_far()
        own = threads.walking if takes_long or looks_far else threads.quick
        answer = partial(endpoint, **values)
        try:
            return await threads.run(own, answer)
        except PositionNotReachedError as early:
            await early.wait()
            return await threads.run(own, answer)

    return asked


def _changed(endpoint: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """An endpoint that changes something, in threads that only those who change things wait for."""

    @wraps(endpoint)
    async def changed(**values: Any) -> Any:
        return await threads.run(threads.changing, partial(endpoint, **values))

    return changed
