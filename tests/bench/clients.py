"""Many clients of one server at once: reads, lists, boards and writes, mixed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from random import Random

import orjson

from tests.bench.bench import Bench
from tests.bench.company import NEWEST, TEAM, Shape
from tests.bench.load import Load, Result
from tests.bench.objectives import metric_ids, objective_ids
from tests.bench.rows import Figure, Goal, Row
from tests.bench.serving import ROOT, Json, Server

CLIENTS = 16
WORKERS = 2
"""Processes that serve them, one a core, as a team would have it."""

DRAWN = 200
"""Different requests of a kind."""


def rows(bench: Bench, size: int) -> Iterator[Row]:
    """The slowest requests of a mixed load, against those of empty answers."""
    shape = bench.shape(size)
    with (
        bench.kept.copy(bench.kept.whole(shape)) as database,
        bench.serve(bench.kept.store.url(database), WORKERS) as server,
    ):
        mixed = _run(server, _mix(shape), bench.effort.seconds)
        empty = _run(server, {"empty": (1, ["/livez"])}, bench.effort.seconds / 4)
    name = f"HTTP, {CLIENTS} clients"
    rate = mixed.answers / mixed.seconds
    yield Row(
        what=f"{name}, 99 of 100 requests within",
        size=size,
        measured=Figure(mixed.p99, "ms", f"at {rate:,.0f} requests/s"),
        against=Figure(empty.p99, "ms", "empty answers"),
        goal=Goal("≤", 50, "ms"),
    )
    yield Row(
        what=f"{name}, half of the requests within",
        size=size,
        measured=Figure(mixed.p50, "ms"),
        against=Figure(empty.p50, "ms", "empty answers"),
    )
    for kind, p99 in mixed.p99_by_kind.items():
        yield Row(what=f"{name}, 99 of 100 {kind} within", size=size, measured=Figure(p99, "ms"))
    yield Row(
        what=f"{name}, errors",
        size=size,
        measured=Figure(mixed.errors, "", f"of {mixed.answers:,}"),
        goal=Goal("≤", 0, ""),
    )


def _mix(shape: Shape) -> dict[str, tuple[int, list[str]]]:
    """Kinds of requests, each with its share and paths to draw from; writes are check-ins."""
    random = Random(CLIENTS)
    key_results = metric_ids(NEWEST, shape.key_results) + metric_ids(TEAM, shape.team)
    objectives = objective_ids(NEWEST, shape.key_results)
    drawn = random.choices(key_results, k=DRAWN)
    singles = [f"/v1/key-results/{one}" for one in drawn]
    singles += [f"/v1/objectives/{one}" for one in random.choices(objectives, k=DRAWN)]
    singles += [f"{path}?as_of=2026-03-0{random.randint(1, 9)}T00:00:00Z" for path in singles]
    lists = [
        f"/v1/objectives?limit=50&cycle_id={NEWEST}",
        f"/v1/audit?limit=50&order=desc&cycle_id={NEWEST}",
        *(f"/v1/key-results/{one}/check-ins?limit=50" for one in drawn[:2]),
    ]
    board = f"/v1/cycles/{TEAM}/board"
    return {
        "single reads": (60, singles),
        "lists of 50": (20, lists),
        f"boards of {shape.team} key results": (
            10,
            [board, f"{board}?as_of=2026-02-20T00:00:00Z"],
        ),
        "writes": (10, [f"/v1/key-results/{one}/check-ins" for one in drawn]),
    }


def _run(server: Server, mix: dict[str, tuple[int, list[str]]], seconds: float) -> Result:
    """Let a process of its own make the load, so that it does not wait for this one."""
    load = Load(
        host=server.host,
        port=server.port,
        clients=CLIENTS,
        seconds=seconds,
        mix=mix,
        writes="writes",
    )
    command = [sys.executable, "-m", "tests.bench.load"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        input=orjson.dumps(load.as_json()),
        stdout=subprocess.PIPE,
        timeout=seconds + 120,
        check=True,
    )
    found: Json = orjson.loads(done.stdout)
    return Result(**found)
