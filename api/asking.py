"""How reads are asked: at which moment, waiting for which position, and list by list."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Header, Request, Response

from api import answers
from api.caller import TheHistory
from api.history import Question as Asked
from api.models.cursor import Cursor, cursor_after, list_name, read_cursor
from api.models.questions import MAX_POSITION, Listing, Question

Row = tuple[int | str, dict[str, Any]]


Fetch = Callable[[Asked, int, Any, bool], list[Row]]
"""Finds at most so many rows past a key, forwards or backwards, each with its own key."""


class Asker:
    """One read request: the history it asks and the position it waits for."""

    def __init__(
        self,
        request: Request,
        history: TheHistory,
        x_min_position: Annotated[
            int | None,
            Header(ge=0, le=MAX_POSITION, description="The same as `min_position`."),
        ] = None,
    ) -> None:
        self.request = request
        self.history = history
        self._min_position = x_min_position

    @contextmanager
    def at(self, query: Question) -> Generator[Asked]:
        """One snapshot at the moment that a query names."""
        wanted = max(query.min_position or 0, self._min_position or 0)
        with self.history.ask(query.as_of, query.known_at, wanted or None) as question:
            yield question

    def show(self, query: Question, show: answers.Show) -> Response:
        """Answer what `show` finds, with its version."""
        with self.at(query) as question:
            found = show(question, self.history.zone)
        return answers.read(self.request, found.state, question.moment, found.version)

    def entity(self, query: Question, word: str, entity_id: UUID) -> Response:
        """Answer one entity."""
        return self.show(query, answers.entity(word, entity_id))

    def page(self, query: Listing, fetch: Fetch) -> Response:
        """Answer one page of a list, pinned to the moment of its first page."""
        name = list_name(self.request.url.path, query.filters())
        cursor = None if query.cursor is None else read_cursor(query.cursor, name)
        descending = query.order == "desc"
        with self.pinned(query, cursor) as question:
            after = None if cursor is None else cursor.after
            rows = fetch(question, query.limit + 1, after, descending)
        shown, moment = rows[: query.limit], question.moment
        following = None
        if len(rows) > query.limit:
            following = cursor_after(name, moment, shown[-1][0]).text()
        beside = {"next_cursor": following}
        items = {"items": [item for _, item in shown]}
        return answers.read(
            self.request, items, moment, beside=beside, headers=self._link(following)
        )

    @contextmanager
    def pinned(self, query: Question, cursor: Cursor | None) -> Generator[Asked]:
        """One snapshot at the moment of a cursor, or, without one, at that of a query."""
        if cursor is None:
            with self.at(query) as question:
                yield question
            return
        moment = cursor.moment
        with self.history.ask(moment.as_of, moment.position, moment.position) as question:
            yield replace(question, moment=moment)

    def _link(self, following: str | None) -> dict[str, str]:
        if following is None:
            return {}
        kept = [(k, v) for k, v in self.request.query_params.multi_items() if k != "cursor"]
        parameters = urlencode([*kept, ("cursor", following)])
        return {"Link": f'<{self.request.url.path}?{parameters}>; rel="next"'}
