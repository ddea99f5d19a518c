"""A real `okr serve` in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2

from api.commands.listening import listen
from api.commands.serve import HOST

ROOT = Path(__file__).parents[2]
COMMAND = "from api.starting import main; main()"
PATIENCE_SECONDS = 120


class Serving:
    """One process that serves a history until the block ends, or until it is killed."""

    def __init__(self, where: str, folder: Path, *options: str, log_level: str = "error") -> None:
        """What it logs at `log_level` can be read once it has stopped; more than a pipe holds
        would keep it waiting."""
        with listen(HOST, 0) as listener:
            port = listener.getsockname()[1]
        self.client = httpx2.Client(base_url=f"http://{HOST}:{port}", timeout=PATIENCE_SECONDS)
        self._process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "serve", "--port", str(port), *options],
            cwd=folder,
            env=os.environ
            | {"OKR_DATABASE": where, "OKR_LOG_LEVEL": log_level, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Serving:
        assert self._process.stderr is not None
        said = self._process.stderr.readline()
        assert said.startswith("Serving "), said
        assert self.client.get("/readyz").status_code == 200
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.client.close()
        self._process.terminate()
        self._process.communicate(timeout=PATIENCE_SECONDS)

    def stop(self) -> int:
        """Tell it to end, as an operator does; return its exit code."""
        self._process.terminate()
        return self._process.wait(PATIENCE_SECONDS)

    def logged(self) -> list[dict[str, Any]]:
        """What a server that has stopped logged."""
        assert self._process.stderr is not None
        return [json.loads(line) for line in self._process.stderr]

    def workers(self) -> set[int]:
        """The processes that answer on its behalf, where the system tells."""
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/children")
        children = {int(pid) for task in tasks for pid in task.read_text().split()}
        return {pid for pid in children if "spawn_main" in _command_line(pid)}

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
