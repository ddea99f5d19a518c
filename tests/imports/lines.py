"""A small history in the neutral format, as large as wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

START = datetime(2026, 1, 5, tzinfo=UTC)


def at(hours: float) -> str:
    """An instant some hours after the history begins."""
    return (START + timedelta(hours=hours)).isoformat()


def history(check_ins: int = 3) -> list[dict[str, Any]]:
    """A person, a cycle, an objective with a key result, and some check-ins."""
    founding: list[dict[str, Any]] = [
        {"id": "p1", "action": "register_person", "name": "Ada"},
        {"id": "c1", "action": "plan_cycle", "name": "Q1", "starts_on": "2026-01-01"},
        {
            "id": "o1",
            "action": "draft_objective",
            "actor": "p1",
            "cycle_id": "c1",
            "owner": {"type": "person", "id": "p1"},
            "title": "Customers recommend us",
        },
        {
            "id": "k1",
            "action": "add_key_result",
            "objective_id": "o1",
            "title": "NPS",
            "baseline": 0,
            "target": 50,
        },
    ]
    measured = [
        {"id": f"m{n}", "action": "check_in", "actor": "p1", "key_result_id": "k1", "value": n % 50}
        for n in range(check_ins)
    ]
    lines = founding + measured
    for number, line in enumerate(lines):
        line["at"] = line["recorded_at"] = at(number / 100)
    return lines


def encoded(lines: list[dict[str, Any]]) -> list[bytes]:
    """Lines as a file holds them."""
    return [orjson.dumps(line) + b"\n" for line in lines]
