"""Which routes a path is for, also where a request never came to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path


def routes_for(routes: Sequence[BaseRoute], path: str) -> Iterator[Any]:
    """The contexts of the routes whose template fits a path, in the order of the routes."""
    for context in iter_route_contexts(routes):
        if _pattern(context.path or "").match(path):
            yield context


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """There are some hundred templates, and compiling one takes longer than trying all."""
    return compile_path(template)[0]
