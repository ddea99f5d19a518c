"""Makes load on a server, in a process of its own: each client asks, waits and asks again.

It reads what to ask from standard input, and writes how long the answers took to standard output.
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from random import Random
from time import perf_counter
from typing import Any

import orjson

from tests.bench.measuring import percentile

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


@dataclass(slots=True)
class _Client:
    """One connection that is kept alive."""

    load: Load
    random: Random
    counts_from: float
    ends: float
    took: dict[str, list[float]] = field(
        default_factory=lambda: defaultdict[str, list[float]](list)
    )
    errors: int = 0

    async def run(self) -> None:
        """Ask until the time is over, and until one answer counts."""
        kinds = list(self.load.mix)
        shares = [share for share, _paths in self.load.mix.values()]
        reader, writer = await asyncio.open_connection(self.load.host, self.load.port)
        try:
            while (begun := perf_counter()) < self.ends or not self.took:
                kind = self.random.choices(kinds, shares)[0]
                writer.write(self._request(kind))
                status = await _answered(reader)
                if begun >= self.counts_from:
                    self.took[kind].append(1000 * (perf_counter() - begun))
                self.errors += status >= 400
        finally:
            writer.close()

    def _request(self, kind: str) -> bytes:
        path = self.random.choice(self.load.mix[kind][1])
        host = f"Host: {self.load.host}:{self.load.port}\r\n"
        if kind != self.load.writes:
            return f"GET {path} HTTP/1.1\r\n{host}\r\n".encode()
        body = orjson.dumps({"value": self.random.randrange(100), "confidence": 7})
        head = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return f"POST {path} HTTP/1.1\r\n{host}{head}\r\n".encode() + body


async def _answered(reader: asyncio.StreamReader) -> int:
    """Read one answer whole, and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *headers = head.decode("latin-1").split("\r\n")
    length = next(
        int(one.partition(":")[2]) for one in headers if one.lower().startswith("content-length:")
    )
    await reader.readexactly(length)
    return int(first.split()[1])


async def make(load: Load) -> Result:
    """Let all clients ask at the same time."""
    begun = perf_counter()
    counts_from, ends = begun + load.seconds * WARM_UP, begun + load.seconds
    clients = [_Client(load, Random(number), counts_from, ends) for number in range(load.clients)]
    await asyncio.gather(*(client.run() for client in clients))
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
    result = asyncio.run(make(Load(**asked)))
    sys.stdout.buffer.write(orjson.dumps(asdict(result)))


if __name__ == "__main__":
    main()
