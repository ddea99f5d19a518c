"""Logs on real databases for tests, with a clock that stands still until it is set."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from domain.key_results.adding import KeyResultAdded
from domain.log import Clock, Entry, Key, Log
from domain.measures import Kind
from domain.people import PersonRegistered, PersonRenamed
from domain.record import Event, Record
from domain.values import Moved
from tests.builders import ANNA, REVENUE
from tests.spec import LOCAL, NOW

RENAMED = PersonRenamed(name=Moved(old="Anna", new="Ann"))
ADDED = KeyResultAdded(key_result_id=REVENUE, title="Revenue", kind=Kind.METRIC)


class StillClock:
    """A clock that tests set."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def opened(where: str | Path, clock: Clock | None = None) -> Generator[Log]:
    """A log that is closed again."""
    log = Log(where, clock or StillClock())
    try:
        yield log
    finally:
        log.close()


def entry(
    stream_id: UUID = ANNA,
    version: int = 1,
    *,
    event: Event | None = None,
    recorded_at: datetime | None = None,
    effective_at: datetime | None = None,
    key: Key | None = None,
) -> Entry:
    """One record to append; its times are placeholders, as those of a draft are."""
    placeholder = datetime.min.replace(tzinfo=NOW.tzinfo)
    record = Record(
        event_id=uuid4(),
        stream_id=stream_id,
        version=version,
        event=event or PersonRegistered(name="Anna"),
        stored_at=placeholder,
        recorded_at=placeholder,
        effective_at=placeholder,
        actor=LOCAL,
    )
    return Entry(record, recorded_at, effective_at, key)


def everything_in(log: Log) -> list[Record]:
    """All records, read as a follower reads them."""
    found: list[Record] = []
    while more := log.records(found[-1].position if found else 0, 100):
        found += more
    return found


def key(name: str = "k-1", digest: str = "d-1", scope: str = "anna") -> Key:
    return Key(scope, name, digest)
