"""The event log on real databases: what is appended, stamped, guarded and kept at most once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import RecordedTimeGoesBack
from domain.log import Key, KeyTakenError, Log, LogUnavailableError, RaceLostError, Receipt
from domain.record import Record
from tests.builders import ANNA, BEN, CARA, GROWTH, LAUNCH, LOYALTY, REVENUE
from tests.databases import DATABASES, dump, fresh, plain
from tests.domain.logs import ADDED, RENAMED, StillClock, entry, everything_in, key, opened
from tests.spec import NOW

MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def log(where: str, clock: StillClock) -> Iterator[Log]:
    with opened(where, clock) as log:
        yield log


# Appending and reading.


def test_a_new_log_is_empty(log: Log) -> None:
    assert (log.head(), log.records(0, 10), log.stream(ANNA)) == (0, [], [])
    assert log.last_recorded_at() is None
    assert log.stream_of(REVENUE) is None
    assert log.receipt("anna", "k-1") is None


def test_what_is_appended_gets_its_place_and_its_times(log: Log, clock: StillClock) -> None:
    first = log.append([entry(), entry(BEN)], {})
    clock.now = NOW + HOUR
    second = log.append([entry(version=2, event=RENAMED)], {})
    assert [record.position for record in (*first, *second)] == [1, 2, 3]
    assert {record.stored_at for record in first} == {NOW}
    assert {record.recorded_at for record in first} == {NOW}
    assert {record.effective_at for record in first} == {NOW}
    assert second[0].stored_at == second[0].recorded_at == second[0].effective_at == NOW + HOUR


def test_what_is_appended_is_what_is_read(where: str, log: Log) -> None:
    records = log.append([entry(), entry(BEN)], {})
    records += log.append([entry(version=2, event=RENAMED)], {})
    with opened(where) as other:
        for one in (log, other):
            assert everything_in(one) == records
            assert one.stream(ANNA) == [records[0], records[2]]
            assert one.stream(ANNA, after=1) == [records[2]]
            assert one.records(1, 1) == [records[1]]
            assert one.records(3, 10) == []
            assert one.head() == 3
            assert one.last_recorded_at() == NOW


def test_an_effective_time_is_kept(log: Log) -> None:
    record = log.append([entry(effective_at=NOW - HOUR)], {})[0]
    assert (record.recorded_at, record.effective_at) == (NOW, NOW - HOUR)
    assert log.stream(ANNA) == [record]


def test_what_lives_inside_a_stream_is_found_by_its_id(where: str, log: Log) -> None:
    log.append([entry(GROWTH, event=ADDED)], {})
    with opened(where) as other:
        assert log.stream_of(REVENUE) == other.stream_of(REVENUE) == GROWTH
        assert other.stream_of(LAUNCH) is None


def test_ids_in_use_are_those_of_streams_and_of_what_lives_inside_them(log: Log) -> None:
    log.append([entry(GROWTH, event=ADDED), entry(BEN)], {})
    assert log.in_use([REVENUE, GROWTH, LAUNCH, BEN, ANNA]) == {REVENUE, GROWTH, BEN}
    assert log.in_use([]) == set()


def test_a_log_follows_what_another_process_appends(where: str, log: Log) -> None:
    with opened(where) as other:
        records = log.append([entry()], {})
        records += other.append([entry(BEN)], {})
        records += log.append([entry(CARA)], {})
        assert everything_in(log) == everything_in(other) == records
        assert log.head() == other.head() == 3


def test_records_that_are_no_longer_at_hand_are_read_again(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.log.recent.RECENT", 2)
    with opened(where) as log:
        records = log.append([entry(), entry(BEN), entry(CARA)], {})
        records += log.append([entry(version=2, event=RENAMED)], {})
        assert everything_in(log) == records
        assert log.records(2, 1) == records[2:3]
        assert log.at([3, 1, 9]) == [log.stored(0, 9)[0], log.stored(0, 9)[2]]
        assert log.at([]) == []


def test_whoever_asked_is_told_of_every_append(log: Log) -> None:
    told: list[int] = []
    log.on_append(lambda: told.append(log.head()))
    log.append([entry()], {})
    log.append([entry(BEN), entry(CARA)], {})
    with pytest.raises(RaceLostError):
        log.append([entry()], {})
    assert told == [1, 3]


# Recorded times never run backwards along the log.


def test_recorded_times_stand_still_while_the_clock_goes_back(log: Log, clock: StillClock) -> None:
    log.append([entry()], {})
    clock.now = NOW - HOUR
    record = log.append([entry(BEN)], {})[0]
    assert (record.stored_at, record.recorded_at, record.effective_at) == (NOW - HOUR, NOW, NOW)
    clock.now = NOW + MOMENT
    assert log.append([entry(CARA)], {})[0].recorded_at == NOW + MOMENT


def test_an_import_may_state_when_it_was_recorded(log: Log) -> None:
    entries = [
        entry(recorded_at=NOW - HOUR, effective_at=NOW - 2 * HOUR),
        entry(BEN, recorded_at=NOW - HOUR),
        entry(CARA),
    ]
    records = log.append(entries, {})
    assert [record.recorded_at for record in records] == [NOW - HOUR, NOW - HOUR, NOW]
    assert [record.effective_at for record in records] == [NOW - 2 * HOUR, NOW - HOUR, NOW]
    assert {record.stored_at for record in records} == {NOW}
    assert everything_in(log) == records


@pytest.mark.parametrize(
    "times",
    [
        [NOW - MOMENT],
        [NOW, NOW - MOMENT],
        [NOW + HOUR, NOW + HOUR - MOMENT],
        [None, NOW - MOMENT],
    ],
)
def test_an_import_is_not_recorded_before_the_logs_last(
    where: str, log: Log, times: list[datetime | None]
) -> None:
    log.append([entry()], {})
    before = dump(where)
    entries = [entry(BEN, number, recorded_at=at) for number, at in enumerate(times, 1)]
    with pytest.raises(RecordedTimeGoesBack, match="the last one that the log holds"):
        log.append(entries, {})
    assert dump(where) == before


def test_the_first_import_may_be_of_any_time(log: Log) -> None:
    old = datetime(1999, 1, 1, tzinfo=NOW.tzinfo)
    assert log.append([entry(recorded_at=old)], {})[0].recorded_at == old


# What no longer holds is refused, and nothing is half recorded.


Refused = Callable[[Log], list[Record]]
REFUSED: dict[str, tuple[type[Exception], Refused]] = {
    "a stream that was read is there now": (
        RaceLostError,
        lambda log: log.append([entry(CARA)], {ANNA: 0}),
    ),
    "a stream that was read moved on": (
        RaceLostError,
        lambda log: log.append([entry(CARA)], {BEN: 0, ANNA: 1}),
    ),
    "a stream that was read is not there": (
        RaceLostError,
        lambda log: log.append([entry(LOYALTY)], {CARA: 1}),
    ),
    "a version is taken": (RaceLostError, lambda log: log.append([entry()], {})),
    "a version is left out": (
        RaceLostError,
        lambda log: log.append([entry(version=9, event=RENAMED)], {}),
    ),
    "the second version is taken": (
        RaceLostError,
        lambda log: log.append([entry(CARA), entry(version=2, event=RENAMED)], {}),
    ),
    "the id of something inside a stream is taken": (
        RaceLostError,
        lambda log: log.append([entry(CARA), entry(LOYALTY, event=ADDED, key=key("k-2"))], {}),
    ),
    "a key is taken": (
        KeyTakenError,
        lambda log: log.append([entry(CARA), entry(LOYALTY, key=key())], {}),
    ),
    "a key is taken by another request": (
        KeyTakenError,
        lambda log: log.append([entry(CARA, key=key(digest="d-2"))], {}),
    ),
    "a recorded time goes back": (
        RecordedTimeGoesBack,
        lambda log: log.append([entry(CARA), entry(LOYALTY, recorded_at=NOW - HOUR)], {}),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_longer_holds_is_refused_and_nothing_is_half_recorded(
    where: str, log: Log, case: str
) -> None:
    refusal, append = REFUSED[case]
    log.append([entry(key=key())], {})
    log.append([entry(version=2, event=RENAMED), entry(BEN), entry(GROWTH, event=ADDED)], {})
    before = dump(where)
    with pytest.raises(refusal):
        append(log)
    assert dump(where) == before
    assert log.head() == 4
    # What was undone may leave a gap behind.
    assert log.append([entry(CARA)], {ANNA: 2, BEN: 1, LOYALTY: 0})[0].position >= 5
    assert len(everything_in(log)) == 5


# A request is recorded at most once.


def test_a_key_tells_for_ever_what_was_recorded_under_it(where: str, log: Log) -> None:
    log.append([entry()], {})
    log.append([entry(BEN, key=key()), entry(BEN, 2, event=RENAMED, key=key())], {})
    with opened(where) as other:
        for one in (log, other):
            assert one.receipt("anna", "k-1") == Receipt("d-1", 2, 3)


def test_one_append_may_hold_many_requests(log: Log) -> None:
    log.append([entry(ANNA, key=key("a")), entry(BEN, key=key("b", "d-2")), entry(CARA)], {})
    assert log.receipt("anna", "a") == Receipt("d-1", 1, 1)
    assert log.receipt("anna", "b") == Receipt("d-2", 2, 2)


def test_a_request_that_changes_nothing_may_be_noted(where: str, log: Log) -> None:
    assert log.append([], {}, [key("a")]) == []
    log.append([entry(key=key("b"))], {}, [key("c")])
    assert log.receipt("anna", "a") == log.receipt("anna", "c") == Receipt("d-1", 0, 0)
    assert log.receipt("anna", "b") == Receipt("d-1", 1, 1)
    before = dump(where)
    with pytest.raises(KeyTakenError):
        log.append([entry(BEN)], {}, [key("a")])
    with pytest.raises(RaceLostError):
        log.append([], {ANNA: 7}, [key("d")])
    assert dump(where) == before


@pytest.mark.parametrize("kind", DATABASES)
def test_a_log_has_an_identity_of_its_own_for_ever(
    kind: str, tmp_path: Path, log: Log, where: str
) -> None:
    (tmp_path / "other").mkdir()
    with ExitStack() as stack:
        elsewhere = stack.enter_context(fresh(kind, tmp_path / "other"))
        again, other = (stack.enter_context(opened(one)) for one in (where, elsewhere))
        assert log.identity() == again.identity() != other.identity()


def test_keys_of_any_spelling_are_looked_up_together(log: Log) -> None:
    names = ("k-1", '"quoted" \\', "it's", "目标", "[0]", "1")
    log.append([], {}, [key(name, digest=f"d {name}") for name in names])
    asked = [(scope, name) for scope in ("anna", "ben") for name in (*names, "k")]
    found = log.receipts(asked)
    assert {name: one.digest for (_, name), one in found.items()} == {
        name: f"d {name}" for name in names
    }
    assert {scope for scope, _ in found} == {"anna"}
    assert log.receipts([]) == {}
    for name in names:
        with pytest.raises(KeyTakenError):
            log.append([], {}, [key("new"), key(name)])


def test_a_key_belongs_to_its_scope(log: Log) -> None:
    log.append([entry(key=key())], {})
    log.append([entry(BEN, key=Key("ben", "k-1", "d-9"))], {})
    assert log.receipt("anna", "k-1") == Receipt("d-1", 1, 1)
    assert log.receipt("ben", "k-1") == Receipt("d-9", 2, 2)
    assert log.receipt("cara", "k-1") is None


# The database that breaks.


USES: dict[str, Callable[[Log], Any]] = {
    "append": lambda log: log.append([entry(BEN)], {}),
    "records": lambda log: log.records(10, 10),
    "at": lambda log: log.at([10]),
    "stream": lambda log: log.stream(ANNA),
    "head": lambda log: log.head(),
}


@pytest.mark.parametrize("use", USES)
def test_a_log_that_breaks_says_so_whatever_it_is_asked(where: str, log: Log, use: str) -> None:
    log.append([entry()], {})
    with plain(where) as connection:
        connection.execute("ALTER TABLE stored_events RENAME TO elsewhere")
    with pytest.raises(LogUnavailableError, match="cannot be used"):
        USES[use](log)
