"""The container files name what exists: files, commands, settings and paths of the product."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli import app as command_line
from api.commands.running import STOP_SECONDS
from api.history import History
from api.settings import Settings

ROOT = Path(__file__).parents[2]
NOT_SETTINGS = {"OKR_DATABASE_PASSWORD", "OKR_PORT"}
"""What only compose knows."""


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, with what is continued on other lines."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_what_the_image_copies_is_there_and_reaches_the_builder(
    instructions: list[tuple[str, str]],
) -> None:
    admitted = {line[1:] for line in _lines(".dockerignore") if line.startswith("!")}
    copied = [rest for word, rest in instructions if word == "COPY" and "--from" not in rest]
    for source in [one for rest in copied for one in shlex.split(rest)[:-1]]:
        assert (ROOT / source).exists(), source
        assert source in admitted, source


def _lines(name: str) -> list[str]:
    return (ROOT / name).read_text().splitlines()


def test_requirements_are_checked_and_nothing_runs_as_root(
    instructions: list[tuple[str, str]],
) -> None:
    installs = [rest for word, rest in instructions if word == "RUN" and "pip install" in rest]
    assert all("--require-hashes" in rest or "--no-deps" in rest for rest in installs)
    assert "hatchling==" in (ROOT / "requirements/runtime.txt").read_text()
    assert any("OKR_AUTH=keys" in rest for word, rest in instructions if word == "ENV")
    users = [rest for word, rest in instructions if word == "USER"]
    assert users == ["okr"]
    last = [word for word, _ in instructions].index("USER")
    assert not [rest for word, rest in instructions[last:] if word == "RUN"]


def test_the_commands_of_the_containers_exist(
    instructions: list[tuple[str, str]], compose: dict[str, Any]
) -> None:
    commands = [
        yaml.safe_load(dict(instructions)["CMD"]),
        compose["services"]["okr"]["command"],
    ]
    for command, *options in commands:
        told = CliRunner().invoke(command_line, [command, "--help"], env={"COLUMNS": "200"}).output
        assert all(one in told for one in options if one.startswith("--")), told


def test_both_ask_for_the_health_that_the_product_tells(
    instructions: list[tuple[str, str]], tmp_path: Path
) -> None:
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", dict(instructions)["HEALTHCHECK"])
    assert asked is not None
    assert asked[1] == dict(instructions)["EXPOSE"]
    history = History(Settings(database=f"sqlite:///{tmp_path / 'okr.db'}", auth="keys"))
    with TestClient(create_app(history)) as client:
        assert client.get(asked[2]).status_code == 200


def test_every_variable_is_a_setting_or_explained(
    instructions: list[tuple[str, str]], compose: dict[str, Any]
) -> None:
    known = {f"OKR_{name.upper()}" for name in Settings.model_fields}
    text = (ROOT / "compose.yaml").read_text() + str(instructions)
    named = set(re.findall(r"\bOKR_[A-Z_]+\b", text))
    assert named <= known | NOT_SETTINGS
    page = (ROOT / "docs/how-to/run-in-containers.md").read_text()
    asked = set(re.findall(r"\$\{(OKR_[A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    assert asked <= set(re.findall(r"OKR_[A-Z_]+", page))
    given = compose["services"]["okr"]["environment"]
    assert Settings(database=given["OKR_DATABASE"].replace("${OKR_DATABASE_PASSWORD}", "x")).where


def test_compose_names_only_what_it_defines_and_publishes_to_this_machine_alone(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    for service in services.values():
        assert {"image", "build"} & service.keys()
        assert set(service.get("depends_on", {})) <= services.keys()
        named = [one.partition(":")[0] for one in service.get("volumes", [])]
        assert set(named) <= compose["volumes"].keys()
        assert all(one.startswith("127.0.0.1:") for one in service.get("ports", []))
    published = services["okr"]["ports"][0].rpartition(":")[2]
    assert services["okr"]["command"][-3:-2] == [published]


def test_containers_are_given_the_time_that_stopping_takes(compose: dict[str, Any]) -> None:
    given = compose["services"]["okr"]["stop_grace_period"]
    assert int(given.removesuffix("s")) >= 2 * STOP_SECONDS
