"""What a writer knows of the log's end holds only until somebody else writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.log import LogUnavailableError, RaceLostError
from domain.log.postgres_recorder import PostgresLogRecorder
from domain.log.sqlite import SQLiteLogRecorder
from tests.builders import ANNA, BEN, CARA
from tests.databases import dump
from tests.domain.logs import RENAMED, StillClock, entry, everything_in, opened
from tests.spec import NOW

RECORDERS = (SQLiteLogRecorder, PostgresLogRecorder)


def stop(monkeypatch: pytest.MonkeyPatch, method: str, failure: Exception) -> None:
    """Let a method of every recorder fail."""

    def failing(*_arguments: Any) -> Any:
        raise failure

    for recorder in RECORDERS:
        monkeypatch.setattr(recorder, method, failing)


def test_a_version_that_another_process_moved_is_not_taken_for_the_known_one(where: str) -> None:
    with opened(where) as log, opened(where) as other:
        log.append([entry(), entry(BEN)], {})
        other.append([entry(version=2, event=RENAMED)], {})
        with pytest.raises(RaceLostError):
            log.append([entry(CARA)], {ANNA: 1})
        with pytest.raises(RaceLostError):
            log.append([entry(version=2, event=RENAMED)], {})
        assert log.append([entry(CARA)], {ANNA: 2, BEN: 1})


def test_a_stream_that_another_process_began_is_not_taken_for_new(where: str) -> None:
    with opened(where) as log, opened(where) as other:
        log.append([entry()], {BEN: 0})
        other.append([entry(BEN)], {})
        with pytest.raises(RaceLostError):
            log.append([entry(CARA)], {BEN: 0})


def test_recorded_times_go_on_from_what_another_process_recorded(where: str) -> None:
    later = NOW + timedelta(hours=1)
    with opened(where) as log, opened(where, StillClock(later)) as other:
        log.append([entry()], {})
        other.append([entry(BEN)], {})
        assert log.append([entry(CARA)], {})[0].recorded_at == later


def test_recorded_times_go_on_from_what_this_writer_recorded(where: str) -> None:
    clock = StillClock(NOW + timedelta(hours=1))
    with opened(where, clock) as log:
        first = log.append([entry()], {})
        clock.now = NOW
        assert log.append([entry(BEN)], {})[0].recorded_at == first[0].recorded_at


def test_what_could_not_be_committed_is_not_known(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(where) as log:
        log.append([entry()], {})
        with monkeypatch.context() as full:
            stop(full, "commit", LogUnavailableError("the disk is full"))
            with pytest.raises(LogUnavailableError):
                log.append([entry(version=2, event=RENAMED), entry(BEN)], {})
        records = log.append([entry(version=2, event=RENAMED), entry(BEN)], {})
        assert [record.version for record in records] == [2, 1]
        assert len(dump(where)["stored_events"]) == len(everything_in(log)) == 3


def test_versions_that_are_known_are_not_asked_for_again(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(where) as log:
        log.append([entry(), entry(BEN)], {CARA: 0})
        stop(monkeypatch, "versions", AssertionError("asked again"))
        assert log.append([entry(version=2, event=RENAMED)], {BEN: 1, CARA: 0})
        with pytest.raises(RaceLostError):
            log.append([entry(CARA)], {ANNA: 1})
        assert log.append([entry(CARA)], {ANNA: 2})


def test_only_so_many_versions_are_kept(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.log.end.KEPT_VERSIONS", 2)
    asked: list[int] = []
    for recorder in RECORDERS:
        versions = recorder.versions

        def counted(self: Any, stream_ids: Any, versions: Any = versions) -> Any:
            asked.append(len(stream_ids))
            return versions(self, stream_ids)

        monkeypatch.setattr(recorder, "versions", counted)
    with opened(where) as log:
        log.append([entry()], {BEN: 0})
        log.append([entry(BEN)], {ANNA: 1})
        log.append([entry(CARA)], {ANNA: 1})
        log.append([entry(version=2, event=RENAMED)], {BEN: 1})
    assert asked == [2, 1, 2]
