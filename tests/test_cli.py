"""The command line: what it prints, how it exits, and what it says when something is wrong."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.databases import fresh
from tests.imports.lines import encoded, history


def okr(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `okr` as a person would, in a folder of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OKR_")}
    return subprocess.run(
        [sys.executable, "-c", "from api.starting import main; main()", *map(str, arguments)],
        cwd=folder,
        check=False,
        env=environment | {"PYTHONPATH": str(Path.cwd()), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b"".join(encoded(history())))
    return path


def sentence(result: subprocess.CompletedProcess[str]) -> str:
    """The one line a failed command says."""
    assert result.returncode == 1, result
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("okr: ")
    return result.stderr


def test_an_import_says_what_it_recorded(tmp_path: Path, file: Path) -> None:
    first = okr("import", file, folder=tmp_path)
    assert first.returncode == 0
    assert "7 lines read: 7 recorded as 7 events, 0 known already" in first.stderr
    assert "check_in" in first.stdout
    again = okr("import", file, folder=tmp_path)
    assert "0 recorded as 0 events, 7 known already" in again.stderr
    assert (tmp_path / "okr.db").exists()
    assert (tmp_path / "okr.views.db").exists()


def test_a_rebuild_says_what_differed_and_mends_it(tmp_path: Path, file: Path) -> None:
    okr("import", file, folder=tmp_path)
    right = okr("rebuild", folder=tmp_path)
    assert right.returncode == 0, right
    assert "No row differs up to position 7; the views are the new ones now." in right.stderr
    with closing(sqlite3.connect(tmp_path / "okr.views.db")) as connection:
        connection.execute("DELETE FROM trail WHERE position = 7")
        connection.commit()
    looked = okr("rebuild", "--dry-run", folder=tmp_path)
    assert (looked.returncode, "nothing was switched" in looked.stderr) == (3, True)
    assert "trail: position 7: was missing" in looked.stdout
    assert okr("rebuild", folder=tmp_path).returncode == 3
    assert okr("rebuild", folder=tmp_path).returncode == 0


def test_a_dry_run_records_nothing_and_leaves_no_file(tmp_path: Path, file: Path) -> None:
    assert "7 would be recorded" in okr("import", file, "--dry-run", folder=tmp_path).stderr
    assert not (tmp_path / "okr.db").exists()
    assert "7 recorded" in okr("import", file, folder=tmp_path).stderr


def test_a_bad_line_is_named_and_nothing_of_its_batch_recorded(tmp_path: Path, file: Path) -> None:
    file.write_bytes(file.read_bytes() + b'{"id": "x"}\n')
    said = sentence(okr("import", file, folder=tmp_path))
    assert said.startswith("okr: Line 8: The field 'at' is missing.")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    said = sentence(okr("import", "nowhere.jsonl", folder=tmp_path))
    assert (
        said == "okr: nowhere.jsonl cannot be read (No such file or directory); check the name.\n"
    )


def test_a_database_that_is_none_is_named(tmp_path: Path, file: Path) -> None:
    (tmp_path / "okr.db").write_bytes(b"this is no database, whatever its name says" * 100)
    said = sentence(okr("import", file, folder=tmp_path))
    assert "The log okr.db cannot be used" in said


def test_a_damaged_database_is_named(tmp_path: Path, file: Path) -> None:
    assert okr("import", file, folder=tmp_path).returncode == 0
    database = tmp_path / "okr.db"
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database.write_bytes(content)
    (tmp_path / "okr.db-wal").unlink(missing_ok=True)
    said = sentence(okr("import", file, folder=tmp_path))
    assert "cannot be used" in said


def test_a_server_keeps_a_history_as_a_file_does(tmp_path: Path, file: Path) -> None:
    with fresh("postgresql", tmp_path) as where:
        first = okr("import", file, "--database", where, folder=tmp_path)
        assert "7 recorded as 7 events, 0 known already" in first.stderr
        (tmp_path / ".env").write_text(f"OKR_DATABASE={where}\n")
        again = okr("import", file, folder=tmp_path)
        assert "0 recorded as 0 events, 7 known already" in again.stderr


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("postgresql://ada:hush@127.0.0.1:1/okr", "postgresql://ada@127.0.0.1:1/okr cannot be"),
        ("postgresql://ada:hu@sh@127.0.0.1/okr", "%40 for @"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(
    tmp_path: Path, file: Path, address: str, reason: str
) -> None:
    said = sentence(okr("import", file, "--database", address, folder=tmp_path))
    assert reason in said
    assert "hush" not in said
    assert "sh@" not in said


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, file: Path) -> None:
    said = sentence(okr("import", file, "--database", "no/where/okr.db", folder=tmp_path))
    assert "There is no folder no/where; make it first." in said


def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, file: Path) -> None:
    (tmp_path / ".env").write_text("OKR_TIMEZONE=Mars/Olympus\n")
    said = sentence(okr("import", file, folder=tmp_path))
    assert "OKR_TIMEZONE cannot be used: give an IANA time zone" in said


def test_a_port_in_use_is_named_with_another_to_try(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = sentence(okr("serve", "--port", str(port), folder=tmp_path))
    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert f"--port {port + 1}" in said


def test_an_address_that_others_reach_is_refused(tmp_path: Path) -> None:
    said = sentence(okr("serve", "--host", "192.0.2.1", folder=tmp_path))
    assert "can be reached from other machines" in said


@pytest.mark.parametrize("command", [["rebuild"], ["retrospective", "Q1", "-o", "x.html"]])
def test_a_history_that_is_not_there_is_named_and_not_made(
    tmp_path: Path, command: list[str]
) -> None:
    said = sentence(okr(*command, "-d", "oker.db", folder=tmp_path))
    assert said == "okr: There is no history oker.db; name one with --database or OKR_DATABASE.\n"
    assert list(tmp_path.iterdir()) == []


def test_the_sample_wants_a_database_of_its_own(tmp_path: Path, file: Path) -> None:
    okr("import", file, folder=tmp_path)
    said = sentence(okr("demo", "-d", "okr.db", folder=tmp_path))
    assert said.startswith("okr: okr.db holds another history already")


def test_it_says_its_version(tmp_path: Path) -> None:
    said = okr("--version", folder=tmp_path)
    assert (said.returncode, said.stdout) == (0, f"okr-history {version('okr-history')}\n")


def test_wrong_arguments_exit_with_2(tmp_path: Path) -> None:
    assert okr("import", folder=tmp_path).returncode == 2
    assert okr("serve", "--port", "0", folder=tmp_path).returncode == 2
    longest = okr("keys", "create", "--service", "ci", "--days", "36501", folder=tmp_path)
    assert longest.returncode == 2


def test_an_export_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text("no json")
    said = sentence(okr("convert", "okr-tracker", "export.json", folder=tmp_path))
    assert said.startswith("okr: export.json is not JSON")


def test_an_export_of_something_else_is_named(tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text('{"a": 1}')
    said = sentence(okr("convert", "okr-tracker", "export.json", folder=tmp_path))
    assert said == ("okr: export.json is no okr-tracker export; give the export as it was made.\n")


@pytest.mark.parametrize("command", [[], ["serve"], ["import"], ["demo"], ["convert"]])
def test_every_command_has_help(tmp_path: Path, command: list[str]) -> None:
    result = okr(*command, "--help", folder=tmp_path)
    assert result.returncode == 0
    assert "Usage" in result.stdout


def test_a_key_is_made_listed_rotated_and_revoked(tmp_path: Path) -> None:
    holder = "continuous-integration-service"
    made = okr("keys", "create", "--service", holder, "--role", "admin", folder=tmp_path)
    assert made.returncode == 0, made
    key_id = made.stdout.split("_")[1]
    assert made.stdout.startswith(f"okr_{key_id}_")
    rotated = okr("keys", "rotate", key_id, folder=tmp_path)
    new_id = rotated.stdout.split("_")[1]
    # Whoever finds a key somewhere ends it by pasting it; its secret is not said again.
    revoked = okr("keys", "revoke", rotated.stdout.strip(), folder=tmp_path)
    assert (revoked.returncode, revoked.stderr) == (0, f"The key {new_id} is revoked.\n")
    plain = [
        json.loads(line)
        for line in okr("keys", "list", "--json", folder=tmp_path).stdout.splitlines()
    ]
    assert [(key["holder"], "digest" in key) for key in plain] == [(holder, False)] * 2
    assert [key["revoked_at"] is None for key in plain] == [True, False]
    listed = okr("keys", "list", folder=tmp_path).stdout
    lines = {one: line for line in listed.splitlines() for one in (key_id, new_id) if one in line}
    assert "until" in lines[key_id]
    assert "revoked" in lines[new_id]
    assert "…" not in listed
    assert made.stdout.strip() not in listed
    refused = okr("keys", "revoke", "0", folder=tmp_path)
    assert "There is no key 0" in sentence(refused)


@pytest.mark.parametrize("name", ["local", "Bot", "5b1f2a52-63d1-4b5e-a3a0-5a0f6e1f9b11"])
def test_a_service_has_a_name_of_its_own(tmp_path: Path, name: str) -> None:
    refused = okr("keys", "create", "--service", name, folder=tmp_path)
    assert "Name the service" in sentence(refused)


def test_a_key_is_for_somebody_who_is_registered(tmp_path: Path) -> None:
    nobody = "5b1f2a52-63d1-4b5e-a3a0-5a0f6e1f9b11"
    assert "registered" in sentence(okr("keys", "create", "--person", nobody, folder=tmp_path))
    assert "Say who" in sentence(okr("keys", "create", folder=tmp_path))
