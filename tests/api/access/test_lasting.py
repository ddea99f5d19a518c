"""Whatever is sent bit by bit ends with the key that it was asked for with."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from threading import Thread
from time import sleep
from typing import Any, NamedTuple

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message

from api.access import key_sign_in, lasting
from api.access.key_table import KeyTable
from api.app import create_app
from api.commands.running import server_config
from api.history import History
from api.settings import Settings
from domain.mandate import OrganisationRole
from tests.api.access.callers import key
from tests.api.office import Clock, Office
from tests.api.test_feed import record

LINES, TABLE, EVENTS = "application/jsonl", "text/csv", "text/event-stream"
SOON = 0.02
"""How long somebody takes over one bit, and how soon a key is looked at again."""


class Company(NamedTuple):
    """Many people, a cycle in which a little happened, and the keys of those who ask."""

    app: FastAPI
    client: TestClient
    table: KeyTable
    cycle_id: str

    def revoke(self, token: str) -> None:
        self.table.revoke(token.split("_")[1], datetime.now(UTC))


@pytest.fixture
def company(where: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    monkeypatch.setattr(lasting, "LOOK_SECONDS", SOON / 2)
    monkeypatch.setattr(key_sign_in, "REMEMBERED_SECONDS", 0.0)
    clock = Clock()
    history = History(Settings(database=where, auth="keys"), clock)
    record(history, 4, 500)
    app = create_app(history)
    with TestClient(app) as client, closing(KeyTable(history.settings.where)) as table:
        roles = tuple(OrganisationRole)
        client.headers["Authorization"] = f"Bearer {key(table, 'setup', *roles)}"
        office = Office(client, clock)
        cycle = office.open_cycle()
        key_result = office.key_result(office.objective(cycle, office.unit()))
        for value in range(5):
            office.check_in(key_result, value)
            clock.tick()
        yield Company(app, client, table, cycle["id"])


async def heard(
    app: FastAPI, path: str, query: str, headers: dict[str, str], then: Callable[[], None]
) -> list[Message]:
    """What a server is given to send to somebody slow, who does something after the first bit."""
    told: list[Message] = []
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), said.encode()) for name, said in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }

    async def receive() -> Message:
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(message: Message) -> None:
        told.append(message)
        if len(told) == 2:
            await asyncio.to_thread(then)
        await asyncio.sleep(SOON)

    await app(scope, receive, send)
    return told


WHOLE = [
    ("/v1/audit", "", LINES),
    ("/v1/audit", "", TABLE),
    ("/v1/people", "", LINES),
    ("/v1/events", "", LINES),
    ("/v1/cycles/{}/replay", "speed=100", EVENTS),
]


def test_an_answer_ends_when_its_key_is_revoked(company: Company) -> None:
    for path, query, form in WHOLE:
        whole = listen(company, path, query, form, lambda _token: None)
        assert whole[0]["status"] == 200
        assert not whole[-1].get("more_body", False)
        cut = listen(company, path, query, form, company.revoke)
        # What was on its way may arrive; nothing is read for it any more.
        assert 2 <= len(cut) < len(whole), path
        # Events are over. A table that is not whole does not look as if it were: it breaks off.
        assert cut[-1].get("more_body", False) == (form != EVENTS)


def listen(
    company: Company, path: str, query: str, form: str, then: Callable[[str], None]
) -> list[Message]:
    """What somebody with a key of their own is sent, who does something with it meanwhile."""
    token = key(company.table, "listener", OrganisationRole.AUDITOR)
    headers = {"Authorization": f"Bearer {token}", "Accept": form}
    asked = path.format(company.cycle_id)
    portal = company.client.portal
    assert portal is not None
    return portal.call(heard, company.app, asked, query, headers, lambda: then(token))


@contextmanager
def serving(app: FastAPI) -> Generator[str]:
    """The address of a server of an app that runs already; what is not read soon waits in it."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    config = server_config(app)
    config.lifespan = "off"
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


@pytest.mark.parametrize("form", [LINES, TABLE])
def test_an_answer_that_is_cut_off_is_broken_and_no_fault_of_the_server(
    company: Company, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    token = key(company.table, "listener", OrganisationRole.AUDITOR)
    headers = {"Authorization": f"Bearer {token}", "Accept": form, "Accept-Encoding": "identity"}
    with serving(company.app) as address, httpx2.Client(base_url=address, timeout=30) as client:
        with client.stream("GET", "/v1/audit", headers=headers) as answer:
            assert answer.status_code == 200
            heard = answer.iter_raw()
            assert next(heard)
            company.revoke(token)
            sleep(SOON)
            with pytest.raises(httpx2.TransportError):
                list(heard)
        assert client.get("/v1/people", headers=headers).status_code == 401
    said = [one.getMessage() for one in caplog.records]
    assert any(one.endswith("The key or token has ended.") for one in said)
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []
