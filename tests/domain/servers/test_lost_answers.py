"""A connection breaks around a commit: what arrived counts once, what did not is made again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from domain.log import Log, RaceLostError
from domain.log.postgres_recorder import PostgresLogRecorder
from tests.builders import ANNA, BEN, CARA
from tests.domain.logs import RENAMED, entry, everything_in, key, opened


def losing_the_answer(monkeypatch: pytest.MonkeyPatch, after: Callable[[], object]) -> None:
    """Let the next commit arrive, and the connection break before its answer is heard."""
    commit = PostgresLogRecorder.commit

    def lost(recorder: PostgresLogRecorder) -> None:
        monkeypatch.undo()
        commit(recorder)
        after()
        recorder.connection.close()
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(PostgresLogRecorder, "commit", lost)


def test_a_commit_whose_answer_was_lost_is_a_success(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing_the_answer(monkeypatch, lambda: None)
    records = log.append([entry(key=key()), entry(BEN)], {CARA: 0})
    assert everything_in(log) == records
    assert log.receipt("anna", "k-1") is not None


def test_it_is_a_success_though_others_built_on_it_meanwhile(
    where: str, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(where) as other:
        later = entry(version=2, event=RENAMED)
        losing_the_answer(monkeypatch, lambda: other.append([later, entry(CARA)], {}))
        records = log.append([entry()], {CARA: 0})
        assert everything_in(other)[0] == records[0]
        assert [one.event_id for one in everything_in(log)][1:] == [
            one.event_id for one in everything_in(other)[1:]
        ]


def test_what_comes_after_a_lost_answer_goes_on_from_there(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, list[int]]] = []
    log.on_recorded(lambda after, some: told.append((after, [one.position for one in some])))
    log.append([entry()], {})
    losing_the_answer(monkeypatch, lambda: None)
    log.append([entry(BEN), entry(version=2, event=RENAMED)], {})
    log.append([entry(CARA)], {ANNA: 2, BEN: 1})
    assert told == [(0, [1]), (1, [2, 3]), (3, [4])]


def losing_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the connection break before the next commit arrives."""

    def lost(recorder: PostgresLogRecorder) -> None:
        monkeypatch.undo()
        recorder.connection.close()
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(PostgresLogRecorder, "commit", lost)


def test_a_commit_that_never_arrived_is_made_again(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing_the_commit(monkeypatch)
    records = log.append([entry()], {})
    assert everything_in(log) == records


def test_a_request_that_changed_nothing_is_noted_again_where_its_commit_never_arrived(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing_the_commit(monkeypatch)
    log.append([], {}, [key()])
    assert log.receipt("anna", "k-1") is not None


def test_who_really_lost_the_race_is_told_so_after_a_lost_connection(
    where: str, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = PostgresLogRecorder.begin

    def lost(recorder: PostgresLogRecorder) -> Any:
        monkeypatch.undo()
        begin(recorder)
        recorder.connection.close()
        with opened(where) as other:
            other.append([entry()], {})
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(PostgresLogRecorder, "begin", lost)
    with pytest.raises(RaceLostError):
        log.append([entry()], {})
