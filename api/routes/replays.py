"""A cycle or a unit played again over HTTP: as one answer, as JSON Lines or as an event stream."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Depends, Header, Query, Response

from api import answers, streaming
from api.asking import Asker, offering
from api.documented import reads
from api.history import Question as Asked
from api.models.cursor import Cursor, cursor_past, list_name, read_cursor
from api.models.questions import ReplayQuestion
from api.models.replays import CycleReplay, UnitReplay
from api.models.replays import Frame as FrameShape
from api.negotiation import EVENT_STREAM, JSON, JSON_LINES
from api.problems import ForeignCursorError, MixedAxesError
from api.routing import concept, takes_long
from api.spools import Read
from api.streaming import Event
from projections.axes import Axis, Key
from projections.instants import Moment
from projections.replay import Frame, Plan, Replay
from projections.subjects import Subject

router = concept("history")
ThePlayer = Annotated[Asker, Depends(offering(JSON, JSON_LINES, EVENT_STREAM))]
LastEventId = Annotated[
    str | None, Header(max_length=2000, description="The id of the last event that was heard.")
]
_ENDED = "end"
_DAY = timedelta(days=1) // timedelta(microseconds=1)


@router.get(
    "/cycles/{cycle_id}/replay",
    responses=reads(CycleReplay, lines=FrameShape, events=True),
)
@takes_long
def replay_cycle(
    cycle_id: UUID,
    query: Annotated[ReplayQuestion, Query()],
    asker: ThePlayer,
    last_event_id: LastEventId = None,
) -> Response:
    """Play a cycle again: what happened, in order, with totals."""
    return _replay(asker, query, Subject("cycle", str(cycle_id)), last_event_id)


@router.get(
    "/units/{unit_id}/replay",
    responses=reads(UnitReplay, lines=FrameShape, events=True),
)
@takes_long
def replay_unit(
    unit_id: UUID,
    query: Annotated[ReplayQuestion, Query()],
    asker: ThePlayer,
    last_event_id: LastEventId = None,
) -> Response:
    """Play again what a unit and the units below it owned, as owners and units were then."""
    return _replay(asker, query, Subject("unit", str(unit_id)), last_event_id)


def _replay(
    asker: Asker, query: ReplayQuestion, subject: Subject, last_event_id: str | None
) -> Response:
    if asker.form == EVENT_STREAM:
        return _events(asker, query, subject, last_event_id)
    with asker.at(query) as question:
        playing = _playing(asker, question, query, subject)
        if asker.form == JSON_LINES:
            return streaming.lines(_lines(playing, playing.plan.mark(question.connection)))
        frames: list[orjson.Fragment] = []
        while found := playing.replay.read(question.connection):
            frames.extend(orjson.Fragment(frame.encoded) for frame in found)
    state = {
        f"{subject.kind}_id": subject.id,
        "every": query.every,
        "axis": _axis(query),
        "frames": frames,
    }
    return answers.read(asker.request, state, question.moment)


def _events(
    asker: Asker, query: ReplayQuestion, subject: Subject, last_event_id: str | None
) -> Response:
    """The frames as events; the id of each says where to go on, at the moment of the first."""
    name = list_name(asker.request.url.path, query.filters())
    cursor = read_cursor(last_event_id, name) if last_event_id else None
    if cursor is not None and cursor.after == _ENDED:
        # So a browser is told to ask no more.
        return Response(None, 204)
    after = None if cursor is None else _key(cursor)
    with asker.pinned(query, cursor) as question:
        playing = _playing(asker, question, query, subject, after)
    moment, last = question.moment, after

    def read() -> list[Event]:
        nonlocal last
        found: list[Event] = []
        for frame in playing.read():
            key, pause = frame.key, 0.0
            if query.speed and last is not None:
                pause = max(0, key.at - last.at) / (query.speed * _DAY)
            event_id = cursor_past(name, moment, f"{key.at}:{key.position}").text()
            found.append(Event(event_id, frame.encoded, pause))
            last = key
        return found

    end = Event(cursor_past(name, moment, _ENDED).text(), orjson.dumps(moment.as_json()))
    return streaming.events(read, end)


@dataclass(frozen=True, slots=True)
class _Playing:
    """A replay that is read bit by bit, each time in a snapshot of its own."""

    asker: Asker
    moment: Moment
    plan: Plan
    replay: Replay

    def read(self) -> list[Frame]:
        with self.asker.ask(self.moment.as_of, self.moment.position) as question:
            return self.replay.read(question.connection)

    def lines(self) -> bytes:
        with self.asker.ask(self.moment.as_of, self.moment.position) as question:
            return self.replay.lines(question.connection)

    def mark(self) -> Hashable | None:
        with self.asker.ask(self.moment.as_of, self.moment.position) as question:
            return self.plan.mark(question.connection)


def _lines(playing: _Playing, mark: Hashable | None) -> Read:
    """The frames as lines, from the disk if the same ones were sent before."""
    if mark is None:
        return playing.lines
    return playing.asker.history.spools.through(mark, playing.lines, playing.mark)


def _playing(
    asker: Asker,
    question: Asked,
    query: ReplayQuestion,
    subject: Subject,
    after: Key | None = None,
) -> _Playing:
    answers.must_exist(question, subject.kind, UUID(subject.id))
    plan = Plan(
        subject=subject,
        moment=question.moment,
        zone=asker.history.zone,
        every=query.every,
        axis=_axis(query),
    ).between(question.connection, query.start, query.finish)
    return _Playing(asker, question.moment, plan, Replay(plan, after))


def _axis(query: ReplayQuestion) -> Axis:
    """The axis that frames are ordered by. Raises MixedAxesError."""
    kinds = {isinstance(side, int) for side in (query.start, query.finish) if side is not None}
    if len(kinds) > 1:
        raise MixedAxesError("Give two instants or two positions in from and to.")
    if True in kinds and query.axis == "effective":
        raise MixedAxesError("Positions lie on the axis recorded; give instants, or that axis.")
    return query.axis or ("recorded" if True in kinds else "effective")


def _key(cursor: Cursor) -> Key:
    """The place of the frame that a cursor names. Raises ForeignCursorError."""
    try:
        at, position = str(cursor.after).split(":")
        return Key(int(at), int(position))
    except ValueError:
        raise ForeignCursorError("Give the id of an event of this replay.") from None
