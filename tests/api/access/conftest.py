"""An issuer that runs, and a history whose callers bring its tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.api.access.issuers import Issuer, issuing
from tests.api.access.signed import Signed


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
def client(tmp_path: Path, issuer: Issuer) -> Iterator[TestClient]:
    signed = Signed(f"sqlite:///{tmp_path / 'okr.db'}", issuer)
    with TestClient(create_app(signed.history), raise_server_exceptions=False) as client:
        yield client
