"""Converted lines carried out by the real domain, as an import does it."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from domain.catalogue import COMMANDS
from domain.record import Command, Context
from domain.values import Actor, source_id
from tests.memory import Memory

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ABOUT = frozenset({"id", "at", "recorded_at", "source", "actor", "action", "assumed"})
"""The fields of a line that are not fields of its action."""


def fold(lines: Iterable[Mapping[str, Any]]) -> Memory:
    """The history that the lines tell. Raises AssertionError for a line that changes nothing."""
    memory, people = Memory(), set[str]()
    for written in lines:
        line = json.loads(json.dumps(written))
        if line["action"] == "register_person":
            people.add(line["id"])
        assert memory.apply(_command(line), _context(line, people)), line
    return memory


def _command(line: dict[str, Any]) -> Command:
    command = COMMANDS[line["action"]]
    fields = {name: value for name, value in line.items() if name not in ABOUT}
    if command.CREATES is not None:
        fields[command.CREATES] = line["id"]
    return command.model_validate(fields, context={"source": line["source"]})


def _context(line: dict[str, Any], people: set[str]) -> Context:
    who = line.get("actor", "unknown")
    person = Actor(id=str(source_id(line["source"], who)), kind="person")
    return Context(
        actor=person if who in people else Actor(id=who, kind="import"),
        now=NOW,
        effective_at=datetime.fromisoformat(line["at"]),
        recorded_at=datetime.fromisoformat(line["recorded_at"]),
        imported=True,
        assumed=tuple(line.get("assumed", ())),
        source=line["source"],
    )
