"""What check-ins say: read from the states that began when they were measured."""

from __future__ import annotations

import orjson

from projections.measuring import READING, State
from projections.tables import check_ins, states

SAID = check_ins.join(
    states,
    (states.c.entity == check_ins.c.key_result)
    & (states.c.valid_from == check_ins.c.measured_at)
    & (states.c.position == check_ins.c.said_at),
)
"""Check-ins as each record left them, with the state that holds what it says."""

_BODY = ("check_in_id", "measured_at", *READING)


def reading_of(said: bytes) -> State:
    """The check-in that a state of a key result shows, by what check-ins move of that state."""
    moving = orjson.loads(b"{" + bytes(said)[1:])
    return {name: moving[name] for name in _BODY}
