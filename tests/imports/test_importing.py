"""Lines become commands; known lines record nothing; bad lines leave nothing half recorded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.bad_lines import BadLineError
from api.importing import BATCH, import_lines
from domain.desk import Desk
from domain.log import Log
from domain.people import RegisterPerson
from domain.record import Record
from domain.values import source_id
from tests.domain.desks import do, watch
from tests.imports.lines import at, encoded, history


@pytest.fixture
def desk(where: str) -> Generator[Desk]:
    log = Log(where)
    yield Desk(log)
    log.close()


def recorded(desk: Desk) -> list[Record]:
    """Everything but the server's own clock, which no two imports share."""
    records = desk.log.records(0, 100_000)
    return [replace(record, stored_at=record.recorded_at) for record in records]


def test_each_line_is_recorded_with_its_own_times_and_author(desk: Desk) -> None:
    report = import_lines(desk, encoded(history(check_ins=3)))
    assert (report.lines, report.recorded, report.events) == (7, 7, 7)
    assert report.by_action["check_in"] == 3
    last = recorded(desk)[-1]
    assert last.recorded_at.isoformat() == at(0.06)
    assert last.effective_at == last.recorded_at
    assert last.actor.kind == "person"
    assert last.actor.id == str(source_id("import", "p1"))
    assert last.source == "import:import"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (b'"name": "Ada", "name": "Ben"', "It says 'name' twice in one object; say it once."),
        (b'"name": "\\u0022\\u0022", "name": 1', "It says 'name' twice"),
        (b'"n\\u0061me": "Ada", "name": "Ada"', "It says 'name' twice"),
        (b'"name": "Ada", "reason": {"text": "a", "text": "b"}', "It says 'text' twice"),
        (b'"name": "\\u0022", "n": ' + b"[" * 1_000 + b"]" * 1_000, "It nests too deep"),
    ],
)
def test_a_line_that_says_something_twice_is_refused(desk: Desk, more: bytes, said: str) -> None:
    line = b'{"id": "p1", "at": "%s", "action": "register_person", %s}'
    with pytest.raises(BadLineError) as bad:
        import_lines(desk, [line % (at(0).encode(), more)])
    assert said in bad.value.reason
    assert recorded(desk) == []


def test_quotes_in_a_text_are_no_names(desk: Desk) -> None:
    line = b'{"id": "p1", "at": "%s", "action": "register_person", "name": "\\"A\\u0022 \\u0041"}'
    assert import_lines(desk, [line % at(0).encode()]).recorded == 1


def test_an_author_who_is_no_known_person_stays_the_source_word(desk: Desk) -> None:
    lines = history(0)[:2]
    lines[0]["actor"] = "system"
    import_lines(desk, encoded(lines))
    assert [record.actor.id for record in recorded(desk)] == ["system", "unknown"]
    assert {record.actor.kind for record in recorded(desk)} == {"import"}


def test_the_same_file_twice_records_nothing_twice(desk: Desk) -> None:
    import_lines(desk, encoded(history()))
    before = recorded(desk)
    report = import_lines(desk, encoded(history()))
    assert (report.recorded, report.known) == (0, 7)
    assert recorded(desk) == before


def test_a_line_twice_in_one_file_is_recorded_once(desk: Desk) -> None:
    lines = history()
    report = import_lines(desk, encoded([*lines, lines[-1]]))
    assert (report.recorded, report.known) == (7, 1)


def test_a_line_is_known_whatever_the_order_of_its_fields(desk: Desk) -> None:
    lines = history()
    import_lines(desk, encoded(lines))
    turned = [dict(reversed(list(line.items()))) for line in lines]
    assert import_lines(desk, encoded(turned)).known == 7


def test_a_known_id_with_other_content_is_refused(desk: Desk) -> None:
    lines = history()
    import_lines(desk, encoded(lines))
    lines[-1]["value"] = 49
    with pytest.raises(BadLineError, match=r"Line 7: The id 'm2' is known already"):
        import_lines(desk, encoded(lines))


