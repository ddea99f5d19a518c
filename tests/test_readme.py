"""The README's questions, asked as written of the sample, give the answers it shows."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from api.commands.listening import listen
from api.commands.serve import HOST
from api.sample.stories import QUESTIONS

README = Path(__file__).parent.parent / "README.md"
ADDRESS = "http://127.0.0.1:8000"
SHOWN = re.compile(r"```sh\n(curl [^\n]+)\n```\n\n```text\n(.+?)```", re.DOTALL)


def free_port() -> int:
    with listen(HOST, 0) as listener:
        return listener.getsockname()[1]


@contextmanager
def demonstration(folder: Path) -> Generator[str]:
    """`okr demo --serve` in a folder of its own; gives its address."""
    port = free_port()
    command = [sys.executable, "-c", "from api.starting import main; main()"]
    with (folder / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "demo", "--serve", "--port", str(port), "-d", str(folder / "demo.db")],
            stdout=log,
            stderr=log,
        )
        address = f"http://{HOST}:{port}"
        try:
            wait_until_ready(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    """Ask until the server answers; it loads the sample first."""
    deadline = monotonic() + 90
    while monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310 - our own server
                assert answer.status == 200
                return
        except (URLError, ConnectionError):
            continue
    pytest.fail("the demonstration did not come up")


def test_the_readme_shows_the_questions_that_the_demonstration_prints() -> None:
    text = README.read_text()
    for _question, path, parts in QUESTIONS:
        assert f"curl -s '{ADDRESS}{path}' | grep -oE '{parts}'" in text


def test_the_readme_shows_the_real_answers(tmp_path: Path) -> None:
    shown = SHOWN.findall(README.read_text())
    assert len(shown) == len(QUESTIONS)
    with demonstration(tmp_path) as address:
        for command, answer in shown:
            asked = command.replace(ADDRESS, address)
            told = subprocess.run(
                ["bash", "-c", asked],  # noqa: S607 - the shell that a reader would use
                check=True,
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert told.stdout == answer


def test_pages_of_other_sites_are_refused(tmp_path: Path) -> None:
    with demonstration(tmp_path) as address:
        for name, value in (("Host", "evil.example"), ("Origin", "http://evil.example")):
            asked = Request(f"{address}/v1/cycles", headers={name: value})  # noqa: S310 - our own
            with pytest.raises(HTTPError) as refused, urlopen(asked, timeout=5):  # noqa: S310
                pass
            assert refused.value.code == 403
            refused.value.close()
