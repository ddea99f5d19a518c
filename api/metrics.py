"""What a running service tells of itself, as Prometheus reads it.

Requests are counted where they are answered. How far log and views have come is asked of the
databases whenever somebody looks. Several workers of one server write their counts into files of a
shared folder, so that whichever is asked answers for all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from api.history import History
from projections.set_aside import how_many
from projections.views import position

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder; the library looks for it when it is imported."""

_KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Meters:
    """The counts of one process."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._registry = own = CollectorRegistry()
        self._requests = Counter(
            "okr_requests",
            "How many requests were answered; 499 where the client left before.",
            ("method", "route", "status"),
            registry=own,
        )
        self._seconds = Histogram(
            "okr_request_duration_seconds",
            "How long answers took, streams until their end.",
            ("method", "route"),
            registry=own,
            buckets=_BUCKETS,
        )
        self._refusals = Counter(
            "okr_refusals",
            "How many requests were answered with a problem, by the end of its type.",
            ("problem",),
            registry=own,
        )
        self._saves = Counter("okr_saves", "How many times changes were recorded.", registry=own)
        self._conflicts = Counter(
            "okr_conflicts",
            "How many times a change was decided again because others had been quicker.",
            registry=own,
        )
        self.streams = Gauge(
            "okr_streams_open",
            "How many answers are being sent bit by bit.",
            registry=own,
            multiprocess_mode="livesum",
        )
        history.log.on_outcome(self._append)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        # A stranger may invent methods; each would be kept for ever.
        known = method if method in _KNOWN_METHODS else "other"
        self._requests.labels(known, route, status).inc()
        self._seconds.labels(known, route).observe(seconds)

    def refusal(self, problem: str) -> None:
        """Count one problem by the end of its type."""
        self._refusals.labels(problem).inc()

    def _append(self, won: bool) -> None:
        (self._saves if won else self._conflicts).inc()

    def exposed(self) -> bytes:
        """The metrics of this moment.

        Raises LogUnavailableError where the database cannot be read.
        """
        registry = self._registry
        folder = os.environ.get(SHARED_FOLDER)
        if folder is not None:
            _forget_the_dead(Path(folder))
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        return generate_latest(registry) + generate_latest(_now(self._history))


def _forget_the_dead(folder: Path) -> None:
    """Drop what workers that are gone said to be going on; what they counted stays counted."""
    for path in folder.glob("gauge_live*.db"):
        found = re.search(r"_(\d+)\.db$", path.name)
        if found and not _lives(int(found[1])):
            path.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _now(history: History) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Now(history))
    return registry


class _Now(Collector):
    """Asks the history whenever somebody looks."""

    def __init__(self, history: History) -> None:
        self._history = history

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: asking takes the databases."""
        return ()

    def collect(self) -> Iterable[Metric]:
        log = self._history.log
        with self._history.views.read() as connection:
            aside, standing = how_many(connection), position(connection)
        head = log.head()
        waiting = log.records(standing, 1) if head > standing else []
        age = log.clock() - waiting[0].stored_at if waiting else timedelta()
        yield _gauge("okr_log_position", "The position of the last record of the log.", head)
        yield _gauge("okr_views_position", "The position that the views stand at.", standing)
        yield _gauge(
            "okr_projection_lag_events",
            "How many positions the views are behind the log.",
            max(0, head - standing),
        )
        yield _gauge(
            "okr_projection_lag_seconds",
            "How long the oldest record that the views do not show has been stored.",
            max(0.0, age.total_seconds()),
        )
        yield _gauge(
            "okr_records_set_aside", "How many records the views could not take in.", aside
        )


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=value)
