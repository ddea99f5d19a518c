"""What others record meanwhile is known to an import, and the rest of its file is recorded."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from api.bad_lines import BadLineError
from api.importing import import_lines
from domain.desk import Desk
from domain.log import Log
from domain.values import source_id
from tests.domain.desks import interrupt_appends
from tests.domain.logs import everything_in
from tests.imports.lines import encoded, history

BATCH = 3
"""So few lines that a short history takes several batches."""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.importing.BATCH", BATCH)


@pytest.fixture
def desks(where: str) -> Generator[tuple[Desk, Desk]]:
    """One that imports, and that of another process."""
    logs = Log(where), Log(where)
    yield Desk(logs[0]), Desk(logs[1])
    for log in logs:
        log.close()


def measured(desk: Desk) -> int:
    """How many check-ins the key result has."""
    _objective, key_result = desk.book().key_result(source_id("import", "k1"))
    return len(key_result.check_ins)


@pytest.mark.parametrize("before", [0, 1, 2], ids=["first", "second", "third"])
def test_what_others_imported_meanwhile_is_known_and_the_rest_is_recorded(
    desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    ours, other = desks
    lines = encoded(history(check_ins=8))
    there = min(len(lines), (before + 1) * BATCH + 1)
    waiting = [lambda: None] * before + [lambda: import_lines(other, lines[:there])]
    interrupt_appends(monkeypatch, ours.log, *waiting)
    report = import_lines(ours, lines)
    theirs = there - before * BATCH
    assert (report.lines, report.known, report.recorded) == (12, theirs, 12 - theirs)
    assert measured(ours) == measured(other) == 8
    assert len(everything_in(ours.log)) == 12


def test_a_bad_line_is_told_once_all_before_its_batch_is_recorded(
    desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = desks
    lines = history(check_ins=4)
    lines[-1]["value"] = "many"
    interrupt_appends(monkeypatch, ours.log, lambda: import_lines(other, encoded(lines[:1])))
    with pytest.raises(BadLineError, match=r"Line 8: .* Lines up to 6 are recorded, none after"):
        import_lines(ours, encoded(lines))
    assert len(everything_in(ours.log)) == 6


def test_a_line_twice_is_recorded_once_however_far_apart(desks: tuple[Desk, Desk]) -> None:
    lines = encoded(history(check_ins=4))
    report = import_lines(desks[0], [*lines, *lines[-3:], *lines[:4]])
    assert (report.lines, report.recorded, report.known) == (15, 8, 7)


def test_progress_tells_each_batch_once_it_is_recorded(desks: tuple[Desk, Desk]) -> None:
    heard: list[tuple[int, int]] = []
    lines = encoded(history(check_ins=4))
    import_lines(desks[0], lines, progress=lambda n: heard.append((n, desks[1].log.head())))
    assert [number for number, _ in heard] == [3, 6, 8]
    assert all(there >= number for number, there in heard)
