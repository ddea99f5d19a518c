"""The two axes along which a history is told, and the places on them."""

from __future__ import annotations

from typing import Literal, NamedTuple

Axis = Literal["effective", "recorded"]
AXES: tuple[Axis, ...] = ("effective", "recorded")


class Key(NamedTuple):
    """A place on an axis: microseconds, and the position of the last record that counts."""

    at: int
    position: int


BEGINNING = Key(-(2**62), 0)
END = 2**62
"""Past every position."""
