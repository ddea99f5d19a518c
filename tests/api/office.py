"""A short way for tests to say what people do over HTTP, with every answer checked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from api.problems import MEDIA_TYPE, catalogue

Json = dict[str, Any]
NOBODY = "00000000-0000-4000-8000-000000000000"
REASON = {"code": "world_changed", "text": "The market moved."}


class Clock:
    """A clock that tests move forwards."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_to(self, instant: str) -> None:
        self.now = datetime.fromisoformat(instant)

    def tick(self) -> str:
        """Let a minute pass, and return the instant before it passed."""
        before = self.now
        self.now += timedelta(minutes=1)
        return before.isoformat().replace("+00:00", "Z")


class Office:
    """People at work: each method is one request that must succeed, and answers the resource."""

    def __init__(self, client: TestClient, clock: Clock) -> None:
        self.client = client
        self.clock = clock

    def get(self, path: str, **query: Any) -> Json:
        response = self.client.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, **body: Any) -> Json:
        return self._post(path, body, {})

    def post_as(self, actor: Json, path: str, **body: Any) -> Json:
        return self._post(path, body, {"X-Actor": actor["id"]})

    def _post(self, path: str, body: Json, headers: dict[str, str]) -> Json:
        response = self.client.post(path, json=body, headers=headers)
        assert response.status_code in (200, 201), response.text
        return response.json()

    def patch(self, path: str, **body: Any) -> Json:
        response = self.client.patch(path, json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def person(self, name: str = "Ada") -> Json:
        return self.post("/v1/people", name=name)

    def unit(self, name: str = "Acme", kind: str = "company", **more: Any) -> Json:
        return self.post("/v1/units", name=name, kind=kind, **more)

    def cycle(self, name: str = "2026 Q1", **more: Any) -> Json:
        days = {"starts_on": "2026-01-01", "ends_on": "2026-03-31"}
        return self.post("/v1/cycles", **({"name": name, "kind": "quarter"} | days | more))

    def open_cycle(self, name: str = "2026 Q1", **more: Any) -> Json:
        return self.post(f"/v1/cycles/{self.cycle(name, **more)['id']}/open")

    def objective(self, cycle: Json, owner: Json, title: str = "Delight", **more: Any) -> Json:
        owned = {"type": owner["type"], "id": owner["id"]}
        body = {"cycle_id": cycle["id"], "owner": owned, "title": title} | more
        return self.post("/v1/objectives", **body)

    def key_result(self, objective: Json, title: str = "Score", **more: Any) -> Json:
        body = {"title": title, "kind": "metric", "baseline": 0, "target": 10} | more
        return self.post(f"/v1/objectives/{objective['id']}/key-results", **body)

    def check_in(self, key_result: Json, value: Any = 5, **more: Any) -> Json:
        return self.post(f"/v1/key-results/{key_result['id']}/check-ins", value=value, **more)


def problem(response: Response, status: int, name: str) -> Json:
    """The problem that a response must be."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    body: Json = response.json()
    assert body["type"] == f"/problems/{name}", body
    assert name in catalogue()
    assert body["status"] == status
    assert body["instance"] == response.headers["x-request-id"]
    assert body["title"]
    assert body["detail"]
    return body
