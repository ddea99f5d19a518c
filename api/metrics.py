"""What a running service tells of itself: how far log and views have come, what is set aside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.history import History
from projections.set_aside import how_many


def exposed(history: History) -> bytes:
    """The metrics of this moment, as Prometheus reads them.

    Raises LogUnavailableError where the database cannot be read.
    """
    registry = CollectorRegistry()
    registry.register(_Now(history))
    return generate_latest(registry)


class _Now(Collector):
    """Asks the history whenever somebody looks."""

    def __init__(self, history: History) -> None:
        self._history = history

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: asking takes the databases."""
        return ()

    def collect(self) -> Iterable[Metric]:
        log, standing = self._history.log, self._history.projector.position
        with self._history.views.read() as connection:
            aside = how_many(connection)
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
