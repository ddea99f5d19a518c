"""How reads are asked: at which moment, waiting for which position, and list by list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Header, Request, Response

from api import answers, exports, negotiation
from api.access.identity import Identity, TheIdentity
from api.access.shares import Held, hold
from api.caller import TheHistory
from api.exports import Item, Sheet
from api.history import History, PositionNotReachedError
from api.history import Question as Asked
from api.models.cursor import Cursor, cursor_past, list_name, read_cursor
from api.models.listings import Listing
from api.models.questions import MAX_POSITION, Question
from api.negotiation import CSV, JSON, JSON_LINES
from projections.instants import Moment

TOGETHER = 500
"""How many items of a stream are read in one snapshot."""

Row = tuple[int | str, Item]
Fetch = Callable[[Asked, int, Any, bool], list[Row]]
"""Finds at most so many rows past a key, forwards or backwards, each with its own key."""


class Asker:
    """One read request: the history it asks, the position it waits for, and the form it likes."""

    def __init__(
        self,
        request: Request,
        history: History,
        identity: Identity,
        min_position: int | None,
        form: str,
    ) -> None:
        self.request = request
        self.history = history
        self.form = form
        self._viewer = identity.viewer
        self._min_position = min_position

    @contextmanager
    def at(self, query: Question) -> Generator[Asked]:
        """One snapshot at the moment that a query names."""
        wanted = max(query.min_position or 0, self._min_position or 0)
        with self.ask(query.as_of, query.known_at, wanted or None) as question:
            yield question

    @contextmanager
    def ask(
        self,
        as_of: datetime | None,
        known_at: datetime | int | None,
        wanted: int | None = None,
    ) -> Generator[Asked]:
        """One snapshot, as far as whoever asks may see.

        A read that has to wait for it first counts as one of its caller's waits. Raises
        PositionNotReachedError, or TooManyAtOnceError.
        """
        try:
            with self.history.ask(as_of, known_at, wanted, self._viewer) as question:
                yield question
        except PositionNotReachedError:
            hold(self.request.scope, Held.WAIT)
            raise

    def show(self, query: Question, show: answers.Show) -> Response:
        """Answer what `show` finds, with its version."""
        with self.at(query) as question:
            found = show(question, self.history.zone)
        return answers.read(self.request, found.state, question.moment, found.version)

    def entity(self, query: Question, word: str, entity_id: UUID) -> Response:
        """Answer one entity."""
        return self.show(query, answers.entity(word, entity_id))

    def items(self, query: Listing, fetch: Fetch, sheet: Sheet) -> Response:
        """Answer one page of a list, or all of it from the cursor on as a stream."""
        cursor = None if query.cursor is None else read_cursor(query.cursor, self._name(query))
        back = cursor is not None and cursor.back
        descending = (query.order == "desc") != back
        many = query.limit + 1 if self.form == JSON else TOGETHER
        with self.pinned(query, cursor) as question:
            after = None if cursor is None else cursor.after
            rows = fetch(question, many, after, descending)
        if self.form == JSON:
            return self._page(query, question.moment, rows, back=back, begun=cursor is not None)
        batches = self._batches(query, question.moment, fetch, rows, descending)
        return exports.stream(self.form, batches, exports.echo(question.moment), sheet)

    def _page(
        self, query: Listing, moment: Moment, rows: list[Row], *, back: bool, begun: bool
    ) -> Response:
        """One page, pinned to the moment of the first one."""
        shown, more = rows[: query.limit], len(rows) > query.limit
        if back:
            shown.reverse()
        # The page that a cursor was taken from lies on its other side.
        sides = {"next": more or back, "prev": more if back else begun}
        cursors = self._cursors(query, moment, shown, sides)
        return answers.read(
            self.request,
            {"items": [item for _, item in shown]},
            moment,
            beside={f"{side}_cursor": cursor for side, cursor in cursors.items()},
            headers=self._links(cursors),
        )

    def _batches(
        self, query: Listing, moment: Moment, fetch: Fetch, rows: list[Row], descending: bool
    ) -> Iterator[list[Item]]:
        """Every item, some at a time, each in a snapshot of its own: who reads slowly holds none.

        The moment pins what there is to be found.
        """
        yield [item for _, item in rows]
        while len(rows) == TOGETHER:
            after = rows[-1][0]
            with self.pinned(query, cursor_past(self._name(query), moment, after)) as question:
                rows = fetch(question, TOGETHER, after, descending)
            yield [item for _, item in rows]

    def _name(self, query: Listing) -> str:
        return list_name(self.request.url.path, query.filters())

    def _cursors(
        self, query: Listing, moment: Moment, shown: Sequence[Row], sides: Mapping[str, bool]
    ) -> dict[str, str | None]:
        """The cursors to the pages on both sides, None where there is none."""
        name = self._name(query)
        ends = {"next": -1, "prev": 0}
        return {
            side: cursor_past(name, moment, shown[ends[side]][0], back=side == "prev").text()
            if there and shown
            else None
            for side, there in sides.items()
        }

    @contextmanager
    def pinned(self, query: Question, cursor: Cursor | None) -> Generator[Asked]:
        """One snapshot at the moment of a cursor, or, without one, at that of a query."""
        if cursor is None:
            with self.at(query) as question:
                yield question
            return
        position = cursor.position
        with self.ask(None, position, position) as question:
            yield replace(question, moment=cursor.moment(question.moment.sight))

    def _links(self, cursors: Mapping[str, str | None]) -> dict[str, str]:
        kept = [(k, v) for k, v in self.request.query_params.multi_items() if k != "cursor"]
        path = self.request.url.path
        links = [
            f'<{path}?{urlencode([*kept, ("cursor", cursor)])}>; rel="{side}"'
            for side, cursor in cursors.items()
            if cursor is not None
        ]
        return {"Link": ", ".join(links)} if links else {}


def offering(*forms: str) -> Callable[..., Awaitable[Asker]]:
    """Says for a route in which forms it can answer, the first of them without a wish."""

    async def asker_of(
        request: Request,
        history: TheHistory,
        identity: TheIdentity,
        x_min_position: Annotated[
            int | None,
            Header(ge=0, le=MAX_POSITION, description="The same as `min_position`."),
        ] = None,
    ) -> Asker:
        """The read request that this is. Raises NotAcceptableError."""
        form = negotiation.chosen(request, *forms)
        return Asker(request, history, identity, x_min_position, form)

    return asker_of


TheAsker = Annotated[Asker, Depends(offering(JSON))]
TheLister = Annotated[Asker, Depends(offering(JSON, JSON_LINES, CSV))]
