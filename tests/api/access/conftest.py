"""An issuer that runs, a history whose callers bring its tokens, a minute that does not end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.access import limits
from api.access.windows import Windows
from api.app import create_app
from tests.api.access.issuers import Issuer, issuing
from tests.api.access.signed import Signed


@pytest.fixture
def endless_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the minute in which callers are counted not end, so that none of it is free again."""
    monkeypatch.setattr(limits, "Windows", partial(Windows, clock=lambda: 90.0))


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def client(tmp_path: Path, issuer: Issuer) -> Iterator[TestClient]:
    signed = Signed(f"sqlite:///{tmp_path / 'okr.db'}", issuer)
    with TestClient(create_app(signed.history), raise_server_exceptions=False) as client:
        yield client
