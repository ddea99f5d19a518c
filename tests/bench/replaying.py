"""Replaying a whole cycle as JSON Lines, from a server process over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from time import perf_counter
from typing import NamedTuple

from tests.bench.bench import Bench
from tests.bench.company import NEWEST, plans
from tests.bench.documents import documents_per_second
from tests.bench.rows import Figure, Goal, Row
from tests.bench.serving import Server

CHUNK = 1 << 20
SAMPLE = 20_000
"""Frames from which the ceiling is taken."""

AGAIN = 3
"""How often what was sent before is asked for."""

PATH = f"/v1/cycles/{NEWEST}/replay"
JSON_LINES = {"Accept": "application/jsonl"}


def rows(bench: Bench, size: int) -> Iterator[Row]:
    """The replay of a cycle in which all changes of a history happened."""
    shape = bench.shape(size, crowded=size > bench.company.cycle_changes)
    frames = plans(shape)[0].changes
    with bench.serve(bench.kept.store.url(bench.kept.whole(shape))) as server:
        before = server.memory()
        replays = [_replayed(server, frames) for _ in range(1 + AGAIN)]
        sample = list(islice(server.open(PATH, JSON_LINES), SAMPLE))
        server.connection.close()
    first, *again = (replay.seconds for replay in replays)
    ceiling = documents_per_second(bench.kept, sample, bench.effort.rounds)
    yield Row(
        what="replaying a cycle, JSON Lines over HTTP, the first time",
        size=size,
        measured=Figure(frames / first, "/s"),
        against=Figure(ceiling, "/s", "raw SELECT and orjson"),
        goal=Goal("≥", 300_000, "/s"),
    )
    yield Row(
        what="replaying a cycle, JSON Lines over HTTP, while it does not change",
        size=size,
        measured=Figure(frames / min(again), "/s"),
        against=Figure(ceiling, "/s", "raw SELECT and orjson"),
        goal=Goal("≥", 300_000, "/s"),
    )
    if before is not None:
        yield Row(
            what="replaying a cycle, memory of the server on top",
            size=size,
            measured=Figure(max(replay.memory for replay in replays) - before, "MB"),
            goal=Goal("≤", 32, "MB"),
        )


class Replay(NamedTuple):
    """How long one replay took, and the most megabytes that the server held while it went on."""

    seconds: float
    memory: float


def _replayed(server: Server, frames: int) -> Replay:
    """One replay, until the last line has come. Raises AssertionError unless all have."""
    begun = perf_counter()
    response = server.open(PATH, JSON_LINES)
    lines, memory = 0, 0.0
    while chunk := response.read(CHUNK):
        lines += chunk.count(b"\n")
        memory = max(memory, server.memory() or 0.0)
    took = perf_counter() - begun
    if lines != frames:
        raise AssertionError(f"{lines} lines came instead of {frames}.")
    return Replay(took, memory)
