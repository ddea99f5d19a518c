"""Everything that a list holds as one stream: JSON Lines for programs, CSV for spreadsheets.

Rows are fetched and sent some at a time, so memory stays flat however many there are.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

import orjson
from fastapi import Request
from fastapi.responses import StreamingResponse

JSON = "application/json"
JSON_LINES = "application/jsonl"
CSV = "text/csv"

Item = dict[str, Any]
Cells = Callable[[Item], Iterable[Sequence[Any]]]
"""An item as rows of a table, in plain JSON values."""

_DANGEROUS = ("=", "+", "-", "@", "'", "\t", "\r")


def wanted(request: Request) -> str:
    """The media type that a request likes best of those that lists have; JSON if it says none."""
    liked = [_liking(part) for part in request.headers.get("accept", "").split(",")]
    known = [(q, kind) for q, kind in liked if kind in (JSON, JSON_LINES, CSV) and q > 0]
    # Of equals `max` takes the first, as the caller wrote them.
    return max(known, key=lambda one: one[0])[1] if known else JSON


def _liking(part: str) -> tuple[float, str]:
    """One part of an Accept header: how much a media type is liked, and which."""
    kind, *parameters = (word.strip().lower() for word in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value), kind
            except ValueError:
                return 0.0, kind
    return 1.0, kind


def stream(
    kind: str, batches: Iterator[list[Item]], columns: Sequence[str], cells: Cells, name: str
) -> StreamingResponse:
    """Batches of items as a stream of one of the two kinds; CSV is saved under a name."""
    headers = {"Vary": "Accept"}
    if kind == CSV:
        headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return StreamingResponse(_table(batches, columns, cells), 200, headers, CSV)
    return StreamingResponse(_lines(batches), 200, headers, JSON_LINES)


def _lines(batches: Iterator[list[Item]]) -> Iterator[bytes]:
    for batch in batches:
        yield b"".join(orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE) for item in batch)


def _table(batches: Iterator[list[Item]], columns: Sequence[str], cells: Cells) -> Iterator[bytes]:
    yield _rows([columns])
    for batch in batches:
        yield _rows(row for item in batch for row in cells(item))


def _rows(rows: Iterable[Sequence[Any]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def cell(value: Any) -> str:
    """A plain JSON value as a cell: texts as they are, null as nothing, all else as JSON.

    A spreadsheet would run what begins like a formula, so a `'` goes before it; and before a `'`
    itself, so that the cell can be read back.
    """
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"'{text}" if text.startswith(_DANGEROUS) else text
