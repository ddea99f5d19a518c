"""The board of now from a table of current rows only: what a product without history would do.

The table is clustered by cycle. The sums and statuses are worked out by the same functions, and
the answer is the same; only the past cannot be asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    Text,
    select,
)

from api.history import History
from projections.board import board
from projections.instants import Moment
from projections.rollup import Totals, counts, objective_sum, shown
from projections.status import STATUSES, looked_at, status
from tests.bench.documents import scratch
from tests.bench.kept import Kept
from tests.bench.serving import Json

metadata = MetaData()

current = Table(
    "current_rows",
    metadata,
    Column("cycle_id", Text, primary_key=True),
    Column("place", BigInteger, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Every cycle, objective, key result and alignment as it is now."""

owners = Table(
    "owners",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    sqlite_with_rowid=False,
)


@contextmanager
def current_rows(kept: Kept, history: History, cycles: Sequence[UUID]) -> Generator[Engine]:
    """A database that holds what the boards of some cycles show now, and nothing else."""
    names: dict[str, str] = {}
    with scratch(kept, metadata) as engine:
        with engine.begin() as connection, history.ask() as question:
            for cycle_id in map(str, cycles):
                answer = board(question.connection, cycle_id, question.moment, history.zone)
                assert answer is not None
                rows = [
                    {"cycle_id": cycle_id, "place": place, "body": orjson.dumps(state)}
                    for place, state in enumerate(_states(answer, names))
                ]
                connection.execute(current.insert(), rows)
            connection.execute(
                owners.insert(), [{"id": key, "name": name} for key, name in names.items()]
            )
        yield engine


def _states(answer: Json, names: dict[str, str]) -> Iterator[Json]:
    """The states behind a board, without what is worked out; `names` learns those of owners."""
    yield answer["cycle"]
    for objective in answer["objectives"]:
        worked_out = ("progress", "measured", "key_results")
        for state in (objective, *objective["key_results"]):
            left_out = worked_out if state is objective else ("status",)
            kept = {name: value for name, value in state.items() if name not in left_out}
            if kept.get("owner"):
                owner = dict(kept["owner"])
                names[owner["id"]] = owner.pop("name")
                kept["owner"] = owner
            yield kept
    for edge in answer["alignments"]:
        yield {name: value for name, value in edge.items() if name != "orphaned"}


def current_board(connection: Connection, cycle_id: str, history: History) -> Json:
    """The board as the views would answer it for now, but for the moment that it echoes."""
    query = select(current.c.body).where(current.c.cycle_id == cycle_id).order_by(current.c.place)
    cycle, *states = (orjson.loads(body) for body in connection.execute(query).scalars())
    names = {row.id: row.name for row in connection.execute(select(owners))}
    now = datetime.now(UTC)
    at = looked_at(cycle, Moment(now, now, 0), history.zone)
    by_kind: dict[str, list[Json]] = defaultdict(list)
    key_results: dict[str, list[Json]] = defaultdict(list)
    for state in states:
        by_kind[state["type"]].append(state)
        if state.get("owner"):
            state["owner"]["name"] = names[state["owner"]["id"]]
        if state["type"] == "key_result":
            state["status"] = status(state, cycle, at)
            key_results[state["objective_id"]].append(state)
    totals = Totals()
    for objective in by_kind["objective"]:
        own = objective["key_results"] = key_results[objective["id"]]
        summed = objective_sum(objective, own)
        objective |= {"progress": shown(summed.progress), "measured": summed.measured}
        if counts(objective):
            totals.put(objective["id"], summed)
    _mark_orphans(by_kind["alignment"], states)
    return {
        "cycle": cycle,
        "objectives": by_kind["objective"],
        "alignments": by_kind["alignment"],
        "totals": totals.as_json() | {"status": _statuses(by_kind)},
    }


def _mark_orphans(edges: list[Json], states: list[Json]) -> None:
    live = {state["id"] for state in states if state["state"] not in ("closed", "dropped")}
    for edge in edges:
        ends = {end[key] for end in (edge["from"], edge["to"]) for key in ("id", "objective_id")}
        edge["orphaned"] = edge["state"] in ("proposed", "accepted") and not ends <= live


def _statuses(by_kind: dict[str, list[Json]]) -> dict[str, Any]:
    found = dict.fromkeys(STATUSES, 0)
    dropped = {one["id"] for one in by_kind["objective"] if not counts(one)}
    for key_result in by_kind["key_result"]:
        if counts(key_result) and key_result["objective_id"] not in dropped:
            found[key_result["status"]] += 1
    return found
