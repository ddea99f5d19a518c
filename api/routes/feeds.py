"""The raw feed over HTTP: the records of the log, as lines that end or as events that go on."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from api import negotiation, streaming
from api.access.exporting import feed_of
from api.access.identity import is_still_in
from api.caller import TheHistory
from api.documented import streams
from api.feeding import OwnFeed, WholeFeed, teller
from api.models.feed import CloudEvent, FeedEvent
from api.models.questions import FeedQuestion
from api.negotiation import EVENT_STREAM, JSON_LINES
from api.problems import MalformedRequestError
from api.pulse import Pulse
from api.routing import concept
from projections.instants import BeyondTheLogError

router = concept("history")


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
    """Read every record past a position: as lines up to now, or as events that go on live.

    Auditors are told every record, owners and leads those about what is theirs.
    """
    viewer = feed_of(request)
    kind = negotiation.chosen(request, JSON_LINES, EVENT_STREAM)
    head, after = history.log.head(), _begin(query, last_event_id)
    if after > head:
        raise BeyondTheLogError(f"The history ends at position {head}.")
    tell = teller(history, query.format)
    if viewer is None:
        feed = WholeFeed(history, tell, after)
    else:
        feed = OwnFeed(history, tell, after, viewer)
    if kind == EVENT_STREAM:

        def read() -> list[streaming.Event] | None:
            return feed.events() if is_still_in(request.scope) else None

        return streaming.live(read, lambda: feed.place, pulse)
    end = feed.end()
    bits = streaming.in_turn(feed.lines(end))
    return StreamingResponse(bits, 200, {"X-Position": str(end)}, JSON_LINES)


def _begin(query: FeedQuestion, last_event_id: str | None) -> int:
    """The position after which to go on; a listener that comes back says it in a header."""
    if not last_event_id:
        return query.after
    if not (last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) < 19):
        raise MalformedRequestError("Give the id of an event of this feed in Last-Event-ID.")
    return int(last_event_id)
