"""Whatever is sent, the answer is one that the OpenAPI document declares.

Schemathesis asks a server that runs, whose callers sign in, with all of its checks and in all of
its phases: every border of every schema, random requests, and requests that follow each other.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import settings

from api.access.key_table import KeyTable
from api.app import create_app
from api.history import History
from api.settings import Settings
from domain.mandate import OrganisationRole
from tests.api import fuzzing
from tests.api.access.callers import key
from tests.api.office import Clock, Json, Office
from tests.processes.serving import ROOT, Serving

EXAMPLES = max(2, settings().max_examples // 20)
SHOWN = 12_000
"""How many characters of what it found are shown."""

READER, MEMBER, LEAD, ADMIN, AUDITOR = OrganisationRole
ACCEPTABLE = ("2xx", "3xx", "400", "401", "403", "404", "409", "412", "422", "429")
"""What a request may be answered that the document allows: a schema cannot tell who exists, nor
which rule of the domain holds now. Why it is 400 or 422 is looked at in `fuzzing.py`."""


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'okr.db'}"


@pytest.fixture(scope="module")
def keys(where: str) -> dict[str, str]:
    """One key that may do anything, and one of a member."""
    chosen = Settings(database=where)
    with closing(History(chosen)), closing(KeyTable(chosen.where)) as table:
        return {
            "office": key(table, "office", LEAD, ADMIN, AUDITOR),
            "member": key(table, "member", MEMBER),
        }


@pytest.fixture(scope="module")
def known(where: str, keys: dict[str, str]) -> Json:
    """Ids that exist, for paths to name, and the person whom a service may act for."""
    with TestClient(create_app(History(Settings(database=where, auth="keys")))) as client:
        client.headers["Authorization"] = f"Bearer {keys['office']}"
        office = Office(client, Clock())
        person, unit, cycle = office.person(), office.unit(), office.open_cycle()
        office.post(f"/v1/units/{unit['id']}/members", person_id=person["id"], role="lead")
        one, other = office.objective(cycle, unit), office.objective(cycle, person)
        key_result = office.key_result(one)
        check_in = office.check_in(key_result)
        said = {"stage": "mid", "decision": "keep", "actions": [{"text": "Ask"}]}
        review = office.post(f"/v1/objectives/{one['id']}/reviews", **said)
        ends = {
            "from": {"type": "objective", "id": one["id"]},
            "to": {"type": "objective", "id": other["id"]},
        }
        edge = office.post("/v1/alignments", **ends, relation="supports")
        return {
            "person_id": person["id"],
            "unit_id": unit["id"],
            "cycle_id": cycle["id"],
            "objective_id": one["id"],
            "key_result_id": key_result["id"],
            "check_in_id": check_in["id"],
            "review_id": review["id"],
            "action_id": review["actions"][0]["action_id"],
            "alignment_id": edge["id"],
            "event_id": office.get("/v1/audit")["items"][0]["event_id"],
        }


def configuration(key: str, known: Json) -> str:
    """What Schemathesis is told: who asks, and what exists."""
    lines = [f'"path.{name}" = {json.dumps(one)}' for name, one in known.items()]
    return "\n".join(
        [
            f"hooks = {json.dumps(fuzzing.__file__)}",
            "[parameters]",
            *lines,
            "[auth.openapi.bearer]",
            f"bearer = {json.dumps(key)}",
            "[checks.positive_data_acceptance]",
            f"expected-statuses = {json.dumps(ACCEPTABLE)}",
        ]
    )


@pytest.mark.fuzz
@pytest.mark.parametrize(
    ("caller", "phases"), [("office", "coverage,fuzzing,stateful"), ("member", "fuzzing,stateful")]
)
def test_every_answer_is_a_declared_one(
    where: str,
    keys: dict[str, str],
    known: Json,
    caller: str,
    phases: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settled = tmp_path / "schemathesis.toml"
    settled.write_text(configuration(keys[caller], known))
    for name, said in {"OKR_AUTH": "keys", "OKR_RATE_LIMIT": "100000000"}.items():
        monkeypatch.setenv(name, said)
    with Serving(where, tmp_path) as serving:
        address = f"{serving.client.base_url}/openapi.json"
        told = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(settled)),
                *("run", address, "--checks", "all", "--phases", phases, "--no-color"),
                *("--exclude-checks", "negative_data_rejection"),
                *("--max-examples", str(EXAMPLES), "--continue-on-failure", "--warnings", "off"),
                *(["--generation-deterministic"] if settings().derandomize else []),
            ],
            cwd=tmp_path,
            env=os.environ | {fuzzing.PERSON: known["person_id"], "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        headers = {"Authorization": f"Bearer {keys[caller]}"}
        counted = serving.client.get("/metrics", headers=headers).text
    assert told.returncode == 0, told.stdout[-SHOWN:] + told.stderr[-SHOWN:]
    assert "No issues found" in told.stdout
    # Whatever was answered was asked for without a key as well, and with a wrong one.
    refused = re.search(r'okr_refusals_total{problem="sign-in-required"} (\d+)', counted)
    assert refused is not None
    assert int(refused[1]) > 50
