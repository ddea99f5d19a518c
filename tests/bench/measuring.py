"""How figures are taken: in turn with what they are held against, within one run."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from time import perf_counter


def machine() -> str:
    """The machine, the versions and the day, in one line."""
    libraries = ", ".join(
        f"{name} {version(name)}"
        for name in ("eventsourcing", "pydantic", "orjson", "sqlalchemy", "fastapi")
    )
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, "
        f"CPython {platform.python_version()}, {libraries}"
    )


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes, once."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def alternating(
    one: Callable[[], float], other: Callable[[], float], rounds: int
) -> tuple[float, float, float]:
    """Medians of two figures taken in turn, and the median of their ratios pair by pair.

    Machines are shared and noisy: a pair is taken within seconds, so its ratio holds when the
    speed of the machine drifts.
    """
    pairs = [(one(), other()) for _ in range(rounds)]
    ratio = statistics.median(first / second for first, second in pairs)
    firsts, others = zip(*pairs, strict=True)
    return statistics.median(firsts), statistics.median(others), ratio


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 1000) // 1000) - 1)]
