"""The same thing with some fields changed, for what is copied at every change."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def changed(thing: T, **values: Any) -> T:
    """A copy of an immutable that has these values; what no field is named after fails.

    `dataclasses.replace` does the same by way of the constructor, which takes several times as
    long.
    """
    fields = vars(thing) | values
    if len(fields) != len(vars(thing)):
        raise AttributeError(f"A {type(thing).__name__} has not all of {', '.join(values)}.")
    copy = object.__new__(type(thing))
    copy.__dict__ = fields
    return copy
