"""Answers kept on the disk: the same bytes again, and never those of another mark."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from api import spools
from api.history import History
from api.settings import Settings
from api.spools import Read, Spools


@pytest.fixture(autouse=True)
def everything_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "WORTH_BYTES", 0)


def read_from(*stretches: bytes) -> Read:
    left = iter(stretches)
    return lambda: next(left, b"")


def never() -> bytes:
    raise AssertionError("it was kept, so nobody needs to work it out")


def told(read: Read) -> bytes:
    return b"".join(iter(read, b""))


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def same(mark: str) -> Callable[[], str]:
    return lambda: mark


def test_an_answer_is_worked_out_once_and_then_read_by_many(tmp_path: Path) -> None:
    kept = Spools(tmp_path)
    assert told(kept.through("a", read_from(b"one ", b"two"), same("a"))) == b"one two"
    one, other = (kept.through("a", never, same("a")) for _ in range(2))
    assert (one(), told(other), told(one)) == (b"one two", b"one two", b"")
    assert told(kept.through("b", read_from(b"three"), same("b"))) == b"three"
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_was_not_read_whole_or_has_moved_on_is_not_kept(tmp_path: Path) -> None:
    kept = Spools(tmp_path)
    assert kept.through("a", read_from(b"one", b"two"), same("a"))() == b"one"
    assert told(kept.through("a", read_from(b"one", b"two"), same("b"))) == b"onetwo"
    assert told(kept.through("a", read_from(b"anew"), same("a"))) == b"anew"


def test_the_answers_asked_for_last_are_kept_within_bounds(tmp_path: Path) -> None:
    kept = Spools(tmp_path, most_bytes=8)
    for mark in ("a", "b"):
        told(kept.through(mark, read_from(b"1234"), same(mark)))
    reading = kept.through("b", never, same("b"))
    told(kept.through("a", never, same("a")))
    told(kept.through("c", read_from(b"5678"), same("c")))
    assert told(kept.through("b", read_from(b"again"), same("b"))) == b"again"
    # Who was reading what had to go reads it to its end.
    assert told(reading) == b"1234"
    assert told(kept.through("d", read_from(b"12345", b"6789"), same("d"))) == b"123456789"
    assert told(kept.through("d", read_from(b"anew"), same("d"))) == b"anew"


def test_what_is_still_being_written_counts_as_well(tmp_path: Path) -> None:
    kept = Spools(tmp_path, most_bytes=8)
    writing = kept.through("a", read_from(b"123456", b"78"), same("a"))
    assert writing() == b"123456"
    assert told(kept.through("b", read_from(b"1234"), same("b"))) == b"1234"
    assert told(kept.through("b", read_from(b"anew"), same("b"))) == b"anew"
    assert told(writing) == b"78"
    assert told(kept.through("a", never, same("a"))) == b"12345678"
    # Whoever leaves half-way leaves room behind.
    left = kept.through("c", read_from(b"123456", b"78"), same("c"))
    assert left() == b"123456"
    del left, writing
    assert told(kept.through("d", read_from(b"12345678"), same("d"))) == b"12345678"
    assert told(kept.through("d", never, same("d"))) == b"12345678"


def test_nothing_is_kept_without_room(tmp_path: Path) -> None:
    kept = History(Settings(database=f"sqlite:///{tmp_path / 'okr.db'}", spool_megabytes=0))
    with closing(kept):
        for _ in range(2):
            assert told(kept.spools.through("a", read_from(b"one"), same("a"))) == b"one"


def test_no_file_stays_open_once_nobody_reads_it(tmp_path: Path) -> None:
    kept = Spools(tmp_path)
    told(kept.through("a", read_from(b"one"), same("a")))
    reading = kept.through("a", never, same("a"))
    kept.clear()
    assert told(reading) == b"one"
    before = open_files()
    del reading
    assert open_files() == before - 1


def test_an_answer_is_sent_where_it_cannot_be_kept(tmp_path: Path) -> None:
    kept = Spools(tmp_path / "missing")
    for _ in range(2):
        assert told(kept.through("a", read_from(b"one"), same("a"))) == b"one"
