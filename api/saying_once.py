"""Reads JSON whose objects say each name once: which of two was meant, nobody can know."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any


class SaidTwiceError(Exception):
    """An object says a name twice."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = repr(name[:100])


def loads(text: bytes) -> Any:
    """What JSON says. Raises SaidTwiceError; ValueError or RecursionError where it is no JSON."""
    return json.loads(text, object_pairs_hook=_once)


def may_say_twice(text: bytes, understood: bytes) -> bool:
    """Whether JSON can have said a name twice, by what was left when it was written anew.

    A name that was dropped takes its quotes with it. Quotes that were spelled as numbers come in
    anew, so such a text says nothing.
    """
    return text.count(b'"') != understood.count(b'"') or b"\\u0022" in text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, each of whose names is given once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        ((name, _),) = Counter(name for name, _ in pairs).most_common(1)
        raise SaidTwiceError(name)
    return found
