"""Makes load on a server, in a process of its own: each client asks, waits and asks again.

It reads what to ask from standard input, and writes how long the answers took to standard output.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections import defaultdict
from dataclasses import asdict, dataclass
from random import Random
from time import perf_counter
from typing import Any, cast

import orjson

try:
    from uvloop import run
except ImportError:  # It is not made for every system.
    from asyncio import run

from tests.bench.measuring import percentile

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)\r\n")

WARM_UP = 0.1
"""The share of the time whose answers do not count, while caches fill."""


@dataclass(frozen=True, slots=True)
class Load:
    """What to ask: kinds of requests, each with its share and the paths to draw from."""

    host: str
    port: int
    clients: int
    seconds: float
    mix: dict[str, tuple[int, list[str]]]
    writes: str
    """The kind whose requests record a check-in; all others read."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Result:
    """How many answers came, and within how many milliseconds."""

    answers: int
    errors: int
    seconds: float
    p50: float
    p99: float
    p99_by_kind: dict[str, float]


class _Client(asyncio.Protocol):
    """One connection that is kept alive: it asks again as soon as an answer is there whole."""

    def __init__(self, load: Load, number: int, counts_from: float, ends: float) -> None:
        self.took = defaultdict[str, list[float]](list)
        self.errors = 0
        self.done = asyncio.get_running_loop().create_future()
        self._load = load
        self._random = Random(number)
        self._counts_from = counts_from
        self._ends = ends
        self._kinds = list(load.mix)
        self._shares = [share for share, _paths in load.mix.values()]
        self._received = bytearray()
        self._is_over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        status = _status(self._received)
        if status is None:
            return
        now = perf_counter()
        self._received.clear()
        self.errors += status >= 400
        if self._begun >= self._counts_from:
            self.took[self._kind].append(1000 * (now - self._begun))
        # Until the time is over, and until one answer counts.
        if now < self._ends or not self.took:
            self._ask()
        else:
            self._is_over = True
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None and self._is_over:
            self.done.set_result(None)
        else:
            self.done.set_exception(exc or ConnectionResetError("The server hung up."))

    def _ask(self) -> None:
        self._kind = self._random.choices(self._kinds, self._shares)[0]
        request = self._request(self._kind)
        self._begun = perf_counter()
        self._transport.write(request)

    def _request(self, kind: str) -> bytes:
        path = self._random.choice(self._load.mix[kind][1])
        host = f"Host: {self._load.host}:{self._load.port}\r\n"
        if kind != self._load.writes:
            return f"GET {path} HTTP/1.1\r\n{host}\r\n".encode()
        body = orjson.dumps({"value": self._random.randrange(100), "confidence": 7})
        head = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return f"POST {path} HTTP/1.1\r\n{host}{head}\r\n".encode() + body


def _status(received: bytearray) -> int | None:
    """The status of an answer; None while it has not come whole."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    length = _LENGTH.search(received, 0, end + 2)
    if length is None:
        raise ValueError("An answer does not say how long it is.")
    whole = len(received) >= end + 4 + int(length[1])
    return int(received.split(b" ", 2)[1]) if whole else None


async def make(load: Load) -> Result:
    """Let all clients ask at the same time."""
    begun = perf_counter()
    counts_from, ends = begun + load.seconds * WARM_UP, begun + load.seconds
    clients = [_Client(load, number, counts_from, ends) for number in range(load.clients)]
    loop = asyncio.get_running_loop()
    for client in clients:
        await loop.create_connection(lambda client=client: client, load.host, load.port)
    await asyncio.gather(*(client.done for client in clients))
    by_kind: dict[str, list[float]] = {}
    for kind in load.mix:
        by_kind[kind] = [took for client in clients for took in client.took[kind]]
    every = [took for found in by_kind.values() for took in found]
    return Result(
        answers=len(every),
        errors=sum(client.errors for client in clients),
        seconds=ends - counts_from,
        p50=percentile(every, 0.5),
        p99=percentile(every, 0.99),
        p99_by_kind={kind: percentile(found, 0.99) for kind, found in by_kind.items() if found},
    )


def main() -> None:
    asked: dict[str, Any] = orjson.loads(sys.stdin.buffer.read())
    result = run(make(Load(**asked)))
    sys.stdout.buffer.write(orjson.dumps(asdict(result)))


if __name__ == "__main__":
    main()
