"""Questions that take long wait for one another; nobody else waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Annotated

import pytest
from fastapi import FastAPI, Query, Response
from fastapi.testclient import TestClient

from api import exports, streaming, threads
from api.exports import Item, Sheet
from api.models.listings import ObjectivesListing
from api.negotiation import JSON_LINES
from api.routing import concept, takes_long

ASKED = 40
"""As many questions as the framework has threads."""

PATIENCE_SECONDS = 30


class Walk:
    """A question that walks until it is told to arrive, at once or bit by bit."""

    def __init__(self) -> None:
        self._begun = Semaphore(0)
        self._arrives = Event()
        self.router = router = concept("walks")

        @router.get("/walk")
        @takes_long
        def walk() -> Response:
            self._wait()
            return Response("there")

        @router.get("/look-far")
        def look_far(query: Annotated[ObjectivesListing, Query()]) -> Response:
            assert query.looks_far()
            self._wait()
            return Response("there")

        @router.get("/walk-unawares")
        def walk_unawares() -> Response:
            self._wait()
            return Response("there")

        @router.get("/walk-bit-by-bit")
        @takes_long
        def walk_bit_by_bit() -> Response:
            bits = iter((b"there", b""))
            return streaming.lines(lambda: (self._wait(), next(bits))[1])

        @router.get("/walk-item-by-item")
        @takes_long
        def walk_item_by_item() -> Response:
            return exports.stream(JSON_LINES, self._items(), {}, Sheet("walks", (), _no_rows))

    def _items(self) -> Iterator[list[Item]]:
        self._wait()
        yield [{"at": "there"}]

    def _wait(self) -> None:
        self._begun.release()
        assert self._arrives.wait(PATIENCE_SECONDS)

    def wait_until_begun(self, times: int) -> None:
        """Wait until so many of them hold their threads."""
        for _ in range(times):
            assert self._begun.acquire(timeout=PATIENCE_SECONDS)

    def arrive(self) -> None:
        """Let all of them end."""
        self._arrives.set()


def _no_rows(_item: Item) -> Iterator[list[str]]:
    """What is sent as lines is never made into rows."""
    raise AssertionError


@pytest.fixture
def walk(app: FastAPI) -> Iterator[Walk]:
    walk = Walk()
    app.router.routes.extend(walk.router.routes)
    yield walk
    walk.arrive()


@pytest.mark.parametrize(
    ("path", "at_a_time"),
    [
        ("/v1/walk", threads.WALKING),
        ("/v1/look-far?state=published", threads.WALKING),
        ("/v1/walk-bit-by-bit", streaming.SENDING),
        ("/v1/walk-item-by-item", streaming.SENDING),
    ],
)
def test_however_many_walk_along_a_history_nobody_else_waits_for_them(
    client: TestClient, walk: Walk, path: str, at_a_time: int
) -> None:
    with ThreadPoolExecutor(ASKED + 1) as pool:
        walking = [pool.submit(client.get, path) for _ in range(ASKED)]
        walk.wait_until_begun(at_a_time)
        created = pool.submit(client.post, "/v1/people", json={"name": "Ada"})
        made = created.result(PATIENCE_SECONDS)
        assert made.status_code == 201
        # Who acts under a name is looked up in the threads in which callers sign in.
        named = {"X-Actor": made.json()["id"]}
        shown = pool.submit(client.patch, made.headers["Location"], json={}, headers=named)
        assert shown.result(PATIENCE_SECONDS).status_code == 200
        quick = pool.submit(client.get, made.headers["Location"])
        assert quick.result(PATIENCE_SECONDS).json()["name"] == "Ada"
        assert not any(one.done() for one in walking)
        walk.arrive()
        assert all("there" in one.result(PATIENCE_SECONDS).text for one in walking)


def test_whoever_asks_whether_the_process_lives_waits_for_no_question(
    client: TestClient, walk: Walk
) -> None:
    with ThreadPoolExecutor(threads.ANSWERING + 1) as pool:
        walking = [pool.submit(client.get, "/v1/walk-unawares") for _ in range(threads.ANSWERING)]
        walk.wait_until_begun(threads.ANSWERING)
        for path in ("/livez", "/readyz", "/metrics"):
            answer = pool.submit(client.get, path).result(PATIENCE_SECONDS)
            assert answer.status_code == 200
        assert not any(one.done() for one in walking)
        walk.arrive()
        assert [one.result(PATIENCE_SECONDS).text for one in walking] == ["there"]
