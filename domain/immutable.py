"""Classes whose instances never change: the type checker sees to it, so they are quick to make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def immutable(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """A dataclass that pyright takes for a frozen one, equal and hashed by its fields.

    At run time it is a plain one. A frozen one sets each field by way of a function, which makes it
    take three times as long to make; every change makes a handful. The tests freeze them from
    without (`tests/frozen.py`), so that what sets a field of one fails there.
    """
    return dataclass(unsafe_hash=True, kw_only=kw_only)
