"""The company that is raced over, and what must be so of its log after every race."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.desk import Desk, Expected, Outcome
from domain.errors import Refusal
from domain.log import Key
from domain.record import Command, Context, Record
from tests.builders import WORLD_CHANGED
from tests.domain.logs import everything_in
from tests.machine.invariants import Watch
from tests.memory import Memory
from tests.spec import LOCAL, Done, Steps


def ask(
    desk: Desk, *commands: Command, key: Key | None = None, expected: Expected | None = None
) -> Outcome:
    """Carry commands out together, now, with a reason."""
    return desk.carry_out(commands, context(), key, expected)


def context() -> Context:
    """The service that speaks for all, now, with a reason."""
    return Context(actor=LOCAL, now=datetime.now(UTC), reason=WORLD_CHANGED)


def answer(desk: Desk, *commands: Command, expected: Expected | None = None) -> str:
    """What commands come to: `done`, or the name of the refusal."""
    try:
        ask(desk, *commands, expected=expected)
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def set_up(desk: Desk, *steps: Steps) -> None:
    """Carry out, at once, what a race begins with."""
    ask(desk, *_commands(steps))


def _commands(steps: Iterable[Steps]) -> Iterable[Command]:
    for step in steps:
        if isinstance(step, tuple):
            yield from _commands(step)
        elif isinstance(step, Command):
            yield step
        else:
            assert isinstance(step, Done)
            yield step.command


def sound(desk: Desk) -> list[Record]:
    """The whole log, after a look at what no race may break."""
    records = everything_in(desk.log)
    Watch().see(records)
    Memory(records)
    assert len({record.event_id for record in records}) == len(records)
    believed: dict[tuple[UUID, UUID | None, str], Any] = {}
    for record in records:
        event: Any = record.event
        inner = getattr(event, "check_in_id", None) or getattr(event, "key_result_id", None)
        inner = inner or getattr(event, "alignment_id", None)
        for name, move in event.moves().items():
            field = (record.stream_id, inner, name)
            assert believed.get(field, move.old) == move.old, "Two writers built on one value."
            believed[field] = move.new
    return records
