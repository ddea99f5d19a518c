"""What a search finds equals a slow, obvious look at every text, at any moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from domain.record import Record
from projections import audit_trail, facet_walk, text_index
from projections.instants import Moment
from projections.search import page
from projections.tables import trail
from projections.words import sought
from tests.databases import on_every_database
from tests.histories import CYCLE, START, Step
from tests.projections.talking import (
    SEARCHES,
    Talkative,
    finds,
    talk,
    texts_at,
    texts_of_change,
)
from tests.projections.test_properties import lived


def at(records: list[Record], hours: int, known: int) -> Moment:
    known = min(known, len(records))
    return Moment(START + timedelta(hours=hours), records[known - 1].recorded_at, known)


Fetch = Callable[[int | None, bool], list[int]]
"""Finds two positions past another one, forwards or backwards."""


def walked(fetch: Fetch, descending: bool) -> list[int]:
    """All positions, page by page."""
    found: list[int] = []
    while True:
        more = fetch(found[-1] if found else None, descending)
        found += more
        if len(more) < 2:
            return found


def searched(connection: Connection, search: str, moment: Moment, **among: Any) -> Fetch:
    def fetch(after: int | None, descending: bool) -> list[int]:
        words = sought(search)
        hits = page(connection, words, moment, 2, after=after, descending=descending, **among)
        return [position for position, _ in hits]

    return fetch


def audited(connection: Connection, search: str, moment: Moment, **among: Any) -> Fetch:
    def fetch(after: int | None, descending: bool) -> list[int]:
        filters = audit_trail.Filters(words=sought(search), **among)
        found = audit_trail.page(connection, filters, moment, 2, after, descending=descending)
        return [entry["position"] for entry in found]

    return fetch


def check(records: list[Record], connection: Connection, moment: Moment, turned: bool) -> None:
    """Compare every search, and the audit trail by the same words, at one moment."""
    texts = texts_at(records, moment.as_of, moment.position)
    seen = [one for one in records[: moment.position] if one.effective_at <= moment.as_of]
    for place, search in enumerate(SEARCHES):
        descending = bool(place % 2) != turned
        step = -1 if descending else 1
        wanted = [position for position, said in texts.items() if finds(said, search)]
        changes = [one.position for one in seen if finds(texts_of_change(one), search)]
        assert walked(searched(connection, search, moment), descending) == wanted[::step]
        assert walked(audited(connection, search, moment), descending) == changes[::step]
        check_among(connection, search, moment, wanted[::step], changes[::step], descending)


def check_among(
    connection: Connection,
    search: str,
    moment: Moment,
    wanted: list[int],
    changes: list[int],
    descending: bool,
) -> None:
    """Compare the same words within a cycle, and among the changes of one kind of thing."""
    rows = connection.execute(select(trail.c.position, trail.c.entry))
    entries = {position: orjson.loads(entry) for position, entry in rows.all()}
    cycle_id = str(CYCLE)
    within = [one for one in wanted if entries[one]["cycle_id"] == cycle_id]
    found = searched(connection, search, moment, cycle_id=cycle_id)
    assert walked(found, descending) == within
    about = [one for one in changes if entries[one]["entity"]["type"] == "key_result"]
    for among in (dict[str, str](), {"cycle_id": cycle_id}):
        found = audited(connection, search, moment, entity_type="key_result", **among)
        assert walked(found, descending) == about


SHORT = st.sampled_from((1, 30_000))
MOMENT = (st.integers(2, 60), st.one_of(st.just(60), st.integers(5, 40)))


@on_every_database(talk, *MOMENT, st.sampled_from((1, 3, 2_000)), SHORT, st.booleans())
def test_a_search_finds_what_a_look_at_every_text_finds(
    kind: str, history: list[Step], hours: int, known: int, window: int, short: int, turned: bool
) -> None:
    with (
        pytest.MonkeyPatch.context() as patched,
        lived(kind, history, live=turned, people=Talkative) as (log, views),
        views.read() as connection,
    ):
        patched.setattr(text_index, "WINDOW", window)
        patched.setattr(facet_walk, "SHORT", short)
        records = log.records(0, 10_000)
        check(records, connection, at(records, hours, known), turned)
