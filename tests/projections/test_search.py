"""What a search finds equals a slow, obvious look at every text, at any moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.record import Record
from projections import audit_trail, text_index
from projections.instants import Moment
from projections.search import page
from projections.words import sought
from tests.databases import on_every_database
from tests.histories import START, Step
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


def searched(connection: Connection, search: str, moment: Moment) -> Fetch:
    def fetch(after: int | None, descending: bool) -> list[int]:
        words = sought(search)
        hits = page(connection, words, moment, 2, after=after, descending=descending)
        return [position for position, _ in hits]

    return fetch


def audited(connection: Connection, search: str, moment: Moment) -> Fetch:
    def fetch(after: int | None, descending: bool) -> list[int]:
        filters = audit_trail.Filters(words=sought(search))
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


MOMENT = (st.integers(2, 60), st.one_of(st.just(60), st.integers(5, 40)))


@on_every_database(talk, *MOMENT, st.sampled_from((1, 3, 2_000)), st.booleans())
def test_a_search_finds_what_a_look_at_every_text_finds(
    kind: str, history: list[Step], hours: int, known: int, window: int, turned: bool
) -> None:
    with (
        pytest.MonkeyPatch.context() as patched,
        lived(kind, history, live=turned, people=Talkative) as (log, views),
        views.read() as connection,
    ):
        patched.setattr(text_index, "WINDOW", window)
        records = log.records(0, 10_000)
        check(records, connection, at(records, hours, known), turned)
