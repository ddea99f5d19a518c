"""A real server process on a real socket, and a plain client for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic, sleep
from typing import Any

import orjson

ROOT = Path(__file__).parents[2]
SERVE = "from api.starting import main; main()"
Json = dict[str, Any]
TIMEOUT = 120.0
"""Seconds that a server has to start, and an answer to come."""


class UnexpectedAnswerError(Exception):
    """The server answered with something else than success."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ask it one question after the other."""

    host: str
    port: int
    process: int
    connection: HTTPConnection

    def open(self, path: str, headers: dict[str, str] | None = None) -> HTTPResponse:
        """An answer to be read. Raises UnexpectedAnswerError unless it is 200."""
        self.connection.request("GET", path, headers=headers or {})
        response = self.connection.getresponse()
        if response.status != 200:
            raise UnexpectedAnswerError(f"GET {path}: {response.status} {response.read()[:500]!r}")
        return response

    def get(self, path: str) -> Json:
        """An answer in JSON."""
        return orjson.loads(self.open(path).read())

    def memory(self) -> float | None:
        """Megabytes that the process holds for itself now; None where the system does not tell.

        Pages of mapped files do not count: the system lends them and takes them back.
        """
        status = Path(f"/proc/{self.process}/status")
        if not status.exists():
            return None
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(fields["RssAnon"].split()[0]) / 1024


@contextmanager
def served(url: str, workers: int = 1) -> Generator[Server]:
    """A server of the database at this address, as `okr serve` starts it, ended at the end.

    With several workers its process is the parent of theirs, and all of them answer already:
    whoever connects before is served by the first of them, for as long as the connection lasts.
    """
    port = _free_port()
    command = [sys.executable, "-c", SERVE, "serve", "--database", url, "--port", str(port)]
    command += ["--workers", str(workers)]
    with TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        try:
            _wait_until_ready(process, connection)
            _wait_until_said(process, said.fileno(), b"Serving ")
            yield Server("127.0.0.1", port, process.pid, connection)
        except (OSError, HTTPException) as error:
            said.seek(0)
            raise RuntimeError(f"The server failed: {said.read().decode()}") from error
        finally:
            connection.close()
            _end(process)


def _wait_until_ready(process: subprocess.Popen[bytes], connection: HTTPConnection) -> None:
    deadline = monotonic() + TIMEOUT
    while True:
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().read():
                return
        except OSError:
            connection.close()
            if process.poll() is not None or monotonic() > deadline:
                raise
            sleep(0.005)


def _wait_until_said(process: subprocess.Popen[bytes], output: int, words: bytes) -> None:
    """Wait for what a server says once all of its workers answer."""
    deadline = monotonic() + TIMEOUT
    while words not in os.pread(output, 65_536, 0):
        if process.poll() is not None or monotonic() > deadline:
            raise OSError("It never said that it serves.")
        sleep(0.005)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]
