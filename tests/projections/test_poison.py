"""A record that the read models cannot take in: set aside while following, raised where strict."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from domain.check_ins.measuring import CheckedIn
from domain.database import database
from domain.log import Entry, Log
from domain.people import PersonRegistered
from domain.record import Event, Record
from domain.values import Actor
from projections.projector import BATCH, Projector
from projections.read_models import PoisonError
from projections.set_aside import how_many, listed
from projections.tables import trail
from projections.views import Views
from tests.builders import ANNA, BEN, GROWTH, REVENUE, UNKNOWN


class PersonCloned(Event):
    """An event that only a later version of the product knows."""

    TOPIC: ClassVar[str] = "person.cloned"


def append(log: Log, *events: tuple[UUID, Event]) -> None:
    """Record events as they are, each first in its stream."""
    now, actor = log.clock(), Actor(id="test", kind="service")
    log.append(
        [
            Entry(
                Record(
                    event_id=uuid4(),
                    stream_id=stream_id,
                    version=1,
                    event=event,
                    stored_at=now,
                    recorded_at=now,
                    effective_at=now,
                    actor=actor,
                )
            )
            for stream_id, event in events
        ],
        read={},
    )


@pytest.mark.parametrize(
    ("topic", "poison"),
    [
        ("person.cloned", PersonCloned()),
        ("key-result.checked-in", CheckedIn(key_result_id=REVENUE, check_in_id=UNKNOWN)),
    ],
)
def test_poison_is_set_aside_and_everything_else_counts(
    where: str, topic: str, poison: Event, caplog: pytest.LogCaptureFixture
) -> None:
    log = Log(where)
    views = Views(database(where).views)
    anna, ben = PersonRegistered(name="Anna"), PersonRegistered(name="Ben")
    append(log, (ANNA, anna), (GROWTH, poison), (BEN, ben))
    assert Projector(log, views).catch_up() == 3
    with views.read() as connection:
        assert connection.execute(select(trail.c.position)).scalars().all() == [1, 3]
        (aside,) = listed(connection, 10)
        assert how_many(connection) == 1
    assert (aside["position"], aside["topic"]) == (2, topic)
    assert "position 2" in caplog.text
    append(log, *((uuid4(), anna) for _ in range(BATCH)))
    assert Projector(log, views).catch_up() == 3 + BATCH
    views.close()
    log.close()


def test_where_strict_poison_is_raised_with_its_place(where: str) -> None:
    log = Log(where)
    views = Views(database(where).views)
    append(log, (ANNA, PersonRegistered(name="Anna")), (GROWTH, PersonCloned()))
    with pytest.raises(PoisonError, match=r"position 2 \(person\.cloned\)"):
        Projector(log, views, strict=True).catch_up()
    views.close()
    log.close()
