"""Every request is told of in one line of the log and in the metrics, without what it held."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.history import History
from api.settings import Settings
from tests.api.office import Json, Office

Sample = tuple[str, tuple[tuple[str, str], ...]]


def metrics(client: TestClient) -> dict[Sample, float]:
    """Every sample that is exposed, by its name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
    }


def requests(client: TestClient, method: str, route: str, status: int) -> float:
    labels = (("method", method), ("route", route), ("status", str(status)))
    return metrics(client).get(("okr_requests_total", labels), 0)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.name == "okr.request"]


def test_a_request_leaves_one_line_that_says_who_asked_for_what(
    client: TestClient, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    ada = office.person("Ada")
    with caplog.at_level(logging.INFO, "okr.request"):
        path, actor = f"/v1/people/{ada['id']}", {"X-Actor": ada["id"]}
        client.patch(path, json={"name": "Hopper"}, headers=actor)
        client.head(f"/v1/people/{ada['id']}?known_at=position:2")
        client.get("/nothing/Hopper")
        client.get("/livez")
    told = [
        (line["method"], line["route"], line["status"], line["actor"], line["position"])
        for line in lines(caplog)
    ]
    assert told == [
        ("PATCH", "/v1/people/{person_id}", 200, ada["id"], 2),
        ("HEAD", "/v1/people/{person_id}", 200, None, None),
        ("GET", "unmatched", 404, None, None),
    ]
    assert all(line["duration_ms"] > 0 for line in lines(caplog))
    assert "Hopper" not in str([vars(record) for record in caplog.records])


def test_whoever_is_refused_at_the_door_is_told_of_with_what_they_asked_for(
    where: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(History(Settings(database=where, auth="keys")))
    path = "/v1/people/11111111-1111-4111-8111-111111111111"
    with TestClient(app) as client, caplog.at_level(logging.INFO, "okr.request"):
        assert client.get(path).status_code == 401
        assert client.get("/nothing/here").status_code == 401
    told = [(line["route"], line["status"]) for line in lines(caplog)]
    assert told == [("/v1/people/{person_id}", 401), ("unmatched", 401)]


def test_requests_are_counted_by_route_method_and_status(client: TestClient, cycle: Json) -> None:
    for _ in range(3):
        client.get(f"/v1/cycles/{cycle['id']}")
    client.get("/v1/cycles/00000000-0000-4000-8000-000000000000")
    client.get("/invented/path")
    client.request("BREW", "/invented/path")
    assert requests(client, "GET", "/v1/cycles/{cycle_id}", 200) == 3
    assert requests(client, "GET", "/v1/cycles/{cycle_id}", 404) == 1
    assert requests(client, "GET", "unmatched", 404) == 1
    assert requests(client, "other", "unmatched", 404) == 1
    found = metrics(client)
    timed = (("method", "GET"), ("route", "/v1/cycles/{cycle_id}"))
    assert found["okr_request_duration_seconds_count", timed] == 4
    assert found["okr_refusals_total", (("problem", "cycle-not-found"),)] == 1
    assert found["okr_streams_open", ()] == 0


def test_saves_and_lost_races_are_counted(
    client: TestClient, office: Office, history: History
) -> None:
    ada = office.person("Ada")
    before = metrics(client)
    # What this desk remembers of her is old once another server has changed her.
    with TestClient(create_app(History(history.settings, history.log.clock))) as other:
        assert other.patch(f"/v1/people/{ada['id']}", json={"name": "Ada II"}).status_code == 200
    assert office.patch(f"/v1/people/{ada['id']}", name="Ada III")["version"] == 3
    found = metrics(client)
    assert found["okr_saves_total", ()] == before["okr_saves_total", ()] + 1
    assert found["okr_conflicts_total", ()] == before["okr_conflicts_total", ()] + 1
