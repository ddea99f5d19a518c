"""The story as the log keeps it: every command carried out on a real log, and what it stored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID, uuid5

from domain.catalogue import EVENTS
from domain.desk import Desk
from domain.log import Log
from domain.record import Context, Record
from tests.docs.story import Step, story

_EVENT_IDS = UUID("0d1c2f0a-4b52-4e8f-8f0e-5d2b6a1c9e40")


class Stored(NamedTuple):
    """One event as a row of the log, and the command that asked for it."""

    command: str
    topic: str
    stream_id: UUID
    version: int
    state: bytes

    @property
    def name(self) -> str:
        """The event's name."""
        return EVENTS[self.topic].__name__


@cache
def stored_events() -> tuple[Stored, ...]:
    """Everything that the story records, in the order of the log."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "okr.db"
        asked = _carry_out(story(), path)
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute(
                "SELECT rowid, topic, originator_id, originator_version, state "
                "FROM stored_events ORDER BY rowid"
            ).fetchall()
    return tuple(
        Stored(asked[position], topic, UUID(stream), version, state)
        for position, topic, stream, version, state in rows
    )


def _carry_out(steps: list[Step], path: Path) -> dict[int, str]:
    """Record every step; return which command asked for each position."""
    now = steps[0].now

    def clock() -> datetime:
        return now

    log = Log(path, clock)
    desk = Desk(log)
    asked: dict[int, str] = {}
    for number, step in enumerate(steps):
        now = step.now
        draft = desk.draft()
        id_of = partial(_event_id, number)
        draft.add(step.command, _context(step, number), id_of=id_of)
        records: tuple[Record, ...] = desk.record(draft)
        assert records, f"{step.command!r} records nothing"
        asked |= {record.position: step.command.NAME for record in records}
    log.close()
    return asked


def _context(step: Step, number: int) -> Context:
    return Context(
        actor=step.actor,
        now=step.now,
        reason=step.reason,
        effective_at=step.effective_at,
        imported=step.imported,
        assumed=step.assumed,
        request_id=None if step.imported else f"request-{number}",
        source=step.source,
    )


def _event_id(step: int, number: int) -> UUID:
    """The same at every run, so that the examples stay as they are."""
    return uuid5(uuid5(_EVENT_IDS, str(step)), str(number))
