"""Pages of the audit trail, by every filter and by many at once, at the beginning and far in."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from random import Random
from time import monotonic
from urllib.parse import urlencode

from tests.bench.bench import Bench, Json
from tests.bench.filters import Asked, Sampler
from tests.bench.measuring import seconds
from tests.bench.rows import Figure, Goal, Row
from tests.bench.serving import Server, served

PAGE, STEP = 100, 500
TIMES = 3
"""How often each page is asked for; the median counts."""

ENTRIES = 40
"""Random entries from which values of filters are drawn."""


def rows(bench: Bench, size: int) -> Iterator[Row]:
    """The slowest page of each kind, over HTTP."""
    effort = bench.effort
    database = bench.kept.whole(bench.shape(size))
    with served(bench.kept.store.url(database)) as server:
        sampler = _sampler(server)
        plain = _page(server, {})
        values = max(1, effort.samples // 40)
        kinds: tuple[tuple[str, Iterable[Asked], float], ...] = (
            ("one filter", sampler.single(values), 10),
            ("a usual pair of filters", sampler.pairs(values), 10),
            ("two to five filters at random", sampler.combinations(effort.samples // 2), 100),
        )
        for name, filters, bound in kinds:
            asked, slowest = _slowest((one, _page(server, one)) for one in filters)
            yield Row(
                what=f"audit page of {PAGE}, {name}, the slowest: {_spelled(asked)}",
                size=size,
                measured=Figure(slowest, "ms"),
                against=Figure(plain, "ms", "no filter"),
                goal=Goal("≤", bound, "ms"),
            )
        yield from _deep(server, sampler, size, effort.at_most / 60)


def _deep(server: Server, sampler: Sampler, size: int, walk: float) -> Iterator[Row]:
    """The same pages far along their cursors, against their beginnings."""
    deep: list[tuple[float, float, int, Asked]] = []
    everything: Asked = {}
    for asked in (everything, *sampler.single(1)):
        cursor, passed = _far_along(server, asked, walk)
        if cursor is not None:
            deep.append((_page(server, asked, cursor), _page(server, asked), passed, asked))
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


def _page(server: Server, asked: Asked, cursor: str | None = None) -> float:
    """Milliseconds of one page."""
    path = _path(asked, PAGE, cursor)
    return statistics.median(1000 * seconds(lambda: server.open(path).read()) for _ in range(TIMES))


def _path(asked: Asked, limit: int, cursor: str | None) -> str:
    beside = {} if cursor is None else {"cursor": cursor}
    return f"/v1/audit?{urlencode({**asked, 'limit': limit, **beside})}"


def _slowest(timed: Iterable[tuple[Asked, float]]) -> tuple[Asked, float]:
    return max(timed, key=lambda one: one[1])


def _spelled(asked: Asked) -> str:
    return ", ".join(f"`{name}`" for name in asked) or "no filter"


def _sampler(server: Server) -> Sampler:
    """Entries from all over the log."""
    random = Random(PAGE)
    head: int = server.get("/v1/audit?order=desc&limit=1")["items"][0]["position"]
    entries: list[Json] = []
    for _ in range(ENTRIES):
        known = random.randint(1, head)
        found = server.get(f"/v1/audit?order=desc&limit=1&known_at=position:{known}")
        entries.extend(found["items"])
    return Sampler(entries, random)
