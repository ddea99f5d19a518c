"""The page about HTTP runs as it stands, from top to bottom, against an empty history."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs import pages
from tests.processes.serving import Serving

PAGE = pages.page("reference/http.md")
BLOCKS = re.compile(r"```sh\n(.+?)```", re.DOTALL)
REFUSED = "The first request is refused"

_STATUS_TO_STDERR = """
set -eu
curl() { command curl -w '%{stderr}%{http_code}\\n' "$@" || test $? = 28; }
"""


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")),
    reason="the page needs curl and jq; install both to run it",
)
def test_every_command_of_the_page_is_answered(tmp_path: Path) -> None:
    with Serving(f"sqlite:///{tmp_path / 'okr.db'}", tmp_path) as server:
        address = str(server.client.base_url).rstrip("/")
        commands = "\n".join(BLOCKS.findall(PAGE)).replace("http://127.0.0.1:8000", address)
        told = subprocess.run(
            ["bash", "-c", _STATUS_TO_STDERR + commands],  # noqa: S607 - a reader's own shell
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert told.returncode == 0, told.stderr[-2_000:]
    statuses = told.stderr.split()
    assert len(statuses) >= commands.count("curl ")
    refused = [one for one in statuses if not one.startswith("2")]
    assert len(refused) == PAGE.count(REFUSED), statuses
