"""Ids that begin with the time they were made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import new_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(), timedelta(days=365_000)).map(lambda since: EPOCH + since)


@given(INSTANTS)
def test_a_new_id_begins_with_its_time_as_the_standard_has_it(now: datetime) -> None:
    made = new_id(now)
    assert (made.version, made.variant) == (7, RFC_4122)
    since = timedelta(milliseconds=made.int >> 80)
    assert timedelta() <= now - EPOCH - since < timedelta(milliseconds=2)


@given(INSTANTS)
def test_new_ids_of_one_instant_differ(now: datetime) -> None:
    assert len({new_id(now) for _ in range(20)}) == 20


@given(INSTANTS)
def test_later_ids_stand_behind_earlier_ones(now: datetime) -> None:
    assert new_id(now) < new_id(now + timedelta(milliseconds=2))
