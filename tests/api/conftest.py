"""The app on real databases, with a clock that stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.history import History
from api.settings import Settings
from tests.api.office import Clock, Json, Office


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def history(where: str, clock: Clock) -> Iterator[History]:
    history = History(Settings(database=where), clock)
    yield history
    history.close()


@pytest.fixture
def app(history: History) -> FastAPI:
    return create_app(history)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def office(client: TestClient, clock: Clock) -> Office:
    return Office(client, clock)


@pytest.fixture
def unit(office: Office) -> Json:
    return office.unit()


@pytest.fixture
def cycle(office: Office) -> Json:
    return office.open_cycle()


@pytest.fixture
def objective(office: Office, cycle: Json, unit: Json) -> Json:
    return office.objective(cycle, unit)


@pytest.fixture
def key_result(office: Office, objective: Json) -> Json:
    return office.key_result(objective)
