"""A server that is told to stop while somebody listens stops at once."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import pytest

from tests.processes.serving import Serving

SOON_SECONDS = 5
"""Less than a server waits before it cuts off what does not end."""


@pytest.mark.parametrize("options", [(), ("--workers", "2")])
def test_listeners_do_not_keep_a_server_from_stopping(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    with Serving(f"sqlite:///{tmp_path / 'okr.db'}", tmp_path, *options) as server:
        headers = {"Accept": "text/event-stream"}
        with server.client.stream("GET", "/v1/events", headers=headers) as stream:
            heard = stream.iter_text()
            assert next(heard) == "retry: 1000\n\n"
            began = monotonic()
            assert server.stop() == 0
            assert monotonic() - began < SOON_SECONDS
            assert list(heard) == []
