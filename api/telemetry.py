"""Traces, metrics and logs for a collector of OpenTelemetry, where one is named."""

from __future__ import annotations

import os
from importlib.util import find_spec

from fastapi.telemetry import TelemetryConfig
from starlette.types import Scope

_QUIET = frozenset({"/livez", "/readyz", "/metrics"})
"""What machines ask all the time."""

_OFF = TelemetryConfig(tracing=False, metrics=False, logs=False)
_ENDPOINT = "OTEL_EXPORTER_OTLP"


class TelemetryMissingError(Exception):
    """A collector is named, but what would send to it is not installed."""


def from_environment() -> TelemetryConfig:
    """What the variables of OpenTelemetry ask for: nothing unless one of them names a collector.

    Raises TelemetryMissingError where the extra that sends is not installed.
    """
    named = any(
        name.startswith(_ENDPOINT) and name.endswith("ENDPOINT") and value
        for name, value in os.environ.items()
    )
    if not named or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return _OFF
    if find_spec("opentelemetry.sdk") is None:
        raise TelemetryMissingError(
            "OTEL_EXPORTER_OTLP_ENDPOINT names a collector, but nothing is installed that sends "
            "to it; install okr-history[telemetry] or unset the variable."
        )
    return TelemetryConfig(auto_configure=True, operation_spans=False, exclude=is_quiet)


def is_quiet(scope: Scope) -> bool:
    """Whether a request is one that machines make all the time, and nobody wants a trace of."""
    return scope.get("path") in _QUIET
