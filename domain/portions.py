"""Many things a few at a time, since a database takes only so many at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def portions(found: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """The same things in their order, at most so many together."""
    for begin in range(0, len(found), most):
        yield found[begin : begin + most]
