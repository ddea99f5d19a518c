"""One history with a company in it, for everything that is tried on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access.key_table import KeyTable
from api.app import create_app
from api.history import History
from api.settings import Settings
from domain.mandate import OrganisationRole
from tests.api.access.owasp.tried import Tried


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    where = f"sqlite:///{tmp_path_factory.mktemp('owasp') / 'okr.db'}"
    return create_app(History(Settings(database=where, auth="keys")))


@pytest.fixture(scope="module")
def tried(app: FastAPI) -> Iterator[Tried]:
    with (
        TestClient(app, raise_server_exceptions=False) as client,
        closing(KeyTable(app.state.history.settings.where)) as table,
    ):
        yield Tried(client, table)


@pytest.fixture(scope="module")
def stranger(tried: Tried) -> str:
    """The key of a member who owns nothing and is in no unit."""
    return tried.key(tried.company.stranger, OrganisationRole.MEMBER)
