"""Which records an answer cites, in whatever form it comes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any, cast

import orjson
from httpx2 import Response

MOMENT, BELIEF = {"as_of", "known_at"}, {"at", "position", "totals"}
"""What a moment is echoed with, and a belief of then: the end of the log then is no citation."""


def cited(answer: Response) -> set[int]:
    """The positions that an answer names, save that of its moment."""
    form, _, _ = answer.headers.get("content-type", "").partition(";")
    match form:
        case "application/json":
            return set(_positions(answer.json()))
        case "application/jsonl":
            return {one for line in answer.iter_lines() for one in _positions(orjson.loads(line))}
        case "text/event-stream":
            said = re.findall(r"^data: ?(.+)$", answer.text, re.MULTILINE)
            return {one for data in said for one in _positions(orjson.loads(data))}
        case "text/csv":
            rows = csv.DictReader(answer.text.splitlines())
            return {int(row["position"]) for row in rows if row.get("position")}
        case "text/html" | "text/markdown":
            return {int(one) for one in re.findall(r"#p(\d+)", answer.text)}
        case _:
            return set()


def _positions(said: Any) -> Iterator[int]:
    match said:
        case dict():
            fields = cast("dict[str, Any]", said)
            is_echo = fields.keys() >= MOMENT or fields.keys() == BELIEF
            for name, value in fields.items():
                if name == "position":
                    yield from [] if is_echo or value is None else [int(value)]
                elif name == "positions":
                    yield from map(int, value)
                else:
                    yield from _positions(value)
        case list():
            for one in cast("list[Any]", said):
                yield from _positions(one)
        case _:
            pass
