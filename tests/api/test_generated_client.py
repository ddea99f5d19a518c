"""A client that a generator makes of the OpenAPI document runs a whole cycle against a server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from runpy import run_path
from textwrap import dedent
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.docs import pages
from tests.processes.serving import Serving

PACKAGE = "okr_client"
PAGE = pages.page("how-to/generate-a-client.md")
"""What readers are told to do; the client is made and called as it says."""


def _block(language: str) -> str:
    """What stands in the page in a language, as it stands in a file."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return dedent(found)


class Generated:
    """The operations and the models of the client, by their names."""

    def __init__(self, base_url: str) -> None:
        self._client = import_module(PACKAGE).Client(base_url=base_url)

    @property
    def base_url(self) -> str:
        return str(self._client.get_httpx_client().base_url)

    def close(self) -> None:
        self._client.get_httpx_client().close()

    def model(self, name: str, /, **fields: Any) -> Any:
        return getattr(import_module(f"{PACKAGE}.models"), name)(**fields)

    def call(self, concept: str, operation: str, *path: Any, status: int = 200, **more: Any) -> Any:
        """What an operation answers, as the model that its status promises."""
        module = import_module(f"{PACKAGE}.api.{concept}.{operation}")
        answer = module.sync_detailed(*path, client=self._client, **more)
        assert answer.status_code == status, answer.content
        return answer.parsed


@pytest.fixture
def generated(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Generated]:
    """The client of a server that runs; the generator finds nothing to complain of."""
    document, config = tmp_path / "openapi.json", tmp_path / "client.yaml"
    document.write_text(client.get("/openapi-3.1.json").text)
    config.write_text(_block("yaml") + "post_hooks: []\n")
    made = tmp_path / "made"
    made.mkdir()
    arguments = [
        "generate",
        "--path",
        document,
        "--output-path",
        made / PACKAGE,
        "--config",
        config,
    ]
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *arguments, "--meta", "none"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "warning" not in said.lower(), said
    monkeypatch.setattr(sys, "path", [str(made), *sys.path])
    with Serving(f"sqlite:///{tmp_path / 'served.db'}", tmp_path) as server:
        made_client = Generated(str(server.client.base_url))
        yield made_client
        made_client.close()
    for name in [one for one in sys.modules if one.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_a_generated_client_runs_a_whole_cycle(generated: Generated) -> None:
    owner, cycle = _organise(generated)
    objective = generated.call(
        "objectives",
        "draft_objective",
        status=201,
        body=generated.model("NewObjective", cycle_id=cycle, owner=owner, title="Delight"),
        idempotency_key="draft-1",
    )
    generated.call("objectives", "publish_objective", objective.id, body=generated.model("Body"))
    measured = generated.call(
        "key_results",
        "add_key_result",
        objective.id,
        status=201,
        body=generated.model("NewKeyResult", title="Score", kind="metric", baseline=0, target=10),
    )
    _follow_up(generated, cycle, objective.id, measured.id)


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_the_program_of_the_page_runs(
    generated: Generated, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    owner, cycle = _organise(generated)
    body = generated.model("NewObjective", cycle_id=cycle, owner=owner, title="Delight")
    objective = generated.call("objectives", "draft_objective", status=201, body=body)
    generated.call("objectives", "publish_objective", objective.id, body=generated.model("Body"))
    program = tmp_path / "program.py"
    program.write_text(_block("python").replace("http://127.0.0.1:8000", generated.base_url))
    run_path(str(program))
    assert capsys.readouterr().out == "Delight Ada\n"


def _organise(generated: Generated) -> tuple[Any, Any]:
    """A person as an owner, and an open cycle."""
    person = generated.call(
        "people", "register_person", status=201, body=generated.model("NewPerson", name="Ada")
    )
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 3, 31)}
    planned = generated.model("NewCycle", name="Q1", kind="quarter", **days)
    cycle = generated.call("cycles", "plan_cycle", status=201, body=planned)
    opened = generated.call("cycles", "open_cycle", cycle.id, body=generated.model("Body"))
    assert (opened.state, opened.starts_on) == ("open", days["starts_on"])
    return generated.model("OwnerId", type_="person", id=person.id), cycle.id


def _follow_up(generated: Generated, cycle: Any, objective: Any, key_result: Any) -> None:
    """Check in, be refused, score, close, and look back."""
    checked = generated.model("NewCheckIn", value=4, confidence=6)
    generated.call("check_ins", "check_in", key_result, status=201, body=checked)
    early = generated.model("NewScore", score=0.4, kind="agreed")
    refused = generated.call("objectives", "score_objective", objective, status=409, body=early)
    assert refused.type_.startswith("/problems/")
    assert refused.detail
    generated.call("cycles", "start_scoring", cycle, body=generated.model("Body"))
    scored = generated.call("objectives", "score_objective", objective, body=early)
    assert scored.agreed_score == 0.4
    generated.call("cycles", "close_cycle", cycle, body=generated.model("Body"))
    board = generated.call("cycles", "read_board", cycle)
    assert [one.title for one in board.objectives] == ["Delight"]
    assert board.objectives[0].key_results[0].progress == 0.4
    trail = generated.call("history", "list_changes", cycle_id=cycle)
    assert "KeyResultAdded" in [one.type_ for one in trail.items]
    report = generated.call("history", "read_retrospective", cycle)
    assert report.late_scores is not None
