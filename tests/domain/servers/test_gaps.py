"""Positions on a server have gaps, and nothing is skipped or read twice for it."""

from __future__ import annotations

import pytest

from domain.desk import Desk
from domain.log import Log
from tests.builders import ANNA, BEN, CARA
from tests.databases import plain
from tests.domain.desks import ANNA_IS_KNOWN, do, rename
from tests.domain.logs import entry, everything_in, key, opened


def burn(where: str) -> None:
    """Use up a position for nothing, as a failed transaction does."""
    with plain(where) as connection:
        connection.execute("SELECT nextval('stored_events_notification_id_seq')")


def test_records_are_read_across_gaps(where: str, log: Log) -> None:
    burn(where)
    first = log.append([entry()], {})
    burn(where)
    second = log.append([entry(BEN), entry(CARA)], {})
    assert [record.position for record in (*first, *second)] == [2, 4, 5]
    with opened(where) as other:
        for one in (log, other):
            assert everything_in(one) == [*first, *second]
            assert one.records(2, 1) == second[:1]
            assert one.records(3, 1) == second[:1]
            assert one.last_recorded_at() == second[-1].recorded_at


def test_what_another_process_recorded_between_is_not_skipped(where: str, log: Log) -> None:
    with opened(where) as other:
        records = log.append([entry()], {})
        records += other.append([entry(BEN)], {})
        records += log.append([entry(CARA)], {})
        assert log.records(0, 10) == records[:1]
        assert everything_in(log) == records


def test_a_desk_knows_across_gaps_what_it_has_recorded(
    where: str, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(log)
    do(desk, ANNA_IS_KNOWN)
    burn(where)
    do(desk, rename("Ann"))
    monkeypatch.setattr(log, "records", None)
    assert desk.book().person(ANNA).name == "Ann"


def test_a_repeated_request_is_told_its_own_records_alone(where: str, log: Log) -> None:
    desk = Desk(log)
    first = do(desk, ANNA_IS_KNOWN, rename("Ann"), key=key())
    with plain(where) as connection:
        # As if the two had been recorded with a gap between them.
        connection.execute("ALTER TABLE receipts DISABLE TRIGGER append_only")
        connection.execute("UPDATE receipts SET last_position = last_position + 1")
    burn(where)
    do(desk, rename("Anni"))
    assert do(desk, ANNA_IS_KNOWN, rename("Ann"), key=key()).records == first.records
