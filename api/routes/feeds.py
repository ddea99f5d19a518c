"""The raw feed over HTTP: every record of the log, as lines that end or as events that go on."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Query, Request, Response

from api import negotiation, streaming
from api.access.exporting import check_feed
from api.access.identity import is_still_in
from api.caller import TheHistory
from api.documented import streams
from api.models.feed import CloudEvent, FeedEvent
from api.models.questions import FeedQuestion
from api.negotiation import EVENT_STREAM, JSON_LINES
from api.problems import MalformedRequestError
from api.pulse import Pulse
from api.routing import concept
from api.streaming import Event
from domain.codec import Stored
from projections.feed import as_cloud_event, fed
from projections.instants import BeyondTheLogError

router = concept("history")

TOGETHER = 500
"""How many records are read and sent together."""


def pulse_of(request: Request) -> Pulse:
    """What tells the streams of this app that there is more."""
    return request.app.state.pulse


@router.get("/events", response_class=Response, responses=streams(FeedEvent, CloudEvent))
def follow_events(
    request: Request,
    history: TheHistory,
    pulse: Annotated[Pulse, Depends(pulse_of)],
    query: Annotated[FeedQuestion, Query()],
    last_event_id: Annotated[
        str | None, Header(max_length=40, description="The id of the last event that was heard.")
    ] = None,
) -> Response:
    """Read every record past a position: as lines up to now, or as events that go on live."""
    check_feed(request)
    kind = negotiation.chosen(request, JSON_LINES, EVENT_STREAM)
    head, after = history.log.head(), _begin(query, last_event_id)
    if after > head:
        raise BeyondTheLogError(f"The history ends at position {head}.")
    feed = _Feed(history, query, after)
    if kind == EVENT_STREAM:
        return streaming.live(lambda: feed.events() if is_still_in(request.scope) else None, pulse)
    headers = {"X-Position": str(head)}
    return streaming.lines(lambda: streaming.ended(feed.lines(head)), headers)


def _begin(query: FeedQuestion, last_event_id: str | None) -> int:
    """The position after which to go on; a listener that comes back says it in a header."""
    if not last_event_id:
        return query.after
    if not (last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) < 19):
        raise MalformedRequestError("Give the id of an event of this feed in Last-Event-ID.")
    return int(last_event_id)


class _Feed:
    """Where one listener stands in the log."""

    def __init__(self, history: TheHistory, query: FeedQuestion, after: int) -> None:
        self._log = history.log
        self._identity = history.log.identity() if query.format == "cloudevents" else None
        self._after = after

    def lines(self, last: int) -> list[bytes]:
        """The next records up to a position; none at the end."""
        return [self._told(one) for one in self._next() if one.position <= last]

    def events(self) -> list[Event]:
        """The next records as events whose id is their position; none where there is no more."""
        return [Event(str(one.position), self._told(one)) for one in self._next()]

    def _next(self) -> list[Stored]:
        found = self._log.stored(self._after, TOGETHER)
        if found:
            self._after = found[-1].position
        return found

    def _told(self, stored: Stored) -> bytes:
        one: dict[str, Any] = fed(stored)
        if self._identity is not None:
            one = as_cloud_event(one, self._identity)
        return orjson.dumps(one)
