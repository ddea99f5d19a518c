"""Lets the tests refuse at run time what the type checker refuses: changing an immutable in place.

The classes themselves stay as they are measured and used, plain ones that are quick to make. Here
their fields are set once, by whoever makes them, and never again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, NoReturn

import domain


def freeze() -> None:
    """Refuse it from now on, whichever class of the domain is made by `immutable`."""
    for one in immutables():
        one.__setattr__ = _set_once
        one.__delattr__ = _refuse


def immutables() -> Iterator[Any]:
    """Every class that `immutable` made: dataclasses that are hashed by their fields, yet plain."""
    for module in walk_packages(domain.__path__, "domain."):
        things: list[Any] = list(vars(import_module(module.name)).values())
        for thing in things:
            if isinstance(thing, type) and thing.__module__ == module.name:
                made: Any = vars(thing).get("__dataclass_params__")
                if made is not None and made.unsafe_hash and not made.frozen:
                    yield thing


def _set_once(self: Any, name: str, value: object) -> None:
    there: dict[str, Any] = self.__dict__
    is_set = len(there) > 0 if name == "__dict__" else name in there
    if is_set or name not in (*self.__dataclass_fields__, "__dict__"):
        _refuse(self, name)
    object.__setattr__(self, name, value)


def _refuse(_self: Any, name: str) -> NoReturn:
    raise FrozenInstanceError(f"An immutable keeps its {name}; make a copy with `changed`.")
