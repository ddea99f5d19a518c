"""What every question of the benchmark is given: histories, and how much effort to make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

from domain.desk import Desk
from domain.record import Context
from domain.values import Actor
from tests.bench.company import Shape
from tests.bench.kept import Kept
from tests.bench.rows import Row
from tests.bench.serving import Server, served


@dataclass(frozen=True, slots=True)
class Effort:
    """How often and how long to measure."""

    rounds: int
    """Pairs of rates, each taken in turn."""
    samples: int
    """Answers timed of each kind."""
    changes: int
    """Changes recorded in a round."""
    seconds: float
    """How long clients keep asking."""
    at_most: float
    """After so many seconds a long import, or a walk along a cursor, is cut off."""


THOROUGH = Effort(rounds=7, samples=200, changes=1_600, seconds=20, at_most=120)
QUICK = Effort(rounds=3, samples=40, changes=400, seconds=5, at_most=20)


class Serve(Protocol):
    """Serves the database at an address, from some processes, until the context ends."""

    def __call__(self, url: str, workers: int = 1) -> AbstractContextManager[Server]: ...


@dataclass(frozen=True, slots=True)
class Bench:
    """One database to measure."""

    kept: Kept
    effort: Effort = THOROUGH
    company: Shape = field(default_factory=lambda: Shape(10_000))
    """What histories look like, whatever their size."""
    serve: Serve = served
    """How a server of a database is started."""

    def shape(self, size: int, *, crowded: bool = False) -> Shape:
        """The shape of a history with so many changes."""
        return replace(self.company, changes=size, crowded=crowded)


Question = Callable[[Bench, int], Iterator[Row]]
"""Measures at one size of history; the rows come as soon as they are known."""


def context(desk: Desk) -> Context:
    """Somebody who may do everything, now."""
    return Context(actor=Actor(id="bench", kind="service"), now=desk.now())
