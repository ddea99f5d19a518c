"""The benchmark at a tiny size, so that it still runs and still compares the same with the same."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
import typer
import uvicorn

from api.app import create_app
from api.history import History
from api.importing import import_lines
from api.settings import Settings
from domain.record import Record
from domain.values import source_id
from projections.plain import plain
from tests.bench import __main__ as command
from tests.bench.bench import Bench, Effort
from tests.bench.company import SOURCE, Shape, changes, entries, plans
from tests.bench.filters import NAMES, Sampler
from tests.bench.kept import Kept
from tests.bench.lines import lines
from tests.bench.rows import Figure, Goal, Row, table
from tests.bench.serving import Server, served
from tests.bench.stores import SQLite

TINY = Shape(300, key_results=40, cycle_changes=300, people=6, team=5)
UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
GROWN = Shape(1_500, key_results=40, cycle_changes=300, people=6, team=5)
"""Large enough for a quarter that is over, with scores and a close."""

ONCE = Effort(rounds=1, samples=2, changes=8, seconds=0.2, at_most=5)


@contextmanager
def in_a_thread(url: str, workers: int = 1) -> Generator[Server]:
    """A server in this process, which starts faster than one, or some, of its own."""
    assert workers >= 1
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    app = create_app(History(Settings(database=url)))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        yield Server("127.0.0.1", port, os.getpid(), connection)
    finally:
        connection.close()
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(SQLite(tmp_path_factory.mktemp("kept")))


@pytest.mark.parametrize(
    ("question", "size"),
    [(name, 300) for name in command.QUESTIONS] + [("board", 600), ("replay", 600)],
)
def test_every_question_still_measures(kept: Kept, question: str, size: int) -> None:
    bench = Bench(kept, ONCE, TINY, in_a_thread)
    rows = list(command.QUESTIONS[question](bench, size))
    assert rows
    assert all(row.measured.value > 0 for row in rows if row.measured.unit not in ("", "MB"))
    assert not [name for name in kept.store.databases() if name.startswith("work_")]


def test_a_server_process_answers_and_is_gone_at_the_end(kept: Kept) -> None:
    with served(kept.store.url(kept.whole(TINY))) as server:
        assert server.get("/readyz")["position"] == TINY.changes
    with pytest.raises(ProcessLookupError):
        os.kill(server.process, 0)


def test_an_unchanged_history_is_not_made_again(kept: Kept) -> None:
    database = kept.whole(TINY)
    again = Kept(kept.store)
    assert again.whole(TINY) == database
    with again.opened(database) as history:
        assert history.projector.position == history.log.head() == TINY.changes


def test_histories_of_other_code_are_removed_and_those_at_work_are_not(tmp_path: Path) -> None:
    store = SQLite(tmp_path)
    at_work = f"work_{os.getpid()}_1"
    for database in ("kept_00000000_log_1", "work_999999999_1", "other", at_work):
        store.make(database)
    Kept(store)
    assert store.databases() == {"other", at_work}


@pytest.mark.parametrize("crowded", [False, True])
def test_a_history_has_the_changes_that_were_asked_for(crowded: bool) -> None:
    shape = Shape(900, crowded, 40, 300, 6, 5)
    made = list(changes(shape))
    assert len(made) == 900
    assert [one.recorded_at for one in made] == sorted(one.recorded_at for one in made)
    assert len(plans(shape)) == (2 if crowded else 4)


def test_made_histories_are_what_the_rules_would_have_recorded(kept: Kept) -> None:
    with kept.fresh() as database, kept.opened(database) as history:
        import_lines(history.desk, lines(GROWN))
        imported = history.log.records(0, GROWN.changes + 1)
    made = [_told(entry.record) for entry in entries(GROWN)]
    assert {one["topic"] for one in made} >= {"cycle.closed", "key-result.scored"}
    text = orjson.dumps(made).decode()
    with_ids_of_the_import = UUIDS.sub(lambda id: str(source_id(SOURCE, id[0])), text)
    assert orjson.loads(with_ids_of_the_import) == [_told(one) for one in imported]


def _told(record: Record) -> dict[str, Any]:
    """What a record says, but for ids that an import gives by itself."""
    return {
        "topic": record.event.TOPIC,
        "event": plain(record.event),
        "version": record.version,
        "recorded_at": plain(record.recorded_at),
        "effective_at": plain(record.effective_at),
        "reason": plain(record.reason),
        "after_freeze": record.after_freeze,
        "actor": plain(record.actor),
    }


def test_every_filter_of_the_audit_trail_is_asked_with() -> None:
    entry = {
        "actor": {"id": "a"},
        "type": "CheckedIn",
        "entity": {"type": "key_result", "id": "k", "title": "Grow"},
        "cycle_id": "c",
        "changes": [{"field": "value"}],
        "reason": {"code": "other"},
        "recorded_at": "2026-01-02T00:00:00Z",
        "effective_at": "2026-01-01T00:00:00Z",
        "after_freeze": False,
    }
    sampler = Sampler([entry], Random(1))
    assert {name for one in sampler.single(1) for name in one} == set(NAMES)
    assert all(set(one) <= set(NAMES) for one in (*sampler.pairs(1), *sampler.combinations(9)))


def test_the_table_says_what_is_reached() -> None:
    reached = Row(
        what="recording",
        size=10_000,
        measured=Figure(650, "/s"),
        against=Figure(1_000, "/s", "bare"),
        goal=Goal("≥", 0.6),
    )
    missed = Row(what="start", size=1_000_000, measured=Figure(2.5, "s"), goal=Goal("≤", 2, "s"))
    assert table([reached, missed]).splitlines()[2:] == [
        "| recording | 10k | 650/s | 1,000/s bare | 0.65 | ≥ 0.6 × | yes |",
        "| start | 1m | 2.5 s | – | – | ≤ 2 s | **no** |",
    ]


def test_figures_stand_between_the_markers_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    page.write_text(f"Above\n{command.BEGIN}old\n{command.END}Below\n", encoding="utf-8")
    command.write_into(page, "new\n")
    command.write_into(page, "newer\n")
    text = page.read_text(encoding="utf-8")
    assert text == f"Above\n{command.BEGIN}\nnewer\n\n{command.END}Below\n"
    assert command.BEGIN in command.PAGE.read_text(encoding="utf-8")


def test_an_unknown_question_is_refused_with_those_there_are() -> None:
    with pytest.raises(typer.BadParameter, match="no question boards; choose from recording, bo"):
        command.chosen("audit, boards", command.QUESTIONS, "question")
    assert command.chosen("Start, board", command.QUESTIONS, "question") == ["board", "start"]
