"""Under which conditions a change is made: on which versions, and while nothing else is asked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock
from typing import Annotated

from fastapi import Header, Request

from api import saying_once
from api.problems import MalformedRequestError, Problem, RequestError
from api.saying_once import SaidTwiceError
from domain.errors import KeyReused
from domain.log import Key

_VERSION = re.compile(r"([0-9]{1,18})(?:\.[0-9a-f]+)?")
_TAG = r'(W/)?"([!#-~\x80-\xff]*)"'
_TAGS = re.compile(rf"[ \t]*(?:{_TAG})?[ \t]*(?:,|$)")
_FORM = r'^(?:\*|(?:W/)?"[!#-~]*"(?: *, *(?:W/)?"[!#-~]*")*)$'


class StillRunningError(RequestError):
    problem = Problem(
        "still-running",
        409,
        "The same request is still running",
        "Another request with this `Idempotency-Key` is being carried out and has no answer yet. "
        "Ask again after as many seconds as `Retry-After` says; then it answers the same.",
    )


async def versions_of(
    request: Request,
    if_match: Annotated[
        str | None,
        Header(
            description='The versions to build on, as `ETag`s: `"3"`. Weak ones never match.',
            json_schema_extra={"pattern": _FORM},
        ),
    ] = None,
) -> frozenset[int] | None:
    """The versions that the caller wants to build on; None for any.

    By RFC 9110 a tag that is weak, or none of ours, is the tag of no version. Raises
    MalformedRequestError.
    """
    if if_match is None:
        return None
    given = ",".join(request.headers.getlist("if-match")).strip()
    return None if given == "*" else frozenset(_versions(given))


def _versions(given: str) -> Generator[int]:
    place, any_tag = 0, False
    while place < len(given):
        found = _TAGS.match(given, place)
        if found is None:
            break
        place = found.end()
        any_tag |= found[2] is not None
        version = _VERSION.fullmatch(found[2] or "")
        if version is not None and found[1] is None:
            yield int(version[1])
    if place < len(given) or not any_tag:
        raise MalformedRequestError('Give versions in If-Match, such as "3" or "3", "4", or *.')


async def digest_of(request: Request) -> str:
    """What a request asks for, whoever formats its JSON: method, path, query and body.

    Raises MalformedRequestError, also for an object that says something twice.
    """
    body = await request.body()
    asked = [request.method, request.url.path, request.url.query]
    try:
        said = json.dumps(saying_once.loads(body), sort_keys=True) if body else ""
    except SaidTwiceError as twice:
        raise MalformedRequestError(
            f"The body says {twice.name} twice in one object; say it once."
        ) from None
    except (ValueError, RecursionError):
        raise MalformedRequestError(
            "The body is no JSON; check its brackets, commas and quotes."
        ) from None
    return hashlib.sha256(json.dumps([*asked, said]).encode()).hexdigest()


class Running:
    """The keys of the requests that are being carried out. One instance serves many threads."""

    def __init__(self) -> None:
        self._digests: dict[tuple[str, str], str] = {}
        self._lock = Lock()

    @contextmanager
    def alone(self, key: Key | None) -> Generator[None]:
        """While this lasts, nobody else is under this key.

        Raises StillRunningError, or KeyReused where it is another request that runs.
        """
        if key is None:
            yield
            return
        name = key.scope, key.key
        with self._lock:
            running = self._digests.get(name)
            if running is not None:
                raise _taken(same=running == key.digest)
            self._digests[name] = key.digest
        try:
            yield
        finally:
            with self._lock:
                del self._digests[name]


def _taken(*, same: bool) -> Exception:
    if same:
        return StillRunningError(
            "The same request is still being carried out; ask again in a moment.",
            {"Retry-After": "1"},
        )
    return KeyReused("This key belongs to another request; choose a new one.")