def test_ids_of_different_sources_never_meet(desk: Desk) -> None:
    import_lines(desk, encoded(history()))
    other = [line | {"source": "other"} for line in history()]
    for line in other:
        line["recorded_at"] = at(1)
    assert import_lines(desk, encoded(other)).recorded == 7


def test_an_import_that_stops_at_a_bad_line_goes_on_where_it_stopped(desk: Desk) -> None:
    lines = history(check_ins=BATCH + 20)
    bad = [dict(line) for line in lines]
    bad[BATCH + 5]["value"] = "many"
    with pytest.raises(BadLineError) as refused:
        import_lines(desk, encoded(bad))
    assert refused.value.number == BATCH + 6
    assert len(recorded(desk)) == BATCH
    report = import_lines(desk, encoded(lines))
    assert (report.known, report.recorded) == (BATCH, len(lines) - BATCH)


def test_a_batch_of_long_lines_has_fewer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, told = encoded(history(check_ins=20)), list[int]()
    enough = sum(len(line) for line in lines[:2])
    monkeypatch.setattr("api.importing.BATCH_BYTES", enough)
    import_lines(desk, lines, progress=told.append)
    assert (told[0], told[-1]) == (2, len(lines))
    batches = [lines[begun:reached] for begun, reached in pairwise((0, *told))]
    assert all(sum(map(len, batch)) >= enough for batch in batches[:-1])
    assert all(sum(map(len, batch[:-1])) < enough for batch in batches)
    assert len(recorded(desk)) == len(lines)


def test_a_dry_run_decides_everything_and_records_nothing(desk: Desk) -> None:
    report = import_lines(desk, encoded(history()), dry_run=True)
    assert report.recorded == 7
    assert recorded(desk) == []


