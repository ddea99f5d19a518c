"""Requests as spans of OpenTelemetry, where somebody collects them."""

from __future__ import annotations

import pytest
from fastapi.telemetry import TelemetryConfig
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api import telemetry
from api.app import create_app
from api.history import History
from api.telemetry import TelemetryMissingError, from_environment, is_quiet

pytestmark = pytest.mark.parametrize("where", ["sqlite"], indirect=True)
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def test_each_request_is_a_span_of_the_callers_trace(history: History) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    config = TelemetryConfig(
        tracer_provider=provider, metrics=False, logs=False, operation_spans=False, exclude=is_quiet
    )
    with TestClient(create_app(history, telemetry=config)) as client:
        sent = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
        made = client.post("/v1/people", json={"name": "Ada"}, headers=sent)
        assert client.get("/livez").status_code == 200
    (span,) = exporter.get_finished_spans()
    assert span.name == "POST /v1/people"
    assert span.attributes is not None
    assert span.attributes["http.response.status_code"] == made.status_code == 201
    assert span.parent is not None
    assert (f"{span.parent.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, CALLER)
    assert "Ada" not in str(span.attributes)


def test_nothing_is_told_unless_a_collector_is_named(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    del where
    monkeypatch.delenv(ENDPOINT, raising=False)
    assert not from_environment().get("tracing")
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:4318")
    assert from_environment().get("auto_configure")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert not from_environment().get("tracing")


def test_who_names_a_collector_learns_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    del where
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:4318")
    monkeypatch.setattr(telemetry, "find_spec", dict[str, None]().get)
    with pytest.raises(TelemetryMissingError, match=r"okr-history\[telemetry\]"):
        from_environment()
