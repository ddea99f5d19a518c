"""What a search finds equals a slow, obvious look at every text, at any moment."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.database import Database, SQLiteFile, database
from domain.desk import Desk
from domain.log import Log
from domain.record import Record
from projections import audit_trail, text_index
from projections.instants import Moment
from projections.projector import Projector
from projections.search import page
from projections.views import Views
from projections.words import sought
from tests.histories import START, Step
from tests.projections.talking import (
    SEARCHES,
    Talkative,
    finds,
    talk,
    texts_at,
    texts_of_change,
)
from tests.projections.test_properties import MEMORY
from tests.servers import postgres

Told = tuple[list[Record], Connection]


@contextmanager
def talked(history: list[Step], where: str) -> Generator[Told]:
    """The records of a history, and its views followed in several batches."""
    with place(where) as at:
        log, views = Log(at), Views(at.views)
        projector = Projector(log, views, strict=True)
        company = Talkative(Desk(log))
        company.found()
        for step in (history[:10], history[10:11], history[11:]):
            company.live(step)
            projector.catch_up()
        try:
            with views.read() as connection:
                yield log.records(0, 10_000), connection
        finally:
            views.close()
            log.close()


@contextmanager
def place(where: str) -> Generator[Database]:
    if where == "postgresql":
        with postgres().fresh() as address:
            yield database(address)
        return
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield SQLiteFile(Path(folder) / "okr.db")


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


def check(told: Told, hours: int, known: int) -> None:
    """Compare every search, and the audit trail by the same words, at one moment."""
    records, connection = told
    moment = at(records, hours, known)
    texts = texts_at(records, moment.as_of, moment.position)
    seen = [one for one in records[: moment.position] if one.effective_at <= moment.as_of]
    for search in SEARCHES:
        wanted = [position for position, said in texts.items() if finds(said, search)]
        changes = [one.position for one in seen if finds(texts_of_change(one), search)]
        for descending in (False, True):
            step = -1 if descending else 1
            assert walked(searched(connection, search, moment), descending) == wanted[::step]
            assert walked(audited(connection, search, moment), descending) == changes[::step]


MOMENT = (st.integers(2, 60), st.one_of(st.just(60), st.integers(5, 40)))


@given(talk, *MOMENT, st.sampled_from((1, 3, 2_000)))
def test_a_search_finds_what_a_look_at_every_text_finds(
    history: list[Step], hours: int, known: int, window: int
) -> None:
    with pytest.MonkeyPatch.context() as patched, talked(history, "sqlite") as told:
        patched.setattr(text_index, "WINDOW", window)
        check(told, hours, known)


@given(talk, *MOMENT)
@settings(max_examples=5)
def test_a_search_in_postgresql_finds_the_same(history: list[Step], hours: int, known: int) -> None:
    with talked(history, "postgresql") as told:
        check(told, hours, known)
