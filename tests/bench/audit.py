"""Pages of the audit trail, by every filter and by many at once, at the beginning and far in."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from itertools import chain
from random import Random
from time import monotonic
from urllib.parse import urlencode

from tests.bench.bench import Bench, Effort
from tests.bench.filters import Asked, Sampler
from tests.bench.measuring import seconds
from tests.bench.rows import Figure, Goal, Row
from tests.bench.serving import Json, Server

PAGE, STEP = 100, 500
ENTRIES = 40
"""Random entries, at most, from which values of filters are drawn."""


SLOW = 200
"""Milliseconds from which a page is not asked for again."""

WALK = 1 / 60
"""The share of the time for a long walk that is spent on each cursor."""


def rows(bench: Bench, size: int) -> Iterator[Row]:
    """The slowest page of each kind, over HTTP."""
    effort = bench.effort
    database = bench.kept.whole(bench.shape(size))
    with bench.serve(bench.kept.store.url(database)) as server:
        sampler = _sampler(server, min(ENTRIES, effort.samples))
        plain = _page(server, {}, effort.rounds)
        values = max(1, effort.samples // 40)
        kinds: tuple[tuple[str, Iterable[Asked], float], ...] = (
            ("one filter", chain(sampler.single(values), sampler.rare()), 10),
            ("a usual pair of filters", sampler.pairs(values), 10),
            ("two to five filters at random", sampler.combinations(effort.samples // 2), 100),
        )
        for name, filters, bound in kinds:
            asked, slowest = _slowest((one, _page(server, one, effort.rounds)) for one in filters)
            yield Row(
                what=f"audit page of {PAGE}, {name}, the slowest: {_spelled(asked)}",
                size=size,
                measured=Figure(slowest, "ms"),
                against=Figure(plain, "ms", "no filter"),
                goal=Goal("≤", bound, "ms"),
            )
        yield from _deep(server, sampler, size, effort)


def _deep(server: Server, sampler: Sampler, size: int, effort: Effort) -> Iterator[Row]:
    """The same pages far along their cursors, against their beginnings."""
    deep: list[tuple[float, float, int, Asked]] = []
    everything: Asked = {}
    for asked in (everything, *sampler.single(1)):
        cursor, passed = _far_along(server, asked, effort.at_most * WALK)
        if cursor is not None:
            there, here = (_page(server, asked, effort.rounds, past) for past in (cursor, None))
            deep.append((there, here, passed, asked))
    if deep:
        there, here, passed, asked = max(deep, key=lambda one: one[0])
        yield Row(
            what=f"audit page of {PAGE}, {passed:,} rows in, the slowest: {_spelled(asked)}",
            size=size,
            measured=Figure(there, "ms"),
            against=Figure(here, "ms", "its first page"),
            goal=Goal("≤", 10, "ms"),
        )


def _far_along(server: Server, asked: Asked, walk: float) -> tuple[str | None, int]:
    """The cursor reached by going from page to page for so many seconds, and the rows passed."""
    cursor: str | None = None
    passed, deadline = 0, monotonic() + walk
    while monotonic() < deadline:
        following: str | None = server.get(_path(asked, STEP, cursor))["next_cursor"]
        if following is None:
            break
        cursor, passed = following, passed + STEP
    return cursor, passed


def _page(server: Server, asked: Asked, times: int, cursor: str | None = None) -> float:
    """Milliseconds of one page, the median of so many times; of one time if that is slow."""
    path = _path(asked, PAGE, cursor)
    took = [1000 * seconds(lambda: server.open(path).read())]
    if took[0] < SLOW:
        took += [1000 * seconds(lambda: server.open(path).read()) for _ in range(times - 1)]
    return statistics.median(took)


def _path(asked: Asked, limit: int, cursor: str | None) -> str:
    beside = {} if cursor is None else {"cursor": cursor}
    return f"/v1/audit?{urlencode({**asked, 'limit': limit, **beside})}"


def _slowest(timed: Iterable[tuple[Asked, float]]) -> tuple[Asked, float]:
    return max(timed, key=lambda one: one[1])


def _spelled(asked: Asked) -> str:
    return ", ".join(f"`{name}`" for name in asked) or "no filter"


def _sampler(server: Server, count: int) -> Sampler:
    """Entries from all over the log."""
    random = Random(PAGE)
    head: int = server.get("/v1/audit?order=desc&limit=1")["items"][0]["position"]
    entries: list[Json] = []
    for _ in range(count):
        known = random.randint(1, head)
        found = server.get(f"/v1/audit?order=desc&limit=1&known_at=position:{known}")
        entries.extend(found["items"])
    return Sampler(entries, random)