BAD = {
    "not json": (b"{", "This is not JSON"),
    "not an object": (b"[1]", "Give one JSON object a line."),
    "no id": ({"id": None}, "The field 'id' is missing."),
    "an id that no database stores": ({"id": "m\x002"}, "Leave out the NUL character"),
    "an id as long as a text": ({"id": "m" * 401}, "id: "),
    "a source that no database stores": ({"source": "\x00"}, "Leave out the NUL character"),
    "an actor that no database stores": ({"actor": "\x00"}, "Leave out the NUL character"),
    "no time": ({"at": "yesterday"}, "at: "),
    "no zone": ({"at": "2026-01-05T00:00:00"}, "time zone"),
    "unknown action": ({"action": "chek_in"}, "did you mean check_in?"),
    "unknown field": ({"valeu": 3}, "There is no field 'valeu' in this action."),
    "missing field": ({"key_result_id": None}, "key_result_id"),
    "not a number": ({"value": "ten"}, "value"),
    "no such thing": ({"key_result_id": "k9"}, "There is no key result"),
    "before it existed": ({"at": at(-1)}, "did not exist before"),
    "recorded before it was true": ({"at": at(2), "recorded_at": at(1)}, "cannot have been"),
    "recorded before the last": ({"at": at(-1), "recorded_at": at(-1)}, "order the lines"),
    "ahead of time": ({"at": "2999-01-01T00:00:00Z", "recorded_at": None}, "effective time"),
    "recorded ahead of time": ({"recorded_at": "2999-01-01T00:00:00Z"}, "recorded time"),
    "out of range": ({"confidence": 11}, "confidence"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_gives_one_sentence_and_nothing_of_its_batch(desk: Desk, name: str) -> None:
    wrong, said = BAD[name]
    lines = encoded(history())
    if isinstance(wrong, bytes):
        lines[-1] = wrong
    else:
        changed: dict[str, Any] = history()[-1] | wrong
        lines[-1] = orjson.dumps(
            {key: value for key, value in changed.items() if value is not None}
        )
    with pytest.raises(BadLineError, match="Line 7: ") as refused:
        import_lines(desk, lines)
    assert said in str(refused.value)
    assert recorded(desk) == []


def test_rules_of_process_do_not_refuse_what_did_happen(desk: Desk) -> None:
    lines = history()
    lines.append(
        {
            "id": "t1",
            "at": at(1),
            "recorded_at": at(1),
            "action": "adjust_target",
            "key_result_id": "k1",
            "target": 40,
        }
    )
    assert import_lines(desk, encoded(lines)).recorded == 8


def test_an_import_killed_half_way_ends_like_one_that_was_not(where: str, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    file.write_bytes(b"".join(encoded(history(check_ins=6_000))))
    cut, whole = where, f"sqlite:///{tmp_path / 'whole.db'}"
    killed = subprocess.Popen(command(file, cut), stderr=subprocess.DEVNULL)
    wait_until_begun(cut, killed)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait(60) == -signal.SIGKILL
    begun = positions(cut)
    assert 0 < begun < 6_004
    subprocess.run(command(file, cut), check=True, capture_output=True, timeout=120)
    subprocess.run(command(file, whole), check=True, capture_output=True, timeout=120)
    logs = [Log(cut), Log(whole)]
    one, other = (recorded(Desk(log)) for log in logs)
    for log in logs:
        log.close()
    assert len(one) == 6_004
    assert one == other


def command(file: Path, database: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        "from api.starting import main; main()",
        "import",
        str(file),
        "-d",
        database,
    ]


def wait_until_begun(database: str, process: subprocess.Popen[bytes]) -> None:
    """Look at the growing log until its first batch is there."""
    log = Log(database)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if log.head() > 0:
            break
        os.sched_yield()
    log.close()


def positions(database: str) -> int:
    log = Log(database)
    found = len(log.stored(0, 100_000))
    log.close()
    return found


def test_a_line_that_changed_nothing_is_known_like_any_other(desk: Desk) -> None:
    """Decided again after what came later, it would change something: here, weight 2 back to 1."""
    lines = history(0)
    for name, weight in (("w1", 1), ("w2", 2)):
        line = {"id": name, "action": "reweight_objective", "objective_id": "o1", "weight": weight}
        lines.append({**line, "at": at(1), "recorded_at": at(1)})
    first = import_lines(desk, encoded(lines))
    assert (first.recorded, first.unchanged) == (5, 1)
    again = import_lines(desk, encoded(lines))
    assert (again.recorded, again.unchanged, again.known) == (0, 0, 6)
    assert desk.book().objective(source_id("import", "o1")).weight == 2


def test_a_dry_run_sees_what_an_import_would_refuse_across_batches(desk: Desk) -> None:
    lines = history(check_ins=BATCH)
    lines[-1]["recorded_at"] = lines[-1]["at"] = at(0)
    for dry_run in (True, False):
        with pytest.raises(BadLineError, match="order the lines"):
            import_lines(desk, encoded(lines), dry_run=dry_run)


def test_a_refusal_names_what_the_file_names(desk: Desk) -> None:
    lines = history()
    lines[-1]["key_result_id"] = "k9"
    with pytest.raises(BadLineError, match="There is no key result 'k9'"):
        import_lines(desk, encoded(lines))


def test_an_address_of_an_unknown_author_is_not_recorded(desk: Desk) -> None:
    lines = history(0)[1:2]
    lines[0]["actor"] = "bob@example.com"
    import_lines(desk, encoded(lines))
    assert recorded(desk)[0].actor.id == str(source_id("import", "bob@example.com"))


def test_whether_ids_are_taken_is_looked_up_for_all_lines_together(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one, each would be a journey to the server and back."""
    asked = [watch(monkeypatch, desk.log, method) for method in ("stream", "stream_of")]
    import_lines(desk, encoded(history()))
    assert asked == [[], []]


def test_an_id_that_is_taken_is_refused(desk: Desk) -> None:
    lines = history(0)
    import_lines(desk, encoded(lines))
    again = {**lines[-1], "id": "c1", "title": "As the cycle is called"}
    with pytest.raises(BadLineError, match=r"Line 1: The id 'c1' is known already"):
        import_lines(desk, encoded([again]))
    do(desk, RegisterPerson(person_id=source_id("import", "p2"), name="Bo"))
    taken = {**lines[0], "id": "p2", "recorded_at": None}
    with pytest.raises(BadLineError, match=r"Line 1: The id 'p2' is taken"):
        import_lines(desk, encoded([taken]))
