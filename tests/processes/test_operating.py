"""What an operator sees of real servers: their log, and metrics that add up over workers."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2
import pytest

from api.commands.serve import serve
from api.commands.terminal import CommandFailed
from api.metrics import SHARED_FOLDER
from api.settings import Settings
from tests.processes.serving import PATIENCE_SECONDS, Serving


def test_every_line_of_the_log_is_json_and_holds_no_secret(where: str, tmp_path: Path) -> None:
    with Serving(where, tmp_path, log_level="info") as server:
        asked = {"X-Request-ID": "r-1", "Authorization": "Bearer hunter2"}
        body = {"name": "Ada", "email": "ada@example.org"}
        made = server.client.post("/v1/people?token=hunter2", json=body, headers=asked)
        assert made.status_code == 201
        assert server.client.get("/v1/nothing").status_code == 404
        assert server.stop() == 0
        logged = server.logged()
    first, second = [line for line in logged if line["logger"] == "okr.request"]
    assert (first["request_id"], first["level"], first["message"]) == ("r-1", "info", "request")
    assert (first["method"], first["route"], first["status"]) == ("POST", "/v1/people", 201)
    assert (first["actor"], first["position"]) == ("local", 1)
    assert first["timestamp"].endswith("Z")
    assert (second["route"], second["status"]) == ("unmatched", 404)
    assert "hunter2" not in str(logged)
    assert "ada@example.org" not in str(logged)


def counted(server: Serving, pattern: str) -> float:
    with httpx2.Client(base_url=server.client.base_url, timeout=PATIENCE_SECONDS) as client:
        found = re.search(rf"^{pattern} (.+)$", client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0


def test_any_worker_tells_the_metrics_of_all(where: str, tmp_path: Path) -> None:
    with Serving(where, tmp_path, "--workers", "2") as server:
        for number in range(12):
            # A new connection each time, so that both workers answer some.
            with httpx2.Client(base_url=server.client.base_url, timeout=PATIENCE_SECONDS) as client:
                made = client.post("/v1/people", json={"name": f"Person {number}"})
                assert made.status_code == 201, made.text
        answered = re.escape('{method="POST",route="/v1/people",status="201"}')
        for _ in range(6):
            assert counted(server, f"okr_requests_total{answered}") == 12
            assert counted(server, "okr_saves_total") == 12
            assert counted(server, "okr_log_position") == 12
            assert counted(server, "okr_streams_open") == 0


def test_a_folder_for_metrics_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SHARED_FOLDER, str(tmp_path / "gone"))
    with pytest.raises(CommandFailed, match=SHARED_FOLDER):
        serve(Settings(database=f"sqlite:///{tmp_path / 'okr.db'}"), port=0)
