"""Where and when figures were measured, and how ratios are taken in one run."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from time import perf_counter


def described() -> str:
    """The machine, the versions and the day, in one line."""
    libraries = " ".join(f"{name} {version(name)}" for name in ("eventsourcing", "pydantic"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, "
        f"CPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}"
    )


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes, once."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def alternating(
    one: Callable[[], float], other: Callable[[], float], rounds: int
) -> tuple[float, float, float]:
    """Medians of two rates measured in turn, and the median of their ratios pair by pair.

    Machines are shared and noisy: a pair is measured within seconds, so its ratio holds when the
    speed of the machine drifts.
    """
    pairs = [(one(), other()) for _ in range(rounds)]
    ratio = statistics.median(first / second for first, second in pairs)
    firsts, seconds_ = zip(*pairs, strict=True)
    return statistics.median(firsts), statistics.median(seconds_), ratio
