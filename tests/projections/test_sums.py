"""Running totals are made of numbers that stand beside the states."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select

from projections.rollup import counts
from projections.tables import STATE, STATED, entities, states
from tests.databases import on_every_database
from tests.histories import Step, steps
from tests.projections.test_properties import lived

SUMMED = ("objective", "key_result")


@on_every_database(steps)
def test_what_sums_need_is_what_the_states_say(kind: str, history: list[Step]) -> None:
    rows = states.c
    numbers = (rows.cycle, rows.weight, rows.progress, rows.confidence)
    with lived(kind, history, live=False) as (_log, views), views.read() as connection:
        cycles = entities.select().where(entities.c.kind == "cycle")
        cycle_of = {row.entity_id: row.position for row in connection.execute(cycles)}
        for *told, encoded in connection.execute(select(*numbers, STATE).select_from(STATED)):
            state = orjson.loads(encoded)
            said: list[Any] = [None] * 4
            if state["type"] in SUMMED:
                weight = state["weight"] if counts(state) else None
                measured = (state.get("progress"), state.get("confidence"))
                said = [cycle_of[state["cycle_id"]], weight, *measured]
            assert told == said
