"""Which of the forms that an answer can have the caller likes best, by `Accept`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fastapi import Request

from api.access.shares import Held, hold
from api.problems import NotAcceptableError

JSON = "application/json"
JSON_LINES = "application/jsonl"
CSV = "text/csv"
EVENT_STREAM = "text/event-stream"

STREAMED = frozenset({JSON_LINES, CSV, EVENT_STREAM})
"""Forms that are sent bit by bit, for as long as the caller listens."""

VARIES = "varies"
"""Under this name a request knows by which of its headers its answer was chosen."""

_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


class _Range(NamedTuple):
    """One part of an Accept header: a media type or many, how much liked, and its place."""

    kind: str
    liked: float
    place: int

    def precision(self, offered: str) -> int:
        """How precisely it names what is offered; 0 if it does not."""
        if self.kind == offered:
            return 3
        if self.kind == f"{offered.partition('/')[0]}/*":
            return 2
        return 1 if self.kind == "*/*" else 0


def chosen(request: Request, *offered: str) -> str:
    """The media type that the caller likes best of those offered; without a wish the first.

    The most precise part of `Accept` speaks for each (RFC 9110, 12.5.1); of equals that which the
    caller wrote first is taken. A stream counts as one of the caller's from here on. Raises
    NotAcceptableError where the caller takes none of them, or TooManyAtOnceError.
    """
    if offered[1:]:
        varies_by(request, "Accept")
    kind = _liked_best(request, offered)
    if kind in STREAMED:
        hold(request.scope, Held.STREAM)
    return kind


def _liked_best(request: Request, offered: Sequence[str]) -> str:
    accept = ",".join(request.headers.getlist("accept")).strip()
    if accept in ("", "*/*", offered[0]):
        return offered[0]
    ranges = list(_ranges(accept))
    likings = {kind: _liking(kind, ranges) for kind in offered}
    best = max(offered, key=lambda kind: likings[kind])
    if likings[best][0] == 0:
        varies_by(request, "Accept")
        *others, last = offered
        named = f"{', '.join(others)} or {last}" if others else last
        raise NotAcceptableError(f"This can be answered as {named}; name that in Accept.")
    return best


def varies_by(request: Request, header: str) -> None:
    """Note that the answer to a request, whatever it is, was chosen by a header of it."""
    names: list[str] = request.scope.setdefault("state", {}).setdefault(VARIES, [])
    if header not in names:
        names.append(header)


def liked(accept: str) -> dict[str, float]:
    """What an `Accept…` header names, and how much each is liked, from 0 to 1."""
    return {one.kind: one.liked for one in _ranges(accept)}


def _ranges(accept: str) -> Iterator[_Range]:
    for place, part in enumerate(accept.split(",")):
        kind, *parameters = (word.strip().lower() for word in part.split(";"))
        given = [value.strip() for name, _, value in map(_pair, parameters) if name.strip() == "q"]
        weight = float(given[0]) if given and _QUALITY.fullmatch(given[0]) else float(not given)
        yield _Range(kind, weight, place)


def _pair(parameter: str) -> tuple[str, str, str]:
    return parameter.partition("=")


def _liking(offered: str, ranges: list[_Range]) -> tuple[float, int, int]:
    """How much a media type is liked, how precisely it was named, and how early."""
    naming = [one for one in ranges if one.precision(offered)]
    if not naming:
        return 0.0, 0, 0
    spoken = max(naming, key=lambda one: (one.precision(offered), -one.place))
    return spoken.liked, spoken.precision(offered), -spoken.place
